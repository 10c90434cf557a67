// Decides what is counted without a ticket (rules D10, D16): clicks, and a supervisor's corrections.

import type { GateId } from "../../ids.ts";
import { accept, must, refuse } from "../../result.ts";
import type { ClickCommand, CorrectCommand, CountsReply, DoorActor } from "../command.ts";
import type { TicketRecord } from "../book.ts";
import { type ConflictChange, conflictChanges } from "../rows/conflicts.ts";
import { addCounts, type Counts, subtractCounts } from "../rows/counts.ts";
import type { DoorRow } from "../rows/door-log.ts";
import {
  type DoorChange,
  type DoorDecision,
  type DoorDraft,
  type NewRow,
  scanOf,
  timeAfter,
  undosOf,
} from "../draft.ts";
import type { EventTerms } from "../event-terms.ts";
import { countsOfClick, foldTicket } from "../rows/fold.ts";
import { mayUse, mayScan, mayTakeBack } from "./may-scan.ts";
import { type BarrierRow, type CountRow, effectiveRows } from "../rows/rows.ts";

export function readCounts(
  { terms, head, now }: Pick<DoorDraft, "terms" | "head" | "now">,
  by: DoorActor,
): CountsReply {
  const allowed = mayUse(terms, by, now);
  if (!allowed.ok) return allowed;
  const { eventId, rules } = allowed.value;
  const { softCapacity, hardCapacity, gates } = rules;
  return accept({
    ...{ eventId, seq: head.seq, at: now, counts: head.counts, softCapacity, hardCapacity },
    gateIds: gates.map(({ id }) => id),
  });
}

/** A click has happened, so no capacity refuses it (rule D11). */
export function decideClick(draft: DoorDraft, command: ClickCommand): DoorDecision<CountsReply> {
  const { by, gateId, count, scanId } = command;
  const terms = mayScan(draft.terms, by, gateId, draft.now);
  if (!terms.ok) return { change: {}, reply: terms };
  const earlierRow = scanOf(draft, scanId);
  if (earlierRow !== null) {
    const isSame = earlierRow.kind === "count" && earlierRow.gateId === gateId && clickOf(earlierRow).by === count;
    return repeated(draft, by, isSame);
  }
  const row = rowOf(command, { kind: "count", gateId, at: timeAfter(draft, []), detail: { by: count } });
  const click: CountRow = { kind: "count", scanId, at: row.at, deviceId: by.id, counter: 0, gateId, by: count };
  const [effective] = effectiveRows([click], undosOf(draft, scanId));
  const added = effective && countsOfClick(effective, draft.barriers.at(-1) ?? null);
  const counts = added ? addCounts(draft.head.counts, added) : draft.head.counts;
  return written(draft, by, { row, counts });
}

/** A barrier in time: a row with a later time, which only a wrong clock can cause, counts on top of it. */
export function decideCorrection(draft: DoorDraft, command: CorrectCommand): DoorDecision<CountsReply> {
  const { by, scanId, to } = command;
  if (by.device !== null) return { change: {}, reply: refuse({ code: "forbidden" }) };
  const terms = mayTakeBack(draft.terms, by, draft.now);
  if (!terms.ok) return { change: {}, reply: terms };
  const gateIds = terms.value.rules.gates.map(({ id }) => id);
  if (to !== "sweep" && to.gates.some(({ id }) => !gateIds.includes(id)))
    return { change: {}, reply: refuse({ code: "not_found" }) };
  const earlierRow = scanOf(draft, scanId);
  const detail = to === "sweep" ? {} : { gates: to.gates.map(({ id, insideBy }) => [id, insideBy]) };
  if (earlierRow !== null)
    return repeated(draft, by, earlierRow.detail === JSON.stringify(detail) && earlierRow.kind === kindOf(to));
  const at = freeTime(draft);
  const row = rowOf(command, { kind: kindOf(to), gateId: null, at, detail });
  const barrier = barrierFrom({ ...row, scanId });
  const counts = countsBehind(draft, terms.value, barrier);
  const conflicts = conflictsBehind(draft, terms.value, barrier);
  return written(draft, by, { row: { ...row, reason: command.reason }, counts, barrier, conflicts });
}

const kindOf = (to: CorrectCommand["to"]): "sweep" | "set" => (to === "sweep" ? "sweep" : "set");

/**
 * A time after everything that was decided and different from that of any row, so that each row is before the barrier or
 * after it.
 */
function freeTime(draft: DoorDraft): number {
  const { found, rows } = draft;
  const tickets = [...found.tickets.values(), ...draft.tickets.values()].flatMap((record) => record.rows);
  const taken = new Set([...tickets, ...found.clicks, ...rows].map(({ at }) => at));
  let at = timeAfter(draft, []);
  while (taken.has(at)) at += 1;
  return at;
}

/**
 * People who passed stay counted. The number inside is that of the barrier, plus what came after it. An exit after a
 * sweep that was decided alone, by a clock that was ahead, then belongs to no party.
 */
function countsBehind(draft: DoorDraft, { rules }: EventTerms, barrier: BarrierRow): Counts {
  const { head } = draft;
  let counts = passedOnly(head.counts);
  if (barrier.kind === "set") counts = addCounts(counts, insideAt(barrier.gates));
  const barriers = [...draft.barriers, barrier];
  for (const { rows } of laterTickets(draft, barrier).values()) {
    const before = foldTicket(rows, draft.barriers, rules.days).part;
    const after = foldTicket(rows, barriers, rules.days).part;
    counts = addCounts(subtractCounts(counts, passedOnly(before)), after);
  }
  for (const late of draft.found.clicks) {
    const [click] = effectiveRows([clickOf(late)], undosOf(draft, must(late.scanId, "a click has an id")));
    if (click === undefined || click.at <= barrier.at) continue;
    counts = addCounts(counts, insideAt([[click.gateId, click.by]]));
  }
  return counts;
}

/** The tickets with a passage by a clock that was ahead: only for them the barrier lies before something that is known. */
function laterTickets({ found, tickets }: DoorDraft, barrier: BarrierRow): Map<number, TicketRecord> {
  const records = [...new Map([...found.tickets, ...tickets])];
  return new Map(records.filter(([, { rows }]) => rows.some(({ at }) => at > barrier.at)));
}

function conflictsBehind(draft: DoorDraft, { rules }: EventTerms, barrier: BarrierRow): ConflictChange[] {
  return [...laterTickets(draft, barrier)].flatMap(([serial, { rows }]) => {
    const before = foldTicket(rows, draft.barriers, rules.days);
    return conflictChanges(serial, before, foldTicket(rows, [...draft.barriers, barrier], rules.days));
  });
}

function passedOnly(counts: Counts): Counts {
  return subtractCounts(counts, insideOnly(counts));
}

function insideOnly({ inside, gates }: Counts): Counts {
  return { ...insideAt([...gates].map(([id, { insideBy }]) => [id, insideBy])), inside };
}

function insideAt(gates: Iterable<readonly [GateId, number]>): Counts {
  const entered = [...gates].map(([id, insideBy]) => [id, { entries: 0, exits: 0, insideBy }] as const);
  const inside = entered.reduce((sum, [, { insideBy }]) => sum + insideBy, 0);
  return { inside, admitted: 0, gates: new Map(entered) };
}

/** The click that a row of the log records. */
export function clickOf({ scanId, at, actor, gateId, detail }: DoorRow): CountRow {
  // The cast holds, since the row was written from a click.
  const { by } = JSON.parse(must(detail, "a click says how many")) as { by: number };
  const [id, gate] = [must(scanId, "a click has an id"), must(gateId, "a click is at a gate")];
  return { kind: "count", scanId: id, at, deviceId: actor, counter: 0, gateId: gate, by };
}

/** The barrier that a row of the log records. */
export function barrierFrom(row: Pick<DoorRow, "kind" | "scanId" | "at" | "actor" | "detail">): BarrierRow {
  const { at, actor: deviceId } = row;
  const barrier = { scanId: must(row.scanId, "a barrier has an id"), at, deviceId, counter: 0 };
  if (row.kind === "sweep") return { ...barrier, kind: "sweep" };
  // The cast holds, since the row was written from a correction.
  const { gates } = JSON.parse(must(row.detail, "a correction says who is inside")) as { gates: [GateId, number][] };
  const inside = gates.reduce((sum, [, insideBy]) => sum + insideBy, 0);
  return { ...barrier, kind: "set", inside, gates: new Map(gates) };
}

function rowOf(
  { by, requestId, scanId }: ClickCommand | CorrectCommand,
  { detail, ...row }: Pick<NewRow, "kind" | "gateId" | "at"> & { readonly detail: object },
): NewRow {
  return {
    ...{ ...row, scanId, actor: by.id, requestId, serial: null, typeNumber: null, generation: null, source: null },
    ...{ decided: "door", verdict: null, detail: JSON.stringify(detail), reason: null, letIn: false, ref: null },
  };
}

function written(
  draft: DoorDraft,
  by: DoorActor,
  change: DoorChange & { readonly counts: Counts },
): DoorDecision<CountsReply> {
  const head = { ...draft.head, seq: draft.head.seq + 1, counts: change.counts };
  return { change, reply: readCounts({ ...draft, head }, by) };
}

function repeated(draft: DoorDraft, by: DoorActor, isSame: boolean): DoorDecision<CountsReply> {
  return { change: {}, reply: isSame ? readCounts(draft, by) : refuse({ code: "scan_id_reused" }) };
}
