// Pushes the first feed's state to the other shards: one message at a time to each, and the next, with the latest state,
// once it is acknowledged.

import { backedOffUntil, backoffMs } from "../domain/time/alarm.ts";
import type { TicketTypeId } from "../domain/ids.ts";
import type { FeedState, Changes } from "./feed-state.ts";
import type { FeedPorts } from "./feed-ports.ts";
import { type ShardUpdate, shardUpdate } from "./shard-update.ts";

/** How many turns are reserved in storage at once, before the first of them is used. */
const TURNS = 1_000;

type Shard = {
  dirty: Set<TicketTypeId> | "all" | null;
  busy: boolean;
  failures: number;
  againAt: number;
  sockets: number;
};

export type ShardPush = {
  /**
   * Subscribes a shard: it is pushed the whole state first. What this returns may be lost on the way, so it is pushed as
   * well. Null when there is no event. Throws when the subscription could not be stored; the shard then has to call again.
   */
  add(shard: number): ShardUpdate | null;
  shards(): number[];
  /** The number of sockets on them, as of their last replies. */
  sockets(): number;
  changed(changes: Changes): void;
  /** When to try a shard again that has missed a push, from this run of the feed or the one before; null when none has. */
  dueAt(): number | null;
  /** Pushes to those that are due. */
  retry(): void;
};

export type ShardPushDeps = {
  readonly ports: () => FeedPorts;
  readonly state: () => FeedState;
  readonly clock: () => number;
  /**
   * Stores what is not stored yet; with `marks` also which shards are subscribed, and the feed state's `turn`. False when
   * storing failed. Called before each push: a feed that lost what it had pushed would push less later, or use a turn
   * twice.
   */
  readonly keep: (marks: boolean) => boolean;
  readonly onFailure: (fault: unknown) => void;
};

export function openShardPush(
  shardNumbers: readonly number[],
  { ports, state, clock, keep, onFailure }: ShardPushDeps,
): ShardPush {
  const shards = new Map<number, Shard>(shardNumbers.map((shard) => [shard, fresh("all")]));
  let turn = state().turn;

  /** Returns a turn that no message has had, in this run of the feed or one before. Throws when it could not be stored. */
  function nextTurn(isNewShard: boolean): number {
    const usedUp = turn >= state().turn;
    if (usedUp) state().turn = turn + TURNS;
    if (!keep(isNewShard || usedUp)) throw new Error("the feed could not store what it is to push to a shard");
    return (turn += 1);
  }

  async function pushTo(number: number, shard: Shard): Promise<void> {
    const id = state().catalogue?.event.id;
    const { dirty } = shard;
    if (!id || !dirty || shard.busy) return;
    shard.busy = true;
    shard.dirty = null;
    try {
      const update = shardUpdate(state(), nextTurn(false), dirty === "all" ? undefined : dirty);
      if (update) shard.sockets = await ports().shard(id, number).takeShardUpdate(update);
      shard.failures = 0;
    } catch (fault) {
      // It is not known what the shard has missed, and values are absolute, so everything is pushed again.
      shard.dirty = "all";
      shard.failures += 1;
      shard.againAt = clock() + backoffMs(shard.failures, Math.random());
      onFailure(fault);
    }
    shard.busy = false;
    if (shard.dirty && shard.failures === 0) void pushTo(number, shard);
  }

  return {
    add(number) {
      const shard = shards.get(number) ?? fresh("all");
      shards.set(number, shard);
      shard.dirty = "all";
      const all = shardUpdate(state(), nextTurn(true));
      if (shard.failures === 0) void pushTo(number, shard);
      return all;
    },
    shards: () => [...shards.keys()],
    sockets: () => [...shards.values()].reduce((sum, shard) => sum + shard.sockets, 0),
    changed({ types = [], event, left }) {
      for (const [number, shard] of shards) {
        if (event || left) shard.dirty = "all";
        else if (types.length > 0 && shard.dirty !== "all") shard.dirty = new Set([...(shard.dirty ?? []), ...types]);
        if (shard.dirty && shard.failures === 0) void pushTo(number, shard);
      }
    },
    dueAt() {
      if (state().catalogue === null) return null;
      // A new shard is due as well: an earlier run of the feed may have died during a push, and the shard may have
      // subscribed again without getting a reply.
      const due = [...shards.values()]
        .filter(({ dirty, busy, failures }) => dirty && (failures > 0 || !busy))
        .map((each) => backedOffUntil(each.againAt, clock()));
      return due.length === 0 ? null : Math.min(...due);
    },
    retry() {
      for (const [number, shard] of shards) {
        if (shard.dirty && backedOffUntil(shard.againAt, clock()) <= clock()) void pushTo(number, shard);
      }
    },
  };
}

function fresh(dirty: Shard["dirty"]): Shard {
  return { dirty, busy: false, failures: 0, againAt: 0, sockets: 0 };
}
