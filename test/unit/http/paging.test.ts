// Cursors, entity tags, and the places that a validation error names.

import { describe, expect, it } from "vitest";
import { z } from "zod";
import { etagOf, matchesEtag } from "../../../src/http/responses/etag.ts";
import { pageFrom, readCursor } from "../../../src/http/paging.ts";
import { fieldErrors } from "../../../src/http/middleware/validation.ts";

const rows = [5, 4, 3].map((createdAt) => ({ createdAt, id: `ord_${createdAt}` }));
const filters = { list: "orders", organizationId: "org_1", status: "reserved", event_id: undefined };

describe("a page", () => {
  it("has a cursor only while there are more rows, which names its last row", () => {
    const page = pageFrom(rows, 2, filters, (row) => row.id);
    expect(page.data).toEqual(["ord_5", "ord_4"]);
    expect(readCursor(page.next_cursor ?? undefined, filters)).toEqual({
      ok: true,
      value: { createdAt: 4, id: "ord_4" },
    });
    expect(pageFrom(rows, 3, filters, (row) => row.id).next_cursor).toBeNull();
    expect(readCursor(undefined, filters)).toEqual({ ok: true, value: null });
  });

  it("refuses the cursor of another list, another filter, another organisation, or of nobody", () => {
    const cursor = pageFrom(rows, 1, filters, (row) => row.id).next_cursor ?? "";
    const refused = [
      readCursor(cursor, { ...filters, status: "confirmed" }),
      readCursor(cursor, { ...filters, list: "venues" }),
      readCursor(cursor, { ...filters, organizationId: "org_2" }),
      readCursor(`${cursor}A`, filters),
      readCursor("", filters),
      readCursor("not a cursor", filters),
    ];
    for (const outcome of refused) {
      expect(outcome).toMatchObject({ ok: false, refusal: { code: "invalid_request", errors: [{ path: "/cursor" }] } });
    }
  });
});

describe("an entity tag", () => {
  it("is strong, follows the content, and is found in a list, weak or as *", () => {
    const etag = etagOf("content");
    expect(etag).toMatch(/^"[A-Za-z0-9_-]+"$/);
    expect(etagOf("content")).toBe(etag);
    expect(etagOf("other")).not.toBe(etag);
    for (const header of [etag, `"x", ${etag}`, `W/${etag}`, "*"]) expect(matchesEtag(header, etag)).toBe(true);
    for (const header of [undefined, "", '"x"', etag.slice(1, -1)]) expect(matchesEtag(header, etag)).toBe(false);
  });
});

describe("a validation error", () => {
  it("names places as JSON pointers, and unknown fields by their own", () => {
    const schema = z.strictObject({ quantity: z.int(), deep: z.strictObject({ list: z.array(z.string()) }) });
    const { error } = schema.safeParse({ quantity: 1.5, deep: { list: ["a", 1], "a/b": 1 }, extra: 1 });
    expect(fieldErrors(error?.issues ?? []).map(({ path }) => path)).toEqual([
      "/quantity",
      "/deep/list/1",
      "/deep/a~1b",
      "/extra",
    ]);
  });
});
