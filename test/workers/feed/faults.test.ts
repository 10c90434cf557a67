// What may go wrong around a feed: evictions, a feed or a type that is away, words that are lost, and a crowd.

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { redeliverFeeds } from "../../../src/app/deliveries/deliver-feeds.ts";
import { transitionEvent } from "../../../src/app/events/transition-event.ts";
import { listSyncs } from "../../../src/db/outbox/outbox.ts";
import { type EventId, parseId, type TicketTypeId } from "../../../src/domain/ids.ts";
import { MAX_SOCKETS, SOCKETS_FOR_SCANNERS } from "../../../src/domain/limits.ts";
import { must } from "../../../src/domain/result.ts";
import { newFeedState } from "../../../src/feed/feed-state.ts";
import type { EventFeed } from "../../../src/feed/event-feed.ts";
import { openFeedSockets } from "../../../src/feed/feed-sockets.ts";
import { cronAt, move, openTenant, published } from "../support/catalogue.ts";
import { countsOf, db, feeds, held, inventories, objectOf, seedShow, seedType } from "../support/fixture.ts";
import { alarmAt, fireAlarm, inside } from "../support/object.ts";
import { follow, showing, viewerOn } from "../support/socket.ts";

const feedOf = (eventId: EventId) => env.EVENT_FEED.getByName(eventId);
const inFeed = <T>(eventId: EventId, work: (feed: EventFeed, state: DurableObjectState) => T | Promise<T>) =>
  runInDurableObject(feedOf(eventId), work);
const watch = (eventId: EventId) => follow(`/v1/events/${eventId}/live`);
const shopper = () => newId("shp");
const first = (ids: readonly TicketTypeId[]) => must(ids[0], "there is a type");

describe("an eviction", () => {
  it("[L3] [L2] between two changes: what is sent is the stored state, whatever the memory said", async () => {
    const { eventId, typeIds } = await seedShow([{ total: 10 }, { total: 20 }]);
    const [one, two] = [first(typeIds), must(typeIds[1], "two types")];
    const viewer = await watch(eventId);
    await held(one, shopper(), 3);
    await viewer.until(showing(one, { held: 3 }));
    await inFeed(eventId, (feed) => {
      for (const type of feed.state.types.values()) Object.assign(type, { seq: 99, held: 9, sold: 9, total: 99 });
      const event = must(feed.state.catalogue, "it is known").event;
      Object.assign(event, { status: "ended" });
    });
    await evictDurableObject(feedOf(eventId));
    await held(two, shopper(), 5);
    await viewer.until(showing(two, { held: 5, available: 15 }));
    const late = await watch(eventId);
    const snapshot = await late.until(({ type }) => type === "snapshot");
    expect(snapshot.event?.status).toBe("published");
    expect(snapshot.ticket_types?.find(({ id }) => id === one)).toMatchObject({ held: 3, total: 10 });
    expect(viewer.texts.join() + late.texts.join()).not.toContain(`"seq":99`);
  });

  it("[L5] of a feed without sockets costs one read by its next reader: no alarm is set, all is known", async () => {
    const { eventId, typeId } = await seedType(10);
    const viewer = await watch(eventId);
    await viewer.until(({ type }) => type === "snapshot");
    expect(await inFeed(eventId, (_, state) => state.storage.getAlarm())).toBeNull();
    viewer.socket.close();
    await held(typeId, shopper(), 2);
    await evictDurableObject(feedOf(eventId));
    await (await watch(eventId)).until(showing(typeId, { held: 2 }));
  });
});

describe("a feed that is away", () => {
  it("[L6] [L3] delays no hold, and catches up by the sender's alarm", async () => {
    const { eventId, typeId } = await seedType(100);
    const viewer = await watch(eventId);
    await viewer.until(({ type }) => type === "snapshot");
    let calls = 0;
    await inside(typeId, (object) => {
      object.feeds = () => ({ ...feeds(eventId), push: () => Promise.reject(new Error(`away ${++calls}`)) });
    });
    for (let i = 1; i <= 20; i++) await held(typeId, shopper(), 1);
    expect(calls, "it is left alone between attempts").toBeLessThan(20);
    expect(await countsOf(typeId)).toMatchObject({ held: 20 });
    // Twice, so that all other reasons for which the alarm was set are done; the holds' own end is five minutes away.
    for (let i = 0; i < 2; i++) await runDurableObjectAlarm(objectOf(typeId));
    expect(must(await alarmAt(typeId), "the alarm stands for the feed") - Date.now()).toBeLessThan(31_000);
    await inside(typeId, (object) => {
      object.feeds = feeds;
    });
    // Time passes, as for the backoff; the rest is the alarm's.
    await inside(typeId, (object) => {
      object.clock = () => Date.now() + 40_000;
    });
    await fireAlarm(typeId);
    await viewer.until(showing(typeId, { held: 20 }));
  });

  it("[L6] that never replies delays no hold, and gets one push at a time", async () => {
    const { eventId, typeId } = await seedType(100);
    const viewer = await watch(eventId);
    await viewer.until(({ type }) => type === "snapshot");
    const pushed: number[] = [];
    const answers: (() => void)[] = [];
    await inside(typeId, (object) => {
      object.feeds = () => ({
        ...feeds(eventId),
        push: (_, { held: shown }) => {
          pushed.push(shown);
          return new Promise((resolve) => answers.push(resolve));
        },
      });
    });
    await held(typeId, shopper(), 1);
    // The push before may still wait for its acknowledgement, which comes with the next frame.
    await expect.poll(() => pushed).toEqual([1]);
    for (let i = 2; i <= 5; i++) await held(typeId, shopper(), 1);
    expect(pushed).toEqual([1]);
    // Its acknowledgement brings the next push, with the latest counts alone; the alarm has no part in it.
    const acknowledge = (index: number) =>
      inside(typeId, async (object) => {
        object.alarm = () => Promise.resolve();
        answers[index]?.();
        await new Promise((resolve) => setTimeout(resolve, 0));
      });
    await acknowledge(0);
    expect(pushed).toEqual([1, 5]);
    await acknowledge(1);
    expect(pushed).toEqual([1, 5]);
  });

  it("[L2] takes nothing older than what it has, in whatever order it comes", async () => {
    const { eventId, typeId } = await seedType(10);
    const viewer = await watch(eventId);
    await held(typeId, shopper(), 3);
    await viewer.until(showing(typeId, { held: 3 }));
    const counts = { total: 10, sold: 0, held: 0, withdrawn: 0, available: 10 };
    const stale = { id: typeId, seq: 1, status: "available", ...counts } as const;
    await feeds(eventId).push(typeId, stale);
    await feeds(eventId).push(typeId, { ...stale, seq: 2 });
    const late = await watch(eventId);
    await late.until(showing(typeId, { held: 3 }));
    const seqs = viewer.frames.map(({ ticket_types }) => ticket_types?.[0]?.seq ?? 0);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
  });
});

describe("a type that wakes", () => {
  it("[L5] for a read pushes nothing; woken by its alarm it pushes once, since that may be why", async () => {
    const { eventId, typeId } = await seedType(10);
    await held(typeId, shopper(), 1);
    await fireAlarm(typeId);
    await evictDurableObject(objectOf(typeId));
    const pushed: number[] = [];
    await inside(typeId, (object) => {
      object.feeds = () => ({ ...feeds(eventId), push: (_, { seq }) => Promise.resolve(void pushed.push(seq)) });
    });
    await countsOf(typeId);
    expect(pushed).toEqual([]);
    await fireAlarm(typeId);
    await fireAlarm(typeId);
    expect(pushed).toEqual([2]);
  });

  it("[L3] [H4] after a lost push and a dropped alarm pushes when the cron compares its position", async () => {
    const { eventId, typeId } = await seedType(10);
    const viewer = await watch(eventId);
    await viewer.until(({ type }) => type === "snapshot");
    await inside(typeId, (object) => {
      object.feeds = () => ({ ...feeds(eventId), push: () => Promise.reject(new Error("the network is away")) });
    });
    await held(typeId, shopper(), 1);
    await inside(typeId, (_, state) => state.storage.deleteAlarm());
    await evictDurableObject(objectOf(typeId));
    expect(await inventories(typeId).position()).toMatchObject({ ok: true });
    await viewer.until(showing(typeId, { held: 1 }));
  });
});

describe("a word from D1", () => {
  it.each(["lost before", "lost after"] as const)(
    "[L2] [T7] of a Worker that died (%s) is repeated by the cron, and owed by a row until then",
    async (when) => {
      const tenant = await openTenant();
      const { eventId: text } = await published(tenant);
      const eventId = must(parseId("evt", text), "it was created");
      const viewer = await watch(eventId);
      await viewer.until(({ type }) => type === "snapshot");
      await expect.poll(async () => (await listSyncs(db, "feed", [eventId], { now: 0, limit: 9 })).length).toBe(0);
      const dead = {
        ...feeds(eventId),
        sync: async (catalogue: Parameters<ReturnType<typeof feeds>["sync"]>[0]) => {
          if (when === "lost after") await feeds(eventId).sync(catalogue);
          throw new Error(`${when} it was told`);
        },
      };
      // It works on behind its response: only what it had written stays.
      const context = { ...cronAt(Date.now()), actor: tenant.actor, feeds: () => dead };
      const moved = await transitionEvent(context, eventId, "start", null);
      expect(moved.ok).toBe(true);
      await expect.poll(async () => (await listSyncs(db, "feed", [eventId], { now: 0, limit: 9 })).length).toBe(1);
      expect(await redeliverFeeds(cronAt(Date.now()))).toBe(0);
      await viewer.until(({ event }) => event?.status === "live");
      expect(await listSyncs(db, "feed", [eventId], { now: 0, limit: 9 })).toEqual([]);
      const told = viewer.frames.filter(({ type }) => type === "event");
      expect(told.map(({ event }) => event?.version)).toEqual([3]);
    },
  );

  it("[L2] that is older than what the feed has changes nothing", async () => {
    const tenant = await openTenant();
    const { eventId: text } = await published(tenant);
    const eventId = must(parseId("evt", text), "it was created");
    const viewer = await watch(eventId);
    await viewer.until(({ type }) => type === "snapshot");
    const before = await inFeed(eventId, (feed) => must(feed.state.catalogue, "it is known"));
    await move(tenant, eventId, "start");
    await viewer.until(({ event }) => event?.status === "live");
    await feeds(eventId).sync(before);
    const late = await watch(eventId);
    expect((await late.until(({ type }) => type === "snapshot")).event).toMatchObject({ status: "live", version: 3 });
  });

  it("[X5] about an event that nobody follows stores nothing", async () => {
    const { eventId } = await seedType(1);
    const tenant = await openTenant();
    const { eventId: other } = await published(tenant);
    const catalogue = await inFeed(must(parseId("evt", other), "it was created"), (feed) => feed.state.catalogue);
    await feeds(eventId).sync(catalogue);
    const tables = await inFeed(eventId, (_, state) =>
      state.storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'board'").toArray(),
    );
    expect(tables).toEqual([]);
  });
});

describe("a crowd", () => {
  it("[X4] of the public finds 9,000 places on a feed, and scanners 1,000 more; past them 1013", () => {
    const feedState = newFeedState();
    feedState.catalogue = {
      position: 1,
      organizationId: newId("org"),
      venueId: newId("ven"),
      event: { id: newId("evt"), status: "live", version: 1 },
      gates: [],
      ticketTypeIds: [],
    };
    const codeAt = async (open: number, audience: "public" | "scanner") => {
      const sockets = openFeedSockets({
        sockets: {
          acceptWebSocket: (socket) => socket.accept(),
          getWebSockets: (tag?: string) => Array.from<WebSocket>({ length: tag === "public" ? open : 0 }),
          getTags: () => ["public"],
        },
        state: () => feedState,
        clock: Date.now,
        keep: () => true,
        elsewhere: () => 0,
      });
      const viewer = viewerOn(sockets.join(new Request("https://feed"), audience, null));
      return Promise.race([viewer.closed.then(({ code }) => code), viewer.until(() => true).then(({ type }) => type)]);
    };
    const room = MAX_SOCKETS - SOCKETS_FOR_SCANNERS;
    return expect(
      Promise.all([
        codeAt(room - 1, "public"),
        codeAt(room, "public"),
        codeAt(MAX_SOCKETS - 1, "scanner"),
        codeAt(MAX_SOCKETS, "scanner"),
      ]),
    ).resolves.toEqual(["snapshot", 1013, "snapshot", 1013]);
  });

  it("[L4] of busy types keeps the pace of frames: one is acknowledged at once, the others together later", async () => {
    const { eventId, typeId } = await seedType(10);
    const counts = { total: 10, sold: 0, held: 0, withdrawn: 0, available: 10 };
    const occupancy = { id: typeId, seq: 1, status: "available", ...counts } as const;
    const atOnce = (minute: number) =>
      inFeed(eventId, async (feed) => {
        await feed.push(typeId, occupancy);
        const stopped = Date.now() + minute * 60_000;
        feed.clock = () => stopped;
        let acknowledged = 0;
        const pushes = Array.from({ length: 25 }, async () => {
          await feed.push(typeId, occupancy);
          acknowledged += 1;
        });
        await new Promise((resolve) => setTimeout(resolve, 0));
        const early = acknowledged;
        await Promise.all(pushes);
        return early;
      });
    expect(await atOnce(1)).toBe(1);
    await (await watch(eventId)).until(({ type }) => type === "snapshot");
    expect(await atOnce(2)).toBe(1);
  });
});
