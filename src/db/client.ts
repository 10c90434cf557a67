// How the other files of db/ reach D1: no call waits for it longer than rule X3 allows, whoever makes it.

import { type Query, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { Unavailable, withDeadline } from "../shared/deadline.ts";
import { isD1Fault } from "./fault.ts";

/** Rule X3: no answer within this time, ms, counts as D1 being away. */
export const D1_LIMIT_MS = 5_000;

export type Db = ReturnType<typeof openDb>;

export function openDb(binding: D1Database) {
  const d1 = limited(binding);
  const db = drizzle(d1);
  const { run, all } = db;
  db.run = (query) => batchable(d1, run.call(db, query));
  db.all = ((query) => batchable(d1, all.call(db, query))) as typeof all;
  return db;
}

/** How large D1 says that it is, bytes; it says so with every answer. */
export async function readSize(db: Db): Promise<number> {
  return (await db.run(sql`SELECT 1`)).meta.size_after;
}

/**
 * Why: in `batch`, Drizzle asks each query for its prepared statement and binds to it, but a raw query (`sql`) has none
 * and the batch throws. This gives it one.
 */
function batchable<Q extends { getQuery(): Query }>(d1: D1Database, query: Q): Q {
  return Object.defineProperty(query, "stmt", { get: () => d1.prepare(query.getQuery().sql) });
}

const CALLS: ReadonlySet<PropertyKey> = new Set(["run", "all", "raw", "first"]);

/**
 * The same database, whose every answer comes within the limit or counts as lost (`Unavailable`). Why proxies: the
 * binding's own methods, overloads and all, stay what they are.
 */
function limited(d1: D1Database): D1Database {
  const bare = new WeakMap<D1PreparedStatement, D1PreparedStatement>();
  const wrap = (statement: D1PreparedStatement): D1PreparedStatement => {
    const wrapped = new Proxy(statement, {
      get(target, name) {
        if (name === "bind") return (...values: unknown[]) => wrap(target.bind(...values));
        const own: unknown = Reflect.get(target, name);
        if (typeof own !== "function" || !CALLS.has(name)) return own;
        return (...given: unknown[]) => inTime(Promise.resolve(Reflect.apply(own, target, given)));
      },
    });
    bare.set(wrapped, statement);
    return wrapped;
  };
  return new Proxy(d1, {
    get(target, name): unknown {
      if (name === "prepare") return (query: string) => wrap(target.prepare(query));
      if (name === "batch") {
        return (statements: D1PreparedStatement[]) =>
          inTime(target.batch(statements.map((each) => bare.get(each) ?? each)));
      }
      return Reflect.get(target, name);
    },
  });
}

/** Says whose answer it was: of a log line there is no more than this. */
const tooLate = () => Promise.reject(new Unavailable(`D1: no answer within ${D1_LIMIT_MS} ms`));

async function inTime<T>(work: Promise<T>): Promise<T> {
  try {
    return await withDeadline(work, D1_LIMIT_MS, tooLate);
  } catch (fault) {
    // A lost connection does not carry D1's mark, and the caller must tell it from a bug all the same.
    throw isD1Fault(fault) ? fault : new Unavailable("D1 did not answer", { cause: fault });
  }
}
