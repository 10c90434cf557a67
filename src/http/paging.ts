// Reads and writes pages of a list, newest first by (created_at, id). A cursor is the position of a page's last row, bound
// to its filters.

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Refusal } from "../domain/errors.ts";
import { accept, refuse, type Result } from "../domain/result.ts";

export type Position = { readonly createdAt: number; readonly id: string };
/** Everything that selects the rows: the list's name, its filters, the ids in its path. */
export type Filters = Readonly<Record<string, string | number | undefined>>;

/**
 * The position in a cursor; null without a cursor; `invalid_request` when it is not ours, or is of another list or filter.
 */
export function readCursor(cursor: string | undefined, filters: Filters): Result<Position | null, Refusal> {
  if (cursor === undefined) return accept(null);
  const [createdAt, id, bound, ...rest] = Buffer.from(cursor, "base64url").toString("utf8").split(" ");
  const at = Number(createdAt);
  if (createdAt && id && bound === digestOf(filters) && rest.length === 0 && Number.isSafeInteger(at)) {
    return accept({ createdAt: at, id });
  }
  return refuse({
    code: "invalid_request",
    errors: [{ path: "/cursor", message: "Not a cursor of this list with these filters" }],
  });
}

/**
 * The envelope of a page from up to `limit + 1` rows: query one row more than the page takes.
 *
 * @example
 * const before = readCursor(query.cursor, filters);
 * if (!before.ok) return problem(c, before.refusal);
 * const rows = await listVenues(db, { limit: query.limit + 1, before: before.value, ... });
 * return c.json(pageFrom(rows, query.limit, filters, renderVenue), 200);
 */
export function pageFrom<Row extends Position, Item>(
  rows: readonly Row[],
  limit: number,
  filters: Filters,
  render: (row: Row) => Item,
): { data: Item[]; next_cursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = last && rows.length > limit ? cursorFor(last, filters) : null;
  return { data: shown.map(render), next_cursor: next };
}

export function cursorFor({ createdAt, id }: Position, filters: Filters): string {
  return Buffer.from(`${createdAt} ${id} ${digestOf(filters)}`).toString("base64url");
}

function digestOf(filters: Filters): string {
  const entries = Object.entries(filters).filter(([, value]) => value !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(entries)).digest("base64url").slice(0, 12);
}
