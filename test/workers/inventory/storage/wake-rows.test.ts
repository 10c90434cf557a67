// Exactly what a wake reads of an object's rows (rule X7): what is live, and nothing of what has been.

import { expect, it } from "vitest";
import { newId } from "../../../../src/app/context.ts";
import type { TicketTypeId } from "../../../../src/domain/ids.ts";
import { settledUpTo } from "../../../../src/domain/ledger/memory/book.ts";
import { MAX_EXPIRY_ROWS } from "../../../../src/domain/limits.ts";
import { openSqlStore } from "../../../../src/inventory/storage/sql-store.ts";
import { FOLLOWED_ROWS } from "../../../../src/inventory/storage/stored-book.ts";
import { fillReleased } from "./filled.ts";
import { countsOf, held, HOUR, seedType } from "../../support/fixture.ts";
import { inside, silenceFeed, usePorts } from "../../support/object.ts";
import { countStorage, type StorageCounts } from "../../support/storage/platform-counts.ts";

const PAST = FOLLOWED_ROWS;

/** With three holds of today after `past` that were released long ago. Marks move with the projection, which D1 never takes. */
async function withPast(past: number): Promise<TicketTypeId> {
  const { typeId } = await seedType(1_000_000);
  await usePorts(typeId, { project: () => Promise.reject(new Error("D1_ERROR: away")) });
  await silenceFeed(typeId);
  await countsOf(typeId);
  await fillReleased(typeId, past, Date.now() - HOUR);
  for (let n = 0; n < 3; n++) await held(typeId, newId("shp"), 1);
  return typeId;
}

function tellAll(typeId: TicketTypeId): Promise<void> {
  return inside(typeId, (object, { storage }) => {
    const book = object.ledger.book();
    openSqlStore(storage).setProjectedSeq(book.head.seq, settledUpTo(book));
  });
}

/** The rows that a wake reads, as SQLite counts them, and the active holds that it finds. */
function wakes(typeId: TicketTypeId): Promise<{ read: number; active: number }> {
  return inside(typeId, (_, { storage }) => {
    const counts: StorageCounts = { rows: 0, read: 0, alarms: 0 };
    countStorage(storage, counts, "held");
    const book = openSqlStore(storage).load({ clock: Date.now(), most: MAX_EXPIRY_ROWS });
    const active = [...book.activeHolds].length;
    expect([[...book.orders], [...book.claims], book.ranOut]).toEqual([[], [], null]);
    expect(counts.rows).toBe(0);
    return { read: counts.read, active };
  });
}

it("[X7] a wake reads as much after months as on the first day, and finds each hold by its ledger row", async () => {
  const cost = [];
  for (const past of [2_000, PAST]) {
    const typeId = await withPast(past);
    await tellAll(typeId);
    cost.push(await wakes(typeId));
  }
  console.log(JSON.stringify(cost));
  expect(cost[0]?.active).toBe(3);
  expect(cost[1]).toEqual(cost[0]);
  expect(cost[0]?.read).toBeLessThanOrEqual(60);
});

it("[X7] a wake without a useful mark scans the holds once, for what has expired and what has not", async () => {
  const typeId = await withPast(PAST);
  const { read, active } = await wakes(typeId);
  console.log(`without a mark: ${read} rows`);
  expect(active).toBe(3);
  // The ledger's rows besides, two a hold, for orders and again for claims, of which no mark is set either.
  const scanned = PAST + 2 * 2 * PAST;
  expect(read).toBeGreaterThan(scanned);
  // And the holds after the last active one once more, to see that no page follows.
  expect(read).toBeLessThanOrEqual(scanned + PAST + 100);
});
