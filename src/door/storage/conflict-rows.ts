// Stores the conflicts of a door in its object's SQLite (rule D19). A conflict stays when it no longer holds, and is marked
// as seen once.

import type { ConflictChange, DoorConflict, FoundConflict } from "../../domain/door/rows/conflicts.ts";
import type { DoorDraft } from "../../domain/door/draft.ts";
import { jsonArraysOf } from "../../domain/text/json-arrays.ts";
import type { ReadAll, SqlRow } from "../../shared/objects/object-sql.ts";

/** `before`: only conflicts that were found before this position; null for the newest. `seen`: null for both kinds. */
export type ConflictQuery = { readonly before: number | null; readonly limit: number; readonly seen: boolean | null };

/** The newest first. `next` is the position to go on before; null when there are no more. */
export type ConflictPage = { readonly conflicts: readonly DoorConflict[]; readonly next: number | null };

const COLUMNS = "n, id, body, found_at, gone_at, seen_at, seen_by";
const listed = (which: string) =>
  `SELECT ${COLUMNS} FROM conflicts WHERE (?1 IS NULL OR n < ?1) ${which} ORDER BY n DESC LIMIT ?2`;

const SQL = {
  // A conflict that holds again keeps its position, and who has seen it. But when more persons are inside than the venue
  // holds, that counts as unseen each time.
  put: `INSERT INTO conflicts (id, body, found_at) SELECT value ->> 0, value ->> 1, ?1 FROM json_each(?2) WHERE true
    ON CONFLICT (id) DO UPDATE SET body = excluded.body, gone_at = NULL,
      seen_at = CASE WHEN gone_at IS NOT NULL AND id LIKE 'over\\_capacity.%' ESCAPE '\\' THEN NULL ELSE seen_at END,
      seen_by = CASE WHEN gone_at IS NOT NULL AND id LIKE 'over\\_capacity.%' ESCAPE '\\' THEN NULL ELSE seen_by END`,
  end: "UPDATE conflicts SET gone_at = ?1 WHERE id IN (SELECT value FROM json_each(?2)) AND gone_at IS NULL",
  all: listed(""),
  unseen: listed("AND seen_at IS NULL"),
  seen: listed("AND seen_at IS NOT NULL"),
  see: "UPDATE conflicts SET seen_at = ?1, seen_by = ?2 WHERE id = ?3 AND seen_at IS NULL",
  standing: "SELECT count(*) AS n FROM conflicts WHERE seen_at IS NULL AND gone_at IS NULL",
  one: `SELECT ${COLUMNS} FROM conflicts WHERE id = ?`,
} as const;

/** Runs in the caller's transaction, with the rows that caused the conflicts. */
export function writeConflicts(all: ReadAll, { conflicts, now }: Pick<DoorDraft, "conflicts" | "now">): void {
  if (conflicts.size === 0) return;
  const changes: readonly ConflictChange[] = [...conflicts.values()];
  const stand = changes.flatMap((change) => ("stands" in change ? [change.stands] : []));
  const endedIds = changes.flatMap((change) => ("gone" in change ? [change.gone] : []));
  const put = jsonArraysOf(stand, (found) => [found.id, JSON.stringify(found)]);
  for (const texts of put) all(SQL.put, now, texts);
  for (const texts of jsonArraysOf(endedIds, (id) => id)) all(SQL.end, now, texts);
}

export function readConflicts(all: ReadAll, { before, limit, seen }: ConflictQuery): ConflictPage {
  const query = seen === null ? SQL.all : seen ? SQL.seen : SQL.unseen;
  const conflicts = all(query, before, limit + 1).map(toConflict);
  const page = conflicts.slice(0, limit);
  return { conflicts: page, next: conflicts.length > limit ? (page.at(-1)?.n ?? null) : null };
}

/** Counts the conflicts that hold and that nobody has seen. */
export function countUnseen(all: ReadAll): number {
  return Number(all(SQL.standing)[0]?.["n"] ?? 0);
}

/** Marks a conflict as seen; the first who saw it, and when, stay. Null when there is no such conflict. */
export function seeConflict(all: ReadAll, id: string, by: string, now: number): DoorConflict | null {
  all(SQL.see, now, by, id);
  const row = all(SQL.one, id)[0];
  return row === undefined ? null : toConflict(row);
}

function toConflict(row: SqlRow): DoorConflict {
  // The cast holds, since nothing else writes such a row.
  const found = JSON.parse(String(row["body"])) as FoundConflict;
  const { n, found_at: foundAt, gone_at: goneAt = null, seen_at: at = null, seen_by: by } = row;
  return {
    ...{ ...found, n: Number(n), foundAt: Number(foundAt), goneAt: goneAt === null ? null : Number(goneAt) },
    seen: at === null ? null : { at: Number(at), by: String(by) },
  };
}
