// What a feed has missed when it wakes, and how it finds out: what it acknowledged is stored, what it did not
// acknowledge is pushed again, and it queries only the types that did not reply.

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { checkProjections } from "../../../src/app/jobs/check-projections.ts";
import { newId } from "../../../src/app/context.ts";
import type { EventId, TicketTypeId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import type { EventFeed } from "../../../src/feed/event-feed.ts";
import { openFeedStore } from "../../../src/feed/feed-store.ts";
import { cronAt } from "../support/catalogue.ts";
import { feeds, held, seedShow, seedType } from "../support/fixture.ts";
import { fireAlarm, inside } from "../support/object.ts";
import { follow, showing } from "../support/socket.ts";

const feedOf = (eventId: EventId) => env.EVENT_FEED.getByName(eventId);
const inFeed = <T>(eventId: EventId, work: (feed: EventFeed, state: DurableObjectState) => T | Promise<T>) =>
  runInDurableObject(feedOf(eventId), work);
const watch = (eventId: EventId) => follow(`/v1/events/${eventId}/live`);
const shopper = () => newId("shp");
const alarmOf = (eventId: EventId) => inFeed(eventId, (_, state) => state.storage.getAlarm());

/** From now on the type's pushes do not get through. */
const cutOff = (typeId: TicketTypeId) =>
  inside(typeId, (object) => {
    object.feeds = () => {
      throw new Error("no way to the feed");
    };
  });

async function twoTypes() {
  const { eventId, typeIds } = await seedShow([{ total: 10 }, { total: 20 }]);
  return { eventId, one: must(typeIds[0], "two types"), two: must(typeIds[1], "two types") };
}

/** A viewer who came while the feed knew nothing newer of `one` than that nothing is held, since it did not reply. */
async function watchedUnsure() {
  const { eventId, one, two } = await twoTypes();
  await (await watch(eventId)).until(showing(one, { held: 0 }));
  await cutOff(one);
  await held(one, shopper(), 4);
  await inFeed(eventId, (_, state) => {
    for (const socket of state.getWebSockets()) socket.close();
  });
  await expect.poll(() => inFeed(eventId, (_, state) => state.getWebSockets().length)).toBe(0);
  const back = await inFeed(eventId, (feed) => {
    const real = feed.ports;
    feed.ports = { ...real, counts: (id) => (id === one ? Promise.resolve(null) : real.counts(id)) };
    return real;
  });
  const viewer = await watch(eventId);
  await viewer.until(showing(one, { held: 0 }));
  return { eventId, one, two, viewer, back };
}

describe("a feed that wakes", () => {
  it("[L3] [L5] queries no type whose pushes arrived, and sends counts once; lost pushes come by alarm", async () => {
    const { eventId, one, two } = await twoTypes();
    const viewer = await watch(eventId);
    await viewer.until(({ type }) => type === "snapshot");
    await cutOff(one);
    await held(one, shopper(), 4);
    await evictDurableObject(feedOf(eventId));
    await held(two, shopper(), 1);
    await viewer.until(showing(two, { held: 1 }));
    expect(viewer.frames.length, "a snapshot at the start, one on waking, and what came with it").toBeLessThanOrEqual(
      3,
    );
    const counts = (id: TicketTypeId) => inFeed(eventId, (feed) => feed.state.types.get(id)?.held);
    expect([await counts(one), await counts(two)]).toEqual([0, 1]);
    await inside(one, (object) => {
      object.feeds = feeds;
      object.clock = () => Date.now() + 40_000;
    });
    await fireAlarm(one);
    await viewer.until(showing(one, { held: 4 }));
  });

  it("[L3] has all that it acknowledged: that is stored before the reply", async () => {
    const { eventId, typeId } = await seedType(10);
    const viewer = await watch(eventId);
    await viewer.until(({ type }) => type === "snapshot");
    const occupancy = { id: typeId, status: "available", total: 10, sold: 0, withdrawn: 0 } as const;
    const storedAtAnswer = (shown: number) =>
      inFeed(eventId, async (feed, { storage }) => {
        await feed.push(typeId, { ...occupancy, seq: 100 + shown, held: shown, available: 10 - shown });
        return openFeedStore(storage).load().state.types.get(typeId)?.seq;
      });
    for (let shown = 1; shown <= 5; shown++) expect(await storedAtAnswer(shown)).toBe(100 + shown);
    await evictDurableObject(feedOf(eventId));
    expect(await inFeed(eventId, (feed) => feed.state.types.get(typeId)?.seq)).toBe(105);
  });

  it("[L3] has what it acknowledged before anybody followed, once it was shown", async () => {
    const { eventId, typeId } = await seedType(10);
    const occupancy = { id: typeId, status: "available", total: 10, sold: 0, withdrawn: 0 } as const;
    for (const shown of [1, 2]) {
      await feedOf(eventId).push(typeId, { ...occupancy, seq: 100 + shown, held: shown, available: 10 - shown });
    }
    const viewer = await watch(eventId);
    await viewer.until(showing(typeId, { held: 2 }));
    await evictDurableObject(feedOf(eventId));
    expect(await inFeed(eventId, (feed) => feed.state.types.get(typeId)?.seq)).toBe(102);
  });

  it("[L3] queries a type again that did not reply before", async () => {
    const { eventId, one, two, viewer } = await watchedUnsure();
    await evictDurableObject(feedOf(eventId));
    await held(two, shopper(), 1);
    await viewer.until(showing(two, { held: 1 }));
    expect(viewer.frames.some(showing(one, { held: 4 })), "asked before anything is sent").toBe(true);
  });
});

describe("a type that did not reply to its feed", () => {
  it("[L3] [L5] is queried again by the feed's alarm, which is set for no longer than that", async () => {
    const { eventId, one, viewer, back } = await watchedUnsure();
    expect(must(await alarmOf(eventId), "it stands for the type") - Date.now()).toBeLessThanOrEqual(2_000);
    await inFeed(eventId, (feed) => {
      feed.ports = back;
      feed.clock = () => Date.now() + 2_000;
    });
    await runDurableObjectAlarm(feedOf(eventId));
    await viewer.until(showing(one, { held: 4 }));
    expect(await alarmOf(eventId)).toBeNull();
  });

  it("[L3] has its lost alarm set again by the cron, not before it is 10 s late", async () => {
    const { eventId } = await watchedUnsure();
    const lose = (lateMs: number) =>
      inFeed(eventId, async (feed, state) => {
        const stood = (await state.storage.getAlarm()) ?? Date.now() + 2_000;
        await state.storage.deleteAlarm();
        feed.clock = () => stood + lateMs;
      });
    await lose(0);
    await checkProjections(cronAt(Date.now()));
    expect(await alarmOf(eventId)).toBeNull();
    await lose(13_000);
    await checkProjections(cronAt(Date.now() + 11 * 60_000));
    expect(await alarmOf(eventId)).not.toBeNull();
  });
});
