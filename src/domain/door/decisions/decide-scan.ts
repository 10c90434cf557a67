// Decides a scan at a door: its verdict, and what that changes (rules D1, D3 to D7, D15, N3).

import type { Refusal } from "../../errors.ts";
import type { ScanId } from "../../ids.ts";
import { accept, must, refuse, type Result } from "../../result.ts";
import {
  type DoorChange,
  type DoorDecision,
  type DoorDraft,
  type NewRow,
  recordOf,
  scanOf,
  timeAfter,
  undosOf,
} from "../draft.ts";
import type { TicketRecord } from "../book.ts";
import { conflictChanges } from "../rows/conflicts.ts";
import type { DoorActor, ScanResult, ScanCommand, ScanReply, TypedCode, VerdictName } from "../command.ts";
import { addCounts, gateCounts, subtractCounts } from "../rows/counts.ts";
import { decide } from "./decide.ts";
import { type DoorRow, kindOf } from "../rows/door-log.ts";
import type { EventTerms } from "../event-terms.ts";
import { foldTicket, type FoldedTicket } from "../rows/fold.ts";
import { ownOf, personsLeased } from "../leases/door-leases.ts";
import { mayScan } from "./may-scan.ts";
import { hasJustLetInOneOf } from "../tickets/party.ts";
import { isPass, type PassRow } from "../rows/rows.ts";
import type { PresentedCode, Recent, Scan, ScannerId, Verdict } from "../scan.ts";
import { admissionOf } from "../terms.ts";
import { letsPass, matchScan, NO_SERIAL, type ScanSubject, subjectOf } from "./upload.ts";

/** After so many wrong checks of one serial within this time, typing it is refused (rule N3). */
export const MAX_FAILED_TRIES = 10;
export const FAILED_TRIES_MS = 60 * 60_000;

export function decideScan(draft: DoorDraft, command: ScanCommand): DoorDecision<ScanReply> {
  const terms = mayScan(draft.terms, command.by, command.gateId, draft.now);
  if (!terms.ok) return { change: {}, reply: terms };
  const earlierRow = scanOf(draft, command.scanId);
  if (earlierRow !== null && earlierRow.kind !== "entry" && earlierRow.kind !== "exit")
    return { change: {}, reply: refuse({ code: "scan_id_reused" }) };
  if (earlierRow !== null) return { change: {}, reply: repeatScan(terms.value, earlierRow, command) };
  const { code } = command;
  if (code.kind === "unreadable") return decideAnew(draft, command, terms.value, code, null);
  const record = recordOf(draft, code.serial);
  const folded = foldTicket(record.rows, draft.barriers, terms.value.rules.days);
  const checked = checkCode(draft, code, command.by, { record, folded });
  if (!checked.ok) return { change: {}, reply: checked };
  return decideAnew(draft, command, terms.value, checked.value, { record, folded });
}

/** The code to decide on. For a code that proves nothing by itself, the door checks it here. */
function checkCode(
  draft: DoorDraft,
  code: Exclude<ScanCommand["code"], { kind: "unreadable" }>,
  by: DoorActor,
  { record, folded }: LoadedTicket,
): Result<PresentedCode, Refusal> {
  if (code.kind === "typed_unchecked") return checkTyped(draft, code, record, folded);
  if (code.kind === "code") return accept(code);
  const { kind, serial, typeNumber, beside } = code;
  const others = beside.map((each) => recordOf(draft, each));
  if (!hasJustLetInOneOf(by, others, draft.now)) return refuse({ code: "party_not_let_in" });
  return accept({ kind, serial, typeNumber, generation: folded.state.generation });
}

/** Rule D4: the same scan gets the same verdict. */
function repeatScan(terms: EventTerms, earlierRow: DoorRow, command: ScanCommand): ScanReply {
  const { code, gateId, direction } = command;
  const arriving: ScanSubject = {
    serial: "serial" in code ? code.serial : NO_SERIAL,
    generation: "generation" in code ? code.generation : earlierRow.generation,
    ...{ gateId, direction },
  };
  const match = matchScan({ ...subjectOf(earlierRow), passed: true, overruled: false }, arriving, false);
  if (match === "reused") return refuse({ code: "scan_id_reused" });
  return accept(scanResultOf(terms, earlierRow));
}

type LoadedTicket = { readonly record: TicketRecord; readonly folded: FoldedTicket };

function decideAnew(
  draft: DoorDraft,
  command: ScanCommand,
  terms: EventTerms,
  code: PresentedCode,
  loaded: LoadedTicket | null,
): DoorDecision<ScanReply> {
  const { by, direction, gateId, override } = command;
  const { counts } = draft.head;
  const scan: Scan = { code, direction, gateId, deviceId: by.id, alone: false, overrides: override !== null };
  const { insideBy } = gateCounts(counts, gateId);
  const leases = { out: personsLeased(draft.leases), own: ownOf(draft.leases, by.id, command.fromLease ?? 0) };
  const view = { inside: counts.inside, insideBy, leases };
  const ticket = (loaded?.folded ?? foldTicket([], [], [])).state;
  const recent = loaded && recentOf(loaded.record, draft.settings.isAcked);
  const decision = decide({ ticket, view, recent }, scan, terms.rules, draft.now);
  if (decision.kind !== "decided") {
    const verdict = decision.kind === "again" ? decision.verdict : { verdict: "repeat" as const };
    const at = must(recent, "what is given again has been decided").at;
    return {
      change: {},
      reply: accept({ scanId: decision.scanId, at, again: true, verdict, ...ticketOf(terms, code) }),
    };
  }
  const { verdict } = decision;
  const row = rowOf(draft, command, code, verdict, loaded);
  const changed = loaded && passageChange(draft, terms, row, code, verdict, loaded);
  const reply = accept({ scanId: command.scanId, at: row.at, again: false, verdict, ...ticketOf(terms, row) });
  return { change: { row, ...changed, ...leaseChange(by.id, verdict, terms, code) }, reply };
}

/** How many persons the scan draws from its scanner's lease, or the room that it was refused because leases keep it. */
function leaseChange(by: ScannerId, verdict: Verdict, { rules }: EventTerms, code: PresentedCode): DoorChange {
  if ("fromLease" in verdict) return verdict.fromLease > 0 ? { draw: { by, persons: verdict.fromLease } } : {};
  if (verdict.verdict !== "venue_full" || code.kind === "unreadable") return {};
  const { admits: persons } = admissionOf(rules, code.typeNumber);
  return verdict.inside + persons <= verdict.capacity ? { wanted: { by, persons } } : {};
}

/** The last passage of this ticket, if the door decided it (rule D5). */
function recentOf({ rows, verdict }: TicketRecord, isAcked: (scanId: ScanId) => boolean): Recent | null {
  // A row that its scanner decided alone has that scanner's counter, which is not 0.
  const last = rows.findLast((row): row is PassRow => isPass(row) && row.counter === 0);
  if (last === undefined || verdict === null) return null;
  const { scanId, at } = last;
  // The cast holds, since the door has written this row from a scan, and scanners have such ids.
  const deviceId = last.deviceId as Recent["deviceId"];
  return { scanId, deviceId, direction: last.kind === "entry" ? "in" : "out", at, acked: isAcked(scanId), verdict };
}

/** The times of one ticket's rows grow, so that they are folded in the order in which they were decided. */
function rowOf(
  draft: DoorDraft,
  { by, scanId, requestId, direction, gateId, source, override }: ScanCommand,
  code: PresentedCode,
  verdict: Verdict,
  loaded: LoadedTicket | null,
): NewRow {
  const { verdict: name, ...detail } = verdict;
  const against = "against" in verdict ? verdict.against : null;
  const said = code.kind === "unreadable" ? { serial: null, typeNumber: null, generation: null } : code;
  return {
    ...{ kind: kindOf(direction), scanId, actor: by.id, requestId, gateId, source },
    at: isPassage(verdict) ? timeAfter(draft, loaded?.record.rows ?? []) : draft.now,
    ...{ serial: said.serial, typeNumber: said.typeNumber, generation: said.generation },
    decided: against === null ? "door" : "override",
    ...{ verdict: name, detail: JSON.stringify(detail), reason: against === null ? null : override },
    letIn: direction === "in" && isPassage(verdict),
    ref: null,
  };
}

function isPassage({ verdict }: Verdict): boolean {
  return letsPass(verdict);
}

/** What a passage changes of its ticket and the counts. A refusal changes only the failed tries of a typed code. */
function passageChange(
  draft: DoorDraft,
  terms: EventTerms,
  { scanId, at, actor, gateId, decided, kind }: NewRow,
  code: PresentedCode,
  verdict: Verdict,
  { record, folded }: LoadedTicket,
): DoorChange {
  if (code.kind === "unreadable" || scanId === null || gateId === null) return {};
  const { serial, typeNumber, generation } = code;
  if (!isPassage(verdict)) {
    if (code.kind !== "typed" || code.check !== "wrong") return {};
    const failedTries = [...record.failedTries, draft.now].slice(-MAX_FAILED_TRIES);
    return { ticket: { serial, record: { ...record, failedTries } } };
  }
  const { entry, admits } = admissionOf(terms.rules, typeNumber);
  const pass: PassRow = {
    ...{ kind: kind === "exit" ? "exit" : "entry", scanId, at, deviceId: actor, counter: 0, gateId },
    decided: decided === "override" ? "override" : "door",
    ...{ generation, entry, persons: admits, breaches: [] },
  };
  // The scan may have been undone before it arrived.
  const rows = [...record.rows, pass, ...undosOf(draft, scanId)];
  const after = foldTicket(rows, draft.barriers, terms.rules.days);
  const counts = addCounts(subtractCounts(draft.head.counts, folded.part), after.part);
  const conflicts = conflictChanges(serial, folded, after);
  return { counts, conflicts, ticket: { serial, record: { ...record, rows, verdict, typeNumber } } };
}

/**
 * Rule N3: checks a typed code under the ticket's generation; refused once its serial was typed wrong too often. The check
 * does not depend on the event, so it counts only for a ticket that is known to be of this event.
 */
function checkTyped(
  { now, settings }: DoorDraft,
  { serial, check, typeNumber }: TypedCode,
  { failedTries }: TicketRecord,
  { state }: FoldedTicket,
): Result<PresentedCode, Refusal> {
  const late = failedTries.filter((at) => now < at + FAILED_TRIES_MS);
  const [first] = late;
  if (first !== undefined && late.length >= MAX_FAILED_TRIES) {
    const retryAfterSeconds = Math.ceil((first + FAILED_TRIES_MS - now) / 1_000);
    return refuse({ code: "rate_limited", retryAfterSeconds });
  }
  const { generation } = state;
  const isRight = typeNumber !== null && settings.isTypedCode({ serial, check }, generation);
  return accept({ kind: "typed", check: isRight ? "right" : "wrong", serial, typeNumber, generation });
}

function scanResultOf(terms: EventTerms, row: DoorRow): ScanResult {
  // The casts hold, since the row was written from a verdict of that name with these details, unless its scanner decided it
  // alone.
  const verdict =
    row.decided === "alone"
      ? { verdict: row.verdict as VerdictName, alone: true as const }
      : ({ verdict: row.verdict, ...JSON.parse(row.detail ?? "{}") } as Verdict);
  const scanId = must(row.scanId, "a scan's row has its id");
  return { scanId, at: row.at, again: false, verdict, ...ticketOf(terms, row) };
}

function ticketOf(
  { typeIds }: EventTerms,
  code: PresentedCode | Pick<DoorRow, "serial" | "typeNumber">,
): Pick<ScanResult, "serial" | "ticketTypeId"> {
  const { serial, typeNumber } = "serial" in code ? code : { serial: null, typeNumber: null };
  return { serial, ticketTypeId: typeIds.find(({ number }) => number === typeNumber)?.id ?? null };
}
