// How a feed learns of its event: from D1, or for a shard from the first feed.

import { withDeadline } from "../shared/deadline.ts";
import { notBefore } from "../domain/backoff.ts";
import type { EventId } from "../domain/ids.ts";
import { NO_TERMS_MS } from "../domain/limits.ts";
import { type FeedState, type Changes, takeCatalogue } from "./feed-state.ts";
import type { FeedPorts } from "./feed-ports.ts";
import { takeShardUpdate } from "./shard-update.ts";

/** How long a shard waits for the first feed when it wakes. */
const CATCH_UP_MS = 1_000;

export type LearningDeps = {
  readonly ports: () => FeedPorts;
  readonly state: () => FeedState;
  /** Which of the feed's shards this is. */
  readonly shard: () => number;
  readonly clock: () => number;
  readonly changed: (changes: Changes) => void;
};

export type Learning = {
  /** Reads the event anew, one at a time. Rejects when what it is read from is away. */
  learn(eventId: EventId): Promise<void>;
  /** The same for a shard that wakes, which goes on with what it has when it is not answered soon. */
  catchUp(eventId: EventId): Promise<void>;
  /** Whether there was no such event a moment ago. */
  foundNone(): boolean;
  /** Whether it was read a moment ago. */
  isFresh(): boolean;
};

export function openLearning({ ports, state, shard, clock, changed }: LearningDeps): Learning {
  let noneUntil = 0;
  let learntAt = 0;
  let underWay: Promise<void> | null = null;

  async function read(eventId: EventId): Promise<Changes | null> {
    if (shard() === 0) {
      const catalogue = await ports().readCatalogue(eventId);
      return catalogue && takeCatalogue(state(), catalogue);
    }
    const news = await ports().shard(eventId, 0).follow(shard());
    return news && takeShardUpdate(state(), news);
  }

  async function learnNow(eventId: EventId): Promise<void> {
    const now = clock();
    const changes = await read(eventId);
    if (changes) changed(changes);
    else noneUntil = now + NO_TERMS_MS;
    learntAt = now;
  }

  function learn(eventId: EventId): Promise<void> {
    underWay ??= learnNow(eventId).finally(() => {
      underWay = null;
    });
    return underWay;
  }

  return {
    learn,
    catchUp: (eventId) => withDeadline(learn(eventId), CATCH_UP_MS),
    foundNone: () => clock() < notBefore(noneUntil, clock(), NO_TERMS_MS),
    isFresh() {
      const age = clock() - learntAt;
      return age >= 0 && age <= NO_TERMS_MS;
    },
  };
}
