// Counts what an object writes and what goes to D1: exact figures, which no machine's load can change.

import type { TicketTypeId } from "../../src/domain/ids.ts";
import { inside } from "./object.ts";

/** `rows`: as SQLite counts them. An alarm that is set is one row more, and counted apart. `read`: rows read. */
export type Writes = { rows: number; alarms: number; read: number };

/** Counts every row that the object of `typeId` writes, and reads, from now on. */
export function countWrites(typeId: TicketTypeId): Promise<Writes> {
  return inside(typeId, (_, { storage }) => {
    const writes: Writes = { rows: 0, alarms: 0, read: 0 };
    const exec = storage.sql.exec.bind(storage.sql);
    const setAlarm = storage.setAlarm.bind(storage);
    // Why read here: a cursor knows what it has written only when it has been read to its end.
    const counted = (query: string, ...bindings: unknown[]) => {
      const cursor = exec(query, ...bindings);
      const all = cursor.toArray();
      writes.rows += cursor.rowsWritten;
      writes.read += cursor.rowsRead;
      return { toArray: () => all };
    };
    Object.defineProperty(storage.sql, "exec", { value: counted });
    Object.defineProperty(storage, "setAlarm", {
      value: (at: number) => {
        writes.alarms += 1;
        return setAlarm(at);
      },
    });
    return writes;
  });
}

/** `d1` with every statement that is executed counted, each of a batch alone. */
export function countStatements(d1: D1Database): { readonly d1: D1Database; readonly count: () => number } {
  let count = 0;
  const inner = new WeakMap<object, D1PreparedStatement>();
  const wrap = (statement: D1PreparedStatement): D1PreparedStatement => {
    const wrapped = new Proxy(statement, {
      get(target, name) {
        if (name === "bind") return (...values: unknown[]) => wrap(target.bind(...values));
        const method = Reflect.get(target, name) as (...args: unknown[]) => unknown;
        return (...args: unknown[]) => {
          count += 1;
          return method.apply(target, args);
        };
      },
    });
    inner.set(wrapped, statement);
    return wrapped;
  };
  const counting = new Proxy(d1, {
    get(target, name) {
      if (name === "prepare") return (query: string) => wrap(target.prepare(query));
      if (name === "batch") {
        return (statements: D1PreparedStatement[]) => {
          count += statements.length;
          return target.batch(statements.map((statement) => inner.get(statement) ?? statement));
        };
      }
      count += 1; // exec, dump, withSession: whatever else there is.
      const other: unknown = Reflect.get(target, name);
      return typeof other === "function" ? (other.bind(target) as unknown) : other;
    },
  });
  return { d1: counting, count: () => count };
}
