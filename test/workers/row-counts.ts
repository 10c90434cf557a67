// Counts what an object writes and what goes to D1, for tests that look into objects.

import type { TicketTypeId } from "../../src/domain/ids.ts";
import { countStorage, listenToD1, type StorageCounts } from "./platform-counts.ts";
import { inside } from "./object.ts";

/** `rows` written and `read`, as SQLite counts them. An alarm that is set is one row more, and counted apart. */
export type Writes = StorageCounts;

/**
 * Counts every row that the object of `typeId` writes and reads from now on. With alarms `held` back each is counted
 * but none is set, so that nothing but what a test does is counted.
 */
export function countWrites(typeId: TicketTypeId, alarms: "set" | "held" = "set"): Promise<Writes> {
  return inside(typeId, async (_, { storage }) => {
    if (alarms === "held") await storage.deleteAlarm();
    const counts: Writes = { rows: 0, read: 0, alarms: 0 };
    countStorage(storage, counts, alarms);
    return counts;
  });
}

/** What of `writes` came about while `work` ran. */
export async function costOf(writes: Writes, work: () => Promise<unknown>): Promise<Writes> {
  const before = { ...writes };
  await work();
  return {
    rows: writes.rows - before.rows,
    read: writes.read - before.read,
    alarms: writes.alarms - before.alarms,
  };
}

/** `d1` with every statement that is executed counted, each of a batch alone. */
export function countStatements(d1: D1Database): { readonly d1: D1Database; readonly count: () => number } {
  let count = 0;
  const onStatements = (statements: number) => {
    count += statements;
  };
  return { d1: listenToD1(d1, { onStatements }), count: () => count };
}
