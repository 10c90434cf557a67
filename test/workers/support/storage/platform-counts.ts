// Counts what reaches the storage of an object and D1: exact figures, which no machine's load can change.

/**
 * `rows` written and `read`, as SQLite counts them. An alarm that is set is one row written more, and counted apart.
 */
export type StorageCounts = { rows: number; read: number; alarms: number };

/**
 * Counts into `counts` all that is done with this storage from now on; alarms that are `held` back are only counted.
 */
export function countStorage(
  storage: DurableObjectStorage,
  counts: StorageCounts,
  alarms: "set" | "held" = "set",
): void {
  const exec = storage.sql.exec.bind(storage.sql);
  const setAlarm = storage.setAlarm.bind(storage);
  // Reads all rows here, since a cursor knows what it has written only when it has been read to its end.
  const counted = (query: string, ...bindings: unknown[]) => {
    const cursor = exec(query, ...bindings);
    const all = cursor.toArray();
    counts.rows += cursor.rowsWritten;
    counts.read += cursor.rowsRead;
    return { toArray: () => all };
  };
  Object.defineProperty(storage.sql, "exec", { value: counted });
  Object.defineProperty(storage, "setAlarm", {
    value: (at: number) => {
      counts.alarms += 1;
      return alarms === "set" ? setAlarm(at) : Promise.resolve();
    },
  });
}

/** `onStatements`: how many were executed. `onRows`: what D1 says that they cost, where it says so. */
export type D1Listener = {
  readonly onStatements: (count: number) => void;
  readonly onRows?: (rows: { readonly read: number; readonly written: number }) => void;
};

/** `d1` with a report of every executed statement, each of a batch by itself. */
export function listenToD1(d1: D1Database, { onStatements, onRows }: D1Listener): D1Database {
  const inner = new WeakMap<object, D1PreparedStatement>();
  const tellRows = (result: unknown): void => {
    if (!onRows || typeof result !== "object" || result === null || !("meta" in result)) return;
    const { rows_read, rows_written } = result.meta as { readonly rows_read?: number; readonly rows_written?: number };
    onRows({ read: rows_read ?? 0, written: rows_written ?? 0 });
  };
  // Why: `raw` and `first` come without what they cost, but `all` of the same statement returns it; a read may be
  // repeated.
  const costed = async (statement: D1PreparedStatement) => {
    const answer = await statement.all();
    tellRows(answer);
    return answer;
  };
  const wrap = (statement: D1PreparedStatement, query: string): D1PreparedStatement => {
    const wrapped = new Proxy(statement, {
      get(target, name) {
        if (name === "bind") return (...values: unknown[]) => wrap(target.bind(...values), query);
        const method = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
        return async (...args: unknown[]) => {
          onStatements(1);
          if (onRows && name === "raw" && !isRead(query)) return rawOf(await costed(target));
          const answer = await method.apply(target, args);
          if (name !== "raw" && name !== "first") tellRows(answer);
          else if (onRows && isRead(query)) await costed(target);
          return answer;
        };
      },
    });
    inner.set(wrapped, statement);
    return wrapped;
  };
  return new Proxy(d1, {
    get(target, name) {
      if (name === "prepare") return (query: string) => wrap(target.prepare(query), query);
      if (name === "batch") {
        return async (statements: D1PreparedStatement[]) => {
          onStatements(statements.length);
          const answers = await target.batch(statements.map((statement) => inner.get(statement) ?? statement));
          for (const answer of answers) tellRows(answer);
          return answers;
        };
      }
      onStatements(1); // exec, dump, withSession: whatever else there is.
      const other: unknown = Reflect.get(target, name);
      return typeof other === "function" ? (other.bind(target) as unknown) : other;
    },
  });
}

const isRead = (query: string): boolean => /^\s*select\b/i.test(query);

/** Right for what one table returns, which never names two columns alike. */
function rawOf({ results }: D1Result): unknown[][] {
  return results.map((row) => Object.values(row as Record<string, unknown>));
}
