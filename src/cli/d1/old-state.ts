// Detects data of the versions before D1 had the hash of a ledger row. In these, objects stored less, and hashed their rows
// differently; the first of them kept orders in D1. This version can read none of it, so a command that finds such data
// says so and stops before it writes anything.

import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Statement } from "./database.ts";
import { databaseFiles } from "./stored-d1.ts";

/** Returns a row for a database of such a version: its ticket types have no such hash. */
export const FIND_OLD_STATE: Statement = {
  sql: `SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'ticket_types' AND sql NOT LIKE '%counts_hash%'`,
  params: [],
};

/** What to do about a state folder of such a version; null for any other. No other process may have the folder open. */
export function explainOldState(stateDir: string): string | null {
  if (!databaseFiles(stateDir).some(isOldDatabase)) return null;
  return (
    `${stateDir} has data of an earlier version, which this version cannot read. Nothing was changed.\n` +
    "To begin anew, move the folder away or delete it, or set STATE_DIR to another one. To go on with it, use the old version."
  );
}

/** Opens a copy, since opening the file itself, even only to read, makes SQLite write files beside it. */
function isOldDatabase(file: string): boolean {
  const copies = mkdtempSync(join(tmpdir(), "voelgoed-"));
  const copy = join(copies, "copy.sqlite");
  try {
    copyFileSync(file, copy);
    if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
    const database = new DatabaseSync(copy);
    const found = database.prepare(FIND_OLD_STATE.sql).get() !== undefined;
    database.close();
    return found;
  } finally {
    rmSync(copies, { recursive: true, force: true });
  }
}
