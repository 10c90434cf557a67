// Counts what an object writes and what goes to D1, for tests that look into objects.

import type { TicketTypeId } from "../../src/domain/ids.ts";
import { countStorage, listenToD1, type StorageCounts } from "./platform-counts.ts";
import { inside } from "./object.ts";

/** `rows`: as SQLite counts them. An alarm that is set is one row more, and counted apart. */
export type Writes = Pick<StorageCounts, "rows" | "alarms">;

/** Counts every row that the object of `typeId` writes from now on. */
export function countWrites(typeId: TicketTypeId): Promise<Writes> {
  return inside(typeId, (_, { storage }) => {
    const counts: StorageCounts = { rows: 0, rowsRead: 0, alarms: 0 };
    countStorage(storage, counts);
    return counts;
  });
}

/** `d1` with every statement that is executed counted, each of a batch alone. */
export function countStatements(d1: D1Database): { readonly d1: D1Database; readonly count: () => number } {
  let count = 0;
  const onStatements = (statements: number) => {
    count += statements;
  };
  return { d1: listenToD1(d1, { onStatements }), count: () => count };
}
