// Loads a feed's event: the first feed reads it from D1, a shard from the first feed.

import { withDeadline } from "../shared/deadline.ts";
import { notBefore } from "../domain/time/backoff.ts";
import type { EventId } from "../domain/ids.ts";
import { NO_TERMS_MS } from "../domain/limits.ts";
import { type FeedState, type Changes, takeCatalogue } from "./feed-state.ts";
import type { FeedPorts } from "./feed-ports.ts";
import { takeShardUpdate } from "./shard-update.ts";

/** How long a shard that wakes waits for the first feed. */
const CATCH_UP_MS = 1_000;

export type EventLoadDeps = {
  readonly ports: () => FeedPorts;
  readonly state: () => FeedState;
  /** Which of the feed's shards this is. */
  readonly shard: () => number;
  readonly clock: () => number;
  readonly changed: (changes: Changes) => void;
};

export type EventLoad = {
  /** Loads the event again; concurrent callers share one load. Rejects when its source is away. */
  load(eventId: EventId): Promise<void>;
  /** Loads the event for a shard that wakes; rejects after a second, and the shard goes on with what it has. */
  catchUp(eventId: EventId): Promise<void>;
  /** Whether a load within the last seconds found no such event. */
  foundNone(): boolean;
  /** Whether the event was loaded within the last seconds. */
  isFresh(): boolean;
};

export function openEventLoad({ ports, state, shard, clock, changed }: EventLoadDeps): EventLoad {
  let noneUntil = 0;
  let loadedAt = 0;
  let inFlight: Promise<void> | null = null;

  async function read(eventId: EventId): Promise<Changes | null> {
    if (shard() === 0) {
      const catalogue = await ports().readCatalogue(eventId);
      return catalogue && takeCatalogue(state(), catalogue);
    }
    const update = await ports().shard(eventId, 0).follow(shard());
    return update && takeShardUpdate(state(), update);
  }

  async function loadNow(eventId: EventId): Promise<void> {
    const now = clock();
    const changes = await read(eventId);
    if (changes) changed(changes);
    else noneUntil = now + NO_TERMS_MS;
    loadedAt = now;
  }

  function load(eventId: EventId): Promise<void> {
    inFlight ??= loadNow(eventId).finally(() => {
      inFlight = null;
    });
    return inFlight;
  }

  return {
    load,
    catchUp: (eventId) => withDeadline(load(eventId), CATCH_UP_MS),
    foundNone: () => clock() < notBefore(noneUntil, clock(), NO_TERMS_MS),
    isFresh() {
      const age = clock() - loadedAt;
      return age >= 0 && age <= NO_TERMS_MS;
    },
  };
}
