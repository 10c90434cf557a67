// Keeps what the sockets of a door have still to be shown, and composes the next frame of it (rules D23, L2, L4). A frame
// is composed from the memory when it is sent, so that it carries the latest.

import type { DoorBook, TicketRecord } from "../../domain/door/book.ts";
import type { FoundConflict } from "../../domain/door/rows/conflicts.ts";
import type { EventTerms } from "../../domain/door/event-terms.ts";
import type { LeaseNotice } from "../../domain/door/leases/lease.ts";
import { emptiedAt, snapshotTicket } from "../../domain/door/rows/ticket-snapshot.ts";
import { showSerial } from "../../domain/door/tickets/serial.ts";
import { toIso } from "../../domain/time/instant.ts";
import { must } from "../../domain/result.ts";
import type { NoticeFrame, NoticeShown } from "../../sockets/protocol.ts";
import type {
  AlertFrame,
  DoorNewsFrame,
  DoorSnapshotFrame,
  LeaseFrame,
  TermsFrame,
  TermsShown,
  TicketSeen,
} from "../../sockets/door-protocol.ts";
import type { DoorWritten } from "../door-ledger.ts";
import { renderFound } from "../shown-conflict.ts";
import { doorShown } from "./shown-counts.ts";

/** This many tickets keep a frame under 16 KB; the others wait for the next. */
export const MAX_SEEN_A_FRAME = 50;
/** The same limit for conflicts. */
export const MAX_ALERTS_A_FRAME = 20;

export type DoorFrame = TermsFrame | NoticeFrame | AlertFrame | DoorNewsFrame;

/**
 * `shownSeq`: the log row up to which all sockets were sent. `seen`: the tickets that changed since, in the order of
 * the rows that last changed them; `live`: a guest was at a gate just then. `alerts`: the ids of conflicts found since.
 * `whole`: all gates are to be shown, even those whose counts did not change. `alertsNext`: alerts and changes take
 * turns, so that neither waits long for the other.
 */
export type DoorPending = {
  terms: boolean;
  notice: NoticeShown | null;
  readonly alerts: Map<string, FoundConflict>;
  alertsNext: boolean;
  shownSeq: number;
  whole: boolean;
  readonly gates: Set<string>;
  readonly seen: Map<number, { readonly seq: number; readonly live: boolean; readonly record: TicketRecord }>;
};

/** Nothing before `seq` is pending; a socket that does not have it requests it. */
export function nothingPendingSince(seq: number): DoorPending {
  const none = { terms: false, notice: null, whole: false, alertsNext: false };
  return { ...none, alerts: new Map(), shownSeq: seq, gates: new Set(), seen: new Map() };
}

export function noteWritten(pending: DoorPending, { rows, tickets, conflicts, terms }: DoorWritten): void {
  if (terms) pending.terms = true;
  for (const change of conflicts) {
    if ("stands" in change) pending.alerts.set(change.stands.id, change.stands);
    else pending.alerts.delete(change.gone);
  }
  // New terms may have other capacities or gates; a barrier may put tickets outside without changing a count.
  if (terms || rows.some(({ kind }) => kind === "set" || kind === "sweep")) pending.whole = true;
  for (const { gates } of rows) for (const { id } of gates) pending.gates.add(id);
  const last = new Map(rows.flatMap((row) => (row.serial === null ? [] : [[row.serial, row] as const])));
  const changed = [...tickets].map(([serial, record]) => {
    const { seq, decided } = must(last.get(serial), "a ticket changes by a row that names it");
    return { serial, record, seq, live: decided !== "alone" };
  });
  for (const { serial, ...change } of changed.sort((a, b) => a.seq - b.seq)) {
    pending.seen.delete(serial);
    pending.seen.set(serial, change);
  }
}

/** Whether a frame is due. A refusal moves the position too, but a new position alone is not visible. */
export function isFrameDue(pending: DoorPending): boolean {
  return pending.terms || pending.notice !== null || pending.alerts.size > 0 || hasChanges(pending);
}

function hasChanges({ whole, gates, seen }: DoorPending): boolean {
  return whole || gates.size > 0 || seen.size > 0;
}

/** Takes the next frame from what is pending; null when nothing is. `now` is epoch ms. */
export function takeDoorFrame(pending: DoorPending, book: DoorBook, now: number): DoorFrame | null {
  const at = toIso(now);
  if (book.terms === null || !isFrameDue(pending)) return null;
  if (pending.terms) {
    pending.terms = false;
    return { type: "terms", at, terms: shownTerms(book.terms) };
  }
  const { notice } = pending;
  if (notice !== null) {
    pending.notice = null;
    return { type: "notice", at, notice };
  }
  const areDue = pending.alerts.size > 0 && (pending.alertsNext || !hasChanges(pending));
  pending.alertsNext = !areDue;
  return areDue ? takeAlerts(pending, at) : takeNews(pending, book, book.terms, at);
}

function takeAlerts({ alerts }: DoorPending, at: string): AlertFrame {
  const due = [...alerts.values()].slice(0, MAX_ALERTS_A_FRAME);
  for (const { id } of due) alerts.delete(id);
  return { type: "alert", at, conflicts: due.map(renderFound) };
}

function takeNews(pending: DoorPending, book: DoorBook, terms: EventTerms, at: string): DoorNewsFrame {
  // Tickets that passed just now come before those that were uploaded later.
  const [live, uploaded] = [true, false].map((which) => [...pending.seen].filter(([, each]) => each.live === which));
  const due = [...(live ?? []), ...(uploaded ?? [])].slice(0, MAX_SEEN_A_FRAME);
  for (const [serial] of due) pending.seen.delete(serial);
  const [next] = pending.seen.values();
  const from_seq = pending.shownSeq;
  const to_seq = next === undefined ? book.head.seq : next.seq - 1;
  const shown = must(doorShown(book), "a door with sockets has terms");
  const gates = shown.gates.filter(({ gate_id }) => pending.whole || pending.gates.has(gate_id));
  pending.gates.clear();
  pending.whole = false;
  pending.shownSeq = to_seq;
  const seen = due.map(([serial, { record }]) => shownTicket(serial, record, book, terms));
  return { type: "door", at, door: { ...shown, gates }, from_seq, to_seq, seen, emptied_at: emptied(book) };
}

/** A frame without a change, by which sockets see whether they have row `seq`, the last that changed anything. */
export function positionFrame(book: DoorBook, seq: number, now: number): DoorNewsFrame | null {
  const door = doorShown(book);
  if (door === null) return null;
  return { type: "door", at: toIso(now), door, from_seq: seq, to_seq: seq, seen: [], emptied_at: emptied(book) };
}

export function doorSnapshot(
  book: DoorBook,
  terms: EventTerms,
  notice: NoticeShown | null | undefined,
  now: number,
): DoorSnapshotFrame {
  const door = must(doorShown(book), "a door with sockets has terms");
  const noticeField = notice === undefined ? {} : { notice };
  return {
    type: "snapshot",
    at: toIso(now),
    terms: shownTerms(terms),
    door,
    ...noticeField,
    emptied_at: emptied(book),
  };
}

/** `now` epoch ms. */
export function leaseFrame({ writtenOff: written_off, ...lease }: LeaseNotice, now: number): LeaseFrame {
  const { granted, drawn, returned, calls } = lease;
  return { type: "lease", at: toIso(now), granted, drawn, returned, written_off, calls };
}

function shownTerms({ version, eventId, rules }: EventTerms): TermsShown {
  const gates = rules.gates.map(({ id, status }) => ({ id, status }));
  return { version, event: { id: eventId, status: rules.eventStatus }, gates };
}

function shownTicket(serial: number, record: TicketRecord, { barriers }: DoorBook, { rules }: EventTerms): TicketSeen {
  const { state } = snapshotTicket(serial, record, barriers, rules.days);
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
