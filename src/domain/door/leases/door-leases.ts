// Keeps the leases of a door (rule D12), one for each device. What a scan draws is in the scan's own row of the log, so
// that a scan writes no row of its lease. A lease is stored when anything else of it changes, and with each row of the log
// that has all gates.

import { must } from "../../result.ts";
import { type DoorRow, FULL_ROW_EVERY } from "../rows/door-log.ts";
import type { DoorDraft } from "../draft.ts";
import {
  recallLease,
  type DoorLease,
  draw,
  type LeaseNotice,
  leasesOut,
  NO_LEASE,
  reservedFor,
  leasesToRecall,
} from "./lease.ts";
import type { ScannerId } from "../scan.ts";

/**
 * `open`: its scanner may decide alone. It has requested a lease, and since then neither given it back nor had it written
 * off.
 */
export type LeaseEntry = { readonly lease: DoorLease; readonly open: boolean };
export type Leases = ReadonlyMap<ScannerId, LeaseEntry>;

/** A stored lease. `seq` is the last row of the log whose draws it includes. */
export type StoredLease = LeaseEntry & { readonly seq: number };

/** How many persons were refused, and `by` whom: the scanner that needs the room of others' leases. */
export type WantedRoom = { readonly persons: number; readonly by: ScannerId };

export const NO_LEASE_ENTRY: LeaseEntry = { lease: NO_LEASE, open: false };

/** For how many persons all leases together keep room. */
export function personsLeased(leases: Leases): number {
  return leasesOut([...leases.values()].map(({ lease }) => lease));
}

/** How many of the persons that a scan takes from its scanner's lease the door has reserved. */
export function ownOf(leases: Leases, id: ScannerId, taken: number): number {
  return Math.min(taken, reservedFor((leases.get(id) ?? NO_LEASE_ENTRY).lease));
}

/** Does nothing if the door has no lease of that scanner. */
export function drawFrom(leases: Map<ScannerId, LeaseEntry>, id: ScannerId, persons: number): void {
  const entry = leases.get(id);
  if (entry !== undefined && persons > 0) leases.set(id, { ...entry, lease: draw(entry.lease, persons) });
}

/**
 * Runs at the end of a batch: recalls leases if somebody was refused because of the room that they keep, and as long as
 * they keep more than is free beside them. Room of leases that were recalled before counts as returning, but not for the
 * refused person: a scanner that stays silent must not keep out anybody for whom another lease has room.
 */
export function recallLeases(draft: DoorDraft): void {
  const { terms, leases, head, wanted } = draft;
  if (terms === null || leases.size === 0) return;
  const all = new Map([...leases].map(([id, { lease }]) => [id, lease]));
  const out = leasesOut(all.values());
  if (out === 0) return;
  const { softCapacity, hardCapacity } = terms.rules;
  const free = Math.min(softCapacity, hardCapacity) - Math.max(0, head.counts.inside) - out;
  const called = leasesOut([...all.values()].filter(({ calls, answered }) => calls > answered));
  const missing = Math.max((wanted?.persons ?? 0) - free, Math.ceil((out - free) / 2) - called);
  for (const id of leasesToRecall(all, missing, wanted?.by ?? null)) {
    const entry = must(leases.get(id), "it was called of these");
    leases.set(id, { ...entry, lease: recallLease(entry.lease) });
  }
}

export function changedLeases({ leases, base }: Pick<DoorDraft, "leases" | "base">): [ScannerId, LeaseEntry][] {
  return [...leases].filter(([id, kept]) => base.leases.get(id) !== kept);
}

/** The leases that were recalled or written off, which their scanners have to be sent without having asked. */
export function leasesToSend(draft: DoorDraft): Map<ScannerId, LeaseNotice> {
  const changed = changedLeases(draft).filter(([id, { lease }]) => {
    const before = draft.base.leases.get(id)?.lease ?? NO_LEASE;
    return lease.writtenOff !== before.writtenOff || lease.calls !== before.calls;
  });
  return new Map(changed.map(([id, { lease }]) => [id, noticeOf(lease)]));
}

export function noticeOf({ granted, drawn, returned, writtenOff, calls }: DoorLease): LeaseNotice {
  return { granted, drawn, returned, writtenOff, calls };
}

/**
 * The leases to be stored with the batch. Those that only draws have changed are stored only if the batch has a row with
 * all gates.
 */
export function leasesToStore(draft: DoorDraft): Map<ScannerId, StoredLease> {
  const { leases, base, head } = draft;
  const isFull = fullRows(head.seq) > fullRows(base.head.seq);
  const stored = isFull
    ? [...leases]
    : changedLeases(draft).filter(([id, kept]) => !isDrawnAlone(base.leases.get(id), kept));
  return new Map(stored.map(([id, kept]) => [id, { ...kept, seq: head.seq }]));
}

function fullRows(seq: number): number {
  return Math.floor(seq / FULL_ROW_EVERY);
}

function isDrawnAlone(before: LeaseEntry | undefined, { lease, open }: LeaseEntry): boolean {
  if (before === undefined || before.open !== open) return false;
  return JSON.stringify({ ...lease, drawn: 0 }) === JSON.stringify({ ...before.lease, drawn: 0 });
}

/**
 * The present leases: the stored ones, and what the rows since have drawn. `rows` are those from the last one with all
 * gates on.
 */
export function leasesAfter(stored: ReadonlyMap<ScannerId, StoredLease>, rows: readonly DoorRow[]): Leases {
  const leases = new Map([...stored].map(([id, { lease, open }]) => [id, { lease, open }]));
  for (const row of rows) {
    // The cast: an actor that is not among the leases is not found, so nothing is drawn.
    const id = row.actor as ScannerId;
    const [kept, since] = [leases.get(id), stored.get(id)];
    const drawn = kept === undefined ? 0 : drawnBy(row);
    if (kept && since && row.seq > since.seq && drawn > 0) leases.set(id, { ...kept, lease: draw(kept.lease, drawn) });
  }
  return leases;
}

/** How many persons of its scanner's lease a row of the log has used. */
export function drawnBy({ kind, detail }: Pick<DoorRow, "kind" | "detail">): number {
  if (kind !== "entry") return 0;
  // The cast holds: the detail of a scan that let in has the field, and no other detail does.
  const { fromLease = 0 } = JSON.parse(detail ?? "{}") as { readonly fromLease?: number };
  return fromLease;
}
