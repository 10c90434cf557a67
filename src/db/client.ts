// How the other files of db/ reach D1.

import { type Query, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";

export type Db = ReturnType<typeof openDb>;

export function openDb(d1: D1Database) {
  const db = drizzle(d1);
  const { run, all } = db;
  db.run = (query) => batchable(d1, run.call(db, query));
  db.all = ((query) => batchable(d1, all.call(db, query))) as typeof all;
  return db;
}

/** Resolves when D1 answers at all. */
export async function ping(db: Db): Promise<void> {
  await db.run(sql`SELECT 1`);
}

/**
 * Why: in `batch`, Drizzle asks each query for its prepared statement and binds to it, but a raw query (`sql`) has none
 * and the batch throws. This gives it one.
 */
function batchable<Q extends { getQuery(): Query }>(d1: D1Database, query: Q): Q {
  return Object.defineProperty(query, "stmt", { get: () => d1.prepare(query.getQuery().sql) });
}
