// Calls the feed of an event for the rest of the Worker. Calls are typed, and reject when they fail.

import type { AddressHash } from "../domain/people/address-hash.ts";
import type { EventId, TicketTypeId } from "../domain/ids.ts";
import type { Occupancy } from "../domain/ledger/command.ts";
import { MAX_FEED_SHARDS } from "../domain/limits.ts";
import { callObject } from "../shared/objects/call-object.ts";
import type { Catalogue, DeskUpdate } from "./feed-state.ts";
import { BEARER_PROTOCOL, type DoorShown, SUBPROTOCOL } from "../sockets/protocol.ts";
import type { ShardUpdate } from "./shard-update.ts";
import type { Follower } from "../sockets/sessions.ts";

export type { DeskUpdate } from "./feed-state.ts";
export { renderNoticeShown } from "../sockets/protocol.ts";
export type { DeviceShown, DoorShown, NoticeShown } from "../sockets/protocol.ts";
export type { Follower } from "../sockets/sessions.ts";
export type FeedNamespace = Env["EVENT_FEED"];

/** Each call rejects within 5 s when the feed cannot be reached, and may be repeated. */
export type Feed = {
  /** Pushes the latest counts of a type. Resolves when the feed is ready for the next: at once, or later under load. */
  push(id: TicketTypeId, occupancy: Occupancy): Promise<void>;
  /** Pushes the latest counts of the event's door; resolves as `push` does. */
  door(door: DoorShown): Promise<void>;
  /** Removes a type that was deleted. */
  drop(id: TicketTypeId): Promise<void>;
  /**
   * Delivers D1's state of the event, null when it is deleted. Returns false when the feed has a later state, or another of
   * the same position (rule X6).
   */
  sync(catalogue: Catalogue | null): Promise<boolean>;
  desk(update: DeskUpdate): Promise<void>;
  /**
   * To be called before a credential is revoked. The feed then checks its followers by itself, even if the caller dies
   * (rule T5).
   */
  watchForRevocation(): Promise<void>;
  /** Checks now which followers may still follow. */
  recheck(): Promise<void>;
  /** A shard calls this on the first feed to subscribe. Resolves with the state, null if it is not public. */
  follow(shard: number): Promise<ShardUpdate | null>;
  /**
   * The first feed calls this on a shard. Resolves with the shard's number of sockets once it is ready for the next update.
   */
  takeShardUpdate(update: ShardUpdate): Promise<number>;
};

/** Opens the feed of an event: its first shard unless another is named. A port, so that tests can inject faults. */
export type Feeds = (eventId: EventId, shard?: number) => Feed;

export function openFeeds(namespace: FeedNamespace): Feeds {
  return (eventId, shard = 0) => {
    type Stub = ReturnType<FeedNamespace["getByName"]>;
    const call = <T>(request: (feed: Stub) => Promise<T>) =>
      callObject(() => request(namespace.getByName(feedName(eventId, shard))));
    return {
      push: (id, occupancy) => call((feed) => feed.push(id, occupancy)),
      door: (door) => call((feed) => feed.door(door)),
      drop: (id) => call((feed) => feed.drop(id)),
      sync: (catalogue) => call((feed) => feed.sync(catalogue)),
      desk: (update) => call((feed) => feed.desk(eventId, update)),
      watchForRevocation: () => call((feed) => feed.watchForRevocation()),
      recheck: () => call((feed) => feed.recheck()),
      follow: (from) => call((feed) => feed.follow(eventId, from)),
      takeShardUpdate: (update) => call((feed) => feed.takeShardUpdate(update)),
    };
  };
}

function feedName(eventId: EventId, shard: number): string {
  return shard === 0 ? eventId : `${eventId}.${shard}`;
}

/** The number of shards in `setting`, at most `MAX_FEED_SHARDS`. Anything but a whole number from 1 counts as 1. */
export function shardsOf(setting: string): number {
  const count = Number(setting);
  return Number.isInteger(count) && count >= 1 ? Math.min(count, MAX_FEED_SHARDS) : 1;
}

/** The shard of a reader, by a hash (FNV-1a) of the text that identifies it. */
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

/**
 * Carries the follower to the feed. The feed trusts it, because the Worker has checked it and nothing else can call an
 * object.
 */
export const FOLLOWER_HEADER = "X-Follower";

/** Carries the address hash of a viewer without a credential. */
const VIEWER_HEADER = "X-Viewer";

/** The address hash that the Worker wrote into the upgrade; null when the address is not counted. */
export function viewerOf(request: Request): string | null {
  return request.headers.get(VIEWER_HEADER);
}

/**
 * The headers of an upgrade that an object receives. No header of the client is passed on unchanged: it could pretend to be
 * one of the Worker's, and a token that is offered beside the protocol must go no further than necessary.
 */
export function upgradeHeaders(request: Request, viewer: AddressHash | null): Headers {
  const headers = new Headers({ Upgrade: "websocket" });
  if (offeredProtocols(request.headers.get("Sec-WebSocket-Protocol")).includes(SUBPROTOCOL))
    headers.set("Sec-WebSocket-Protocol", SUBPROTOCOL);
  if (viewer !== null) headers.set(VIEWER_HEADER, String(viewer));
  return headers;
}

/**
 * Opens a socket on a feed; `request` is the upgrade. `by` is a follower with a credential, or the address hash of a public
 * viewer, null when the address is not counted. When the feed returns 404, its body is not a problem.
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
