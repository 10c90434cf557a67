// The first feed tells the other shards: to each one message in flight, the next with the latest when it is acknowledged.

import { backedOffUntil, backoffMs } from "../domain/alarm.ts";
import type { TicketTypeId } from "../domain/ids.ts";
import type { FeedState, Changes } from "./feed-state.ts";
import type { FeedPorts } from "./feed-ports.ts";
import { type ShardUpdate, shardUpdate } from "./shard-update.ts";

/** Turns that are written down at once, before the first of them is used. */
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
   * From now on this shard is told, first of all there is: what this answers may be lost on the way. Null without an event.
   * Throws when the shard could not be written down: it is to come again.
   */
  add(shard: number): ShardUpdate | null;
  shards(): number[];
  /** Sockets on them, as they last said. */
  sockets(): number;
  changed(changes: Changes): void;
  /** When a shard that was not told, by this life of the feed or one before, is to be tried; null when all have been. */
  dueAt(): number | null;
  /** Tries those that are due. */
  retry(): void;
};

export type ShardPushDeps = {
  readonly ports: () => FeedPorts;
  readonly state: () => FeedState;
  readonly clock: () => number;
  /**
   * Stores what is not stored yet, `marks` too if they changed: which shards are told, and the feed state's `turn`. False when it
   * could not. Called before each message: a feed that lost what it has told would tell less later, or a turn twice.
   */
  readonly keep: (marks: boolean) => boolean;
  readonly onFailure: (fault: unknown) => void;
};

export function openShardPush(
  known: readonly number[],
  { ports, state, clock, keep, onFailure }: ShardPushDeps,
): ShardPush {
  const shards = new Map<number, Shard>(known.map((shard) => [shard, fresh("all")]));
  let turn = state().turn;

  /** A turn that no message has had, in this life of the feed or one before. Throws when it could not be written down. */
  function nextTurn(isNewShard: boolean): number {
    const usedUp = turn >= state().turn;
    if (usedUp) state().turn = turn + TURNS;
    if (!keep(isNewShard || usedUp)) throw new Error("the feed could not store what it is to tell a shard");
    return (turn += 1);
  }

  async function tell(number: number, shard: Shard): Promise<void> {
    const id = state().catalogue?.event.id;
    const { dirty } = shard;
    if (!id || !dirty || shard.busy) return;
    shard.busy = true;
    shard.dirty = null;
    try {
      const news = shardUpdate(state(), nextTurn(false), dirty === "all" ? undefined : dirty);
      if (news) shard.sockets = await ports().shard(id, number).takeShardUpdate(news);
      shard.failures = 0;
    } catch (fault) {
      // Why all: what it has missed is not known, and values are absolute.
      shard.dirty = "all";
      shard.failures += 1;
      shard.againAt = clock() + backoffMs(shard.failures, Math.random());
      onFailure(fault);
    }
    shard.busy = false;
    if (shard.dirty && shard.failures === 0) void tell(number, shard);
  }

  return {
    add(number) {
      const shard = shards.get(number) ?? fresh("all");
      shards.set(number, shard);
      shard.dirty = "all";
      const all = shardUpdate(state(), nextTurn(true));
      if (shard.failures === 0) void tell(number, shard);
      return all;
    },
    shards: () => [...shards.keys()],
    sockets: () => [...shards.values()].reduce((sum, shard) => sum + shard.sockets, 0),
    changed({ types = [], event, left }) {
      for (const [number, shard] of shards) {
        if (event || left) shard.dirty = "all";
        else if (types.length > 0 && shard.dirty !== "all") shard.dirty = new Set([...(shard.dirty ?? []), ...types]);
        if (shard.dirty && shard.failures === 0) void tell(number, shard);
      }
    },
    dueAt() {
      if (state().catalogue === null) return null;
      // A life before this one may have died over a message, and the shard have come back meanwhile without being answered.
      const due = [...shards.values()]
        .filter(({ dirty, busy, failures }) => dirty && (failures > 0 || !busy))
        .map((each) => backedOffUntil(each.againAt, clock()));
      return due.length === 0 ? null : Math.min(...due);
    },
    retry() {
      for (const [number, shard] of shards) {
        if (shard.dirty && backedOffUntil(shard.againAt, clock()) <= clock()) void tell(number, shard);
      }
    },
  };
}

function fresh(dirty: Shard["dirty"]): Shard {
  return { dirty, busy: false, failures: 0, againAt: 0, sockets: 0 };
}
