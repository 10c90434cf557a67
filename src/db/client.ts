// Opens D1 for the other files of db/, so that no call waits for it longer than rule X3 allows.

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

/** The size of D1 in bytes, which comes with each of its replies. */
export async function readSize(db: Db): Promise<number> {
  return (await db.run(sql`SELECT 1`)).meta.size_after;
}

/**
 * In `batch` Drizzle takes the prepared statement of each query and binds values to it. A raw query (`sql`) has none, so
 * that the batch would throw. This gives it one.
 */
function batchable<Q extends { getQuery(): Query }>(d1: D1Database, query: Q): Q {
  return Object.defineProperty(query, "stmt", { get: () => d1.prepare(query.getQuery().sql) });
}

const CALLS: ReadonlySet<PropertyKey> = new Set(["run", "all", "raw", "first"]);

/**
 * The same database, each of whose calls replies within the limit or fails with `Unavailable`. They are proxies so that
 * the binding's own methods stay as they are, with all their overloads.
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

/** The fault names D1, since a log line has only the fault's message. */
const tooLate = () => Promise.reject(new Unavailable(`D1: no answer within ${D1_LIMIT_MS} ms`));

async function inTime<T>(work: Promise<T>): Promise<T> {
  try {
    return await withDeadline(work, D1_LIMIT_MS, tooLate);
  } catch (fault) {
    // A lost connection does not carry D1's mark, but the caller must distinguish it from a bug too.
    throw isD1Fault(fault) ? fault : new Unavailable("D1 did not answer", { cause: fault });
  }
}
