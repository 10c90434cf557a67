// A feed asks its ticket types and its door for their counts: what it never knew, and what it may have missed.

import { withDeadline } from "../shared/deadline.ts";
import { backedOffUntil, backoffMs } from "../domain/alarm.ts";
import type { TicketTypeId } from "../domain/ids.ts";
import { type FeedState, type Changes, dropDoor, dropType, takeDoor, takeOccupancy } from "./feed-state.ts";
import type { FeedPorts } from "./feed-ports.ts";

/** The event's door, where it is asked beside ticket types. */
export const DOOR = "door";
export type CountSource = TicketTypeId | typeof DOOR;

/** How long a ticket type may take to say its counts before the feed goes on without. */
const COUNTS_MS = 1_000;

export type CountRefreshDeps = {
  readonly ports: () => FeedPorts;
  readonly state: () => FeedState;
  readonly clock: () => number;
  readonly changed: (changes: Changes) => void;
  /** Which types have not answered is other than before: that is stored, and the alarm has to know. */
  readonly unsureOthers: () => void;
  readonly onFailure: (fault: unknown) => void;
};

export type CountRefresh = {
  /** Never rejects: a type that does not answer in time is unsure. */
  some(ids: readonly CountSource[]): Promise<void>;
  /**
   * All that the feed state or its catalogue names, and the door if it has ever pushed its counts; who comes while that is under
   * way waits for the same answers.
   */
  all(): Promise<void>;
  /** Those alone whose news may be missing: the unsure ones, and those that the feed state does not know. */
  missing(): Promise<void>;
  /**
   * Who was asked and has not answered, nor pushed since: what the feed state has of them may be old. And types that the catalogue
   * does not name.
   */
  unsure(): readonly CountSource[];
  /** It has pushed its counts by itself; one that `isNew` to the feed state and is not named by its catalogue is asked. */
  heard(id: CountSource, isNew: boolean): void;
  /** When the unsure ones are to be asked again, epoch ms; null when there are none. */
  dueAt(): number | null;
};

export function openCountRefresh(known: readonly CountSource[], deps: CountRefreshDeps): CountRefresh {
  const { ports, state, clock, changed, unsureOthers, onFailure } = deps;
  const unsure = new Set(known);
  let failures = 0;
  let againAt = 0;

  /**
   * A type that the feed state has and its catalogue does not name stays unsure, whatever it says: D1's word of it is still to
   * come, or it is being deleted, and what it said or pushed was on its way from before.
   */
  function noteAnswer(id: CountSource): void {
    if (!isUnnamed(id) && unsure.delete(id)) unsureOthers();
  }

  function isUnnamed(id: CountSource): boolean {
    const { catalogue, types } = state();
    return id !== DOOR && types.has(id) && catalogue?.ticketTypeIds.includes(id) === false;
  }

  async function ask(id: CountSource): Promise<void> {
    const changes = id === DOOR ? await askDoor() : await askType(id);
    if (changes === null) return;
    changed(changes);
    noteAnswer(id);
  }

  async function askType(id: TicketTypeId): Promise<Changes | null> {
    const counts = await ports().counts(id);
    if (counts === null) return null;
    return counts === "gone" ? dropType(state(), id) : takeOccupancy(state(), id, counts);
  }

  async function askDoor(): Promise<Changes | null> {
    const eventId = state().catalogue?.event.id;
    const door = eventId === undefined ? null : await ports().door(eventId);
    if (door === null) return null;
    return door === "gone" ? dropDoor(state()) : takeDoor(state(), door);
  }

  async function some(ids: readonly CountSource[]): Promise<void> {
    if (ids.length === 0) return;
    for (const id of ids) unsure.add(id);
    await withDeadline(Promise.all(ids.map(ask)), COUNTS_MS).catch(onFailure);
    failures = unsure.size > 0 ? failures + 1 : 0;
    againAt = clock() + backoffMs(failures, Math.random());
    if (unsure.size > 0) unsureOthers();
  }

  const named = (): readonly TicketTypeId[] => state().catalogue?.ticketTypeIds ?? [];
  // A door that has never pushed is not asked: most events have none, and one that has rows repeats its push until it is stored.
  const door = (): readonly CountSource[] => (state().door === null ? [] : [DOOR]);
  return {
    some,
    all: oneAtATime(() => some([...new Set([...named(), ...state().types.keys(), ...door()])])),
    missing: oneAtATime(() => some([...new Set([...unsure, ...named().filter((id) => !state().types.has(id))])])),
    unsure: () => [...unsure],
    heard(id, isNew) {
      noteAnswer(id);
      if (isNew && isUnnamed(id)) void some([id]);
    },
    dueAt: () => (unsure.size > 0 ? backedOffUntil(againAt, clock()) : null),
  };
}

function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let underWay: Promise<void> | null = null;
  return () => {
    underWay ??= work().finally(() => {
      underWay = null;
    });
    return underWay;
  };
}
