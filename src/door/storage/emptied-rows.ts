// Empties a door in SQL (rule D25): first the mark, with what is left of the log, then the rows, step by step.

import { type DoorCheckpoint, gateValues } from "../../domain/door/rows/door-log.ts";
import type { ReadAll, SqlStorage } from "../../shared/objects/object-sql.ts";
import { gatesFrom } from "./sql-rows.ts";

const SQL = {
  read: "SELECT seq, received_at, inside, admitted, gates, hash, begun_at FROM emptied WHERE id = 1",
  put: `INSERT INTO emptied (id, seq, received_at, inside, admitted, gates, hash, begun_at, is_done)
    VALUES (1, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq,
      received_at = excluded.received_at, inside = excluded.inside, admitted = excluded.admitted,
      gates = excluded.gates, hash = excluded.hash, is_done = 0`,
  isLeft: "SELECT 1 FROM emptied WHERE is_done = 0",
  done: "UPDATE emptied SET is_done = 1",
  deleted: "SELECT changes() AS count",
} as const;

/** Each deletes at most so many rows: first those of tickets, the log last. */
const DELETE: readonly string[] = [
  "DELETE FROM tickets WHERE serial IN (SELECT serial FROM tickets ORDER BY serial LIMIT ?)",
  "DELETE FROM conflicts WHERE n IN (SELECT n FROM conflicts ORDER BY n LIMIT ?)",
  "DELETE FROM leases WHERE device_id IN (SELECT device_id FROM leases ORDER BY device_id LIMIT ?)",
  "DELETE FROM sockets WHERE id IN (SELECT id FROM sockets ORDER BY id LIMIT ?)",
  // Rows that came after the mark are kept: a D1 that was restored may have delivered the event again.
  `DELETE FROM log WHERE seq IN
    (SELECT seq FROM log WHERE seq <= (SELECT seq FROM emptied WHERE id = 1) ORDER BY seq LIMIT ?)`,
];

/** Requires the tables. Null when the door was never emptied. */
export function readCheckpoint(all: ReadAll): DoorCheckpoint | null {
  const row = all(SQL.read)[0];
  if (row === undefined) return null;
  const gates = gatesFrom(String(row["gates"])).map(({ id, ...counts }) => [id, counts] as const);
  return {
    ...{ seq: Number(row["seq"]), receivedAt: Number(row["received_at"]), hash: String(row["hash"]) },
    counts: { inside: Number(row["inside"]), admitted: Number(row["admitted"]), gates: new Map(gates) },
    begunAt: Number(row["begun_at"]),
  };
}

/**
 * Stores the mark: from now on no row up to this one counts, and each is still to be deleted. The time when the log began
 * stays.
 */
export function putCheckpoint(all: ReadAll, { seq, receivedAt, counts, hash, begunAt }: DoorCheckpoint): void {
  const gates = JSON.stringify([...counts.gates].map(([id, gate]) => gateValues({ id, ...gate })));
  all(SQL.put, seq, receivedAt, counts.inside, counts.admitted, gates, hash, begunAt);
}

/** Whether rows of an emptied door may be left. */
export function isRowLeft(all: ReadAll): boolean {
  return all(SQL.isLeft).length > 0;
}

/** Deletes at most `limit` rows of an emptied door, in one transaction; returns whether more may be left. */
export function deleteRows(storage: SqlStorage, limit: number): boolean {
  const all: ReadAll = (query, ...bindings) => storage.sql.exec(query, ...bindings).toArray();
  return storage.transactionSync(() => {
    let left = limit;
    for (const query of DELETE) {
      all(query, left);
      left -= Number(all(SQL.deleted)[0]?.["count"]);
      if (left <= 0) return true;
    }
    all(SQL.done);
    return false;
  });
}
