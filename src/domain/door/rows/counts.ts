// Adds and subtracts the counts of persons at a door (rule D10). The event's counts are the sum of its parts, and a row
// changes them by the difference of its ticket's part.

import type { GateId } from "../../ids.ts";

/** Those who passed the gate, and those inside whose last entry was there. */
export type GateCounts = { readonly entries: number; readonly exits: number; readonly insideBy: number };

/**
 * `admitted`: those who ever entered, each ticket once. Within a part of the counts, a number may be negative after people
 * left.
 */
export type Counts = {
  readonly inside: number;
  readonly admitted: number;
  readonly gates: ReadonlyMap<GateId, GateCounts>;
};

export const NO_COUNTS: Counts = { inside: 0, admitted: 0, gates: new Map() };
const NO_GATE: GateCounts = { entries: 0, exits: 0, insideBy: 0 };

export function gateCounts(counts: Counts, gateId: GateId): GateCounts {
  return counts.gates.get(gateId) ?? NO_GATE;
}

export function addCounts(a: Counts, b: Counts): Counts {
  return combine(a, b, 1);
}

export function subtractCounts(a: Counts, b: Counts): Counts {
  return combine(a, b, -1);
}

/** A gate whose counts are all zero is left out, as if it was never used. */
function combine(a: Counts, b: Counts, sign: 1 | -1): Counts {
  const gates = new Map(a.gates);
  for (const [id, { entries, exits, insideBy }] of b.gates) {
    const gate = gateCounts(a, id);
    const sum = {
      entries: gate.entries + sign * entries,
      exits: gate.exits + sign * exits,
      insideBy: gate.insideBy + sign * insideBy,
    };
    if (sum.entries === 0 && sum.exits === 0 && sum.insideBy === 0) gates.delete(id);
    else gates.set(id, sum);
  }
  return { inside: a.inside + sign * b.inside, admitted: a.admitted + sign * b.admitted, gates };
}

export type CountsForPeople = Pick<Counts, "inside" | "admitted"> & {
  readonly gates: readonly (GateCounts & { readonly id: GateId })[];
};

/**
 * The counts for people: the gates `gateIds` in their order, zeros included, then gates that no longer exist. When clickers
 * have counted out more persons than were in, nobody is inside.
 */
export function countsForPeople(counts: Counts, gateIds: readonly GateId[]): CountsForPeople {
  const gone = [...counts.gates.keys()].filter((id) => !gateIds.includes(id)).sort();
  const gates = [...gateIds, ...gone].map((id) => {
    const gate = gateCounts(counts, id);
    return { ...gate, id, insideBy: Math.max(0, gate.insideBy) };
  });
  return { inside: Math.max(0, counts.inside), admitted: counts.admitted, gates };
}
