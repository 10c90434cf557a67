// Defines what a door must know of its event to decide a scan by itself (rules D2, D9, D11). Times are epoch ms, capacities
// persons.

import { type EventStatus, KEPT_AFTER_END_MS } from "../events/event.ts";
import type { GateId } from "../ids.ts";
import { type Admission, DEFAULT_ADMISSION } from "./admission.ts";

/** `capacity` limits the persons inside whose last entry was here; null for no limit. */
export type DoorGate = {
  readonly id: GateId;
  readonly status: "open" | "closed";
  readonly capacity: number | null;
};

/** `number` is the type's number in its event, 1 to 255, as codes have it. */
export type DoorType = { readonly number: number; readonly admission: Admission };

/**
 * `softCapacity` is the event's and may be overridden, `hardCapacity` the venue's and may not. `days`: when each day
 * begins, ascending; all times before the first are a day of their own. `endedAt`: when the event was ended by hand.
 */
export type DoorTerms = {
  readonly eventStatus: EventStatus;
  readonly doorsOpen: number;
  readonly endTime: number;
  readonly endedAt: number | null;
  readonly archivedAt: number | null;
  readonly softCapacity: number;
  readonly hardCapacity: number;
  readonly gates: readonly DoorGate[];
  readonly types: readonly DoorType[];
  readonly days: readonly number[];
};

/**
 * The rules of a type. A type that these terms do not have yet gets the standard ones: its code is signed, so its ticket
 * was issued.
 */
export function admissionOf(terms: DoorTerms, typeNumber: number | null): Admission {
  return terms.types.find(({ number }) => number === typeNumber)?.admission ?? DEFAULT_ADMISSION;
}

/** Which day `at` belongs to: days with the same number are the same. */
export function dayOf(days: readonly number[], at: number): number {
  return days.filter((start) => start <= at).length;
}

/** When the day of `at` ends, or null when no other follows. */
export function nextDay(days: readonly number[], at: number): number | null {
  return days[dayOf(days, at)] ?? null;
}

/**
 * Whether the door still takes exits and uploads (rule D9): until the event is archived, and at least 7 days after its end.
 */
export function takesFacts(terms: DoorTerms, now: number): boolean {
  const endsAt = factsEndAt(terms);
  return endsAt === null || now < endsAt;
}

/** When the door stops taking facts for good, epoch ms; null while that is not known. */
export function factsEndAt(terms: DoorTerms | null): number | null {
  if (terms === null || terms.archivedAt === null) return null;
  return Math.max(terms.archivedAt, terms.endTime + KEPT_AFTER_END_MS);
}
