// Decides a scan that its scanner decided alone (rules D4, D19, D20). What happened is never refused; refused is only what
// cannot be of this scanner, or has the id of another scan.

import { MAX_ROWS_A_TICKET } from "../../limits.ts";
import { accept, assert, must, refuse } from "../../result.ts";
import { NO_RECORD, type TicketRecord } from "../book.ts";
import type { UploadCommand, UploadReply, UploadResult } from "../command.ts";
import { conflictChanges } from "../rows/conflicts.ts";
import { addCounts, subtractCounts } from "../rows/counts.ts";
import { type DoorRow, kindOf } from "../rows/door-log.ts";
import {
  type DoorChange,
  type DoorDecision,
  type DoorDraft,
  type NewRow,
  recordOf,
  scanOf,
  undosOf,
} from "../draft.ts";
import { type FoldedTicket, foldTicket } from "../rows/fold.ts";
import { drawnBy } from "../leases/door-leases.ts";
import { mayUpload } from "./may-scan.ts";
import { isPass, type PassRow } from "../rows/rows.ts";
import { type Arrival, letsPass, type RecordedScan, NO_SERIAL, subjectOf, takeUpload, type Upload } from "./upload.ts";

/**
 * What the row of a scan that was decided alone records: the scanner's own counter, whether its clock was unsure, and for a
 * passage what the rules said when it arrived and how many persons of its lease the scanner used, if any.
 */
export type AloneDetail = Pick<UploadCommand, "counter" | "clockUnsure"> &
  Partial<Pick<PassRow, "entry" | "persons" | "breaches"> & { readonly fromLease: number }>;

/**
 * Refusals: `not_found`, `forbidden` and `door_closed` as for a scan; `forbidden` also for an override by a device;
 * `scan_id_reused`.
 */
export function decideUpload(draft: DoorDraft, command: UploadCommand): DoorDecision<UploadReply> {
  const { by, gateId, override, scanId, serial } = command;
  const terms = mayUpload(draft.terms, by, gateId, draft.now);
  if (!terms.ok) return { change: {}, reply: terms };
  if (by.device !== null && override !== null) return { change: {}, reply: refuse({ code: "forbidden" }) };
  const earlierRow = scanOf(draft, scanId);
  if (earlierRow !== null && earlierRow.kind !== "entry" && earlierRow.kind !== "exit")
    return { change: {}, reply: refuse({ code: "scan_id_reused" }) };
  const { rules } = terms.value;
  const record = serial === null ? NO_RECORD : recordOf(draft, serial);
  const before = foldTicket(record.rows, draft.barriers, rules.days);
  const upload = uploadOf(command, earlierRow);
  const taken = takeUpload(upload, earlierRow && recordedScanOf(earlierRow, record), rules, arrivalOf(draft, command));
  if (taken.kind === "reused") return { change: {}, reply: refuse({ code: "scan_id_reused" }) };
  if (taken.kind === "repeat") return { change: {}, reply: answer("repeat", command, before, earlierRow) };
  if (taken.pass && record.rows.length >= MAX_ROWS_A_TICKET)
    return { change: {}, reply: accept({ outcome: "ticket_full", conflicts: [] }) };
  const pass = taken.pass && (override === null ? taken.pass : overridden(taken.pass));
  // When the door has no lease of this scanner, nothing was drawn from one.
  const fromLease = draft.leases.has(by.id) ? Math.min(command.fromLease ?? 0, pass?.persons ?? 0) : 0;
  const row = rowOf({ ...command, fromLease }, upload, pass, earlierRow);
  if (pass === null) return { change: { row }, reply: answer("taken", command, before, earlierRow) };
  // The scan may have been undone before it arrived.
  const rows = [...record.rows, pass, ...undosOf(draft, scanId)];
  const after = foldTicket(rows, draft.barriers, rules.days);
  const change: DoorChange = {
    row,
    counts: addCounts(subtractCounts(draft.head.counts, before.part), after.part),
    ticket: {
      serial: upload.serial,
      record: { ...record, rows, typeNumber: upload.typeNumber ?? record.typeNumber ?? null },
    },
    conflicts: conflictChanges(upload.serial, before, after),
    draw: { by: by.id, persons: drawnBy(row) },
  };
  return { change, reply: answer("taken", command, after, earlierRow) };
}

function answer(
  outcome: UploadResult["outcome"],
  { scanId, by, verdict }: UploadCommand,
  { conflicts }: Pick<FoldedTicket, "conflicts">,
  earlierRow: DoorRow | null,
): UploadReply {
  const own = conflicts.filter(({ row }) => row.scanId === scanId);
  // The persons belong to the lease of the scanner that sent the scan first.
  const fromLease = earlierRow?.actor === by.id ? drawnBy(earlierRow) : 0;
  return accept({
    ...{ outcome, conflicts: own.map(({ id, kind }) => ({ id, kind })) },
    ...(!letsPass(verdict) && { fromLease }),
  });
}

/**
 * A scanner that typed a code alone may not know its type and generation, so the ones by which the door decided the
 * scan are used.
 */
function uploadOf(command: UploadCommand, earlierRow: DoorRow | null): Upload {
  const { scanId, gateId, direction, at, by, counter, clockUnsure, verdict } = command;
  const passed = letsPass(verdict);
  assert(!passed || letsPass(verdict, direction), "somebody passes in the direction of the scan");
  assert(!passed || command.serial !== null, "nobody passes without a ticket");
  return {
    ...{ scanId, gateId, direction, at, deviceId: by.id, counter, clockUnsure },
    serial: command.serial ?? NO_SERIAL,
    generation: command.generation ?? earlierRow?.generation ?? null,
    typeNumber: command.typeNumber ?? earlierRow?.typeNumber ?? null,
    passed,
  };
}

/** A refused scan has a passage in its ticket's rows only if its scanner let the person in against it. */
function recordedScanOf(earlierRow: DoorRow, { rows }: TicketRecord): RecordedScan {
  const passed = letsPass(earlierRow.verdict);
  const hasPassed = rows.some((row) => isPass(row) && row.scanId === earlierRow.scanId);
  return { ...subjectOf(earlierRow), passed, overruled: hasPassed && !passed };
}

/** `after` names a row whose reply the scanner has, so the same row is used in whatever order rows arrive. */
function arrivalOf(draft: DoorDraft, { by, after, counter }: UploadCommand): Arrival {
  const row = after && scanOf(draft, after);
  const isOwn = row !== null && row.actor === by.id && row.decided !== "alone";
  const lastOnline = isOwn ? { at: row.receivedAt, counter: counter - 1 } : null;
  return { receivedAt: draft.now, lastOnline };
}

/** A supervisor who let in against a verdict knew what it said about gates and hours, so these are no breaches. */
function overridden(pass: PassRow): PassRow {
  const breaches = pass.breaches.filter((breach) => breach === "clock_off" || breach === "against_verdict");
  return { ...pass, decided: "override", breaches };
}

function rowOf(
  {
    by,
    requestId,
    scanId,
    direction,
    gateId,
    source,
    serial,
    at,
    counter,
    clockUnsure,
    verdict,
    override,
    fromLease,
  }: UploadCommand & { readonly fromLease: number },
  { typeNumber, generation }: Upload,
  pass: PassRow | null,
  earlierRow: DoorRow | null,
): NewRow {
  const lease = pass?.kind === "entry" && fromLease > 0 ? { fromLease } : {};
  const said = pass && { entry: pass.entry, persons: pass.persons, breaches: pass.breaches, ...lease };
  const detail: AloneDetail = { counter, clockUnsure, ...said };
  return {
    ...{ at, kind: kindOf(direction), scanId, actor: by.id, requestId, gateId, serial, typeNumber, generation, source },
    ...{ decided: "alone", verdict, detail: JSON.stringify(detail), reason: override },
    ...{ letIn: pass !== null && direction === "in", ref: earlierRow && must(earlierRow.scanId, "a scan has an id") },
  };
}
