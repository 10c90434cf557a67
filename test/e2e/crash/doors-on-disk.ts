// Recounts the logs of doors in a state folder while no server runs: what a crash has left, seen without the object.

import { DatabaseSync } from "node:sqlite";
import { doorFiles } from "../../../src/cli/verify/ledger-source.ts";
import { type DoorVerdict, openDoorVerifier } from "../../../src/domain/door/verify/verify.ts";
import { LOG_COLUMNS, toDoorRow } from "../../../src/door/storage/sql-rows.ts";
import type { SqlRow } from "../../../src/shared/objects/object-sql.ts";
import { sha256Hex } from "../../../src/shared/sha256.ts";

/** What the recount of each door's log says; none of a door at which nobody ever scanned. */
export function checkDoorLogs(stateDir: string): DoorVerdict[] {
  return doorFiles(stateDir).flatMap((file) => {
    const database = new DatabaseSync(file);
    try {
      database.exec("PRAGMA query_only = 1");
      if (!database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'log'").get()) return [];
      const verifier = openDoorVerifier(sha256Hex);
      // The one cast: a door has stored no blobs and no big integers.
      const rows = database.prepare(`SELECT ${LOG_COLUMNS} FROM log ORDER BY seq`).iterate() as Iterable<SqlRow>;
      for (const row of rows) if (!verifier.take(toDoorRow(row))) break;
      return [verifier.verdict()];
    } finally {
      database.close();
    }
  });
}
