// Decides the undo of a row (rule D14): both rows stay, and counts and states follow at once.

import { accept, must, refuse } from "../../result.ts";
import type { UndoResult, UndoCommand, UndoReply } from "../command.ts";
import { type ConflictChange, conflictChanges } from "../rows/conflicts.ts";
import { addCounts, type Counts, subtractCounts } from "../rows/counts.ts";
import { clickOf } from "./decide-counts.ts";
import type { DoorRow } from "../rows/door-log.ts";
import {
  type DoorChange,
  type DoorDecision,
  type DoorDraft,
  type NewRow,
  recordOf,
  scanOf,
  timeAfter,
  undoFrom,
  undosOf,
} from "../draft.ts";
import { countsOfClick, foldTicket } from "../rows/fold.ts";
import { mayTakeBack } from "./may-scan.ts";
import { type PassRow, effectiveRows, type UndoRow, UNDO_MS } from "../rows/rows.ts";

export function decideUndo(draft: DoorDraft, command: UndoCommand): DoorDecision<UndoReply> {
  const { by, ref, scanId } = command;
  const terms = mayTakeBack(draft.terms, by, draft.now);
  if (!terms.ok) return { change: {}, reply: terms };
  const earlierRow = scanOf(draft, scanId);
  if (earlierRow !== null) {
    const isSame = earlierRow.kind === "undo" && earlierRow.ref === ref;
    return { change: {}, reply: isSame ? accept(undoResultOf(earlierRow)) : refuse({ code: "scan_id_reused" }) };
  }
  const target = scanOf(draft, ref);
  if (target === null) return write(draft, command, "awaited", {});
  const isOwn = target.actor === by.id;
  if (by.device !== null && !isOwn) return refused("forbidden");
  if (by.device !== null && timeOf(draft, target) - target.at >= UNDO_MS) return refused("undo_too_late");
  return target.kind === "count" ? takeBackClick(draft, command, target) : takeBackScan(draft, command, target);
}

const refused = (code: "forbidden" | "undo_too_late"): DoorDecision<UndoReply> => ({
  change: {},
  reply: refuse({ code }),
});

/** The time of the undo: after everything that is known of its ticket. */
function timeOf(draft: DoorDraft, target: DoorRow): number {
  return timeAfter(draft, target.serial === null ? [target] : recordOf(draft, target.serial).rows);
}

function takeBackScan(draft: DoorDraft, command: UndoCommand, target: DoorRow): DoorDecision<UndoReply> {
  const { days } = must(draft.terms, "who may take back was judged by the terms").rules;
  const { serial } = target;
  if (serial === null) return nothing(draft, command);
  const record = recordOf(draft, serial);
  const passages = record.rows.filter((row): row is PassRow => row.kind === "entry" || row.kind === "exit");
  const undos = record.rows.filter((row): row is UndoRow => row.kind === "undo");
  const isInEffect = effectiveRows(passages, undos).some(({ scanId }) => scanId === target.scanId);
  if (!isInEffect) return nothing(draft, command);
  const undo = undoAt(draft, command, target);
  const rows = [...record.rows, undo];
  const before = foldTicket(record.rows, draft.barriers, days);
  const after = foldTicket(rows, draft.barriers, days);
  const counts = addCounts(subtractCounts(draft.head.counts, before.part), after.part);
  return write(draft, command, "undone", {
    counts,
    conflicts: conflictChanges(serial, before, after),
    at: undo.at,
    target,
    ticket: { serial, record: { ...record, rows } },
  });
}

function takeBackClick(draft: DoorDraft, command: UndoCommand, target: DoorRow): DoorDecision<UndoReply> {
  const [click] = effectiveRows([clickOf(target)], undosOf(draft, command.ref));
  if (click === undefined) return nothing(draft, command);
  const taken = countsOfClick(click, draft.barriers.at(-1) ?? null);
  const { at } = undoAt(draft, command, target);
  return write(draft, command, "undone", { counts: subtractCounts(draft.head.counts, taken), at, target });
}

function undoAt(draft: DoorDraft, { by, scanId, ref }: UndoCommand, target: DoorRow): UndoRow {
  return undoFrom({ scanId, ref, at: timeOf(draft, target), actor: by.id });
}

/** The row was a refusal, was undone already, or does not count: no row is written, and the reply is the same each time. */
function nothing({ now }: DoorDraft, { scanId }: UndoCommand): DoorDecision<UndoReply> {
  return { change: {}, reply: accept({ scanId, at: now, outcome: "nothing" }) };
}

type Effect = {
  readonly counts?: Counts;
  readonly at?: number;
  readonly target?: DoorRow;
  readonly ticket?: DoorChange["ticket"];
  readonly conflicts?: readonly ConflictChange[];
};

function write(
  draft: DoorDraft,
  { by, requestId, scanId, ref }: UndoCommand,
  outcome: UndoResult["outcome"],
  { counts, at = timeAfter(draft, []), target, ticket, conflicts = [] }: Effect,
): DoorDecision<UndoReply> {
  const { gateId = null, serial = null, typeNumber = null, generation = null } = target ?? {};
  const row: NewRow = {
    ...{ at, kind: "undo", scanId, actor: by.id, requestId, gateId, serial, typeNumber, generation },
    ...{ source: null, decided: "door", verdict: outcome, detail: null, reason: null, letIn: false, ref },
  };
  const change = { row, conflicts, ...(counts && { counts }), ...(ticket && { ticket }) };
  return { change, reply: accept({ scanId, at, outcome }) };
}

function undoResultOf({ scanId, at, verdict }: DoorRow): UndoResult {
  // The cast holds, since an undo's row has one of its outcomes.
  return { scanId: must(scanId, "an undo has an id"), at, outcome: verdict as UndoResult["outcome"] };
}
