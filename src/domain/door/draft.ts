// A batch's view over the memory of a door, and how a decision changes it.

import type { ScanId } from "../ids.ts";
import type { Sha256Hex } from "../ledger/chain.ts";
import { must } from "../result.ts";
import { type DoorBook, type FoundScans, NO_RECORD, type TicketRecord } from "./book.ts";
import { type ConflictChange, conflictIdOf, overCapacityChanges } from "./rows/conflicts.ts";
import type { Counts } from "./rows/counts.ts";
import { type DoorHead, type DoorRow, gatesInRow, hashDoorRow } from "./rows/door-log.ts";
import type { EventTerms } from "./event-terms.ts";
import { changedLeases, drawFrom, type LeaseEntry, type WantedRoom } from "./leases/door-leases.ts";
import type { BarrierRow, UndoRow } from "./rows/rows.ts";
import type { ScannerId } from "./scan.ts";

/**
 * `isAcked`: whether a scan's verdict has reached its scanner (rule D5). `isTypedCode`: whether the check of a typed
 * code is that of the ticket at this generation.
 */
export type DoorSettings = {
  readonly sha256: Sha256Hex;
  readonly isAcked: (scanId: ScanId) => boolean;
  readonly isTypedCode: (typed: { readonly serial: number; readonly check: string }, generation: number) => boolean;
};

/** A batch's view over the memory: a decision sees those before it; the memory changes when the draft is adopted. */
export type DoorDraft = {
  readonly base: DoorBook;
  readonly now: number;
  readonly settings: DoorSettings;
  readonly found: FoundScans;
  terms: EventTerms | null;
  head: DoorHead;
  barriers: readonly BarrierRow[];
  readonly leases: Map<ScannerId, LeaseEntry>;
  /** Room for which somebody was refused while leases hold it; null when there was no such refusal. */
  wanted: WantedRoom | null;
  readonly rows: DoorRow[];
  readonly scans: Map<ScanId, DoorRow>;
  readonly tickets: Map<number, TicketRecord>;
  /** The changes of conflicts by conflict id; a later change replaces an earlier one. */
  readonly conflicts: Map<string, ConflictChange>;
};

/** A row as a decision makes it; the draft adds the other fields. */
export type NewRow = Omit<DoorRow, "seq" | "receivedAt" | "inside" | "admitted" | "gates" | "hash">;

/**
 * What one step of a decision changes: it adds at most one row; a ticket's record and the conflicts of its rows, the
 * terms, a barrier or a lease may change with it. `draw`: how many persons a scan takes from its scanner's lease.
 */
export type DoorChange = {
  readonly row?: NewRow;
  readonly counts?: Counts;
  readonly ticket?: { readonly serial: number; readonly record: TicketRecord };
  readonly terms?: EventTerms;
  readonly barrier?: BarrierRow;
  readonly lease?: { readonly id: ScannerId; readonly kept: LeaseEntry };
  readonly draw?: { readonly by: ScannerId; readonly persons: number };
  readonly wanted?: WantedRoom;
  readonly conflicts?: readonly ConflictChange[];
};
/** Several changes are applied in their order. */
export type DoorDecision<Reply> = { readonly change: DoorChange | readonly DoorChange[]; readonly reply: Reply };

export function applyChange(draft: DoorDraft, change: DoorChange): void {
  const before = crowdOf(draft);
  applyRow(draft, change);
  const found = { row: change.row ?? null, now: draft.now };
  const changes = [...(change.conflicts ?? []), ...overCapacityChanges(before, crowdOf(draft), found)];
  for (const each of changes) draft.conflicts.set(conflictIdOf(each), each);
}

/** An emptied door keeps no conflicts (rule D25). */
function crowdOf({ base, terms, head, barriers }: DoorDraft): Parameters<typeof overCapacityChanges>[0] {
  const capacity = base.checkpoint === null ? (terms?.rules.hardCapacity ?? null) : null;
  return { inside: head.counts.inside, capacity, barriers };
}

function applyRow(draft: DoorDraft, { row, counts = draft.head.counts, ticket, ...change }: DoorChange): void {
  if (change.terms) draft.terms = change.terms;
  if (change.barrier) draft.barriers = [...draft.barriers, change.barrier];
  if (ticket) draft.tickets.set(ticket.serial, ticket.record);
  if (change.lease) draft.leases.set(change.lease.id, change.lease.kept);
  if (change.draw) drawFrom(draft.leases, change.draw.by, change.draw.persons);
  if (change.wanted && change.wanted.persons > (draft.wanted?.persons ?? 0)) draft.wanted = change.wanted;
  if (!row) return;
  const { head, now, settings } = draft;
  const seq = head.seq + 1;
  const { inside, admitted } = counts;
  const whole = { ...row, seq, receivedAt: now, inside, admitted, gates: gatesInRow(seq, head.counts, counts) };
  const hash = hashDoorRow(head.hash, whole, settings.sha256);
  draft.rows.push({ ...whole, hash });
  // The first row of a scan is kept, since it has the door's verdict. There is a second one when the scanner admitted
  // somebody against that verdict.
  if (row.scanId !== null && scanOf(draft, row.scanId) === null) draft.scans.set(row.scanId, { ...whole, hash });
  draft.head = { seq, receivedAt: now, counts, hash };
}

/** Puts the draft into the memory. To be called only after its rows are written (rule H11). */
export function adoptDoorDraft({ base, terms, head, barriers, leases }: DoorDraft): void {
  base.terms = terms;
  base.head = head;
  base.barriers = barriers;
  base.leases = leases;
}

/** Whether the batch has anything to write; one that only repeats, refuses or reads has not. */
export function changesDoor(draft: DoorDraft): boolean {
  const { rows, tickets, terms, base } = draft;
  return rows.length > 0 || tickets.size > 0 || terms !== base.terms || changedLeases(draft).length > 0;
}

/** What the draft has of the ticket, this batch's changes included. */
export function recordOf({ tickets, found }: Pick<DoorDraft, "tickets" | "found">, serial: number): TicketRecord {
  return tickets.get(serial) ?? found.tickets.get(serial) ?? NO_RECORD;
}

export function scanOf({ scans, found }: Pick<DoorDraft, "scans" | "found">, scanId: ScanId): DoorRow | null {
  return scans.get(scanId) ?? found.scans.get(scanId) ?? null;
}

/** The rows that undo a scan; an undo may arrive before its scan. */
export function undosOf({ rows, found }: Pick<DoorDraft, "rows" | "found">, scanId: ScanId): UndoRow[] {
  const undoRows = [
    ...(found.undos.get(scanId) ?? []),
    ...rows.filter(({ kind, ref }) => kind === "undo" && ref === scanId),
  ];
  return undoRows.map(undoFrom);
}

/** The undo that a row of the log records. */
export function undoFrom({ scanId, ref, at, actor }: Pick<DoorRow, "scanId" | "ref" | "at" | "actor">): UndoRow {
  const [id, of] = [must(scanId, "an undo has an id"), must(ref, "an undo is about a row")];
  return {
    kind: "undo",
    scanId: id,
    ref: of,
    at,
    deviceId: actor,
    counter: 0,
    bySupervisor: !actor.startsWith("dev_"),
  };
}

/** The time for a row that is decided now: later than the other rows of its ticket, and than the last barrier. */
export function timeAfter(
  { now, barriers }: Pick<DoorDraft, "now" | "barriers">,
  rows: readonly { readonly at: number }[],
): number {
  const before = Math.max(0, barriers.at(-1)?.at ?? 0, ...rows.map(({ at }) => at));
  return Math.max(now, before + 1);
}
