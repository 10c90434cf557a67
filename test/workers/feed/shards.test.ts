// An audience that outgrows one feed: its shards show the same, by the push of the first.

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { type EventId, parseId } from "../../../src/domain/ids.ts";
import { MAX_FEED_SHARDS } from "../../../src/domain/limits.ts";
import { must } from "../../../src/domain/result.ts";
import { joinFeed, shardFor, shardsOf } from "../../../src/feed/client.ts";
import type { EventFeed } from "../../../src/feed/event-feed.ts";
import { change, move, newTicketType, openTenant, published } from "../support/catalogue.ts";
import { feeds, held, seedType } from "../support/fixture.ts";
import { follow, showing, viewerOn } from "../support/socket.ts";

const feedOf = (eventId: EventId, shard = 0) => env.EVENT_FEED.getByName(shard === 0 ? eventId : `${eventId}.${shard}`);
const inFeed = <T>(eventId: EventId, work: (feed: EventFeed, state: DurableObjectState) => T | Promise<T>) =>
  runInDurableObject(feedOf(eventId), work);
const shopper = () => newId("shp");

describe("choosing", () => {
  it("[X4] takes the configured number, within bounds, and one when it is none", () => {
    expect(["1", "4", "32", "33", "0", "-1", "1.5", "", "x"].map(shardsOf)).toEqual([
      1,
      4,
      32,
      MAX_FEED_SHARDS,
      1,
      1,
      1,
      1,
      1,
    ]);
  });

  it("spreads readers evenly, and each to the same shard again", () => {
    const counts = new Map<number, number>();
    for (let i = 0; i < 4_000; i++) {
      const reader = crypto.randomUUID();
      const shard = shardFor(reader, 4);
      expect(shardFor(reader, 4)).toBe(shard);
      counts.set(shard, (counts.get(shard) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3]);
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(200);
  });
});

describe("shards", () => {
  const joinShard = async (eventId: EventId, shard: number) =>
    viewerOn(
      await joinFeed(
        env.EVENT_FEED,
        eventId,
        shard,
        new Request("https://x", { headers: { Upgrade: "websocket" } }),
        null,
      ),
    );

  it("[L3] [L2] of four, each shows the same: counts, the event's state, and its end", async () => {
    const tenant = await openTenant();
    const { eventId: text, typeId: type } = await published(tenant);
    const eventId = must(parseId("evt", text), "it was created");
    const typeId = must(parseId("tt", type), "it was created");
    const viewers = await Promise.all([0, 1, 2, 3].map((shard) => joinShard(eventId, shard)));
    const all = (look: (viewer: (typeof viewers)[number]) => Promise<unknown>) => Promise.all(viewers.map(look));
    await all((viewer) => viewer.until(showing(typeId, { held: 0 })));
    await held(typeId, shopper(), 3);
    await all((viewer) => viewer.until(showing(typeId, { held: 3 })));
    for (let i = 0; i < 5; i++) await held(typeId, shopper(), 1);
    await all((viewer) => viewer.until(showing(typeId, { held: 8 })));
    const scanner = await follow(`/v1/events/${eventId}/scanner`, tenant.token);
    const { sockets } = await scanner.until(({ type: kind }) => kind === "snapshot");
    expect(sockets).toBe(5);
    await move(tenant, eventId, "start");
    await all((viewer) => viewer.until(({ event }) => event?.status === "live"));
    await move(tenant, eventId, "end");
    await all((viewer) => viewer.until(({ event }) => event?.status === "ended"));
    expect((await Promise.all(viewers.map(({ closed }) => closed))).map(({ code }) => code)).toEqual(
      Array(4).fill(4410),
    );
  });

  it("[L3] [P3] one that slept over an event's start and a hidden type shows both, and closes at the end", async () => {
    const tenant = await openTenant();
    const { eventId: text, typeId } = await published(tenant);
    const eventId = must(parseId("evt", text), "it was created");
    const second = await newTicketType(tenant, eventId, { total_quantity: 7 });
    const viewer = await joinShard(eventId, 3);
    await viewer.until(showing(second, { total: 7 }));
    await evictDurableObject(feedOf(eventId, 3));
    await move(tenant, eventId, "start");
    await viewer.until(({ event }) => event?.status === "live");
    const before = viewer.frames.length;
    await evictDurableObject(feedOf(eventId, 3));
    await change(tenant, `/v1/ticket-types/${second}`, { status: "hidden" });
    const { ticket_types: left } = await viewer.until(
      (frame) => viewer.frames.indexOf(frame) >= before && frame.type === "snapshot",
    );
    expect(left?.map(({ id }) => id)).toEqual([typeId]);
    await evictDurableObject(feedOf(eventId, 3));
    await move(tenant, eventId, "end");
    expect((await viewer.closed).code).toBe(4410);
  });

  it("[L3] one that was evicted, and one that the first could not reach, have the latest again", async () => {
    const { eventId, typeId } = await seedType(20);
    const viewer = await joinShard(eventId, 2);
    await viewer.until(showing(typeId, { held: 0 }));
    await evictDurableObject(feedOf(eventId, 2));
    await evictDurableObject(feedOf(eventId));
    await held(typeId, shopper(), 2);
    await viewer.until(showing(typeId, { held: 2 }));
    const back = await inFeed(eventId, async (feed) => {
      const real = feed.ports;
      feed.ports = {
        ...real,
        shard: () => ({ ...feeds(eventId, 2), takeShardUpdate: () => Promise.reject(new Error("away")) }),
      };
      const counts = { total: 20, sold: 0, held: 7, withdrawn: 0, available: 13 };
      await feed.push(typeId, { id: typeId, seq: 50, status: "available", ...counts });
      return real;
    });
    const alarmAt = () => inFeed(eventId, (_, state) => state.storage.getAlarm());
    // The update before may still wait for its acknowledgement.
    await expect.poll(alarmAt).not.toBeNull();
    const due = await alarmAt();
    expect(must(due, "an alarm stands for the shard") - Date.now()).toBeLessThanOrEqual(2_000);
    await inFeed(eventId, (feed) => {
      feed.ports = back;
      feed.clock = () => Date.now() + 40_000;
    });
    await runDurableObjectAlarm(feedOf(eventId));
    await viewer.until(showing(typeId, { held: 7 }));
  });
});
