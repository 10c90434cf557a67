// Follows the log of a door and computes the counts that each row must have after those before it (rules D1, D10, D14,
// D16). The log does not have the types' rules; those that the counts depend on are found out from its rows
// (observed-rules.ts).

import { must } from "../../result.ts";
import { addCounts, type Counts, NO_COUNTS, subtractCounts } from "../rows/counts.ts";
import { barrierFrom, clickOf } from "../decisions/decide-counts.ts";
import { type DoorKind, type DoorRow, gatesInRow, gateValues } from "../rows/door-log.ts";
import { undoFrom } from "../draft.ts";
import { countsOfClick, foldEvent } from "../rows/fold.ts";
import { followAlone, isAgainstRefusal } from "./follow-alone.ts";
import { followScan } from "./follow-scan.ts";
import { followLease } from "./follow-lease.ts";
import { drawnBy } from "../leases/door-leases.ts";
import { type Guess, guesses, openObservedRules } from "../decisions/observed-rules.ts";
import { type RevokeEffect, type RevokeRow, effectiveRows, type UndoRow } from "../rows/rows.ts";
import {
  detailOf,
  folded,
  type RowRef,
  type TicketRows,
  type Outcome,
  passRow,
  ruleOf,
  ticketOf,
  type LogFacts,
  withPart,
} from "../rows/log-facts.ts";

const unchanged = ({ counts }: LogFacts): Outcome => ({ counts });

/** What a row of each kind must come to. A kind that changes no counts is `unchanged`. */
const FOLLOW: Readonly<Record<DoorKind, (facts: LogFacts, row: DoorRow) => Outcome>> = {
  terms: unchanged,
  entry: followPassage,
  exit: followPassage,
  undo: followUndo,
  count: followClick,
  set: followBarrier,
  sweep: followBarrier,
  revoke: followRevoke,
  lease: followLease,
};

/** The columns that a row of each kind must have. */
const NAMES: Readonly<Record<DoorKind, readonly (keyof DoorRow)[]>> = {
  terms: [],
  entry: ["scanId", "gateId", "source", "decided", "verdict", "detail"],
  exit: ["scanId", "gateId", "source", "decided", "verdict", "detail"],
  undo: ["scanId", "ref", "verdict"],
  count: ["scanId", "gateId", "detail"],
  set: ["scanId", "detail", "reason"],
  sweep: ["scanId", "reason"],
  revoke: ["scanId", "serial", "verdict"],
  lease: ["verdict", "detail"],
};

/**
 * `take` returns why a row does not follow from those before it, or null when it does. `counts` are those before the first
 * row.
 */
export function openFollower(counts: Counts = NO_COUNTS): { take(row: DoorRow): string | null } {
  const facts: LogFacts = {
    ...{ counts, termsSeq: 0, rules: openObservedRules(), tickets: new Map(), scans: new Map() },
    ...{ undos: new Map(), clicks: new Map(), letIn: new Map(), barriers: [], drawn: new Map(), leases: new Map() },
  };
  return {
    take(row) {
      const why = explainNoRow(facts, row);
      if (why !== null) return why;
      const expected = FOLLOW[row.kind](facts, row);
      if (typeof expected === "string") return expected;
      const otherwise = explainMiscount(facts, row, expected.counts);
      if (otherwise !== null) return otherwise;
      expected.adopt?.();
      facts.counts = expected.counts;
      if (row.kind === "terms") facts.termsSeq = row.seq;
      const drawn = drawnBy(row);
      if (drawn > 0) facts.drawn.set(row.actor, (facts.drawn.get(row.actor) ?? 0) + drawn);
      // When two rows have the same scan id, the first has the door's verdict.
      if (row.scanId !== null && !facts.scans.has(row.scanId)) facts.scans.set(row.scanId, rowRefOf(row));
      return null;
    },
  };
}

/** The rest is kept by its ticket, since a log need not fit into memory as a whole. */
function rowRefOf({ seq, kind, scanId, gateId, serial, typeNumber, generation }: DoorRow): RowRef {
  return { seq, kind, scanId, gateId, serial, typeNumber, generation };
}

function explainNoRow({ scans }: LogFacts, row: DoorRow): string | null {
  if (NAMES[row.kind].some((name) => row[name] === null)) return `a row of kind ${row.kind} lacks what it is about`;
  if (row.letIn && row.kind !== "entry") return `a row of kind ${row.kind} lets nobody in`;
  const first = row.scanId === null || isAgainstRefusal(row) ? undefined : scans.get(row.scanId);
  return first === undefined ? null : `row ${first.seq} has the same scan id (rule D4)`;
}

function explainMiscount({ counts: before }: LogFacts, row: DoorRow, after: Counts): string | null {
  for (const name of ["inside", "admitted"] as const) {
    if (row[name] !== after[name]) return `${name} is ${row[name]}, but ${after[name]} follows from the rows before it`;
  }
  const texts = (gates: DoorRow["gates"]) => JSON.stringify(gates.map(gateValues));
  const [has, follows] = [texts(row.gates), texts(gatesInRow(row.seq, before, after))];
  return has === follows ? null : `its gates are ${has}, but ${follows} follows from the rows before it`;
}

/**
 * Tries the rules as they are known, then those that are possible where they are not known; the first that fits is taken.
 */
function guessed(facts: LogFacts, row: DoorRow, rules: readonly string[], follow: (guess: Guess) => Outcome): Outcome {
  const { passes } = ticketOf(facts, row.serial);
  let first: string | null = null;
  for (const guess of guesses(facts.rules, [...passes.map(({ rule }) => rule), ...rules])) {
    const outcome = follow(guess);
    const why = typeof outcome === "string" ? outcome : explainMiscount(facts, row, outcome.counts);
    if (why !== null || typeof outcome === "string") {
      first ??= why;
      continue;
    }
    const adopt = () => {
      guess.adopt();
      outcome.adopt?.();
    };
    return { counts: outcome.counts, adopt };
  }
  return must(first, "there is a guess, and it does not fit");
}

function followPassage(facts: LogFacts, row: DoorRow): Outcome {
  const follow = row.decided === "alone" ? followAlone : followScan;
  return guessed(facts, row, [ruleOf(facts, row)], (guess) => follow(facts, row, guess));
}

/** A revoke changes no counts, but the later rows of its ticket depend on it. */
function followRevoke(facts: LogFacts, row: DoorRow): Outcome {
  const revoke = revokeFrom(row);
  if (revoke === null) return `${row.verdict} is not a change of a ticket`;
  const serial = must(row.serial, "it was looked at that a ticket is named");
  const ticket = ticketOf(facts, serial);
  const { state } = folded(ticket, facts.barriers, facts.rules.observed);
  if (revoke.action === "void" && revoke.unlessEntered && state.entries > 0)
    return "it makes a ticket void that has entered, and was not forced";
  if (revoke.action === "reissue" && revoke.generation <= state.generation)
    return `its generation is ${revoke.generation}, and was ${state.generation} before`;
  if (revoke.action === "reissue" && state.inside > 0) return "it reissues a ticket that is inside";
  const after = { ...ticket, revokes: [...ticket.revokes, revoke] };
  return { counts: facts.counts, adopt: () => void facts.tickets.set(serial, after) };
}

function revokeFrom(row: DoorRow): RevokeRow | null {
  const effect = effectOf(row);
  const scanId = must(row.scanId, "it was looked at that it has an id");
  return effect && { kind: "revoke", scanId, at: row.at, deviceId: row.actor, counter: 0, ...effect };
}

function effectOf(row: DoorRow): RevokeEffect | null {
  const { verdict, reason, generation } = row;
  switch (verdict ?? "") {
    case "void":
      return { action: "void", note: reason, unlessEntered: detailOf(row)["unlessEntered"] === true };
    case "block":
      return { action: "block", note: reason };
    case "unblock":
      return { action: "unblock" };
    case "attention":
      return { action: "attention", text: reason };
    case "reissue":
      return generation === null ? null : { action: "reissue", generation };
    default:
      return null;
  }
}

function followUndo(facts: LogFacts, row: DoorRow): Outcome {
  const [scanId, ref] = [must(row.scanId, "an undo has an id"), must(row.ref, "an undo is about a row")];
  const undo = undoFrom({ ...row, scanId, ref });
  const note = () => facts.undos.set(ref, [...(facts.undos.get(ref) ?? []), undo]);
  const target = facts.scans.get(ref);
  if (target === undefined) {
    if (row.verdict !== "awaited") return `it undoes ${ref}, which no row before it has`;
    return { counts: facts.counts, adopt: note };
  }
  if (row.verdict !== "undone") return `it awaits ${ref}, which row ${target.seq} has`;
  const names = ["gateId", "serial", "typeNumber", "generation"] as const;
  if (names.some((name) => row[name] !== target[name]))
    return `it is not of the ticket and the gate of row ${target.seq}`;
  const outcome =
    target.kind === "count"
      ? undoneClick(facts, target, undo)
      : guessed(facts, row, [], (guess) => undonePass(facts, target, undo, guess));
  if (typeof outcome === "string") return outcome;
  const adopt = () => {
    outcome.adopt?.();
    note();
  };
  return { counts: outcome.counts, adopt };
}

function undonePass(facts: LogFacts, { seq, serial, scanId }: RowRef, undo: UndoRow, guess: Guess): Outcome {
  const before = ticketOf(facts, serial);
  const after = { ...before, undos: [...before.undos, undo] };
  const isInEffect = (ticket: TicketRows) =>
    effectiveRows(
      ticket.passes.map((pass) => passRow(pass, guess)),
      ticket.undos,
    ).some((pass) => pass.scanId === scanId);
  if (serial === null || !isInEffect(before) || isInEffect(after)) return `row ${seq} is not one that it can undo`;
  const counts = withPart(facts.counts, folded(before, facts.barriers, guess), folded(after, facts.barriers, guess));
  return { counts, adopt: () => void facts.tickets.set(serial, after) };
}

function undoneClick(facts: LogFacts, { seq }: RowRef, undo: UndoRow): Outcome {
  const click = must(facts.clicks.get(undo.ref), "the row of a click is kept as one");
  const undosBefore = facts.undos.get(undo.ref) ?? [];
  const isInEffect = (undos: readonly UndoRow[]) => effectiveRows([click], undos).length > 0;
  if (!isInEffect(undosBefore) || isInEffect([...undosBefore, undo])) return `row ${seq} is not one that it can undo`;
  return { counts: subtractCounts(facts.counts, countsOfClick(click, facts.barriers.at(-1) ?? null)) };
}

function followClick(facts: LogFacts, row: DoorRow): Outcome {
  if (!Number.isSafeInteger(detailOf(row)["by"])) return "the click has no number of persons";
  const click = clickOf(row);
  const [effective] = effectiveRows([click], facts.undos.get(click.scanId) ?? []);
  const added = effective === undefined ? NO_COUNTS : countsOfClick(effective, facts.barriers.at(-1) ?? null);
  return { counts: addCounts(facts.counts, added), adopt: () => void facts.clicks.set(click.scanId, click) };
}

/** All tickets and clicks are counted again, since rows with a later time than the barrier count on top of it. */
function followBarrier(facts: LogFacts, row: DoorRow): Outcome {
  if (row.kind === "set" && !isListOfGates(detailOf(row)["gates"])) return "it does not record who is inside";
  const barriers = [...facts.barriers, barrierFrom(row)];
  const parts = [...facts.tickets.values()].map((ticket) => folded(ticket, barriers, facts.rules.observed).part);
  const undos = [...facts.clicks.keys()].flatMap((scanId) => facts.undos.get(scanId) ?? []);
  // Adding to no counts drops the gates whose counts are all zero.
  const counts = addCounts(NO_COUNTS, foldEvent(parts, [...facts.clicks.values(), ...undos], barriers));
  const adopt = () => {
    facts.barriers = barriers;
  };
  return { counts, adopt };
}

function isListOfGates(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => Array.isArray(each) && Number.isSafeInteger(each[1]));
}
