// Checks that the row of a scan which its scanner decided alone follows from the rows before it (rules D4, D19, D20). The
// row records what the rules recorded; the log does not have the rules themselves.

import { must } from "../../result.ts";
import { type Check, isInteger, listOf, oneOf, shaped } from "../../shape.ts";
import { ENTRY_KINDS, MAX_ADMITS } from "../admission.ts";
import type { DoorRow } from "../rows/door-log.ts";
import type { Guess } from "../decisions/observed-rules.ts";
import { type Breach, BREACHES } from "../rows/rows.ts";
import {
  detailOf,
  folded,
  type Outcome,
  type Pass,
  ruleOf,
  ticketOf,
  type LogFacts,
  withPart,
} from "../rows/log-facts.ts";
import { letsPass } from "../decisions/upload.ts";

type Recorded = {
  readonly counter: number;
  readonly entry: (typeof ENTRY_KINDS)[number];
  readonly persons: number;
  readonly breaches: readonly Breach[];
};

/** A scan decided alone may have the id of a scan that the door has refused; then its row refers to itself. */
export function isAgainstRefusal({ decided, ref, scanId }: DoorRow): boolean {
  return decided === "alone" && ref !== null && ref === scanId;
}

/** What the row must come to if the rules are those of `guess`. */
export function followAlone(facts: LogFacts, row: DoorRow, guess: Guess): Outcome {
  if (row.source === "party") return "a scanner alone cannot let in a ticket without its code";
  const recorded = recordedIn(row);
  if (recorded === null) return "it does not record what its scanner and the rules said";
  const passes = letsPass(row.verdict, row.kind === "entry" ? "in" : "out");
  if (row.letIn !== (passes && row.kind === "entry"))
    return `it ${row.letIn ? "let in" : "did not let in"}, but its verdict is ${row.verdict}`;
  const why = explainNoReference(facts, row, passes);
  if (why !== null) return why;
  if (!passes) return { counts: facts.counts };
  return passageOutcome(facts, row, recorded, guess);
}

const isWithin = (least: number, most: number): Check<number> =>
  ((value) => isInteger(value) && value >= least && value <= most) as Check<number>;
const isRecorded = shaped<Recorded>({
  ...{ counter: isWithin(1, Number.MAX_SAFE_INTEGER), entry: oneOf(ENTRY_KINDS), persons: isWithin(1, MAX_ADMITS) },
  breaches: listOf(oneOf(BREACHES)),
});

/** Null when nobody passed, since the row then records nothing of the rules. */
function recordedIn(row: DoorRow): Recorded | null {
  const recorded = { entry: "once", persons: 1, breaches: [], ...detailOf(row) };
  return isRecorded(recorded) ? recorded : null;
}

/** Rule D4: a second row of a scan must be a passage, the first must be a refusal, and there is only one such. */
function explainNoReference({ scans, tickets }: LogFacts, row: DoorRow, passes: boolean): string | null {
  const first = row.scanId === null ? undefined : scans.get(row.scanId);
  if (first === undefined) return row.ref === null ? null : `it refers to ${row.ref}, which no row before it has`;
  const names = ["kind", "gateId", "serial"] as const;
  if (!passes || names.some((name) => row[name] !== first[name]))
    return `it is not a passage of the scan of row ${first.seq}`;
  const { passes: before } = (row.serial === null ? undefined : tickets.get(row.serial)) ?? { passes: [] };
  return before.some((pass) => pass.row.scanId === row.scanId)
    ? `this scan has passed already, in row ${first.seq}`
    : null;
}

function passageOutcome(
  facts: LogFacts,
  row: DoorRow,
  { counter, entry, persons, breaches }: Recorded,
  guess: Guess,
): Outcome {
  const { serial, kind, at, actor, receivedAt, generation } = row;
  if (serial === null) return "somebody passed without a ticket";
  if (at > receivedAt && !breaches.includes("clock_off"))
    return "its time is later than its arrival, and it does not record that";
  const isAgainst = breaches.includes("against_verdict");
  if (kind === "entry" && isAgainst !== isAgainstRefusal(row))
    return "it does not agree with itself on whether the door had refused it";
  const rule = ruleOf(facts, row);
  const observed = guess.rule(rule);
  const isFree = entry === "free";
  if (observed.admits !== null && observed.admits !== persons)
    return `it lets ${persons} pass, but tickets of its type admit ${observed.admits}`;
  if (observed.free !== null && observed.free !== isFree) return `its type's entry is not ${entry}, as other rows show`;
  const [scanId, gateId] = [must(row.scanId, "a scan has an id"), must(row.gateId, "a scan is at a gate")];
  const ticket = ticketOf(facts, serial);
  const pass: Pass = {
    row: {
      ...{ kind: kind === "exit" ? "exit" : "entry", scanId, at, deviceId: actor, counter, gateId },
      ...{ decided: row.reason === null ? "alone" : "override", generation, breaches },
    },
    ...{ rule, persons },
  };
  const shown = { admits: persons, free: isFree };
  const guessAfter: Guess = { ...guess, rule: (name) => (name === rule ? shown : guess.rule(name)) };
  // The scan may have been undone before it arrived.
  const undos = [...ticket.undos, ...(facts.undos.get(scanId) ?? [])];
  const after = { ...ticket, passes: [...ticket.passes, pass], undos };
  const counts = withPart(
    facts.counts,
    folded(ticket, facts.barriers, guess),
    folded(after, facts.barriers, guessAfter),
  );
  const adopt = () => {
    facts.rules.note(rule, shown);
    facts.tickets.set(serial, after);
  };
  return { counts, adopt };
}
