// A batch's view over the memory of a door, and how a decision changes it.

import type { ScanId } from "../ids.ts";
import type { Sha256Hex } from "../ledger/chain.ts";
import { type DoorBook, type FoundScans, NO_RECORD, type TicketRecord } from "./book.ts";
import type { Counts } from "./counts.ts";
import { type DoorHead, type DoorRow, gatesToTell, hashDoorRow } from "./door-log.ts";
import type { EventTerms } from "./event-terms.ts";

/**
 * `isAcked`: whether a scan's verdict has reached its scanner (rule D5). `isTypedCode`: whether the check of a typed code
 * is that of the ticket at this generation.
 */
export type DoorSettings = {
  readonly sha256: Sha256Hex;
  readonly isAcked: (scanId: ScanId) => boolean;
  readonly isTypedCode: (typed: { readonly serial: number; readonly check: string }, generation: number) => boolean;
};

/** A batch's view over the memory: decisions see the commands before them, the memory nothing until it is adopted. */
export type DoorDraft = {
  readonly base: DoorBook;
  readonly now: number;
  readonly settings: DoorSettings;
  readonly found: FoundScans;
  terms: EventTerms | null;
  head: DoorHead;
  readonly rows: DoorRow[];
  readonly scans: Map<ScanId, DoorRow>;
  readonly tickets: Map<number, TicketRecord>;
};

/** A row as a decision makes it: the draft knows the rest. */
export type NewRow = Omit<DoorRow, "seq" | "receivedAt" | "inside" | "admitted" | "gates" | "hash">;

/** What a decision changes: at most one row, the record of a ticket, or the terms. */
export type DoorChange = {
  readonly row?: NewRow;
  readonly counts?: Counts;
  readonly ticket?: { readonly serial: number; readonly record: TicketRecord };
  readonly terms?: EventTerms;
};
export type DoorDecision<Reply> = { readonly change: DoorChange; readonly reply: Reply };

export function applyChange(draft: DoorDraft, { row, counts = draft.head.counts, ticket, terms }: DoorChange): void {
  if (terms) draft.terms = terms;
  if (ticket) draft.tickets.set(ticket.serial, ticket.record);
  if (!row) return;
  const { head, now, settings } = draft;
  const seq = head.seq + 1;
  const { inside, admitted } = counts;
  const whole = { ...row, seq, receivedAt: now, inside, admitted, gates: gatesToTell(seq, head.counts, counts) };
  const hash = hashDoorRow(head.hash, whole, settings.sha256);
  draft.rows.push({ ...whole, hash });
  if (row.scanId !== null) draft.scans.set(row.scanId, { ...whole, hash });
  draft.head = { seq, receivedAt: now, counts, hash };
}

/** The memory takes the draft: only after its rows are written (rule H11). */
export function adoptDoorDraft({ base, terms, head }: DoorDraft): void {
  base.terms = terms;
  base.head = head;
}

/** A batch that only repeats, refuses or reads writes nothing. */
export function changesDoor({ rows, tickets, terms, base }: DoorDraft): boolean {
  return rows.length > 0 || tickets.size > 0 || terms !== base.terms;
}

/** What the draft has of the ticket, this batch's changes included. */
export function recordOf({ tickets, found }: Pick<DoorDraft, "tickets" | "found">, serial: number): TicketRecord {
  return tickets.get(serial) ?? found.tickets.get(serial) ?? NO_RECORD;
}

export function scanOf({ scans, found }: Pick<DoorDraft, "scans" | "found">, scanId: ScanId): DoorRow | null {
  return scans.get(scanId) ?? found.scans.get(scanId) ?? null;
}
