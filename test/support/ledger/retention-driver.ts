// Runs a ledger with its deletion on one SQLite database, by the test's clock in place of the object's alarm.

import type { LedgerSettings } from "../../../src/domain/ledger/decide.ts";
import { RETENTION, type RetentionSettings } from "../../../src/domain/ledger/retention.ts";
import { type Ledger, openLedger } from "../../../src/inventory/batch-runner.ts";
import { openRetention, type Retention } from "../../../src/inventory/storage/retention.ts";
import { openRetentionStore } from "../../../src/inventory/storage/retention-store.ts";
import { openSqlStore } from "../../../src/inventory/storage/sql-store.ts";
import type { LedgerStore } from "../../../src/inventory/storage/store.ts";
import { SETTINGS, START } from "../builders.ts";
import { type Driver, openDriver } from "./driver.ts";
import { openNodeSqlite } from "../sqlite/node-sqlite.ts";

export type RetentionDriver = Driver & {
  readonly settings: { -readonly [K in keyof RetentionSettings]: RetentionSettings[K] };
  /** The reported size of the database, and how far D1 has the projection; null: completely. */
  readonly said: { bytes: number; projectedSeq: number | null };
  readonly faults: unknown[];
  retention(): Retention;
  /** Runs the alarm's step of deletion at `clock` while one is due; returns how many steps that took. */
  sweep(clock: number): number;
  stepAt(clock: number): void;
  dueAt(clock: number): number | null;
  setFailing(failing: boolean): void;
  /** Eviction and wake. */
  reopen(): void;
  query(sql: string): Record<string, unknown>[];
};

export function openRetentionDriver(
  changes: Partial<RetentionSettings> = {},
  ledgerChanges: Partial<LedgerSettings> = {},
): RetentionDriver {
  const storage = openNodeSqlite();
  const settings = { ...RETENTION, rowsAStep: 4, ...changes };
  const said: RetentionDriver["said"] = { bytes: 0, projectedSeq: null };
  const faults: unknown[] = [];
  let now = START;
  const clock = (): number => now;
  const open = (store: LedgerStore): Ledger => openLedger(store, clock, { ...SETTINGS, ...ledgerChanges });
  const store = openSqlStore(storage);
  const at = <T>(time: number, work: () => T): T => {
    now = time;
    return work();
  };
  let ledger = open(store);
  const openOne = (): Retention =>
    openRetention({
      ledger,
      store: openRetentionStore(storage),
      settings: () => settings,
      clock,
      projectedSeq: () => said.projectedSeq ?? ledger.book().head.seq,
      unsent: () => store.outbox(1, []).length > 0,
      size: () => said.bytes,
      log: (_, fault) => void faults.push(fault),
    });
  let retention = openOne();
  const driver = openDriver({ store, setFailing: storage.setFailing, close: storage.close }, () => ({
    book: () => ledger.book(),
    run: (commands) => ledger.run(commands),
    reload: () => ledger.reload(),
  }));
  const dueAt = (time: number): number | null => at(time, () => retention.dueAt());
  return {
    ...driver,
    outcomes: (commands, time) => at(time, () => driver.outcomes(commands, time)),
    batch: (commands, time) => at(time, () => driver.batch(commands, time)),
    send: (command, time) => at(time, () => driver.send(command, time)),
    settings,
    said,
    faults,
    retention: () => retention,
    dueAt,
    sweep(time) {
      let steps = 0;
      for (let due = dueAt(time); due !== null && due <= time; due = dueAt(time)) {
        if (++steps > 10_000) throw new Error("the deletion never comes to an end");
        retention.run();
      }
      return steps;
    },
    stepAt: (time) => at(time, () => retention.run()),
    setFailing: storage.setFailing,
    reopen() {
      ledger = open(openSqlStore(storage));
      retention = openOne();
    },
    query: (sql) => storage.sql.exec(sql).toArray(),
  };
}
