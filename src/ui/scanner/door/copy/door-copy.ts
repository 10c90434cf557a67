// Owns the scanner's copy of its door: the bundle, which the door's frames keep current, and the scanner's own scans.
// It reads from memory, and stores each change on the phone.

import type { Bundle } from "../../../../domain/door/tickets/bundle.ts";
import type { BundledTicket } from "../../../../domain/door/tickets/bundle-ticket.ts";
import { readBundle, updateBundle } from "../../../../domain/door/tickets/bundle-read.ts";
import type { TicketState } from "../../../../domain/door/tickets/ticket-state.ts";
import type { DoorNewsFrame } from "../../../../sockets/door-protocol.ts";
import type { DoorShown } from "../../../../sockets/protocol.ts";
import type { PhoneStore, NewerTickets } from "../../phone/phone-store.ts";
import type { AloneFacts } from "../alone.ts";
import { insideUnsent, isOpen, isUnsent, type ScanRow } from "../rows/rows.ts";
import { countsAfter, takeFrame } from "./take-frame.ts";

/** Fetches what is newer than `since`, or a whole bundle. Null when the request failed. */
export type FetchBundle = (since: number | null) => Promise<Uint8Array | null>;

export type DoorCopy = {
  /** The facts for a decision alone; null before the first bundle, when nothing is decided alone. */
  aloneFacts(): AloneFacts | null;
  bundle(): Bundle | null;
  rows(): readonly ScanRow[];
  row(scanId: string): ScanRow | null;
  unsent(): readonly ScanRow[];
  /** Changes the memory alone: the caller has stored the rows. */
  takeRows(rows: readonly ScanRow[]): void;
  /** Returns false when an earlier frame was missed, so that a bundle is needed. */
  takeDoorFrame(frame: DoorNewsFrame): boolean;
  takeCounts(door: DoorShown): void;
  /** Fetches what is newer than the bundle, or a whole one. Returns false when the request failed. */
  refresh(fetch: FetchBundle, isWhole?: boolean): Promise<boolean>;
};

/** How many finished rows are kept for the list of scans. */
const KEPT_ROWS = 200;

export async function openDoorCopy(store: PhoneStore): Promise<DoorCopy> {
  const tickets = new Map<number, BundledTicket>();
  let head = await load(store, tickets);
  const rows = new Map((await store.rows()).map((row) => [row.scanId as string, row]));
  const own = ownStates(rows.values());

  function takeTickets(newer: NewerTickets): void {
    const waiting = new Set([...rows.values()].filter(isUnsent).map(({ serial }) => serial));
    for (const [serial, ticket] of newer) {
      tickets.set(serial, ticket);
      if (!waiting.has(serial)) own.delete(serial);
    }
  }

  function prune(): void {
    const done = [...rows.values()].filter((row) => !isOpen(row));
    if (done.length <= 2 * KEPT_ROWS) return;
    const old = done.slice(0, done.length - KEPT_ROWS).map(({ scanId }) => scanId);
    for (const id of old) rows.delete(id);
    void store.forgetRows(old);
  }

  const bundle = (): Bundle | null => head && { ...head, tickets };
  async function refresh(fetch: FetchBundle, isWhole: boolean): Promise<boolean> {
    const current = isWhole ? null : bundle();
    const bytes = await fetch(current?.seq ?? null);
    if (bytes === null) return false;
    const read = readBundle(bytes);
    const next = read.ok && current !== null ? updateBundle(current, read.value) : read;
    if (!next.ok || !read.ok) return current === null ? false : refresh(fetch, true);
    const { tickets: newer, ...newHead } = read.value;
    if (head !== null && newHead.seq < head.seq && read.value.since !== 0) return true;
    if (read.value.since === 0) tickets.clear();
    head = { ...newHead, since: 0 };
    takeTickets([...newer]);
    await store.putBundle(head, read.value.since === 0 ? [] : [...newer], read.value.since === 0 ? bytes : undefined);
    return true;
  }

  return {
    bundle,
    aloneFacts() {
      const current = bundle();
      return current && { bundle: current, own, insideMore: insideUnsent(rows.values()) };
    },
    rows: () => [...rows.values()],
    row: (scanId) => rows.get(scanId) ?? null,
    unsent: () => [...rows.values()].filter(isUnsent),
    takeRows(changed) {
      for (const row of changed) {
        rows.set(row.scanId, row);
        noteOwn(own, row);
      }
      prune();
    },
    takeDoorFrame(frame) {
      const current = bundle();
      const taken = current && takeFrame(current, frame);
      if (!taken) return false;
      head = taken.head;
      takeTickets(taken.tickets);
      if (taken.tickets.length > 0) void store.putBundle(head, taken.tickets);
      return true;
    },
    takeCounts(door) {
      if (head !== null && door.seq >= head.seq) head = { ...head, counts: countsAfter(head.counts, door) };
    },
    refresh: (fetch, isWhole = false) => refresh(fetch, isWhole),
  };
}

type Head = Omit<Bundle, "tickets">;

async function load(store: PhoneStore, into: Map<number, BundledTicket>): Promise<Head | null> {
  const [bytes, newer, seen] = await Promise.all([store.get("bundle"), store.get("head"), store.newerTickets()]);
  const read = bytes && readBundle(bytes);
  if (!read?.ok) return null;
  const { tickets, ...head } = read.value;
  for (const [serial, ticket] of [...tickets, ...seen]) into.set(serial, ticket);
  return newer !== null && newer.seq >= head.seq ? newer : head;
}

/** The states of tickets after those of this phone's rows that the door may not have yet. */
function ownStates(rows: Iterable<ScanRow>): Map<number, TicketState> {
  const own = new Map<number, TicketState>();
  for (const row of rows) if (isUnsent(row)) noteOwn(own, row);
  return own;
}

/** After an undo the ticket is as it was before the row, unless a later row changed it. */
function noteOwn(own: Map<number, TicketState>, { serial, passed, undo, scanId }: ScanRow): void {
  if (serial === null || passed === null) return;
  const isLast = (own.get(serial)?.last?.scanId ?? scanId) === scanId;
  if (undo === null) {
    if (isLast || passed.after.last === null || (own.get(serial)?.last?.at ?? 0) <= passed.after.last.at)
      own.set(serial, passed.after);
  } else if (isLast) own.set(serial, passed.before);
}
