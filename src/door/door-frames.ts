// What is still to be shown to the sockets of a door, and the next frame of it (rules D23, L2, L4). Composed from the
// memory when it is sent, so that it carries the latest.

import type { DoorBook, TicketRecord } from "../domain/door/book.ts";
import type { FoundConflict } from "../domain/door/conflicts.ts";
import type { EventTerms } from "../domain/door/event-terms.ts";
import { emptiedAt, seenTicket } from "../domain/door/seen.ts";
import { showSerial } from "../domain/door/serial.ts";
import { must } from "../domain/result.ts";
import type { NoticeFrame, NoticeShown } from "../live/protocol.ts";
import type {
  AlertFrame,
  DoorNewsFrame,
  DoorSnapshotFrame,
  TermsFrame,
  TermsShown,
  TicketSeen,
} from "../live/door-protocol.ts";
import type { DoorWritten } from "./door-ledger.ts";
import { renderFound } from "./shown-conflict.ts";
import { doorShown } from "./shown-counts.ts";

/** So many tickets keep a frame under 16 KB; more wait for the next. */
export const MAX_SEEN_A_FRAME = 50;
/** Likewise of conflicts. */
export const MAX_ALERTS_A_FRAME = 20;

export type DoorFrame = TermsFrame | NoticeFrame | AlertFrame | DoorNewsFrame;

/**
 * `shownSeq`: up to which row of the log all sockets were told. `seen`: the tickets that changed since, by the row that
 * changed each last, in the order of these. `alerts`: the conflicts that were found since, by their ids.
 */
export type DoorPending = {
  terms: boolean;
  notice: NoticeShown | null;
  readonly alerts: Map<string, FoundConflict>;
  shownSeq: number;
  readonly gates: Set<string>;
  readonly seen: Map<number, { readonly seq: number; readonly record: TicketRecord }>;
};

/** What came before `seq` is not told any more: a socket that does not know it asks for it. */
export function nothingToTell(seq: number): DoorPending {
  return { terms: false, notice: null, alerts: new Map(), shownSeq: seq, gates: new Set(), seen: new Map() };
}

export function noteWritten(pending: DoorPending, { rows, tickets, conflicts, terms }: DoorWritten): void {
  if (terms) pending.terms = true;
  for (const change of conflicts) {
    if ("stands" in change) pending.alerts.set(change.stands.id, change.stands);
    else pending.alerts.delete(change.gone);
  }
  if (rows.length === 0) return;
  for (const { gates } of rows) for (const { id } of gates) pending.gates.add(id);
  const last = new Map(rows.flatMap(({ serial, seq }) => (serial === null ? [] : [[serial, seq] as const])));
  // An undo names no ticket in its row: the whole batch is as late as its last row.
  const end = must(rows.at(-1), "a ticket changes by a row").seq;
  const changed = [...tickets].map(([serial, record]) => ({ serial, record, seq: last.get(serial) ?? end }));
  for (const { serial, record, seq } of changed.sort((a, b) => a.seq - b.seq)) {
    pending.seen.delete(serial);
    pending.seen.set(serial, { seq, record });
  }
}

/** Whether a frame is due: also a refusal moves the position, which alone is nothing to see. */
export function hasNews({ terms, notice, alerts, gates, seen }: DoorPending): boolean {
  return terms || notice !== null || alerts.size > 0 || gates.size > 0 || seen.size > 0;
}

/** The next frame, which is then no longer pending; null when nothing is. `now` epoch ms. */
export function takeDoorFrame(pending: DoorPending, book: DoorBook, now: number): DoorFrame | null {
  const at = toIso(now);
  if (book.terms === null || !hasNews(pending)) return null;
  if (pending.terms) {
    pending.terms = false;
    return { type: "terms", at, terms: shownTerms(book.terms) };
  }
  const { notice } = pending;
  if (notice !== null) {
    pending.notice = null;
    return { type: "notice", at, notice };
  }
  if (pending.alerts.size > 0) return takeAlerts(pending, at);
  return takeNews(pending, book, book.terms, at);
}

function takeAlerts({ alerts }: DoorPending, at: string): AlertFrame {
  const due = [...alerts.values()].slice(0, MAX_ALERTS_A_FRAME);
  for (const { id } of due) alerts.delete(id);
  return { type: "alert", at, conflicts: due.map(renderFound) };
}

function takeNews(pending: DoorPending, book: DoorBook, terms: EventTerms, at: string): DoorNewsFrame {
  const due = [...pending.seen].slice(0, MAX_SEEN_A_FRAME);
  for (const [serial] of due) pending.seen.delete(serial);
  const [next] = pending.seen.values();
  const from_seq = pending.shownSeq;
  const to_seq = next === undefined ? book.head.seq : next.seq - 1;
  const shown = must(doorShown(book), "a door with sockets has terms");
  const gates = shown.gates.filter(({ gate_id }) => pending.gates.has(gate_id));
  pending.gates.clear();
  pending.shownSeq = to_seq;
  const seen = due.map(([serial, { record }]) => shownTicket(serial, record, book, terms));
  return { type: "door", at, door: { ...shown, gates }, from_seq, to_seq, seen, emptied_at: emptied(book) };
}

/** The news with nothing in it, by which sockets see whether they have missed something. */
export function positionFrame(book: DoorBook, now: number): DoorNewsFrame | null {
  const door = doorShown(book);
  if (door === null) return null;
  const { seq } = book.head;
  return { type: "door", at: toIso(now), door, from_seq: seq, to_seq: seq, seen: [], emptied_at: emptied(book) };
}

export function doorSnapshot(
  book: DoorBook,
  terms: EventTerms,
  notice: NoticeShown | null,
  now: number,
): DoorSnapshotFrame {
  const door = must(doorShown(book), "a door with sockets has terms");
  return { type: "snapshot", at: toIso(now), terms: shownTerms(terms), door, notice, emptied_at: emptied(book) };
}

function shownTerms({ version, eventId, rules }: EventTerms): TermsShown {
  const gates = rules.gates.map(({ id, status }) => ({ id, status }));
  return { version, event: { id: eventId, status: rules.eventStatus }, gates };
}

function shownTicket(serial: number, record: TicketRecord, { barriers }: DoorBook, { rules }: EventTerms): TicketSeen {
  const { state } = seenTicket(serial, record, barriers, rules.days);
  const { lastEntry, left, last, voided, blocked } = state;
  return {
    serial: showSerial(serial),
    ...{ generation: state.generation, inside: state.inside, entries: state.entries },
    entries_that_day: state.entriesThatDay,
    entered: lastEntry && { at: toIso(lastEntry.at), gate_id: lastEntry.gateId },
    ...{ left_at: left && toIso(left.at), last_at: last && toIso(last.at) },
    ...{ void_since: voided && toIso(voided.since), blocked_since: blocked && toIso(blocked.since) },
  };
}

function emptied({ barriers }: DoorBook): string | null {
  const at = emptiedAt(barriers);
  return at === null ? null : toIso(at);
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
