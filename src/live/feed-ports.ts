// What a feed asks of D1 and of its ticket types, and tells its shards: never on the path of a frame.

import { openDb } from "../db/client.ts";
import { readFeedCatalogue } from "../db/feed.ts";
import { readStanding } from "../db/standing.ts";
import type { EventId, TicketTypeId } from "../domain/ids.ts";
import type { Occupancy } from "../domain/ledger/command.ts";
import type { Actor } from "../domain/policy.ts";
import { openInventories } from "../inventory/client.ts";
import type { Board, Catalogue } from "./board.ts";
import { type Feed, openFeeds } from "./client.ts";
import type { Follower } from "./sessions.ts";

/** What a shard is told by the first feed: what the public may see, as far as it changed. */
export type Relayed = { readonly catalogue: Catalogue; readonly types: readonly Told[] };
type Told = { readonly id: TicketTypeId; readonly occupancy: Occupancy };

export type FeedPorts = {
  /** Null when D1 has no such event. Rejects when D1 is away. */
  readCatalogue(eventId: EventId): Promise<Catalogue | null>;
  /** Rejects when D1 is away. */
  readStanding(followers: readonly Follower[]): Promise<ReadonlyMap<string, Actor>>;
  /** `"gone"`: the type is deleted. Null: it could not be asked. */
  counts(id: TicketTypeId): Promise<Occupancy | "gone" | null>;
  /** The feed itself (shard 0) or another of its shards. */
  shard(eventId: EventId, shard: number): Feed;
};

export function openFeedPorts(env: Env): FeedPorts {
  const db = openDb(env.DB);
  const inventories = openInventories(env.INVENTORY);
  const feeds = openFeeds(env.EVENT_FEED);
  return {
    readCatalogue: (eventId) => readFeedCatalogue(db, eventId),
    readStanding: (followers) => readStanding(db, followers),
    shard: (eventId, shard) => feeds(eventId, shard),
    async counts(id) {
      const reply = await inventories(id).counts();
      if (!reply.ok) return reply.refusal.code === "not_found" ? "gone" : null;
      const { at: _, visible: __, ...occupancy } = reply.value;
      return occupancy;
    },
  };
}

/** The whole board as a shard is told it. */
export function relayed({ catalogue, types }: Board, ids: Iterable<TicketTypeId> = types.keys()): Relayed | null {
  if (!catalogue) return null;
  const known = [...ids].flatMap((id) => {
    const occupancy = types.get(id);
    return occupancy ? [{ id, occupancy }] : [];
  });
  return { catalogue: { ...catalogue, gates: [], ticketTypeIds: [...types.keys()] }, types: known };
}
