// What a feed owes to its readers and shards over a sleep, and when its messages to them were lost: the simulated
// worlds have found each of these.

import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import type { Occupancy } from "../../../src/domain/ledger/command.ts";
import { must } from "../../../src/domain/result.ts";
import { type FeedState, newFeedState } from "../../../src/feed/feed-state.ts";
import type { EventFeed } from "../../../src/feed/event-feed.ts";
import type { FeedPorts } from "../../../src/feed/feed-ports.ts";
import { openFeedSockets } from "../../../src/feed/feed-sockets.ts";
import { CLOSE } from "../../../src/sockets/protocol.ts";
import { openShardPush, type ShardPushDeps } from "../../../src/feed/shard-push.ts";
import { type ShardUpdate, shardUpdate, takeShardUpdate } from "../../../src/feed/shard-update.ts";
import { held, seedType } from "../support/fixture.ts";
import { follow, showing, viewerOn } from "../support/socket.ts";

it("[L2] a later position is stored even if it shows nothing new: a feed that slept shows no older one", async () => {
  const { eventId, typeId } = await seedType(10);
  const path = `/v1/events/${eventId}/live`;
  const feed = env.EVENT_FEED.getByName(eventId);
  const viewer = await follow(path);
  await held(typeId, newId("shp"), 3);
  await viewer.until(showing(typeId, { held: 3 }));
  const known = await runInDurableObject(feed, (object: EventFeed) =>
    must(object.state.types.get(typeId), "it is known"),
  );
  await runInDurableObject(feed, (object: EventFeed) => object.push(typeId, { ...known, seq: known.seq + 1 }));
  await evictDurableObject(feed);
  const snapshot = await (await follow(path)).until(({ type }) => type === "snapshot");
  expect(snapshot.ticket_types?.find(({ id }) => id === typeId)?.seq).toBe(known.seq + 1);
});

it("[L2] a shard takes a position alone for a change, but no earlier turn, which would drop a type", () => {
  const { first, type } = boardOf();
  const shard = newFeedState();
  const tell = (turn: number) => takeShardUpdate(shard, must(shardUpdate(first, turn), "there is an event"));
  tell(2);
  first.types.set(type.id, { ...type, seq: 2 });
  expect(tell(3)).toMatchObject({ types: [], moved: true });
  first.types.delete(type.id);
  expect([tell(1), tell(3)]).toEqual([{}, {}]);
  expect(shard.types.get(type.id)?.seq).toBe(2);
  expect(tell(4)).toMatchObject({ left: true });
});

it("[L3] a shard that the first feed cannot store is refused and retries, else it is lost by a sleep", async () => {
  const { eventId } = await seedType(10);
  const viewer = await follow(`/v1/events/${eventId}/live`);
  await viewer.until(({ type }) => type === "snapshot");
  const feed = env.EVENT_FEED.getByName(eventId);
  const following = runInDurableObject(feed, (object: EventFeed, { storage }) => {
    storage.sql.exec("ALTER TABLE board RENAME TO away");
    return object.follow(eventId, 1).finally(() => storage.sql.exec("ALTER TABLE away RENAME TO board"));
  });
  await expect(following).rejects.toThrow("could not store");
  const relayedTo = await runInDurableObject(feed, (object: EventFeed) => object.follow(eventId, 1));
  expect(relayedTo?.catalogue.event.id).toBe(eventId);
});

it("[L1] [L2] what cannot be stored is shown to nobody, and as soon as it can to everybody", async () => {
  const { first: state, type } = boardOf();
  let stores = true;
  const feed = socketsOf(state, () => stores);
  const join = () => feed.join(new Request("https://feed"), "public", null);
  const viewer = viewerOn(join());
  await viewer.until((frame) => frame.type === "snapshot");
  stores = false;
  state.types.set(type.id, { ...type, seq: 2, held: 1, available: 8 });
  feed.changed({ types: [type.id] });
  feed.changed({ types: [type.id] });
  expect(join().status).toBe(503);
  stores = true;
  await viewer.until(showing(type.id, { held: 1 }));
  expect(viewer.texts.map((text) => (JSON.parse(text) as { type: string }).type)).toEqual(["snapshot", "occupancy"]);
});

it("[P3] [L3] a follower of an event that ended while its feed slept is closed when it wakes", async () => {
  const { first: state } = boardOf();
  const feed = socketsOf(state, () => true);
  const viewer = viewerOn(feed.join(new Request("https://feed"), "public", null));
  await viewer.until((frame) => frame.type === "snapshot");
  const catalogue = must(state.catalogue, "there is an event");
  state.catalogue = { ...catalogue, event: { ...catalogue.event, status: "ended", version: 2 } };
  feed.resend();
  expect((await viewer.closed).code).toBe(CLOSE.eventOver);
});

it("[L3] a shard gets everything when it begins to follow: the reply to that may be lost", async () => {
  const { first: state, type } = boardOf();
  const { told, relay } = relayOf(state, { onFailure: (fault) => expect.unreachable(String(fault)) });
  relay.add(1);
  await Promise.resolve();
  expect(told.map(({ types }) => types.map(({ id }) => id))).toEqual([[type.id]]);
});

it("[L1] [L3] a shard receives nothing that the first feed could not store, and all once it can", async () => {
  const { first: state, type } = boardOf();
  let stores = true;
  let now = 0;
  const faults: unknown[] = [];
  const { told, relay } = relayOf(state, {
    clock: () => now,
    keep: () => stores,
    onFailure: (fault) => faults.push(fault),
  });
  relay.add(1);
  await settled();
  stores = false;
  state.types.set(type.id, { ...type, seq: 2 });
  relay.changed({ types: [type.id] });
  await settled();
  expect([told.length, faults.length]).toEqual([1, 1]);
  stores = true;
  now = must(relay.dueAt(), "it is to be tried again");
  relay.retry();
  await settled();
  expect(told.map(({ types }) => types.map(({ occupancy }) => occupancy.seq))).toEqual([[1], [2]]);
});

/** Until the push has been acknowledged. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

function relayOf(state: FeedState, deps: Partial<ShardPushDeps>) {
  const updates: ShardUpdate[] = [];
  const shard = { takeShardUpdate: (news: ShardUpdate) => Promise.resolve(updates.push(news)) };
  const relay = openShardPush([], {
    // The one cast: of its ports a relay uses no more.
    ports: () => ({ shard: () => shard }) as unknown as FeedPorts,
    state: () => state,
    clock: Date.now,
    keep: () => true,
    onFailure: () => undefined,
    ...deps,
  });
  return { told: updates, relay };
}

function socketsOf(state: FeedState, keep: () => boolean) {
  const open: WebSocket[] = [];
  return openFeedSockets({
    sockets: {
      acceptWebSocket(socket) {
        socket.accept();
        open.push(socket);
      },
      getWebSockets: () => [...open],
      getTags: () => ["public"],
    },
    state: () => state,
    clock: Date.now,
    keep,
    elsewhere: () => 0,
  });
}

function boardOf() {
  const first = newFeedState();
  const counts = { total: 9, sold: 0, held: 0, withdrawn: 0, available: 9 };
  const type: Occupancy & { id: ReturnType<typeof newId<"tt">> } = {
    ...{ id: newId("tt"), seq: 1, status: "available", ...counts },
  };
  first.types.set(type.id, type);
  first.catalogue = {
    position: 1,
    organizationId: newId("org"),
    venueId: newId("ven"),
    event: { id: newId("evt"), status: "live", version: 1 },
    gates: [],
    ticketTypeIds: [type.id],
  };
  return { first, type };
}
