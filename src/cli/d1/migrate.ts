// Applies migrations/ to a local D1, and records them where wrangler does, so that either can continue after the other.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Database, Statement } from "./database.ts";
import { loadWrangler, PROJECT } from "./wrangler.ts";

const MIGRATIONS = join(PROJECT, "migrations");

const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS "d1_migrations" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;

export const APPLIED_MIGRATIONS: Statement = { sql: `SELECT name FROM "d1_migrations"`, params: [] };

/** Each migration is one batch with its record; returns the names of those that were new. */
export async function migrate(database: Database): Promise<string[]> {
  await database.write([{ sql: CREATE_TABLE, params: [] }]);
  const rows = await database.read(APPLIED_MIGRATIONS);
  const applied = new Set(rows.map((row) => row["name"]));
  const pending = migrationNames().filter((name) => !applied.has(name));
  const { unstable_splitSqlQuery: splitSql } = loadWrangler();
  for (const name of pending) {
    const changes = splitSql(readFileSync(join(MIGRATIONS, name), "utf8")).map((sql) => ({ sql, params: [] }));
    await database.write([...changes, { sql: `INSERT INTO "d1_migrations" (name) VALUES (?)`, params: [name] }]);
  }
  return pending;
}

/** In the order in which they are applied. */
export function migrationNames(): string[] {
  const files = readdirSync(MIGRATIONS).filter((name) => name.endsWith(".sql"));
  return files.sort();
}
