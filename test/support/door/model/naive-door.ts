// Implements docs/rules.md for a ticket's rows and for counts, as simply as possible: lists of rows, read again for
// each question. It shares types with the door and no code, so that the two agree only if both are right.

import type { Counts } from "../../../../src/domain/door/rows/counts.ts";
import type { Conflict, FoldedTicket } from "../../../../src/domain/door/rows/fold.ts";
import type {
  BarrierRow,
  CountRow,
  PassRow,
  RevokeRow,
  TicketRow,
  UndoRow,
} from "../../../../src/domain/door/rows/rows.ts";
import type { Passage } from "../../../../src/domain/door/scan.ts";
import type { Stop, TicketState } from "../../../../src/domain/door/tickets/ticket-state.ts";
import type { GateId } from "../../../../src/domain/ids.ts";

type Step = PassRow | RevokeRow | BarrierRow;
type Party = { readonly gateId: GateId; readonly persons: number };
type Passed = { scanId: string; at: number; deviceId: string; kind: string };

const TEN_MINUTES_MS = 600_000;
const NUMBER_DIGITS = 16;

/** Rows as a text that sorts as rule D19 says. Times and counters are not negative, and devices' names equally long. */
function sortable({ at, deviceId, counter, scanId }: TicketRow | BarrierRow): string {
  return `${String(at).padStart(NUMBER_DIGITS, "0")} ${deviceId} ${String(counter).padStart(NUMBER_DIGITS, "0")} ${scanId}`;
}

function isUndone(row: Passed, undos: readonly UndoRow[]): boolean {
  const mine = undos.filter(({ ref }) => ref === row.scanId);
  if (mine.some(({ bySupervisor }) => bySupervisor)) return true;
  return mine.some((undo) => {
    const apart = undo.at > row.at ? undo.at - row.at : row.at - undo.at;
    return undo.deviceId === row.deviceId && apart < TEN_MINUTES_MS;
  });
}

/** What happened to a ticket, in order: each scan once, nothing that was undone, and the barriers of the event. */
function historyOf(rows: readonly TicketRow[], barriers: readonly BarrierRow[]): Step[] {
  const undos = rows.flatMap((row) => (row.kind === "undo" ? [row] : []));
  const passes = rows.flatMap((row) => (row.kind === "entry" || row.kind === "exit" ? [row] : []));
  const once = passes.filter((row) => {
    const same = passes.filter(({ scanId }) => scanId === row.scanId);
    return (same.find(({ decided }) => decided !== "alone") ?? same[0]) === row;
  });
  const stops = rows.flatMap((row) => (row.kind === "revoke" ? [row] : []));
  const steps: Step[] = [...once.filter((row) => !isUndone(row, undos)), ...stops, ...barriers];
  return steps.sort((a, b) => (sortable(a) < sortable(b) ? -1 : 1));
}

/** Who is inside after these steps: those who entered last are the last ones. */
function partiesAfter(steps: readonly Step[]): Party[] {
  const last = steps.at(-1);
  if (last === undefined) return [];
  const before = partiesAfter(steps.slice(0, -1));
  const others = before.slice(0, -1);
  const top = before.at(-1);
  if (last.kind === "sweep") return [];
  if (last.kind === "exit") return others;
  if (last.kind !== "entry") return before;
  if (last.entry === "free" && top) return [...others, { gateId: last.gateId, persons: top.persons }];
  return [...before, { gateId: last.gateId, persons: last.persons }];
}

function persons(parties: readonly Party[]): number {
  return parties.reduce((sum, party) => sum + party.persons, 0);
}

function dayOf(days: readonly number[], at: number): number {
  let day = -1;
  for (const [index, start] of days.entries()) if (at >= start) day = index;
  return day;
}

const passage = ({ at, gateId, deviceId }: PassRow): Passage => ({ at, gateId, deviceId });

function stateOf(steps: readonly Step[], days: readonly number[]): TicketState {
  const parties = partiesAfter(steps);
  const entries = steps.flatMap((step) => (step.kind === "entry" ? [step] : []));
  const passes = steps.flatMap((step) => (step.kind === "entry" || step.kind === "exit" ? [step] : []));
  const stops = steps.flatMap((step) => (step.kind === "revoke" ? [step] : []));
  const [first, last, lastPass] = [entries[0], entries.at(-1), passes.at(-1)];
  const sinceEntry = last ? steps.slice(steps.indexOf(last) + 1) : [];
  const leavings = sinceEntry.flatMap((step): Passage[] => {
    if (step.kind === "exit") return [passage(step)];
    const wasInside = partiesAfter(steps.slice(0, steps.indexOf(step))).length > 0;
    return step.kind === "sweep" && wasInside ? [{ at: step.at, gateId: null, deviceId: null }] : [];
  });
  const stop = (row: RevokeRow, note: string | null): Stop => ({ since: row.at, note, by: row.scanId });
  const voids = stops.flatMap((row) => (row.action === "void" ? [stop(row, row.note)] : []));
  const blocks = stops.flatMap((row) => {
    if (row.action === "block") return [stop(row, row.note)];
    return row.action === "unblock" ? [null] : [];
  });
  const reissues = stops.flatMap((row) => (row.action === "reissue" && row.generation > 1 ? [row] : []));
  const generation = Math.max(1, ...reissues.map((row) => row.generation));
  const newest = reissues.find((row) => row.generation === generation);
  return {
    inside: persons(parties),
    insideGate: parties.at(-1)?.gateId ?? null,
    leaving: parties.at(-1)?.persons ?? 0,
    entries: entries.length,
    entriesThatDay: last ? entries.filter(({ at }) => dayOf(days, at) === dayOf(days, last.at)).length : 0,
    firstEntry: first ? passage(first) : null,
    lastEntry: last ? passage(last) : null,
    left: leavings.at(-1) ?? null,
    last: lastPass ? { scanId: lastPass.scanId, at: lastPass.at } : null,
    voided: voids[0] ?? null,
    blocked: blocks.at(-1) ?? null,
    generation,
    reissued: newest ? stop(newest, null) : null,
    attention: stops.flatMap((row) => (row.action === "attention" ? [row.text] : [])).at(-1) ?? null,
  };
}

function conflictsOf(steps: readonly Step[]): Conflict[] {
  return steps.flatMap((row, index) => {
    if (row.kind !== "entry" && row.kind !== "exit") return [];
    const found: [Conflict["kind"], Conflict["other"]][] = row.breaches.map((breach) => [breach, null]);
    if (row.kind === "entry") found.push(...entryConflicts(steps, row, index));
    return found.map(([kind, other]) => ({ id: `${kind}.${row.scanId}`, kind, row, other }));
  });
}

function entryConflicts(steps: readonly Step[], row: PassRow, index: number): [Conflict["kind"], Conflict["other"]][] {
  const [before, after] = [steps.slice(0, index), steps.slice(index + 1)];
  const was = stateOf(before, []);
  const found: [Conflict["kind"], Conflict["other"]][] = [];
  const lastEntry = before.filter(({ kind }) => kind === "entry").at(-1);
  const isSecond = row.entry === "once" && lastEntry !== undefined;
  const isTwiceInside = row.entry === "reentry" && was.inside > 0;
  const isKnown = row.decided !== "override";
  if (isKnown && (isSecond || isTwiceInside)) found.push(["double_entry", lastEntry?.scanId ?? null]);
  const unknowing = after.find((step) => step.kind === "revoke" && step.action === "void" && step.unlessEntered);
  const voidedBy = (isKnown ? was.voided?.by : undefined) ?? unknowing?.scanId;
  if (voidedBy !== undefined) found.push(["void_entry", voidedBy]);
  const isOld = row.generation !== null && row.generation < was.generation;
  if (isKnown && isOld) found.push(["superseded_entry", was.reissued?.by ?? null]);
  if (isKnown && was.blocked) found.push(["blocked_entry", was.blocked.by]);
  return found;
}

/** The counts of a list of gates with what each of them has: [gate, entries, exits, inside by]. */
function countsFrom(inside: number, admitted: number, list: readonly [GateId, number, number, number][]): Counts {
  const gates = new Map<GateId, { entries: number; exits: number; insideBy: number }>();
  for (const [id] of list) {
    const mine = list.filter(([other]) => other === id);
    const [entries, exits, insideBy] = [1, 2, 3].map((at) => mine.reduce((sum, each) => sum + Number(each[at]), 0));
    if (entries || exits || insideBy)
      gates.set(id, { entries: entries ?? 0, exits: exits ?? 0, insideBy: insideBy ?? 0 });
  }
  return { inside, admitted, gates };
}

function partOf(steps: readonly Step[]): Counts {
  const last = steps.filter(({ kind }) => kind === "set" || kind === "sweep").at(-1);
  const now = partiesAfter(steps);
  const then = partiesAfter(last ? steps.slice(0, steps.indexOf(last) + 1) : []);
  const passed = steps.flatMap((step, index): [GateId, number, number, number][] => {
    if (step.kind === "entry") return [[step.gateId, step.persons, 0, 0]];
    if (step.kind !== "exit") return [];
    const leaves = partiesAfter(steps.slice(0, index)).at(-1)?.persons ?? step.persons;
    return [[step.gateId, 0, leaves, 0]];
  });
  const inside = (parties: readonly Party[], sign: number): [GateId, number, number, number][] =>
    parties.map((party) => [party.gateId, 0, 0, sign * party.persons]);
  const admitted = steps.flatMap((step) => (step.kind === "entry" ? [step.persons] : []))[0] ?? 0;
  return countsFrom(persons(now) - persons(then), admitted, [...passed, ...inside(now, 1), ...inside(then, -1)]);
}

/** All that follows from a ticket's rows. */
export function naiveTicket(
  rows: readonly TicketRow[],
  barriers: readonly BarrierRow[],
  days: readonly number[],
): FoldedTicket {
  const steps = historyOf(rows, barriers);
  return { state: stateOf(steps, days), part: partOf(steps), conflicts: conflictsOf(steps) };
}

/** The event's counts, from all rows of all tickets and clickers. */
export function naiveEvent(
  tickets: readonly (readonly TicketRow[])[],
  clicks: readonly (CountRow | UndoRow)[],
  barriers: readonly BarrierRow[],
): Counts {
  const parts = tickets.map((rows) => partOf(historyOf(rows, barriers)));
  const last = [...barriers].sort((a, b) => (sortable(a) < sortable(b) ? -1 : 1)).at(-1);
  const undos = clicks.flatMap((row) => (row.kind === "undo" ? [row] : []));
  const clicked = clicks.flatMap((row) => (row.kind === "count" && !isUndone(row, undos) ? [row] : []));
  const once = clicked.filter((row) => clicked.find(({ scanId }) => scanId === row.scanId) === row);
  const list = once.map(({ by, gateId, ...row }): [GateId, number, number, number] => {
    const isBehind = last !== undefined && sortable({ ...row, kind: "sweep" }) < sortable(last);
    return [gateId, by > 0 ? by : 0, by < 0 ? -by : 0, isBehind ? 0 : by];
  });
  const set =
    last?.kind === "set" ? [...last.gates].map(([id, n]): [GateId, number, number, number] => [id, 0, 0, n]) : [];
  const ofParts = parts.flatMap(({ gates }) =>
    [...gates].map(([id, { entries, exits, insideBy }]): [GateId, number, number, number] => [
      id,
      entries,
      exits,
      insideBy,
    ]),
  );
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const inside =
    (last?.kind === "set" ? last.inside : 0) +
    sum(parts.map((part) => part.inside)) +
    sum(list.map(([, , , by]) => by));
  return countsFrom(inside, sum(parts.map(({ admitted }) => admitted)), [...set, ...ofParts, ...list]);
}
