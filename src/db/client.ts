// How the other files of db/ reach D1.

import type { Query } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import * as schema from "./schema.ts";

export type Db = ReturnType<typeof openDb>;

export function openDb(d1: D1Database) {
  const db = drizzle(d1, { schema });
  const { run, all } = db;
  db.run = (query) => batchable(d1, run.call(db, query));
  db.all = ((query) => batchable(d1, all.call(db, query))) as typeof all;
  return db;
}

/**
 * Why: in `batch`, Drizzle asks each query for its prepared statement and binds to it, but a raw query (`sql`) has none
 * and the batch throws. This gives it one.
 */
function batchable<Q extends { getQuery(): Query }>(d1: D1Database, query: Q): Q {
  return Object.defineProperty(query, "stmt", { get: () => d1.prepare(query.getQuery().sql) });
}
