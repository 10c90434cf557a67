// Checks that a scan's row follows from the rows before it: its verdict, whether it let in, and the facts beside it (rules
// D6, D7, D15). The log does not have the event's rules, so what depends on them alone is not checked.

import type { GateId } from "../../ids.ts";
import { must } from "../../result.ts";
import { MAX_ADMITS } from "../admission.ts";
import { gateCounts } from "../rows/counts.ts";
import type { DoorRow } from "../rows/door-log.ts";
import { rememberLetIn, explainNoCompanion } from "./follow-party.ts";
import type { Guess, ObservedRule } from "../decisions/observed-rules.ts";
import type { Passage, Refused } from "../scan.ts";
import type { TicketState } from "../tickets/ticket-state.ts";
import {
  detailOf,
  folded,
  type TicketRows,
  type Outcome,
  type Pass,
  ruleOf,
  ticketOf,
  type LogFacts,
  withPart,
} from "../rows/log-facts.ts";

type Detail = Readonly<Record<string, unknown>>;

/** A row that is checked, with what the rows before it show. */
type RowCase = {
  readonly row: DoorRow;
  readonly detail: Detail;
  readonly gateId: GateId;
  readonly ticket: TicketRows;
  readonly state: TicketState;
  /** How many persons are inside, never below zero. */
  readonly inside: number;
  /** The same of those who are inside by the row's gate. */
  readonly insideBy: number;
};

/** For verdicts that depend on the event's rules alone, which the log does not have. */
const unchecked = (): null => null;
const explainNeverIn = ({ state }: RowCase): string | null =>
  state.entries > 0 ? null : "its ticket has never entered";

/** For each refusal, returns why it is impossible as far as the rows show, or null. */
const REFUSALS: Readonly<Record<Refused["verdict"], (rowCase: RowCase) => string | null>> = {
  unreadable: unchecked,
  unknown_key: unchecked,
  forged: unchecked,
  wrong_event: unchecked,
  typed_needs_network: unchecked,
  lease_used_up: unchecked,
  void: ({ state }) => (state.voided ? null : "its ticket is not void"),
  superseded: ({ state, row }) => (isOlder(row, state) ? null : "its ticket was not reissued after its code was shown"),
  blocked: ({ state }) => (state.blocked ? null : "its ticket is not blocked"),
  not_open_yet: unchecked,
  event_over: unchecked,
  gate_closed: unchecked,
  wrong_gate: unchecked,
  too_early: unchecked,
  too_late: unchecked,
  already_inside: ({ state, detail }) =>
    state.inside > 0 && isPassage(detail["entered"], state.lastEntry) ? null : "its ticket is not inside since then",
  used: ({ state, detail }) =>
    isPassage(detail["entered"], state.firstEntry) && isPassage(detail["left"], state.left)
      ? null
      : "its ticket has not entered and left like that",
  day_limit: explainNeverIn,
  entry_limit: (given) =>
    given.state.entries >= Number(given.detail["limit"]) ? null : "its ticket has not entered that often",
  too_soon: ({ state }) => (state.last === null ? "its ticket has never passed" : null),
  gate_full: ({ insideBy, detail }) => explainMismatch("inside", detail, insideBy),
  venue_full: ({ inside, detail }) => explainMismatch("inside", detail, inside),
};
const isOlder = ({ generation }: DoorRow, state: TicketState): boolean =>
  generation !== null && generation < state.generation;

/** What keeps a ticket out unless a supervisor overrides (row 4 of rule D6). */
function stopOf({ row, state }: RowCase): string | null {
  if (state.voided) return "void";
  if (isOlder(row, state)) return "superseded";
  return state.blocked ? "blocked" : null;
}

/** The only verdicts with which an exit is refused (rule D7). */
const NO_EXIT: readonly string[] = ["unreadable", "wrong_event", "unknown_key", "forged"];

/** Returns the counts after the row of a scan if the rules are those of `guess`, or why the row is impossible. */
export function followScan(facts: LogFacts, row: DoorRow, guess: Guess): Outcome {
  const ticket = ticketOf(facts, row.serial);
  const { state } = folded(ticket, facts.barriers, guess);
  const gateId = must(row.gateId, "a scan is at a gate");
  const { insideBy } = gateCounts(facts.counts, gateId);
  const counts = { inside: Math.max(0, facts.counts.inside), insideBy: Math.max(0, insideBy) };
  const rowCase: RowCase = { row, detail: detailOf(row), gateId, ticket, state, ...counts };
  const why =
    findContradiction(rowCase) ?? (row.source === "party" ? explainNoCompanion(facts, row, state, guess) : null);
  if (why !== null) return why;
  const passes = row.kind === "entry" ? ["admitted", "readmitted"] : ["exited", "exit_unmatched"];
  if (!passes.includes(row.verdict ?? "")) return refusalOutcome(facts, rowCase);
  return row.kind === "entry" ? entryOutcome(facts, rowCase, guess) : exitOutcome(facts, rowCase, guess);
}

/** Returns why the columns of the row contradict each other; null when they do not. */
function findContradiction({ row: { kind, verdict, letIn, decided, reason }, detail }: RowCase): string | null {
  const isAdmitting = kind === "entry" && (verdict === "admitted" || verdict === "readmitted");
  if (letIn !== isAdmitting) return `it ${letIn ? "let in" : "did not let in"}, but its verdict is ${verdict}`;
  const isAgainst = isAdmitting && detail["against"] !== null;
  if (isAgainst !== (decided === "override") || isAgainst !== (reason !== null))
    return "its columns disagree on whether a supervisor let in";
  return null;
}

function refusalOutcome(facts: LogFacts, rowCase: RowCase): Outcome {
  const { kind, verdict } = rowCase.row;
  const name = verdict ?? "";
  if (!Object.hasOwn(REFUSALS, name) || (kind === "exit" && !NO_EXIT.includes(name)))
    return `${name} is no verdict of a row of kind ${kind}`;
  const why = REFUSALS[name as keyof typeof REFUSALS](rowCase);
  if (why !== null) return `its verdict is ${name}, but ${why}`;
  const shown = name === "already_inside" || name === "used" ? { free: false } : {};
  return { counts: facts.counts, adopt: () => facts.rules.note(ruleOf(facts, rowCase.row), shown) };
}

function entryOutcome(facts: LogFacts, rowCase: RowCase, guess: Guess): Outcome {
  const { row, detail, state, gateId } = rowCase;
  const name = state.entries === 0 ? "admitted" : "readmitted";
  if (row.verdict !== name) return `its verdict is ${row.verdict}, but ${name} follows from the rows before it`;
  const stop = stopOf(rowCase);
  if (stop !== null && row.decided !== "override") return `it let in, but its ticket is ${stop}`;
  const adds = Number(detail["adds"]);
  const observed = guess.rule(ruleOf(facts, row));
  // Only a ticket of a `free` type enters while it is inside, and then adds nobody.
  const isMove = state.inside > 0 && adds === 0;
  if (!isMove && !(adds >= 1)) return `it adds ${adds} persons, and nobody of its ticket was inside`;
  if (state.inside > 0 && observed.free !== null && observed.free !== isMove)
    return `it adds ${adds} persons, which its type's other rows do not`;
  if (state.inside > 0 && !isMove && row.decided !== "override") return "its ticket was inside already";
  const admits = isMove ? (observed.admits ?? cameThrough(facts, rowCase)) : adds;
  if (observed.admits !== null && admits !== observed.admits)
    return `it adds ${adds} persons, but tickets of its type admit ${observed.admits}`;
  const toGate = isMove ? (state.insideGate === gateId ? 0 : state.leaving) : adds;
  const why =
    explainMismatch("inside", detail, rowCase.inside + adds) ??
    explainMismatch("insideBy", detail, rowCase.insideBy + toGate);
  if (why !== null) return why;
  if (!(Number(detail["fromLease"]) >= 0 && Number(detail["fromLease"]) <= adds))
    return `it takes ${String(detail["fromLease"])} of ${adds} persons from a lease`;
  const shown = { admits, free: state.inside > 0 ? isMove : null };
  return passageOutcome(facts, rowCase, admits ?? 1, guess, shown);
}

/**
 * How many persons came through at an entry that adds nobody. The log has it only as the count of its gate, and not if the
 * entry was undone before it arrived.
 */
function cameThrough(facts: LogFacts, { row, gateId }: RowCase): number | null {
  const after = row.gates.find(({ id }) => id === gateId)?.entries ?? 0;
  const counted = after - gateCounts(facts.counts, gateId).entries;
  return counted >= 1 && counted <= MAX_ADMITS ? counted : null;
}

function exitOutcome(facts: LogFacts, rowCase: RowCase, guess: Guess): Outcome {
  const { row, detail, state } = rowCase;
  const name = state.inside === 0 ? "exit_unmatched" : "exited";
  if (row.verdict !== name) return `its verdict is ${row.verdict}, but ${name} follows from the rows before it`;
  const { admits } = guess.rule(ruleOf(facts, row));
  const persons = Number(detail["persons"]);
  const leaving = state.inside === 0 ? (admits ?? persons) : state.leaving;
  const why = explainMismatch("persons", detail, leaving);
  if (why !== null) return why;
  return passageOutcome(facts, rowCase, persons, guess, state.inside === 0 ? { admits: persons } : {});
}

function passageOutcome(
  facts: LogFacts,
  { row, ticket, gateId }: RowCase,
  persons: number,
  guess: Guess,
  shown: Partial<ObservedRule>,
): Outcome {
  const scanId = must(row.scanId, "a scan has an id");
  const serial = row.serial;
  if (serial === null) return "somebody passed without a ticket";
  const before = folded(ticket, facts.barriers, guess);
  if (before.state.last !== null && row.at <= before.state.last.at)
    return "its time is not after that of the last passage of its ticket";
  const rule = ruleOf(facts, row);
  const pass: Pass = {
    row: {
      ...{ kind: row.kind === "exit" ? "exit" : "entry", scanId, at: row.at, deviceId: row.actor, counter: 0, gateId },
      ...{ decided: row.decided === "override" ? "override" : "door", generation: row.generation, breaches: [] },
    },
    ...{ rule, persons },
  };
  // The scan may have been undone before it arrived.
  const undos = [...ticket.undos, ...(facts.undos.get(scanId) ?? [])];
  const after = { ...ticket, passes: [...ticket.passes, pass], undos };
  const counts = withPart(facts.counts, before, folded(after, facts.barriers, withObserved(guess, rule, shown)));
  const adopt = () => {
    facts.rules.note(rule, shown);
    facts.tickets.set(serial, after);
    if (row.letIn) rememberLetIn(facts, row.actor, { serial, at: row.at });
  };
  return { counts, adopt };
}

function withObserved(guess: Guess, of: string, { free = null, admits = null }: Partial<ObservedRule>): Guess {
  const before = guess.rule(of);
  const after = { free: free ?? before.free, admits: admits ?? before.admits };
  return { ...guess, rule: (name) => (name === of ? after : guess.rule(name)) };
}

function isPassage(recorded: unknown, passage: Passage | null): boolean {
  const { at, gateId, deviceId } = passage ?? {};
  return JSON.stringify(recorded) === JSON.stringify(passage && { at, gateId, deviceId });
}

function explainMismatch(name: string, detail: Detail, follows: number): string | null {
  return detail[name] === follows ? null : `it records ${String(detail[name])} as ${name}, but ${follows} follows`;
}
