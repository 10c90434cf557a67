// What D1 owes an object that stays away: tried each minute at first, then parked, with pauses that end (rules K6, E4,
// T4).

import { env } from "cloudflare:workers";
import { eq, sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { deliverDoors, redeliverDoors } from "../../../src/app/deliveries/deliver-doors.ts";
import { redeliverFeeds } from "../../../src/app/deliveries/deliver-feeds.ts";
import { deliverTerms, redeliverTerms } from "../../../src/app/deliveries/deliver-terms.ts";
import { redeliverWipes } from "../../../src/app/deliveries/deliver-wipes.ts";
import { insertFeedSyncs } from "../../../src/db/outbox/feed-syncs.ts";
import { insertTermsSync, insertWipes } from "../../../src/db/outbox/terms-syncs.ts";
import { events, ticketTypes } from "../../../src/db/schema/catalogue.ts";
import { syncRows } from "../../../src/db/schema/sync.ts";
import type { EventId, TicketTypeId } from "../../../src/domain/ids.ts";
import { LONGEST_PARKED_MS } from "../../../src/domain/time/parking.ts";
import { must } from "../../../src/domain/result.ts";
import type { Inventories } from "../../../src/inventory/client.ts";
import { cronAt } from "../support/catalogue.ts";
import { AWAY, change, changedEvent, openDoorPort, taken, waitingFor } from "../door/port.ts";
import { db, feeds, inventories, seedShow } from "../support/fixture.ts";

const MINUTE = 60_000;
const START = Date.now();

let lines: Record<string, unknown>[] = [];
beforeEach(async () => {
  lines = [];
  vi.spyOn(console, "error").mockImplementation((line) => {
    lines.push(JSON.parse(String(line)) as Record<string, unknown>);
  });
  await env.DB.exec("DELETE FROM sync_rows");
});
afterEach(() => {
  vi.restoreAllMocks();
});

const parkings = () => lines.filter(({ event }) => event === "delivery_parked");
const rowOf = async (target: EventId | TicketTypeId) =>
  must((await db.select().from(syncRows).where(eq(syncRows.target, target)))[0], "a row waits");

/** Runs the cron's part once a minute; returns the minutes in which the door was called. */
async function minutesCalled(doors: ReturnType<typeof openDoorPort>, minutes: number): Promise<number[]> {
  const called: number[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    const before = doors.told.length;
    await redeliverDoors(cronAt(START + minute * MINUTE, { doors: doors.doors }));
    if (doors.told.length > before) called.push(minute);
  }
  return called;
}

/** A door of a draft, which has failed so often that it is parked. */
async function parkedDoor(): Promise<EventId> {
  const eventId = await changedEvent({ status: "draft" });
  await minutesCalled(
    openDoorPort(() => AWAY),
    5,
  );
  expect((await rowOf(eventId)).parked_until).toBeGreaterThan(START + 4 * MINUTE);
  return eventId;
}

describe("[K6] a target that stays away", () => {
  it("is called in each of five minutes, then after pauses of 2 to 15 minutes, and each pause is logged", async () => {
    const eventId = await changedEvent({ status: "draft" });
    const called = await minutesCalled(
      openDoorPort(() => AWAY),
      180,
    );
    expect(called.slice(0, 5)).toEqual([0, 1, 2, 3, 4]);
    const pauses = called.slice(5).map((minute, at) => minute - must(called[at + 4], "the one before"));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(2);
    // A pause ends within a minute; the next round is up to another minute later.
    expect(Math.max(...pauses)).toBeLessThanOrEqual(16);
    expect(pauses.length).toBeGreaterThanOrEqual(10);
    expect(parkings().length).toBe(called.length - 4);
    const [first] = parkings();
    expect(first).toMatchObject({ subject: "door", event_id: eventId, attempts: 5, request_id: expect.any(String) });
    expect(Date.parse(String(first?.["until"]))).toBeGreaterThan(START);
    expect(await rowOf(eventId)).toMatchObject({ version: 2, attempts: called.length });
  });

  it("and is back gets it at the latest when its pause is over, and its row is gone", async () => {
    const eventId = await parkedDoor();
    const back = openDoorPort();
    const end = (await rowOf(eventId)).parked_until;
    const runAt = (now: number) => redeliverDoors(cronAt(now, { doors: back.doors }));
    expect([await runAt(end - 1), back.told.length]).toEqual([0, 0]);
    expect([await runAt(end), back.told.length]).toEqual([0, 1]);
    expect(await waitingFor(eventId)).toEqual([]);
  });

  it("is called at once when something is changed", async () => {
    const eventId = await parkedDoor();
    await change(eventId);
    expect(await rowOf(eventId)).toMatchObject({ version: 3, attempts: 0, parked_until: 0 });
    expect(await minutesCalled(openDoorPort(), 1)).toEqual([0]);
    expect(await waitingFor(eventId)).toEqual([]);
  });

  it("gets it from a verb that names it, and not by one that delivers whatever waits", async () => {
    const eventId = await parkedDoor();
    const port = openDoorPort();
    const behind: Promise<unknown>[] = [];
    const context = cronAt(START, { doors: port.doors, waitUntil: (work) => void behind.push(work) });
    deliverDoors(context, null);
    await Promise.all(behind);
    expect([port.told.length, await waitingFor(eventId)]).toEqual([0, [2]]);
    deliverDoors(context, [eventId]);
    await Promise.all(behind);
    expect([port.told.length, await waitingFor(eventId)]).toEqual([1, []]);
  });

  it("is not counted for what was changed while it was called", async () => {
    const eventId = await changedEvent({ status: "draft" });
    let calls = 0;
    const changing = openDoorPort(async () => {
      if (++calls === 5) await change(eventId);
      return AWAY;
    });
    await minutesCalled(changing, 5);
    expect(await rowOf(eventId)).toMatchObject({ version: 3, attempts: 0, parked_until: 0 });
    expect(parkings()).toEqual([]);
  });

  it("keeps what was changed while an older version was acknowledged", async () => {
    const eventId = await parkedDoor();
    const port = openDoorPort(async (told) => {
      await change(eventId);
      return taken(told);
    });
    deliverDoors(cronAt(START, { doors: port.doors }), [eventId]);
    await expect.poll(() => port.told.length).toBeGreaterThan(0);
    await expect.poll(() => waitingFor(eventId)).toEqual([3]);
    expect(await rowOf(eventId)).toMatchObject({ attempts: 0, parked_until: 0 });
  });

  it.each([
    [0, 0],
    [1, 1],
  ])("by a clock that was ahead, %i ms beyond the longest pause, is called %i times", async (beyond, times) => {
    const eventId = await changedEvent({ status: "draft" });
    await db
      .update(syncRows)
      .set({ attempts: 9, parked_until: START + LONGEST_PARKED_MS + beyond })
      .where(eq(syncRows.target, eventId));
    const port = openDoorPort();
    await redeliverDoors(cronAt(START, { doors: port.doors }));
    expect(port.told.length).toBe(times);
  });
});

describe("[E4] [T4] of an event that is published or live", () => {
  it.each(["published", "live"] as const)("(%s) no target is parked, however often it fails", async (status) => {
    const { eventId, typeIds } = await seedShow([{ total: 1, number: 1 }], { status });
    const typeId = must(typeIds[0], "a type");
    await change(eventId);
    await db.batch([
      db.run(insertTermsSync(sql`${ticketTypes.id} = ${typeId}`, START)),
      db.run(insertFeedSyncs(sql`id = ${eventId}`, START)),
    ]);
    const silent: Inventories = (id) => ({ ...inventories(id), terms: async () => AWAY });
    const deaf = { ...feeds(eventId), sync: () => Promise.reject(new Error("away")) };
    const away = openDoorPort(() => AWAY);
    for (let minute = 0; minute < 12; minute++) {
      const context = cronAt(START + minute * MINUTE, { doors: away.doors, inventories: silent, feeds: () => deaf });
      expect(await redeliverTerms(context)).toBe(1);
      expect(await redeliverDoors(context)).toBe(1);
      expect(await redeliverFeeds(context)).toBe(1);
    }
    expect(parkings()).toEqual([]);
    // No round wrote anything.
    expect(await rowOf(typeId)).toMatchObject({ attempts: 0, parked_until: 0 });
    await db.update(events).set({ status: "ended" }).where(eq(events.id, eventId));
    for (let minute = 12; minute < 17; minute++)
      await redeliverTerms(cronAt(START + minute * MINUTE, { inventories: silent }));
    expect(parkings()).toMatchObject([{ subject: "terms", ticket_type_id: typeId, attempts: 5 }]);
  });
});

describe("[K6] an inventory of a draft that is parked", () => {
  it("has its terms as soon as they are delivered by a verb", async () => {
    const { typeIds } = await seedShow([{ total: 1 }], { status: "draft" });
    const typeId = must(typeIds[0], "a type");
    await db.run(insertTermsSync(sql`${ticketTypes.id} = ${typeId}`, START));
    const silent: Inventories = (id) => ({ ...inventories(id), terms: async () => AWAY });
    for (let minute = 0; minute < 5; minute++)
      await redeliverTerms(cronAt(START + minute * MINUTE, { inventories: silent }));
    expect(parkings()).toMatchObject([{ subject: "terms", ticket_type_id: typeId, attempts: 5 }]);
    expect(await deliverTerms(cronAt(START), [typeId])).toBe(true);
    expect(await db.select().from(syncRows)).toEqual([]);
  });

  it("[K3] is wiped when its pause is over, once its type is deleted", async () => {
    const { typeIds } = await seedShow([{ total: 1 }], { status: "draft" });
    const typeId = must(typeIds[0], "a type");
    const ofType = sql`${ticketTypes.id} = ${typeId}`;
    await db.batch([...insertWipesAs(ofType), db.run(sql`DELETE FROM ${ticketTypes} WHERE ${ofType}`)]);
    const silent: Inventories = (id) => ({ ...inventories(id), wipe: async () => AWAY });
    for (let minute = 0; minute < 5; minute++)
      expect(await redeliverWipes(cronAt(START + minute * MINUTE, { inventories: silent }))).toBe(1);
    const { parked_until } = await rowOf(typeId);
    expect(await redeliverWipes(cronAt(parked_until - 1))).toBe(0);
    expect(await rowOf(typeId)).toMatchObject({ subject: "wipe", attempts: 5 });
    expect(await redeliverWipes(cronAt(parked_until))).toBe(0);
    expect(await db.select().from(syncRows)).toEqual([]);
  });
});

function insertWipesAs(which: ReturnType<typeof sql>) {
  const [wipe, terms] = insertWipes(which, START);
  return [db.run(wipe), db.run(terms)] as const;
}
