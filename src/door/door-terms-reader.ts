// Keeps the terms of a door (rule D2): reads them from D1 at the first scan, and the events nearby again each day.

import type { EventTerms } from "../domain/door/event-terms.ts";
import { takesFacts } from "../domain/door/terms.ts";
import type { Refusal } from "../domain/errors.ts";
import type { EventId } from "../domain/ids.ts";
import { accept, assert, must, type Result } from "../domain/result.ts";
import { openTermsPull } from "../shared/objects/terms-pull.ts";

/** How often the events nearby are read again, and the pause after a failure. */
const NEARBY_MS = 24 * 60 * 60_000;
const NEARBY_AGAIN_MS = 5 * 60_000;

export type DoorTermsDeps = {
  /** Null when D1 has no such event. Rejects when D1 is away. */
  readonly read: (id: EventId) => Promise<EventTerms | null>;
  /** Adds them to the door's queue; resolves once they are written. */
  readonly take: (terms: EventTerms, requestId: string) => Promise<Result<unknown, Refusal>>;
  readonly current: () => EventTerms | null;
  readonly clock: () => number;
  readonly onFailure: (fault: unknown) => void;
};

export type DoorTermsReader = {
  /** The terms of this event; reads D1 if there are none yet. */
  ready(id: EventId): Promise<Result<EventTerms, Refusal>>;
  /** Resolves when no read is running. */
  read(): Promise<void>;
  /**
   * Runs after a response, while there are no terms yet: reads D1 and takes the terms if `isWanted`. It reads once in a run
   * of the object, since later changes are delivered to it, and again after a failure. Never rejects.
   */
  takeIf(isWanted: (terms: EventTerms) => boolean, id: EventId): Promise<void>;
};

export function openDoorTermsReader({ read, take, current, clock, onFailure }: DoorTermsDeps): DoorTermsReader {
  const pull = openTermsPull<EventId, EventTerms>({
    query: (id) => read(id),
    take: (terms) => take(terms, "pull"),
    ...{ clock, onFailure },
  });
  let pulling: Promise<Result<null, Refusal>> | null = null;
  let nearbyAgainAt = 0;
  let hasLooked = false;

  /**
   * Runs after the scan that finds them old, so that no scan waits for D1. A door that lets nobody in any more needs none.
   */
  async function refreshNearby({ eventId, nearbyAt, rules }: EventTerms): Promise<void> {
    const now = clock();
    if (now < Math.max(nearbyAt + NEARBY_MS, nearbyAgainAt) || !takesFacts(rules, now)) return;
    nearbyAgainAt = now + NEARBY_AGAIN_MS;
    const terms = await pull.read(eventId);
    if (terms.ok) await take(terms.value, "nearby");
  }

  return {
    async ready(id) {
      if (current() === null) {
        pulling ??= pull.pull(id).finally(() => {
          pulling = null;
        });
        const pulled = await pulling;
        if (!pulled.ok) return pulled;
      }
      const terms = must(current(), "terms that were taken are there");
      assert(terms.eventId === id, "a scan reaches the door of its own event");
      void refreshNearby(terms);
      return accept(terms);
    },
    async read() {
      if (pulling) await pulling;
    },
    async takeIf(isWanted, id) {
      if (hasLooked || current() !== null) return;
      hasLooked = true;
      const terms = await pull.read(id);
      const done = terms.ok && isWanted(terms.value) ? await take(terms.value, "judged") : terms;
      hasLooked = done.ok;
    },
  };
}
