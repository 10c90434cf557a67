// Stores the leases of a door in its object's SQLite (rule D12), each with the last log row that it includes.

import type { StoredLease } from "../../domain/door/leases/door-leases.ts";
import type { ScannerId } from "../../domain/door/scan.ts";
import { jsonArraysOf } from "../../domain/text/json-arrays.ts";
import type { ReadAll } from "../../shared/objects/object-sql.ts";

const SQL = {
  all: "SELECT device_id, seq, body FROM leases",
  put: `INSERT INTO leases (device_id, seq, body) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true
    ON CONFLICT (device_id) DO UPDATE SET seq = excluded.seq, body = excluded.body`,
} as const;

/** Runs in the caller's transaction, with the rows of the log that changed the leases. */
export function writeLeases(all: ReadAll, leases: ReadonlyMap<ScannerId, StoredLease>): void {
  const rows = jsonArraysOf([...leases], ([id, { seq, ...kept }]) => [id, seq, JSON.stringify(kept)]);
  for (const texts of rows) all(SQL.put, texts);
}

export function readLeases(all: ReadAll): Map<ScannerId, StoredLease> {
  const rows = all(SQL.all).map(({ device_id, seq, body }): [ScannerId, StoredLease] => {
    // The casts hold because only `writeLeases` writes this table.
    const stored = JSON.parse(String(body)) as Omit<StoredLease, "seq">;
    return [String(device_id) as ScannerId, { ...stored, seq: Number(seq) }];
  });
  return new Map(rows);
}
