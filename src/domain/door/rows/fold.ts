// Computes a ticket's state, its part of the counts and its conflicts from its rows (rules D10, D14, D16, D19). Any order,
// split or repetition of uploads gives the same result. Times are epoch ms, numbers persons.

import type { GateId, ScanId } from "../../ids.ts";
import { addCounts, type Counts, NO_COUNTS, subtractCounts } from "./counts.ts";
import {
  type BarrierRow,
  type Breach,
  compareRows,
  type CountRow,
  type PassRow,
  type RevokeRow,
  effectiveRows,
  type TicketRow,
  type UndoRow,
} from "./rows.ts";
import type { Passage } from "../scan.ts";
import { dayOf } from "../terms.ts";
import { type TicketState, NEW_TICKET } from "../tickets/ticket-state.ts";

/**
 * `id` is computed from its rows, so that it is the same whenever the conflict is found. `other` is the row that it
 * conflicts with.
 */
export type Conflict = {
  readonly id: string;
  readonly kind: Breach | "double_entry" | "void_entry" | "superseded_entry" | "blocked_entry";
  readonly row: PassRow;
  readonly other: ScanId | null;
};

/** `part`: what this ticket adds to the event's counts; its `inside` only counts since the last barrier. */
export type FoldedTicket = {
  readonly state: TicketState;
  readonly part: Counts;
  readonly conflicts: readonly Conflict[];
};

/** The persons of one entry who are still inside. A ticket has several parties only if somebody let it in twice. */
type Party = { readonly gateId: GateId; readonly persons: number };

type Walk = {
  state: TicketState;
  /** The last party is the first to leave. */
  parties: Party[];
  /** Everybody who passed, and `inside` by gate according to `parties`. */
  counts: Counts;
  /** The part of `counts` that the last barrier has counted, which is no longer this ticket's. */
  behind: Counts;
  entered: PassRow[];
  conflicts: Conflict[];
};

/**
 * Folds a ticket's rows, which may come in any order and more than once. `barriers` are all of the event's, `days` those of
 * its terms.
 */
export function foldTicket(
  rows: readonly TicketRow[],
  barriers: readonly BarrierRow[],
  days: readonly number[],
): FoldedTicket {
  const undos = rows.filter((row): row is UndoRow => row.kind === "undo");
  const passes = rows.filter((row): row is PassRow => row.kind === "entry" || row.kind === "exit");
  const revokes = rows.filter((row): row is RevokeRow => row.kind === "revoke");
  const walk: Walk = {
    state: NEW_TICKET,
    parties: [],
    counts: NO_COUNTS,
    behind: NO_COUNTS,
    entered: [],
    conflicts: [],
  };
  const steps = [...effectiveRows(passes, undos), ...revokes, ...barriers].sort(compareRows);
  for (const step of steps) {
    if (step.kind === "revoke") revoke(walk, step);
    else if (step.kind === "sweep" || step.kind === "set") passBarrier(walk, step);
    else if (step.kind === "entry") enter(walk, step, days);
    else leave(walk, step);
  }
  const { state, conflicts } = walk;
  return { state: { ...state, ...insideOf(walk) }, part: subtractCounts(walk.counts, walk.behind), conflicts };
}

function enter(walk: Walk, row: PassRow, days: readonly number[]): void {
  noteConflicts(walk, row);
  const { gateId, persons } = row;
  const top = walk.parties.at(-1);
  const moves = row.entry === "free" && top !== undefined;
  // A ticket that enters again without an exit takes its party along to this gate.
  if (moves) walk.parties.splice(-1, 1, { ...top, gateId });
  else walk.parties.push({ gateId, persons });
  const from = moves ? partyOf(top) : NO_COUNTS;
  const to = partyOf({ gateId, persons: moves ? top.persons : persons });
  const admitted = walk.entered.length === 0 ? persons : 0;
  const passed: Counts = {
    inside: 0,
    admitted,
    gates: new Map([[gateId, { entries: persons, exits: 0, insideBy: 0 }]]),
  };
  walk.counts = addCounts(addCounts(subtractCounts(walk.counts, from), to), passed);
  walk.entered.push(row);
  const { state } = walk;
  const isSameDay = state.lastEntry !== null && dayOf(days, state.lastEntry.at) === dayOf(days, row.at);
  walk.state = {
    ...state,
    entries: state.entries + 1,
    entriesThatDay: isSameDay ? state.entriesThatDay + 1 : 1,
    firstEntry: state.firstEntry ?? passageOf(row),
    lastEntry: passageOf(row),
    left: null,
    last: { scanId: row.scanId, at: row.at },
  };
}

/** An exit without a known entry takes nobody from those inside (rule D10). */
function leave(walk: Walk, row: PassRow): void {
  for (const breach of row.breaches) note(walk, breach, row, null);
  const party = walk.parties.pop();
  const exits = party?.persons ?? row.persons;
  const passed: Counts = { inside: 0, admitted: 0, gates: new Map([[row.gateId, { entries: 0, exits, insideBy: 0 }]]) };
  walk.counts = addCounts(party === undefined ? walk.counts : subtractCounts(walk.counts, partyOf(party)), passed);
  const { state } = walk;
  const left = state.lastEntry === null ? null : passageOf(row);
  walk.state = { ...state, left, last: { scanId: row.scanId, at: row.at } };
}

function revoke(walk: Walk, row: RevokeRow): void {
  const { state } = walk;
  const stop = { since: row.at, by: row.scanId };
  switch (row.action) {
    case "void":
      // The ticket became void because nobody had entered, but an earlier entry was not known then.
      if (row.unlessEntered) for (const entry of walk.entered) note(walk, "void_entry", entry, row.scanId);
      walk.state = { ...state, voided: state.voided ?? { ...stop, note: row.note } };
      return;
    case "block":
      walk.state = { ...state, blocked: { ...stop, note: row.note } };
      return;
    case "unblock":
      walk.state = { ...state, blocked: null };
      return;
    case "reissue":
      if (row.generation <= state.generation) return;
      walk.state = { ...state, generation: row.generation, reissued: { ...stop, note: null } };
      return;
    case "attention":
      walk.state = { ...state, attention: row.text };
  }
}

/** The barrier counts who was inside; after a sweep the ticket is outside. */
function passBarrier(walk: Walk, row: BarrierRow): void {
  if (row.kind === "sweep" && walk.parties.length > 0) {
    for (const party of walk.parties.splice(0)) walk.counts = subtractCounts(walk.counts, partyOf(party));
    walk.state = { ...walk.state, left: { at: row.at, gateId: null, deviceId: null } };
  }
  walk.behind = walk.parties.map(partyOf).reduce(addCounts, NO_COUNTS);
}

/** A supervisor who let in against a verdict knew what it said, so these rows make no conflicts. */
function noteConflicts(walk: Walk, row: PassRow): void {
  const { state } = walk;
  for (const breach of row.breaches) note(walk, breach, row, null);
  if (row.decided === "override") return;
  const before = walk.entered.at(-1);
  const isDouble = row.entry === "once" ? before !== undefined : row.entry === "reentry" && walk.parties.length > 0;
  if (isDouble) note(walk, "double_entry", row, before?.scanId ?? null);
  const { voided, blocked, reissued } = state;
  if (voided !== null) note(walk, "void_entry", row, voided.by);
  const isOld = row.generation !== null && row.generation < state.generation;
  if (isOld && reissued !== null) note(walk, "superseded_entry", row, reissued.by);
  if (blocked !== null) note(walk, "blocked_entry", row, blocked.by);
}

function note(walk: Walk, kind: Conflict["kind"], row: PassRow, other: ScanId | null): void {
  const id = `${kind}.${row.scanId}`;
  if (!walk.conflicts.some((known) => known.id === id)) walk.conflicts.push({ id, kind, row, other });
}

function insideOf({ parties }: Walk): Pick<TicketState, "inside" | "insideGate" | "leaving"> {
  const top = parties.at(-1);
  const inside = parties.reduce((sum, { persons }) => sum + persons, 0);
  return { inside, insideGate: top?.gateId ?? null, leaving: top?.persons ?? 0 };
}

function partyOf({ gateId, persons }: Party): Counts {
  return { inside: persons, admitted: 0, gates: new Map([[gateId, { entries: 0, exits: 0, insideBy: persons }]]) };
}

function passageOf({ at, gateId, deviceId }: PassRow): Passage {
  return { at, gateId, deviceId };
}

/**
 * The event's counts: those of the last barrier, the parts of all tickets, and the clicks. `inside` and `insideBy` are
 * never below zero, although a clicker may have counted out more persons than were in.
 */
export function foldEvent(
  parts: Iterable<Counts>,
  clicks: readonly (CountRow | UndoRow)[],
  barriers: readonly BarrierRow[],
): Counts {
  const last = lastBarrier(barriers);
  let counts = last?.kind === "set" ? insideByGate(last.inside, last.gates) : NO_COUNTS;
  for (const part of parts) counts = addCounts(counts, part);
  const undos = clicks.filter((row): row is UndoRow => row.kind === "undo");
  const rows = clicks.filter((row): row is CountRow => row.kind === "count");
  for (const row of effectiveRows(rows, undos)) counts = addCounts(counts, countsOfClick(row, last));
  return counts;
}

/** What a click adds to the event's counts. It does not change who is inside if a barrier came after it. */
export function countsOfClick({ gateId, by, ...row }: CountRow, last: BarrierRow | null): Counts {
  const inside = last !== null && compareRows(row, last) < 0 ? 0 : by;
  const gate = { entries: Math.max(by, 0), exits: Math.max(-by, 0), insideBy: inside };
  return { inside, admitted: 0, gates: new Map([[gateId, gate]]) };
}

/**
 * More persons are inside than the venue holds (rule D11): found once between two barriers. `inside` is that of
 * `foldEvent`.
 */
export type OverCapacity = {
  readonly id: string;
  readonly kind: "over_capacity";
  readonly inside: number;
  readonly capacity: number;
};

export function overCapacity(inside: number, capacity: number, barriers: readonly BarrierRow[]): OverCapacity | null {
  if (inside <= capacity) return null;
  return { id: `over_capacity.${lastBarrier(barriers)?.scanId ?? "first"}`, kind: "over_capacity", inside, capacity };
}

function lastBarrier(barriers: readonly BarrierRow[]): BarrierRow | null {
  return [...barriers].sort(compareRows).at(-1) ?? null;
}

function insideByGate(inside: number, gates: ReadonlyMap<GateId, number>): Counts {
  const entered = [...gates].map(([id, insideBy]) => [id, { entries: 0, exits: 0, insideBy }] as const);
  return { inside, admitted: 0, gates: new Map(entered) };
}
