// The database of the environment, opened once an isolate: opening it is not free.

import { type Db, openDb } from "../db/client.ts";

const opened = new WeakMap<D1Database, Db>();

export function dbOf(env: Pick<Env, "DB">): Db {
  let db = opened.get(env.DB);
  if (!db) {
    db = openDb(env.DB);
    opened.set(env.DB, db);
  }
  return db;
}
