// How the rest of the Worker calls the feed of an event: typed, and told of a failure by a rejection.

import type { AddressHash } from "../domain/address-hash.ts";
import type { EventId, TicketTypeId } from "../domain/ids.ts";
import type { Occupancy } from "../domain/ledger/command.ts";
import { MAX_FEED_SHARDS } from "../domain/limits.ts";
import { callObject } from "../shared/call-object.ts";
import type { Catalogue, DeskNews } from "./feed-state.ts";
import { BEARER_PROTOCOL, type DoorShown, SUBPROTOCOL } from "../sockets/protocol.ts";
import type { ShardUpdate } from "./shard-update.ts";
import type { Follower } from "../sockets/sessions.ts";

export type { DeskNews } from "./feed-state.ts";
export { shownNotice } from "../sockets/protocol.ts";
export type { DeviceShown, DoorShown, NoticeShown } from "../sockets/protocol.ts";
export type { Follower } from "../sockets/sessions.ts";
export type FeedNamespace = Env["EVENT_FEED"];

/** Each rejects when the feed cannot be reached, 5 s later at the latest; each may be repeated. */
export type Feed = {
  /** The latest counts of a type. Resolves when the feed wants the next: at once, or at its own pace under load. */
  push(id: TicketTypeId, occupancy: Occupancy): Promise<void>;
  /** The latest counts of the event's door; resolves as `push` does. */
  door(door: DoorShown): Promise<void>;
  /** The type is deleted. */
  drop(id: TicketTypeId): Promise<void>;
  /** What D1 says of the event; null when it is deleted. False when the feed has something later, or other (rule X6). */
  sync(catalogue: Catalogue | null): Promise<boolean>;
  desk(news: DeskNews): Promise<void>;
  /** A credential is about to be taken away: the feed will look by itself, whatever becomes of the caller (rule T5). */
  watchForRevocation(): Promise<void>;
  /** Looks now who may still follow. */
  recheck(): Promise<void>;
  /** To the first feed, by one of its shards: from now on tell me, and this is all there is. */
  follow(shard: number): Promise<ShardUpdate | null>;
  /** To a shard, by the first feed. Resolves with the shard's sockets when it wants the next. */
  takeShardUpdate(news: ShardUpdate): Promise<number>;
};

/** Opens the feed of an event; the first of its shards unless another is named. A port, so that tests can put faults in. */
export type Feeds = (eventId: EventId, shard?: number) => Feed;

export function openFeeds(namespace: FeedNamespace): Feeds {
  return (eventId, shard = 0) => {
    type Stub = ReturnType<FeedNamespace["getByName"]>;
    const call = <T>(ask: (feed: Stub) => Promise<T>) =>
      callObject(() => ask(namespace.getByName(feedName(eventId, shard))));
    return {
      push: (id, occupancy) => call((feed) => feed.push(id, occupancy)),
      door: (door) => call((feed) => feed.door(door)),
      drop: (id) => call((feed) => feed.drop(id)),
      sync: (catalogue) => call((feed) => feed.sync(catalogue)),
      desk: (news) => call((feed) => feed.desk(eventId, news)),
      watchForRevocation: () => call((feed) => feed.watchForRevocation()),
      recheck: () => call((feed) => feed.recheck()),
      follow: (from) => call((feed) => feed.follow(eventId, from)),
      takeShardUpdate: (news) => call((feed) => feed.takeShardUpdate(news)),
    };
  };
}

function feedName(eventId: EventId, shard: number): string {
  return shard === 0 ? eventId : `${eventId}.${shard}`;
}

/** How many shards there are: a whole number from 1; what is none of these counts as 1. */
export function shardsOf(setting: string): number {
  const count = Number(setting);
  return Number.isInteger(count) && count >= 1 ? Math.min(count, MAX_FEED_SHARDS) : 1;
}

/** The shard of a reader, by a hash (FNV-1a) of what tells it from the others. */
export function shardFor(reader: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < reader.length; at++) hash = Math.imul(hash ^ reader.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % shards;
}

function offeredProtocols(header: string | null | undefined): string[] {
  return (header ?? "").split(",").map((name) => name.trim());
}

/** The token that a browser offers beside the protocol; undefined when it offers none. */
export function offeredToken(header: string | undefined): string | undefined {
  const bearer = offeredProtocols(header).find((name) => name.startsWith(BEARER_PROTOCOL));
  return bearer?.slice(BEARER_PROTOCOL.length);
}

/** Where a follower's credential, already checked, travels to the feed: nothing but the Worker can call an object. */
export const FOLLOWER_HEADER = "X-Follower";

/** What stands for the address of a viewer without a credential travels in this one. */
const VIEWER_HEADER = "X-Viewer";

/** As the Worker wrote it into the upgrade; null when it is not counted. */
export function viewerOf(request: Request): string | null {
  return request.headers.get(VIEWER_HEADER);
}

/**
 * What an object is given of an upgrade. None of the client's own headers goes on as it came: it could say what the
 * Worker says, and a token that is offered beside the protocol goes no further than it must.
 */
export function upgradeHeaders(request: Request, viewer: AddressHash | null): Headers {
  const headers = new Headers({ Upgrade: "websocket" });
  if (offeredProtocols(request.headers.get("Sec-WebSocket-Protocol")).includes(SUBPROTOCOL))
    headers.set("Sec-WebSocket-Protocol", SUBPROTOCOL);
  if (viewer !== null) headers.set(VIEWER_HEADER, String(viewer));
  return headers;
}

/**
 * Opens a socket on a feed; `request` is the upgrade. `by` is a follower with a credential, or what stands for the
 * address of the public, null when that is not counted. 404 comes back as a plain status.
 */
export function joinFeed(
  namespace: FeedNamespace,
  eventId: EventId,
  shard: number,
  request: Request,
  by: Follower | AddressHash | null,
): Promise<Response> {
  const isViewer = by === null || typeof by === "number";
  const headers = upgradeHeaders(request, isViewer ? by : null);
  if (!isViewer) headers.set(FOLLOWER_HEADER, JSON.stringify(by));
  const name = feedName(eventId, shard);
  return callObject(() => namespace.getByName(name).fetch(`https://feed/${eventId}/${shard}`, { headers }));
}
