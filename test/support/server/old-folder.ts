// Makes a state folder as an earlier version left it: D1's file with the migrations of that time, and the files beside
// it.

import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { migrationNames } from "../../../src/cli/d1/migrate.ts";
import { makeStateDir, PROJECT } from "./commands.ts";

/** Before the migration of this number, D1 had no hash of a ledger row, and objects made the hashes of rows otherwise. */
export const COUNTS_HASH = numberOf("counts_hash");

function numberOf(what: string): string {
  return migrationNames()
    .filter((name) => name.includes(what))
    .map((name) => name.slice(0, 4))
    .join();
}

/** What a version had that did not know the migration of this number. */
export function migrationsBefore(number: string): string[] {
  return migrationNames().filter((name) => name < number);
}

/** A folder whose server was killed: what the migrations wrote is in the log beside the file, and nowhere else. */
export function makeFolderOf(migrations: readonly string[]): string {
  const stateDir = makeStateDir();
  const folder = join(stateDir, "v3", "d1", "miniflare-D1DatabaseObject");
  mkdirSync(folder, { recursive: true });
  const name = `${"a".repeat(64)}.sqlite`;
  const served = join(stateDir, name);
  const database = new DatabaseSync(served);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;");
  database.exec("CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY, name TEXT UNIQUE, applied_at TIMESTAMP)");
  for (const migration of migrations) {
    database.exec(readFileSync(join(PROJECT, "migrations", migration), "utf8"));
    database.prepare("INSERT INTO d1_migrations (name) VALUES (?)").run(migration);
  }
  for (const part of ["", "-wal", "-shm"]) copyFileSync(`${served}${part}`, join(folder, `${name}${part}`));
  database.close();
  rmSync(served);
  writeFileSync(join(stateDir, "demo.json"), "{}");
  writeFileSync(join(stateDir, "secrets.json"), "{}");
  return stateDir;
}

/** Every file below a folder with its contents and the time of its last change. */
export function contentsOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return Object.fromEntries(
    names.flatMap((name) => {
      const path = join(folder, name);
      const { mtimeMs } = statSync(path);
      if (statSync(path).isDirectory()) return [];
      return [[name, `${mtimeMs} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`]];
    }),
  );
}
