// An object after days of selling: it levels off, and selling costs exactly what it did (rule H13). GROWTH_HOLDS says
// how many holds a day; five days of 200,000 are a million.
// @module-tag slow

import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { newId } from "../../../../src/app/context.ts";
import type { TicketTypeId } from "../../../../src/domain/ids.ts";
import { SWEEP_GRID_MS } from "../../../../src/domain/ledger/retention.ts";
import { WALK_ROWS } from "../../../../src/inventory/storage/sql-store.ts";
import type { HoldPage, HoldQuery } from "../../../../src/inventory/storage/store.ts";
import { must } from "../../../../src/domain/result.ts";
import { fillReleased } from "./filled.ts";
import { countsOf, held, HOUR, inventories, seedShow } from "../../support/fixture.ts";
import { alarmAt, alarmComes, inside, setClock, silenceFeed, usePorts } from "../../support/object.ts";
import { costOf, countWrites, type Writes } from "../../support/storage/row-counts.ts";

const DAYS = 5;
const DAY = 24 * HOUR;
const HOLDS_A_DAY = env.GROWTH_HOLDS;

function measure(typeId: TicketTypeId) {
  return inside(typeId, (_, { storage: { sql } }) => {
    const count = (table: string) => Number(sql.exec(`SELECT COUNT(*) AS n FROM ${table}`).one()["n"]);
    return { bytes: sql.databaseSize, holds: count("holds"), ledger: count("ledger") };
  });
}

/** Runs the alarm for as long as something is due at `now`. */
async function settle(typeId: TicketTypeId, now: number): Promise<void> {
  do await alarmComes(typeId);
  while (((await alarmAt(typeId)) ?? Infinity) <= now);
}

/** What a hold, its repeat and its release cost, each a batch of its own. */
async function priceOf(typeId: TicketTypeId, writes: Writes) {
  const shopper = newId("shp");
  await held(typeId, shopper, 1); // Finds the alarm gone and sets it: not of this price.
  const hold = await costOf(writes, () => held(typeId, shopper, 1, "key"));
  const repeat = await costOf(writes, () => held(typeId, shopper, 1, "key"));
  const release = await costOf(writes, async () => {
    const holdId = await held(typeId, shopper, 1, "key");
    const by = { id: shopper, organizationId: null };
    await inventories(typeId).release({ holdId, by, actor: shopper, requestId: "test" });
  });
  return { hold, repeat, release };
}

/** A page costs what it shows; a search without a match reads a bounded number of rows a page. */
async function listingIsBounded(typeId: TicketTypeId, writes: Writes, holds: number): Promise<void> {
  const list = async (query: Omit<HoldQuery, "limit">) => {
    const page = await inventories(typeId).listHolds({ limit: 25, ...query });
    return must(page.ok ? page.value : null, "it answers");
  };
  const first = await costOf(writes, () => list({ beforeSeq: null }));
  expect(first.read, "25 holds, their rows, and a few between").toBeLessThan(200);
  const pages: HoldPage[] = [];
  for (let more = true; more; more = pages.at(-1)?.nextSeq !== null) {
    const beforeSeq = pages.at(-1)?.nextSeq ?? null;
    const cost = await costOf(writes, async () => pages.push(await list({ beforeSeq, status: "expired" })));
    expect(cost.read).toBeLessThan(2 * WALK_ROWS);
  }
  expect(pages.flatMap(({ holds: found }) => found)).toEqual([]);
  expect(pages.length, "it ends where the holds end, not where the ledger does").toBe(
    Math.ceil((2 * holds) / WALK_ROWS),
  );
}

const title = "[H13] days of sales level off in rows and bytes, and a hold costs what it costs an empty object";
it(title, { timeout: 900_000 }, async () => {
  const start = Math.ceil(Date.now() / SWEEP_GRID_MS) * SWEEP_GRID_MS;
  const long = { sale_end: start + 30 * DAY, end_time: start + 30 * DAY };
  const { typeIds } = await seedShow([{ total: 10_000 }, { total: 10_000 }], long);
  const [typeId, emptyId] = [must(typeIds[0], "the first type"), must(typeIds[1], "the second type")];
  for (const id of typeIds) {
    await usePorts(id, { project: () => Promise.resolve() });
    await silenceFeed(id);
    await countsOf(id);
  }
  const days: Awaited<ReturnType<typeof measure>>[] = [];
  for (let day = 0; day < DAYS; day++) {
    const now = start + day * DAY;
    await setClock(typeId, now);
    await fillReleased(typeId, HOLDS_A_DAY, now);
    await settle(typeId, now);
    days.push(await measure(typeId));
    if (day === 1) {
      const { bytes } = must(days[1], "the second day was measured");
      await inside(typeId, (object) => {
        object.retention = { ...object.retention, cutAboveBytes: bytes };
      });
    }
  }
  console.log(`${HOLDS_A_DAY} holds a day:`, JSON.stringify(days));
  expect(days.map(({ holds }) => holds)).toEqual(days.map(() => HOLDS_A_DAY));
  const [first, second, ...later] = days;
  expect(must(first, "a first day").bytes).toBeGreaterThan(HOLDS_A_DAY * 400);
  for (const { bytes } of later) expect(bytes).toBeLessThanOrEqual(must(second, "a second day").bytes);
  for (const { ledger } of later) expect(ledger).toBeLessThan(5 * HOLDS_A_DAY);

  const writes = await countWrites(typeId, "held");
  expect(await priceOf(typeId, writes)).toEqual(await priceOf(emptyId, await countWrites(emptyId, "held")));
  await listingIsBounded(typeId, writes, HOLDS_A_DAY + 2);
});
