// Decides what a scanner may let in without the door, and what a supervisor writes off (rule D12).

import { accept, refuse } from "../../result.ts";
import type { HeldLease, LeaseCommand, LeaseReply, WriteOffCommand, WriteOffReply } from "../command.ts";
import type { DoorRow } from "../rows/door-log.ts";
import { type DoorDecision, type DoorDraft, type NewRow, scanOf } from "../draft.ts";
import { type LeaseEntry, type Leases, NO_LEASE_ENTRY, noticeOf, personsLeased } from "../leases/door-leases.ts";
import { type DoorLease, grant, reservedFor, takeReport, writeOff } from "../leases/lease.ts";
import { mayTakeBack } from "./may-scan.ts";
import type { ScannerId } from "../scan.ts";

/** What the row of a lease records: the door's side of it, after the row. */
export type LeaseDetail = DoorLease & { readonly deviceId: ScannerId };

/**
 * Refusals: `not_found` and `door_closed` as for a scan; `forbidden` for an organiser, who can scan only with the network.
 */
export function decideLease(draft: DoorDraft, command: LeaseCommand): DoorDecision<LeaseReply> {
  const { by, report, wants } = command;
  if (by.device === null) return { change: {}, reply: refuse({ code: "forbidden" }) };
  const terms = mayTakeBack(draft.terms, by, draft.now);
  if (!terms.ok) return { change: {}, reply: terms };
  const before = draft.leases.get(by.id) ?? NO_LEASE_ENTRY;
  const reported: LeaseEntry = { lease: takeReport(before.lease, report), open: wants };
  const { softCapacity, hardCapacity, types } = terms.value.rules;
  // Room for the largest ticket stays free. Otherwise a group that was refused because leases keep the room would be
  // refused again.
  const largest = Math.max(1, ...types.map(({ admission }) => admission.admits));
  const leases = new Map(draft.leases).set(by.id, reported);
  const room = { capacity: Math.min(softCapacity, hardCapacity), inside: draft.head.counts.inside };
  const grantFacts = { ...room, out: personsLeased(leases) + largest, scanners: openOf(leases) };
  const lease = wants ? grant(reported.lease, grantFacts) : reported.lease;
  const isGranted = lease.granted > reported.lease.granted;
  const row = isGranted ? rowOf(command, draft.now, { deviceId: by.id, verdict: "granted", lease }) : null;
  const change = { lease: { id: by.id, kept: { ...reported, lease } }, ...(row && { row }) };
  return { change, reply: accept(noticeOf(lease)) };
}

/** How many scanners may decide alone. */
function openOf(leases: Leases): number {
  return [...leases.values()].filter(({ open }) => open).length;
}

/**
 * The persons whom the scanner has let in by the lease are taken as a fact later. Refusals: `not_found`, also for a
 * device without a lease; `door_closed`; `forbidden` for a device; `scan_id_reused`.
 */
export function decideWriteOff(draft: DoorDraft, command: WriteOffCommand): DoorDecision<WriteOffReply> {
  const { by, deviceId, scanId } = command;
  if (by.device !== null) return { change: {}, reply: refuse({ code: "forbidden" }) };
  const terms = mayTakeBack(draft.terms, by, draft.now);
  if (!terms.ok) return { change: {}, reply: terms };
  const before = draft.leases.get(deviceId);
  if (before === undefined) return { change: {}, reply: refuse({ code: "not_found" }) };
  const earlierRow = scanOf(draft, scanId);
  if (earlierRow !== null) {
    const isSame = earlierRow.kind === "lease" && leaseIn(earlierRow)?.deviceId === deviceId;
    return { change: {}, reply: isSame ? accept(heldOf(deviceId, before)) : refuse({ code: "scan_id_reused" }) };
  }
  const entry: LeaseEntry = { lease: writeOff(before.lease), open: false };
  const { reason } = command;
  const row = rowOf(command, draft.now, { deviceId, verdict: "written_off", lease: entry.lease, scanId, reason });
  return { change: { row, lease: { id: deviceId, kept: entry } }, reply: accept(heldOf(deviceId, entry)) };
}

export function heldOf(deviceId: ScannerId, { lease, open }: LeaseEntry): HeldLease {
  return { deviceId, open, reserved: reservedFor(lease), isCalled: lease.calls > lease.answered, ...lease };
}

function rowOf(
  { by, requestId }: LeaseCommand | WriteOffCommand,
  at: number,
  values: { readonly deviceId: ScannerId; readonly lease: DoorLease } & Pick<NewRow, "verdict"> &
    Partial<Pick<NewRow, "scanId" | "reason">>,
): NewRow {
  const { deviceId, lease, verdict, scanId = null, reason = null } = values;
  const detail: LeaseDetail = { deviceId, ...lease };
  return {
    ...{ at, kind: "lease", scanId, actor: by.id, requestId, gateId: null, serial: null, typeNumber: null },
    ...{ generation: null, source: null, decided: null, verdict, detail: JSON.stringify(detail), reason },
    ...{ letIn: false, ref: null },
  };
}

/** The lease in a row of the kind `lease`; null for any other. */
export function leaseIn({ kind, detail }: Pick<DoorRow, "kind" | "detail">): LeaseDetail | null {
  // The cast holds, since the row was written from a lease.
  return kind === "lease" ? (JSON.parse(detail ?? "null") as LeaseDetail | null) : null;
}
