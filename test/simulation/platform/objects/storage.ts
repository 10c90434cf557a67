// Is the storage of one object: SQLite and the alarm's time, as the platform keeps them and within its limits. A write
// is durable only at the next flush; what leaves the object waits for that (the output gate); a crash before it undoes
// the write.

import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { SqlRow, SqlValue } from "../../../../src/shared/objects/object-sql.ts";
import { assertRow, assertTaken, MAX_DATABASE_BYTES } from "../../../support/sqlite/platform-limits.ts";

export type ObjectStorage = {
  /** For `DurableObjectState.storage`. */
  readonly api: object;
  /** The same rows for checks, without faults; `transactionSync` is there for the store's type. */
  readonly rows: { readonly sql: { exec: Exec }; transactionSync<T>(work: () => T): T };
  /** Runs `leave` as soon as all that is written is durable; never, when a crash undoes it. */
  gate(leave: () => void): void;
  isDurable(): boolean;
  /** Whether a transaction was tried since the last call of this. */
  takeTouched(): boolean;
  /** All that was written is durable now; `look` sees it before anything leaves. */
  flush(look: () => void): void;
  crash(): void;
  alarm(): number | null;
  /** The alarm goes off: it is no longer set, unless the object has just set another. */
  takeAlarm(): void;
  /** How often all of it was deleted: what was read of it before is gone. */
  generation(): number;
  isEmpty(): boolean;
  close(): void;
};

type Exec = (query: string, ...values: SqlValue[]) => { toArray(): SqlRow[] };

export type StorageDeps = {
  /** To be called once for each stretch of writes: it then calls `flush`. */
  readonly dueToFlush: () => void;
  /** Whether this transaction is to do its work and then fail. */
  readonly transactionFails: () => boolean;
  /** What was put could not be written: the object has to end before anything leaves it. */
  readonly broken: () => void;
  /** Awaits the platform. */
  readonly pause: () => Promise<void>;
  /** The alarm is durably another one. */
  readonly alarmChanged: () => void;
  /** The limits of all that is stored, and of one value; by default those of the platform. */
  readonly maxBytes?: number;
  readonly maxValueBytes?: number;
};

export function openObjectStorage(deps: StorageDeps): ObjectStorage {
  const database = new DatabaseSync(":memory:");
  const pageBytes = Number(database.prepare("PRAGMA page_size").get()?.["page_size"]);
  database.exec(`PRAGMA max_page_count = ${Math.floor((deps.maxBytes ?? MAX_DATABASE_BYTES) / pageBytes)}`);
  const pages = database.prepare("PRAGMA page_count");
  const prepared = new Map<string, StatementSync>();
  const tables = database.prepare(
    "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'",
  );
  let generation = 0;
  let isOpen = false;
  let touched = false;
  let isBroken = false;
  let leaving: (() => void)[] = [];
  const alarm: { now: number | null; durable: number | null } = { now: null, durable: null };

  function touch(): void {
    if (isOpen) return;
    isOpen = true;
    database.exec("BEGIN");
    deps.dueToFlush();
  }

  function query(text: string, values: readonly SqlValue[]): SqlRow[] {
    const statement = prepared.get(text) ?? database.prepare(text);
    prepared.set(text, statement);
    // The one cast: no column of the object's tables holds a blob or a big integer.
    const rows = statement.all(...values) as SqlRow[];
    for (const row of rows) assertRow(Object.values(row), deps.maxValueBytes);
    return rows;
  }

  const exec: Exec = (text, ...values) => {
    assertTaken(text, values, deps.maxValueBytes);
    const reads = text.startsWith("SELECT");
    if (!reads) touch();
    // As in the object's exec, one call may hold several statements; `prepare` would run only the first.
    if (!reads && values.length === 0) {
      database.exec(text);
      return { toArray: () => [] };
    }
    const found = query(text, values);
    return { toArray: () => found };
  };

  function transactionSync<T>(work: () => T): T {
    touch();
    touched = true;
    const fails = deps.transactionFails();
    database.exec("SAVEPOINT work");
    try {
      const result = work();
      if (fails) throw new Error("injected: the commit failed");
      database.exec("RELEASE work");
      return result;
    } catch (fault) {
      database.exec("ROLLBACK TO work");
      database.exec("RELEASE work");
      throw fault;
    }
  }

  /** Without a pause: the platform lets nothing else in while an object reads. */
  function get(key: string): Promise<unknown> {
    if (tables.all().length === 0) return Promise.resolve();
    const value = query("SELECT value FROM keyed WHERE key = ?", [key])[0]?.["value"];
    return Promise.resolve(value === undefined ? undefined : JSON.parse(String(value)));
  }

  /** As the platform does: nobody waits for it, and when it fails the object is reset with all that was to leave it. */
  function put(key: string, value: unknown): Promise<void> {
    touch();
    isBroken ||= deps.transactionFails();
    database.exec("CREATE TABLE IF NOT EXISTS keyed (key TEXT PRIMARY KEY, value TEXT NOT NULL)");
    exec("INSERT OR REPLACE INTO keyed (key, value) VALUES (?, ?)", key, JSON.stringify(value));
    return Promise.resolve();
  }

  /** All of it or nothing, as the platform does; the alarm is not among it. */
  function deleteAll(): void {
    touch();
    generation += 1;
    for (const { type, name } of tables.all()) database.exec(`DROP ${String(type)} IF EXISTS ${String(name)}`);
  }

  const setAlarm = (at: number | null): void => {
    touch();
    alarm.now = at;
  };
  const api = {
    sql: {
      exec,
      get databaseSize() {
        return Number(pages.get()?.["page_count"]) * pageBytes;
      },
    },
    transactionSync,
    get,
    put,
    getAlarm: async () => {
      await deps.pause();
      return alarm.now;
    },
    setAlarm: (at: number) => Promise.resolve(setAlarm(at)),
    deleteAlarm: () => Promise.resolve(setAlarm(null)),
    deleteAll: () => Promise.resolve(deleteAll()),
  };
  return {
    api,
    rows: {
      sql: { exec: (text, ...values) => ({ toArray: () => query(text, values) }) },
      transactionSync: (work) => work(),
    },
    gate(leave) {
      if (isOpen) leaving.push(leave);
      else leave();
    },
    isDurable: () => !isOpen,
    takeTouched() {
      const was = touched;
      touched = false;
      return was;
    },
    flush(look) {
      if (!isOpen) return;
      if (isBroken) return deps.broken();
      database.exec("COMMIT");
      isOpen = false;
      const changed = alarm.now !== alarm.durable;
      alarm.durable = alarm.now;
      look();
      const all = leaving;
      leaving = [];
      for (const leave of all) leave();
      if (changed) deps.alarmChanged();
    },
    crash() {
      if (isOpen) database.exec("ROLLBACK");
      isOpen = false;
      isBroken = false;
      alarm.now = alarm.durable;
      leaving = [];
    },
    alarm: () => alarm.durable,
    takeAlarm() {
      if (alarm.now === alarm.durable) alarm.now = null;
      alarm.durable = null;
    },
    generation: () => generation,
    isEmpty: () => tables.all().length === 0,
    close: () => database.close(),
  };
}
