// Tests that the scanner reads all pages of a list.

import { expect, test } from "vitest";
import { type Call, readList } from "../../../src/ui/scanner/door/link/call.ts";

/** A list of `pages` pages with one row each. `unread`: the page whose request gets no reply. */
function listOf(pages: number, unread = Infinity) {
  const queries: object[] = [];
  const call = ((_: string, { query }: { readonly query: { readonly cursor?: string } }) => {
    queries.push(query);
    const page = Number(query.cursor ?? 0);
    const next_cursor = page + 1 < pages ? String(page + 1) : null;
    const body = { data: [{ id: `gat_${page}` }], next_cursor };
    return Promise.resolve(page === unread ? { kind: "none" } : { kind: "done", body });
    // The cast: every route gets the same pages.
  }) as unknown as Call;
  return { call, queries };
}
const read = (call: Call) => readList(call, "GET /v1/devices", { query: { event_id: "evt_1" } });

test("a list is read to its end, each page with the cursor of the page before", async () => {
  const { call, queries } = listOf(3);
  expect((await read(call))?.map(({ id }) => id)).toEqual(["gat_0", "gat_1", "gat_2"]);
  const always = { event_id: "evt_1", limit: 100 };
  expect(queries).toEqual([always, { ...always, cursor: "1" }, { ...always, cursor: "2" }]);
});

test("at most five pages of an endless list are read", async () => {
  const { call, queries } = listOf(Infinity);
  expect(await read(call)).toHaveLength(5);
  expect(queries).toHaveLength(5);
});

test("a list is null when one of its pages cannot be read", async () => {
  expect(await read(listOf(3, 2).call)).toBeNull();
});
