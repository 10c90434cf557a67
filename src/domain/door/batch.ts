// Decides a batch of commands in the order of their arrival, over one draft (rules D1, H11).

import type { ScanId } from "../ids.ts";
import { accept, refuse } from "../result.ts";
import { type DoorBook, doorNow, type FindScans, type FoundScans, NOTHING_FOUND } from "./book.ts";
import type { DoorCommand, DoorReply, TermsCommand, TermsReply } from "./command.ts";
import { decideClick, decideCorrection, readCounts } from "./decisions/decide-counts.ts";
import { decideLease, decideWriteOff } from "./decisions/decide-lease.ts";
import { decideScan } from "./decisions/decide-scan.ts";
import { decideTicketChange, ticketsOf } from "./decisions/decide-ticket-change.ts";
import { decideUndo } from "./decisions/decide-undo.ts";
import { decideUpload } from "./decisions/decide-upload.ts";
import { applyChange, type DoorDecision, type DoorDraft, type DoorSettings, type NewRow } from "./draft.ts";
import { compareEventTerms, withFormerGates } from "./event-terms.ts";
import { recallLeases } from "./leases/door-leases.ts";
import { refusedOnceEmptied } from "./rows/retention.ts";

/** When one decision throws, only its command fails: `bug` is what it threw. */
export type DoorOutcome = { readonly reply: DoorReply } | { readonly bug: unknown };

/**
 * Writes nothing, and leaves the book as it is. The caller writes the draft's rows in one transaction, then adopts the
 * draft, then sends the replies. `clock` is epoch ms.
 */
export function runDoorBatch(
  book: DoorBook,
  commands: readonly DoorCommand[],
  clock: number,
  find: FindScans,
  settings: DoorSettings,
): { readonly draft: DoorDraft; readonly outcomes: readonly DoorOutcome[] } {
  const now = doorNow(book, clock);
  const draft: DoorDraft = {
    ...{ base: book, now, settings, found: findNamed(commands, now, find) },
    ...{
      terms: book.terms,
      head: book.head,
      barriers: book.barriers,
      leases: new Map(book.leases),
      wanted: null,
      rows: [],
    },
    ...{ scans: new Map(), tickets: new Map(), conflicts: new Map() },
  };
  const outcomes = commands.map((command): DoorOutcome => {
    try {
      const { change, reply } = decideCommand(draft, command);
      for (const step of [change].flat()) applyChange(draft, step);
      return { reply };
    } catch (bug) {
      return { bug };
    }
  });
  recallLeases(draft);
  return { draft, outcomes };
}

/** One look-up for the whole batch. */
function findNamed(commands: readonly DoorCommand[], now: number, find: FindScans): FoundScans {
  const named = commands.filter((command) => "scanId" in command);
  const serials = commands.flatMap(serialsOf);
  if (named.length === 0 && serials.length === 0) return NOTHING_FOUND;
  return find({
    scanIds: [...new Set(named.flatMap((command) => [command.scanId, ...answeredBefore(command)]))],
    undone: [...new Set(named.flatMap((command) => (command.kind === "undo" ? command.ref : [])))],
    serials: [...new Set(serials)],
    after: named.some(({ kind }) => kind === "correct") ? now - 1 : null,
  });
}

/** The tickets that the command itself names. */
function serialsOf(command: DoorCommand): number[] {
  if (command.kind === "judge") return ticketsOf(command.change).map(({ serial }) => serial);
  if (command.kind === "upload") return command.serial === null ? [] : [command.serial];
  if (command.kind !== "scan" || command.code.kind === "unreadable") return [];
  return command.code.kind === "party" ? [command.code.serial, ...command.code.beside] : [command.code.serial];
}

/** The row by which an upload's clock is judged (rule D20). */
function answeredBefore(command: DoorCommand): ScanId[] {
  return command.kind === "upload" && command.after !== null ? [command.after] : [];
}

function decideCommand(draft: DoorDraft, command: DoorCommand): DoorDecision<DoorReply> {
  const refused = refusedOnceEmptied(draft, command);
  if (refused !== null) return { change: {}, reply: refused };
  switch (command.kind) {
    case "scan":
      return decideScan(draft, command);
    case "upload":
      return decideUpload(draft, command);
    case "undo":
      return decideUndo(draft, command);
    case "click":
      return decideClick(draft, command);
    case "correct":
      return decideCorrection(draft, command);
    case "judge":
      return decideTicketChange(draft, command);
    case "lease":
      return decideLease(draft, command);
    case "write_off":
      return decideWriteOff(draft, command);
    case "terms":
      return takeTerms(draft, command);
    case "counts":
      return { change: {}, reply: readCounts(draft, command.by) };
  }
}

/** New terms are a row of the log, so that it shows which rules each scan was decided by. */
function takeTerms(
  { terms: termsBefore, now }: DoorDraft,
  { terms: sent, requestId }: TermsCommand,
): DoorDecision<TermsReply> {
  const compared = compareEventTerms(sent, termsBefore);
  const terms = withFormerGates(sent, termsBefore);
  if (compared === "old") return { change: {}, reply: refuse({ code: "version_conflict" }) };
  const reply = accept({ version: terms.version });
  if (compared === "same") {
    const isNewer = termsBefore !== null && terms.nearbyAt > termsBefore.nearbyAt;
    return { change: isNewer ? { terms } : {}, reply };
  }
  const detail = JSON.stringify({ version: terms.version, epoch: terms.epoch, hash: terms.hash });
  const row: NewRow = {
    ...{ at: now, kind: "terms", scanId: null, actor: "system", requestId, gateId: null, serial: null },
    ...{ typeNumber: null, generation: null, source: null, decided: null, verdict: null, detail, reason: null },
    ...{ letIn: false, ref: null },
  };
  return { change: { terms, row }, reply };
}
