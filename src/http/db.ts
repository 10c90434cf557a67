// Opens the database of the environment, once for each isolate, since opening it takes time.

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
