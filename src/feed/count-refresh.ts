// Queries an event's ticket types and its door for the counts that the feed has never had or may have missed.

import { withDeadline } from "../shared/deadline.ts";
import { backedOffUntil, backoffMs } from "../domain/time/alarm.ts";
import type { TicketTypeId } from "../domain/ids.ts";
import { type FeedState, type Changes, dropDoor, dropType, takeDoor, takeOccupancy } from "./feed-state.ts";
import type { FeedPorts } from "./feed-ports.ts";

/** Names the event's door where it is queried together with ticket types. */
export const DOOR = "door";
export type CountSource = TicketTypeId | typeof DOOR;

/** How long the feed waits for the counts of a ticket type before it goes on without them. */
const COUNTS_MS = 1_000;

export type CountRefreshDeps = {
  readonly ports: () => FeedPorts;
  readonly state: () => FeedState;
  readonly clock: () => number;
  readonly changed: (changes: Changes) => void;
  /** Called when the set of unsure sources has changed: the feed has to store it and set its alarm. */
  readonly onUnsureChanged: () => void;
  readonly onFailure: (fault: unknown) => void;
};

export type CountRefresh = {
  /** Queries these. Never rejects: a source that does not reply in time becomes unsure. */
  some(ids: readonly CountSource[]): Promise<void>;
  /**
   * Queries every type that the feed state or its catalogue names, and the door if it has ever pushed its counts.
   * Concurrent callers share one query.
   */
  all(): Promise<void>;
  /**
   * Queries only those whose latest counts may be missing: the unsure ones, and the types that the feed state does not
   * have.
   */
  missing(): Promise<void>;
  /**
   * The sources that were queried and have neither replied nor pushed since, so that the feed state's counts of them may be
   * old; and the types that the catalogue does not name.
   */
  unsure(): readonly CountSource[];
  /**
   * To be called when a source has pushed its counts. If `isNew` to the feed state, and not named by its catalogue, it is
   * queried.
   */
  notePushed(id: CountSource, isNew: boolean): void;
  /** When to query the unsure ones again, epoch ms; null when there are none. */
  dueAt(): number | null;
};

export function openCountRefresh(known: readonly CountSource[], deps: CountRefreshDeps): CountRefresh {
  const { ports, state, clock, changed, onUnsureChanged, onFailure } = deps;
  const unsure = new Set(known);
  let failures = 0;
  let againAt = 0;

  /**
   * Marks a source as sure, except for a type that the catalogue does not name. Such a type either is new, and D1's update
   * is still on its way; or it is being deleted, and its reply or push may have been sent before that.
   */
  function noteAnswer(id: CountSource): void {
    if (!isUnnamed(id) && unsure.delete(id)) onUnsureChanged();
  }

  function isUnnamed(id: CountSource): boolean {
    const { catalogue, types } = state();
    return id !== DOOR && types.has(id) && catalogue?.ticketTypeIds.includes(id) === false;
  }

  async function query(id: CountSource): Promise<void> {
    const changes = id === DOOR ? await queryDoor() : await queryType(id);
    if (changes === null) return;
    changed(changes);
    noteAnswer(id);
  }

  async function queryType(id: TicketTypeId): Promise<Changes | null> {
    const counts = await ports().counts(id);
    if (counts === null) return null;
    return counts === "gone" ? dropType(state(), id) : takeOccupancy(state(), id, counts);
  }

  async function queryDoor(): Promise<Changes | null> {
    const eventId = state().catalogue?.event.id;
    const door = eventId === undefined ? null : await ports().door(eventId);
    if (door === null) return null;
    return door === "gone" ? dropDoor(state()) : takeDoor(state(), door);
  }

  async function some(ids: readonly CountSource[]): Promise<void> {
    if (ids.length === 0) return;
    for (const id of ids) unsure.add(id);
    await withDeadline(Promise.all(ids.map(query)), COUNTS_MS).catch(onFailure);
    failures = unsure.size > 0 ? failures + 1 : 0;
    againAt = clock() + backoffMs(failures, Math.random());
    if (unsure.size > 0) onUnsureChanged();
  }

  const named = (): readonly TicketTypeId[] => state().catalogue?.ticketTypeIds ?? [];
  // A door that has never pushed is not queried: most events have none, and a door that has rows repeats its push until it
  // is stored.
  const door = (): readonly CountSource[] => (state().door === null ? [] : [DOOR]);
  return {
    some,
    all: oneAtATime(() => some([...new Set([...named(), ...state().types.keys(), ...door()])])),
    missing: oneAtATime(() => some([...new Set([...unsure, ...named().filter((id) => !state().types.has(id))])])),
    unsure: () => [...unsure],
    notePushed(id, isNew) {
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
