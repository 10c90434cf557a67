// Proves that the scanner names whatever a list has, however many pages it takes.

import { expect, test } from "vitest";
import { type Call, readList } from "../../../src/ui/scanner/door/link/call.ts";

/** A list of `pages` pages with one row each, of which one may not be read. */
function listOf(pages: number, unread = Infinity) {
  const asked: object[] = [];
  const call = ((_: string, { query }: { readonly query: { readonly cursor?: string } }) => {
    asked.push(query);
    const page = Number(query.cursor ?? 0);
    const next_cursor = page + 1 < pages ? String(page + 1) : null;
    const body = { data: [{ id: `gat_${page}` }], next_cursor };
    return Promise.resolve(page === unread ? { kind: "none" } : { kind: "done", body });
    // The cast: a list has the same pages whatever the route is.
  }) as unknown as Call;
  return { call, asked };
}
const read = (call: Call) => readList(call, "GET /v1/devices", { query: { event_id: "evt_1" } });

test("a list is read to its end, each page by the cursor of the one before", async () => {
  const { call, asked } = listOf(3);
  expect((await read(call))?.map(({ id }) => id)).toEqual(["gat_0", "gat_1", "gat_2"]);
  const always = { event_id: "evt_1", limit: 100 };
  expect(asked).toEqual([always, { ...always, cursor: "1" }, { ...always, cursor: "2" }]);
});

test("a list without an end is read to five hundred rows", async () => {
  const { call, asked } = listOf(Infinity);
  expect(await read(call)).toHaveLength(5);
  expect(asked).toHaveLength(5);
});

test("a list of which a page cannot be read is not read", async () => {
  expect(await read(listOf(3, 2).call)).toBeNull();
});
