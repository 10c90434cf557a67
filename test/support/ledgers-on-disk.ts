// The ledgers as they lie in a state folder that nobody serves: what a crash has left, seen without the object.

import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { EMPTY_HEAD, firstBrokenRow } from "../../src/domain/ledger/chain.ts";
import { LEDGER_COLUMNS, type SqlRow, toLedgerRow } from "../../src/inventory/sql-rows.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** For each inventory its number of ledger rows, and the `seq` of the first that breaks the hash chain, or null. */
export function checkLedgers(stateDir: string): { readonly rows: number; readonly broken: number | null }[] {
  const folder = join(stateDir, "v3", "do");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\/[0-9a-f]{64}\.sqlite$/.test(name),
  );
  return files.flatMap((name) => {
    const database = new DatabaseSync(join(folder, name));
    try {
      const known = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'ledger'").all();
      if (known.length === 0) return [];
      // The one cast: node:sqlite's own type of a row allows blobs and big integers, of which a ledger has none.
      const rows = database.prepare(`SELECT ${LEDGER_COLUMNS} FROM ledger ORDER BY seq`).all() as SqlRow[];
      return [{ rows: rows.length, broken: firstBrokenRow(EMPTY_HEAD, rows.map(toLedgerRow), sha256) }];
    } finally {
      database.close();
    }
  });
}
