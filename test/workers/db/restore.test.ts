// D1 put back to an earlier state in the middle of a sale, twice, and what `npm run restored` and `npm run project`
// make of it: nothing is oversold, nothing is lost, and D1 ends with what the inventories have (rule X6).

import { env } from "cloudflare:workers";
import { eq, max, sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { unlessRestoring } from "../../../src/app/jobs/cron.ts";
import { redeliverTerms } from "../../../src/app/deliveries/deliver-terms.ts";
import { untilDone } from "../../../src/app/jobs/work-in-pages.ts";
import { RESTORING_KEY } from "../../../src/cache/restoring.ts";
import { literal, type Statement } from "../../../src/cli/d1/database.ts";
import {
  OVER_CAPACITY,
  POSITIONS,
  projectAnew,
  raiseEpoch,
  totalsTaken,
  UNDELIVERED,
  UNKNOWN_HOMES,
} from "../../../src/cli/rows/restore-rows.ts";
import { restores } from "../../../src/db/schema/sync.ts";
import { events, ticketTypes } from "../../../src/db/schema/catalogue.ts";
import { orders } from "../../../src/db/schema/sales.ts";
import { homeOf, parseId, parseOrderId, type TicketTypeId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { cronAt, termsInside } from "../support/catalogue.ts";
import type { Inventories } from "../../../src/inventory/client.ts";
import { countsOf, db, inventories, seedShow } from "../support/fixture.ts";
import { apiKey, ask, bodyOf, hold, idOf, refusalOf, shopper } from "../support/http.ts";
import { fireAlarm, setClock } from "../support/object.ts";
import { putBack, takeSnapshot } from "../support/storage/restoring.ts";
import { booksOfBoth, clear } from "../support/storage/trace.ts";

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(async () => {
  vi.restoreAllMocks();
  await env.CATALOGUE_CACHE.delete(RESTORING_KEY);
  await clear();
});

const batch = (statements: readonly Statement[]) =>
  env.DB.batch(statements.map((each) => env.DB.prepare(literal(each))));
const read = async (statement: Statement) => (await env.DB.prepare(literal(statement)).all()).results;

/** Two types of 20 tickets in an event of 40 places, and who sells and buys. */
async function aSale() {
  const show = await seedShow([{ total: 20 }, { total: 20 }], { capacity: 40 });
  const { token } = await apiKey(show.organizationId, "owner");
  const [first, second] = [...show.typeIds].sort() as [TicketTypeId, TicketTypeId];
  const change = async (path: string, json: object) => {
    const seen = await ask("GET", path, { token });
    return ask("PATCH", path, { token, json, headers: { "If-Match": must(seen.headers.get("ETag"), "it has one") } });
  };
  /** A shopper's order of one ticket of each of these types. */
  const buy = async (...types: readonly string[]) => {
    const buyer = await shopper();
    const holds = await Promise.all(types.map((type) => idOf(hold(type, buyer.token))));
    return idOf(ask("POST", "/v1/checkouts", { token: buyer.token, key: "k", json: { hold_ids: holds } }));
  };
  const confirm = async (id: string) =>
    expect((await ask("POST", `/v1/orders/${id}/confirm`, { token })).status).toBe(200);
  return { ...show, token, first, second, change, buy, confirm };
}

let clock = Date.now();
/**
 * At least a second ahead, and never behind the true time, however long the test takes, since the consequences of a
 * restore are read by this time.
 */
const later = (): number => (clock = Math.max(clock + 1_000, Date.now()));

/** Lets the alarms project until D1 shows of every type that it knows what the inventories have, row by row. */
async function expectEqual(types: readonly TicketTypeId[]): Promise<void> {
  const both = async () => {
    const { shown, kept } = await booksOfBoth();
    const known = new Set<unknown>(types);
    const homes = (shown.orders as { id: string }[]).filter(({ id }) =>
      known.has(homeOf(must(parseOrderId(id), "D1 has ids of orders"))),
    );
    return { shown: { ...shown, orders: homes }, kept };
  };
  await expect
    .poll(async () => {
      const now = later();
      for (const type of types) await setClock(type, now);
      await Promise.all(types.map(fireAlarm));
      const { shown, kept } = await both();
      return JSON.stringify(shown) === JSON.stringify(kept);
    })
    .toBe(true);
  const { shown, kept } = await both();
  expect(shown).toEqual(kept);
}

/** As the command goes, with the cron that comes meanwhile. */
async function runRestored(now: number): Promise<void> {
  await batch(raiseEpoch(now));
  await redeliverTerms(cronAt(now));
  expect(await read(UNDELIVERED)).toEqual([]);
  await env.CATALOGUE_CACHE.delete(RESTORING_KEY);
}

/** The inventories have the terms that D1 has, of a version that no history before the epoch had. */
async function expectTermsOfD1(types: readonly TicketTypeId[]): Promise<void> {
  const [epoch] = await db.select({ at: max(restores.epoch) }).from(restores);
  for (const type of types) {
    const [row] = await db.select().from(ticketTypes).where(eq(ticketTypes.id, type));
    expect((await termsInside(type))?.version).toBe(row?.terms_version);
    expect(row?.terms_version).toBeGreaterThanOrEqual(Math.floor(Number(epoch?.at) / 1_000));
  }
}

describe("a sale whose D1 is put back twice", () => {
  it("[X6] [X3] [K3] [H1] goes on, keeps totals and orders, and D1 has them again after the command", async () => {
    const sale = await aSale();
    const { first, second, token, change, buy, confirm } = sale;
    const types = [first, second];
    await confirm(await buy(first));
    await expectEqual(types);
    const earlier = await takeSnapshot();
    let bought = 1;

    for (const round of [1, 2]) {
      // What D1 is to forget: a larger event, a larger total, a type, orders and their ends.
      await db.update(events).set({ capacity: 80, version: sql`version + 1` });
      expect((await change(`/v1/ticket-types/${first}`, { total_quantity: 40 + round })).status).toBe(200);
      const body = { name: "Late", price: "10.00", total_quantity: 5, max_per_order: 4 };
      const made = ask("POST", `/v1/events/${sale.eventId}/ticket-types`, { token, json: body });
      const forgotten = must(parseId("tt", await idOf(made)), "it was created");
      await confirm(await buy(first, second));
      await buy(second);
      bought += 1;
      await expectEqual(types);

      await env.CATALOGUE_CACHE.put(RESTORING_KEY, "now");
      await putBack(earlier);
      expect(await refusalOf(change(`/v1/ticket-types/${first}`, { total_quantity: 30 }))).toBe("503 restoring");
      await confirm(await buy(first, second));
      const since = await buy(forgotten);
      bought += 1;
      for (const type of [...types, forgotten]) {
        await setClock(type, later());
        await fireAlarm(type);
      }

      const now = Date.now() + round;
      await runRestored(now);
      expect(await countsOf(first), "the inventory's own").toMatchObject({ total: 40 + round, sold: bought });
      await expectEqual(types);
      expect(await read(totalsTaken(now - 60_000))).toEqual([
        { id: first, changes: JSON.stringify({ total_quantity: 40 + round }) },
      ]);
      expect(await read(OVER_CAPACITY)).toEqual([{ id: sale.eventId, name: "Event", used: 60 + round, capacity: 40 }]);
      const unknown = [homeOf(must(parseOrderId(since), "an order"))];
      expect(await read(UNKNOWN_HOMES)).toEqual(unknown.map((id) => ({ id })));

      expect((await change(`/v1/ticket-types/${second}`, { max_per_order: 5 })).status).toBe(200);
      expect((await change(`/v1/ticket-types/${first}`, { total_quantity: 20 })).status, "and K3 holds again").toBe(
        200,
      );
      expect(await countsOf(first)).toMatchObject({ total: 20, sold: bought });
      expect(await read(OVER_CAPACITY)).toEqual([]);
    }
    for (const type of types) {
      const { total, sold, held } = await countsOf(type);
      expect(sold + held).toBeLessThanOrEqual(total);
    }
  });

  it("[X6] [L2] repeats no version that was shown before, and the cron delivers a lost delivery", async () => {
    const { first, second, token, change } = await aSale();
    const etag = async () =>
      must((await ask("GET", `/v1/ticket-types/${first}`, { token })).headers.get("ETag"), "one");
    const earlier = await takeSnapshot();
    const seen: string[] = [];
    for (const total of [21, 22, 19]) {
      expect((await change(`/v1/ticket-types/${second}`, { total_quantity: 20 })).status).toBe(200);
      expect((await change(`/v1/ticket-types/${first}`, { max_per_order: total })).status).toBe(200);
      seen.push(await etag());
    }
    await putBack(earlier);
    await batch(raiseEpoch(Date.now()));
    expect(await read(UNDELIVERED)).toEqual([first, second].map((id) => ({ id })));
    await redeliverTerms(cronAt(Date.now()));
    expect(await read(UNDELIVERED)).toEqual([]);
    await expectTermsOfD1([first, second]);
    for (const most of [5, 6, 7]) {
      await change(`/v1/ticket-types/${first}`, { max_per_order: most });
      expect(seen).not.toContain(await etag());
    }
  });

  it("[X6] [K6] is not settled by a delivery that was under way when a later epoch began", async () => {
    const { first, second } = await aSale();
    const types = [first, second].map((id) => ({ id }));
    const duringWhich: Inventories = (...which) => ({
      ...inventories(...which),
      async terms(...sent) {
        const reply = await inventories(...which).terms(...sent);
        await batch(raiseEpoch(Date.now()));
        return reply;
      },
    });
    await batch(raiseEpoch(Date.now()));
    await redeliverTerms({ ...cronAt(Date.now()), inventories: duringWhich });
    expect(await read(UNDELIVERED)).toEqual(types);
    await redeliverTerms(cronAt(Date.now()));
    expect(await read(UNDELIVERED)).toEqual([]);
    await expectTermsOfD1([first, second]);
  });

  it("[X6] the epoch only grows, also when the operator's clock stands still or has gone back", async () => {
    const epochs: number[] = [];
    for (const now of [5_000, 5_000, 1_000, 9_000]) {
      await batch(raiseEpoch(now));
      epochs.push(Math.max(...(await db.select().from(restores)).map(({ epoch }) => epoch)));
    }
    expect(epochs).toEqual([5_000, 5_001, 5_002, 9_000]);
  });
});

describe("while the marker is set", () => {
  it("[X6] nothing of the catalogue is changed, by nobody and not by the clock; everything else goes on", async () => {
    const { eventId, first, token, change, buy, confirm } = await aSale();
    const venue = must((await db.select().from(events))[0], "there is one").venue_id;
    const refused = async () => [
      await refusalOf(change(`/v1/venues/${venue}`, { name: "New" })),
      await refusalOf(change(`/v1/events/${eventId}`, { name: "New" })),
      await refusalOf(change(`/v1/ticket-types/${first}`, { name: "New" })),
      await refusalOf(ask("POST", `/v1/events/${eventId}/start`, { token })),
      await refusalOf(ask("POST", `/v1/venues/${venue}/gates`, { token, json: {} })),
    ];
    await env.CATALOGUE_CACHE.put(RESTORING_KEY, "now");
    const answer = await change(`/v1/events/${eventId}`, { name: "New" });
    expect(Number(answer.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(await bodyOf(answer)).toMatchObject({ type: "/problems/restoring", code: "restoring" });
    expect(await refused()).toEqual(Array.from({ length: 5 }, () => "503 restoring"));
    expect(await refusalOf(ask("POST", `/v1/events/${eventId}/start`, {}))).toBe("401 unauthenticated");
    let ran = 0;
    const job = unlessRestoring(async () => void (ran += 1));
    await job(cronAt(Date.now()), untilDone);
    expect(ran).toBe(0);
    expect((await ask("GET", `/v1/events/${eventId}`, { token })).status).toBe(200);
    await confirm(await buy(first));
    await env.CATALOGUE_CACHE.delete(RESTORING_KEY);
    await job(cronAt(Date.now()), untilDone);
    expect(ran).toBe(1);
    expect((await change(`/v1/events/${eventId}`, { name: "New" })).status).toBe(200);
  });

  it("[X6] when KV does not say, the catalogue is not changed", async () => {
    const { first, change } = await aSale();
    vi.spyOn(env.CATALOGUE_CACHE, "get").mockRejectedValue(new Error("KV is away"));
    expect(await refusalOf(change(`/v1/ticket-types/${first}`, { name: "New" }))).toBe("503 temporarily_unavailable");
  });
});

describe("the projection filled from nothing", () => {
  it("[X6] [K5] has all orders and counts again during the sale, and names types of orders that D1 lacks", async () => {
    const { first, second, buy, confirm } = await aSale();
    const types = [first, second];
    for (let n = 0; n < 3; n++) await confirm(await buy(first, second));
    await expectEqual(types);
    await db.delete(orders);
    await buy(first);
    for (const type of types) {
      await setClock(type, later());
      await fireAlarm(type);
    }
    expect(await db.select().from(orders), "the ledger goes on from where it was").toHaveLength(1);
    const before = await read(POSITIONS);
    await batch(projectAnew(Date.now()));
    await buy(second);
    await fireAlarm(first);
    expect((await read(POSITIONS))[0], "a projection that was under way fills no gap").toMatchObject({ counts_seq: 0 });
    await redeliverTerms(cronAt(Date.now()));
    await buy(second);
    await expectEqual(types);
    expect(await db.select().from(orders)).toHaveLength(6);
    for (const [n, { counts_seq }] of (await read(POSITIONS)).entries())
      expect(Number(counts_seq)).toBeGreaterThanOrEqual(Number(before[n]?.["counts_seq"]));
    expect(await read(UNKNOWN_HOMES)).toEqual([]);
  });
});
