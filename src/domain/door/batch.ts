// Many commands decided together, in the order of their arrival, over one draft (rules D1, H11).

import type { Refusal } from "../errors.ts";
import { accept, refuse, type Result } from "../result.ts";
import { type DoorBook, doorNow, type FindScans, type FoundScans, NOTHING_FOUND } from "./book.ts";
import type { CountsCommand, CountsReply, DoorCommand, DoorReply, TermsCommand, TermsReply } from "./command.ts";
import { decideScan } from "./decide-scan.ts";
import { applyChange, type DoorDecision, type DoorDraft, type DoorSettings, type NewRow } from "./draft.ts";
import { compareEventTerms, type EventTerms } from "./event-terms.ts";
import { mayAsk } from "./may-scan.ts";

/** A throw in one decision is that command's alone: `bug` is what it threw. */
export type DoorOutcome = { readonly reply: DoorReply } | { readonly bug: unknown };

/**
 * Nothing is written and the book is as before: the caller writes the draft's rows in one transaction, then adopts the
 * draft, then answers. `clock` epoch ms.
 */
export function runDoorBatch(
  book: DoorBook,
  commands: readonly DoorCommand[],
  clock: number,
  find: FindScans,
  settings: DoorSettings,
): { readonly draft: DoorDraft; readonly outcomes: readonly DoorOutcome[] } {
  const draft: DoorDraft = {
    ...{ base: book, now: doorNow(book, clock), settings, found: findNamed(commands, find) },
    ...{ terms: book.terms, head: book.head, rows: [], scans: new Map(), tickets: new Map() },
  };
  const outcomes = commands.map((command): DoorOutcome => {
    try {
      const { change, reply } = decideCommand(draft, command);
      applyChange(draft, change);
      return { reply };
    } catch (bug) {
      return { bug };
    }
  });
  return { draft, outcomes };
}

function findNamed(commands: readonly DoorCommand[], find: FindScans): FoundScans {
  const scans = commands.filter((command) => command.kind === "scan");
  if (scans.length === 0) return NOTHING_FOUND;
  const serials = scans.flatMap(({ code }) => ("serial" in code ? code.serial : []));
  return find({ scanIds: [...new Set(scans.map(({ scanId }) => scanId))], serials: [...new Set(serials)] });
}

function decideCommand(draft: DoorDraft, command: DoorCommand): DoorDecision<DoorReply> {
  switch (command.kind) {
    case "scan":
      return decideScan(draft, command);
    case "terms":
      return takeTerms(draft, command);
    case "counts":
      return { change: {}, reply: readCounts(draft, command) };
  }
}

/** New terms are a row, so that the log says by which rules each scan was decided. */
function takeTerms({ terms: known, now }: DoorDraft, { terms, requestId }: TermsCommand): DoorDecision<TermsReply> {
  const compared = compareEventTerms(terms, known);
  if (compared === "old") return { change: {}, reply: refuse({ code: "version_conflict" }) };
  const reply = accept({ version: terms.version });
  if (compared === "same") {
    const isNewer = known !== null && terms.nearbyAt > known.nearbyAt;
    return { change: isNewer ? { terms } : {}, reply };
  }
  const detail = JSON.stringify({ version: terms.version, epoch: terms.epoch, hash: terms.hash });
  const row: NewRow = {
    ...{ at: now, kind: "terms", scanId: null, actor: "system", requestId, gateId: null, serial: null },
    ...{ typeNumber: null, generation: null, source: null, decided: null, verdict: null, detail, reason: null },
    letIn: false,
  };
  return { change: { terms, row }, reply };
}

function readCounts({ terms, head, now }: DoorDraft, { by }: CountsCommand): CountsReply {
  const asked: Result<EventTerms, Refusal> = mayAsk(terms, by, now);
  if (!asked.ok) return asked;
  const { eventId, rules } = asked.value;
  const { softCapacity, hardCapacity, gates } = rules;
  return accept({
    ...{ eventId, seq: head.seq, at: now, counts: head.counts, softCapacity, hardCapacity },
    gateIds: gates.map(({ id }) => id),
  });
}
