// The leases of a door as it keeps them (rule D12), one a device. What a scan draws stands in the scan's own row of the
// log, so that a scan writes no row of its lease; a lease is stored when anything else of it changes, and anew with each
// row of the log that has all gates.

import { must } from "../result.ts";
import { type DoorRow, FULL_ROW_EVERY } from "./door-log.ts";
import type { DoorDraft } from "./draft.ts";
import {
  callBack,
  type DoorLease,
  draw,
  type LeaseNotice,
  leasesOut,
  NO_LEASE,
  reservedFor,
  whomToCall,
} from "./lease.ts";
import type { ScannerId } from "./scan.ts";

/** `open`: its scanner may decide alone. It has asked, and has neither handed its lease in nor had it written off since. */
export type KeptLease = { readonly lease: DoorLease; readonly open: boolean };
export type Leases = ReadonlyMap<ScannerId, KeptLease>;

/** As it is stored: `seq` is the last row of the log whose draws are in it. */
export type StoredLease = KeptLease & { readonly seq: number };

/** Persons. `by`: who asked, and has to have them from others. */
export type WantedRoom = { readonly persons: number; readonly by: ScannerId };

export const NO_KEPT_LEASE: KeptLease = { lease: NO_LEASE, open: false };

/** For how many persons all leases keep room. */
export function personsLeased(leases: Leases): number {
  return leasesOut([...leases.values()].map(({ lease }) => lease));
}

/** How many of the persons whom a scan took from its scanner's lease the door keeps room for. */
export function ownOf(leases: Leases, id: ScannerId, taken: number): number {
  return Math.min(taken, reservedFor((leases.get(id) ?? NO_KEPT_LEASE).lease));
}

/** Nothing where the door keeps no lease of that scanner. */
export function drawFrom(leases: Map<ScannerId, KeptLease>, id: ScannerId, persons: number): void {
  const kept = leases.get(id);
  if (kept !== undefined && persons > 0) leases.set(id, { ...kept, lease: draw(kept.lease, persons) });
}

/**
 * At the end of a batch: calls leases back as far as somebody was refused for the room that they keep, and until they keep
 * no more than is free beside them. What those keep who have been called counts as on its way, but not for who was refused:
 * a scanner that stays silent keeps nobody out for whom another has room.
 */
export function callLeases(draft: DoorDraft): void {
  const { terms, leases, head, wanted } = draft;
  if (terms === null || leases.size === 0) return;
  const all = new Map([...leases].map(([id, { lease }]) => [id, lease]));
  const out = leasesOut(all.values());
  if (out === 0) return;
  const { softCapacity, hardCapacity } = terms.rules;
  const free = Math.min(softCapacity, hardCapacity) - Math.max(0, head.counts.inside) - out;
  const called = leasesOut([...all.values()].filter(({ calls, answered }) => calls > answered));
  const missing = Math.max((wanted?.persons ?? 0) - free, Math.ceil((out - free) / 2) - called);
  for (const id of whomToCall(all, missing, wanted?.by ?? null)) {
    const kept = must(leases.get(id), "it was called of these");
    leases.set(id, { ...kept, lease: callBack(kept.lease) });
  }
}

export function changedLeases({ leases, base }: Pick<DoorDraft, "leases" | "base">): [ScannerId, KeptLease][] {
  return [...leases].filter(([id, kept]) => base.leases.get(id) !== kept);
}

/** Those of which their scanners have to hear without having asked: called back, or written off. */
export function leasesToTell(draft: DoorDraft): Map<ScannerId, LeaseNotice> {
  const changed = changedLeases(draft).filter(([id, { lease }]) => {
    const before = draft.base.leases.get(id)?.lease ?? NO_LEASE;
    return lease.writtenOff !== before.writtenOff || lease.calls !== before.calls;
  });
  return new Map(changed.map(([id, { lease }]) => [id, noticeOf(lease)]));
}

export function noticeOf({ granted, drawn, returned, writtenOff, calls }: DoorLease): LeaseNotice {
  return { granted, drawn, returned, writtenOff, calls };
}

/** Those that are to be stored with the batch: draws alone only where the batch has a row with all gates. */
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

function isDrawnAlone(before: KeptLease | undefined, { lease, open }: KeptLease): boolean {
  if (before === undefined || before.open !== open) return false;
  return JSON.stringify({ ...lease, drawn: 0 }) === JSON.stringify({ ...before.lease, drawn: 0 });
}

/** The leases as they stand, after what the rows have drawn since they were stored; `rows` from the last full one on. */
export function leasesAfter(stored: ReadonlyMap<ScannerId, StoredLease>, rows: readonly DoorRow[]): Leases {
  const leases = new Map([...stored].map(([id, { lease, open }]) => [id, { lease, open }]));
  for (const row of rows) {
    // The cast: whoever is not among the leases is nobody to look for.
    const id = row.actor as ScannerId;
    const [kept, since] = [leases.get(id), stored.get(id)];
    const drawn = kept === undefined ? 0 : drawnBy(row);
    if (kept && since && row.seq > since.seq && drawn > 0) leases.set(id, { ...kept, lease: draw(kept.lease, drawn) });
  }
  return leases;
}

/** How many persons of its scanner's lease a row of the log has taken. */
export function drawnBy({ kind, detail }: Pick<DoorRow, "kind" | "detail">): number {
  if (kind !== "entry") return 0;
  // The cast: of a scan that let in the detail says so, and of all others nothing.
  const { fromLease = 0 } = JSON.parse(detail ?? "{}") as { readonly fromLease?: number };
  return fromLease;
}
