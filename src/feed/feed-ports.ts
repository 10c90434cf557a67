// Reaches what lies outside a feed: D1, its ticket types, its door and its shards. Nothing here is on the path of a frame.

import { openDb } from "../db/client.ts";
import { readFeedCatalogue } from "../db/events/feed.ts";
import type { CredentialState } from "../db/credentials/credential-watch.ts";
import type { EventId, TicketTypeId } from "../domain/ids.ts";
import type { Occupancy } from "../domain/ledger/command.ts";
import { openDoors } from "../door/client.ts";
import { openInventories } from "../inventory/client.ts";
import type { Catalogue } from "./feed-state.ts";
import { type DoorShown, type Feed, openFeeds } from "./client.ts";
import type { Follower } from "../sockets/sessions.ts";

export type FeedPorts = {
  /** Null when D1 has no such event. Rejects when D1 is away. */
  readCatalogue(eventId: EventId): Promise<Catalogue | null>;
  /** Rejects when D1 is away. */
  readCredentialState(followers: readonly Follower[], now: number): Promise<ReadonlyMap<string, CredentialState>>;
  /** `"gone"` when the type is deleted; null when it could not be reached. */
  counts(id: TicketTypeId): Promise<Occupancy | "gone" | null>;
  /** `"gone"` when the door has nothing stored; null when it could not be reached. The query does not create a door. */
  door(eventId: EventId): Promise<DoorShown | "gone" | null>;
  /** The feed itself (shard 0) or another of its shards. */
  shard(eventId: EventId, shard: number): Feed;
};

export function openFeedPorts(env: Env): FeedPorts {
  const db = openDb(env.DB);
  const inventories = openInventories(env.INVENTORY);
  const feeds = openFeeds(env.EVENT_FEED);
  const doors = openDoors(env.EVENT_DOOR);
  return {
    readCatalogue: (eventId) => readFeedCatalogue(db, eventId),
    async readCredentialState(followers, now) {
      // Imported here, since nothing needs it before the first response.
      const { readCredentialState } = await import("../db/credentials/credential-watch.ts");
      return readCredentialState(db, followers, now);
    },
    shard: (eventId, shard) => feeds(eventId, shard),
    async door(eventId) {
      const reply = await doors(eventId).shown();
      return reply.ok ? (reply.value ?? "gone") : null;
    },
    async counts(id) {
      const reply = await inventories(id).counts();
      if (!reply.ok) return reply.refusal.code === "not_found" ? "gone" : null;
      const { at: _, visible: __, ...occupancy } = reply.value;
      return occupancy;
    },
  };
}
