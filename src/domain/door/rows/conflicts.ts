// Finds the conflicts that a row begins or ends (rule D19): by the difference that it makes to the conflicts of its ticket,
// and to whether more persons are inside than the venue holds. Times are epoch ms.

import type { GateId, ScanId } from "../../ids.ts";
import type { DoorRow } from "./door-log.ts";
import { type Conflict, type FoldedTicket, overCapacity, type OverCapacity } from "./fold.ts";
import { type BarrierRow, BREACHES } from "./rows.ts";

export const CONFLICT_KINDS = [
  ...(["double_entry", "void_entry", "superseded_entry", "blocked_entry", "over_capacity"] as const),
  ...BREACHES,
] as const satisfies readonly FoundConflict["kind"][];

/**
 * A conflict for supervisors. `at`: when it happened, by the clock of the scanner `deviceId`. `other`: the row that it
 * conflicts with. `over_capacity` has no ticket: its row is the one that exceeded the capacity, and `crowd` what was
 * counted then.
 */
export type FoundConflict = {
  readonly id: string;
  readonly kind: Conflict["kind"] | "over_capacity";
  readonly at: number;
  readonly scanId: ScanId | null;
  readonly other: ScanId | null;
  readonly serial: number | null;
  readonly gateId: GateId | null;
  readonly deviceId: string;
  readonly crowd: { readonly inside: number; readonly capacity: number } | null;
};

/**
 * A stored conflict. `n`: its position. `goneAt`: since when it no longer holds, because a row was undone or other rows
 * arrived.
 */
export type DoorConflict = FoundConflict & {
  readonly n: number;
  readonly foundAt: number;
  readonly goneAt: number | null;
  readonly seen: { readonly at: number; readonly by: string } | null;
};

/** A conflict that holds, newly or with other facts than before; or the id of one that no longer holds. */
export type ConflictChange = { readonly stands: FoundConflict } | { readonly gone: string };

export function conflictIdOf(change: ConflictChange): string {
  return "stands" in change ? change.stands.id : change.gone;
}

/** The difference that a row makes to the conflicts of its ticket. */
export function conflictChanges(
  serial: number,
  before: Pick<FoldedTicket, "conflicts">,
  after: Pick<FoldedTicket, "conflicts">,
): ConflictChange[] {
  if (before.conflicts.length === 0 && after.conflicts.length === 0) return [];
  const others = new Map(before.conflicts.map(({ id, other }) => [id, other]));
  const left = new Set(after.conflicts.map(({ id }) => id));
  const stand = after.conflicts.filter(({ id, other }) => !others.has(id) || others.get(id) !== other);
  const gone = before.conflicts.filter(({ id }) => !left.has(id));
  return [...stand.map((conflict) => ({ stands: foundOf(serial, conflict) })), ...gone.map(({ id }) => ({ gone: id }))];
}

function foundOf(serial: number, { id, kind, row, other }: Conflict): FoundConflict {
  const { at, scanId, gateId, deviceId } = row;
  return { id, kind, at, scanId, other, serial, gateId, deviceId, crowd: null };
}

/** Who is inside, and how many the venue holds; null when there are no terms, and nobody is inside. */
type Crowd = {
  readonly inside: number;
  readonly capacity: number | null;
  readonly barriers: readonly BarrierRow[];
};

/** `row` is the row that caused the change, null when none did. */
type FoundBy = { readonly row: Pick<DoorRow, "at" | "scanId" | "gateId" | "actor"> | null; readonly now: number };

/** How a change of who is inside, of the capacity or of the barriers changes `over_capacity` (rule D11). */
export function overCapacityChanges(before: Crowd, after: Crowd, { row, now }: FoundBy): ConflictChange[] {
  const [was, is] = [overOf(before), overOf(after)];
  if (was?.id === is?.id) return [];
  const gone = was === null ? [] : [{ gone: was.id }];
  if (is === null) return gone;
  const { at, scanId, gateId, actor } = row ?? { at: now, scanId: null, gateId: null, actor: "system" };
  const crowd = { inside: is.inside, capacity: is.capacity };
  const conflict = { id: is.id, kind: is.kind, at, scanId, other: null, serial: null, gateId, deviceId: actor, crowd };
  return [...gone, { stands: conflict }];
}

function overOf({ inside, capacity, barriers }: Crowd): OverCapacity | null {
  return capacity === null ? null : overCapacity(inside, capacity, barriers);
}
