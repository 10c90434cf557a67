// Each verdict of rule D6 from both sides, its place in the order, and its boundary to the millisecond.

import { describe, expect, test } from "vitest";
import { HOUR, MINUTE, SECOND } from "../../support/builders.ts";
import { type Against, AGAINST, EARLY, LATE, nameOf, OTHER, STOP } from "../../support/door/against.ts";
import {
  A_MINUTE_AGO,
  both,
  decisionOf,
  entered,
  NORTH,
  NOW,
  type Parts,
  TERMS,
  verdictOf,
} from "../../support/door/cases.ts";

/** Two that no scan can meet at once: a code is of one kind, and one that no known key signed is of no event. */
function isExclusive(first: Against, second: Against): boolean {
  const isOfCode = (each: Against): boolean => each[0] <= 3 || nameOf(each) === "typed_needs_network";
  return isOfCode(first) && isOfCode(second) && !(nameOf(first) === "unknown_key" && nameOf(second) === "forged");
}

describe("[D6] a scan that nothing forbids is admitted, and", () => {
  test("says who is inside then, and what the gate is to see", () => {
    expect(decisionOf({ ticket: { attention: "wheelchair" }, admission: { admits: 2 } })).toEqual({
      kind: "decided",
      verdict: {
        ...{ verdict: "admitted", adds: 2, fromLease: 0, inside: 12, insideBy: 7 },
        ...{ attention: "wheelchair", against: null },
      },
    });
    expect(verdictOf({ ticket: entered(A_MINUTE_AGO) })).toBe("readmitted");
  });

  test.each(AGAINST)("row %i refuses, with what it says: %j", (_, parts, verdict) => {
    expect(decisionOf(parts)).toEqual({ kind: "decided", verdict });
  });
});

const PAIRS = AGAINST.flatMap((first, at) => AGAINST.slice(at + 1).map((second) => [first, second] as const)).filter(
  ([first, second]) => !isExclusive(first, second),
);

test.each(PAIRS.map(([a, b]) => [nameOf(a), nameOf(b), both(a[1], b[1])] as const))(
  "[D6] %s comes before %s",
  (first, _, parts) => {
    expect(verdictOf(parts)).toBe(first);
  },
);

test("[D6] each two verdicts that follow each other can meet, but for those of one code", () => {
  const neighbours = AGAINST.slice(1).map((second, at) => [AGAINST[at], second] as const);
  const apart = neighbours.filter(([a, b]) => !PAIRS.some(([first, second]) => first === a && second === b));
  expect(apart.map(([a, b]) => [a?.[2].verdict, b[2].verdict])).toEqual([
    ["unreadable", "wrong_event"],
    ["wrong_event", "unknown_key"],
  ]);
});

const LIMITED = { admission: { gap_minutes: 5 }, ticket: entered(NOW) } as const;
const ONE_A_DAY = { admission: { per_day: 1 }, ticket: entered(NOW), terms: { days: [NOW + MINUTE] } } as const;

describe("[D6] [D8] [D9] [D11] [D12] to the millisecond, and to the person:", () => {
  test.each<[string, Parts, string, Parts, string]>([
    ["doors open", { now: TERMS.doorsOpen - 1 }, "not_open_yet", { now: TERMS.doorsOpen }, "admitted"],
    ["the event ends", { now: TERMS.endTime - 1 }, "admitted", { now: TERMS.endTime }, "event_over"],
    [
      "a window opens",
      { admission: { windows: [EARLY] }, now: NOW },
      "too_early",
      { admission: { windows: [EARLY] }, now: NOW + 1 },
      "admitted",
    ],
    [
      "a window closes",
      { admission: { windows: [LATE] }, now: NOW - 1 },
      "admitted",
      { admission: { windows: [LATE] }, now: NOW },
      "too_late",
    ],
    [
      "a gap is over",
      { ...LIMITED, now: NOW + 5 * MINUTE - 1 },
      "too_soon",
      { ...LIMITED, now: NOW + 5 * MINUTE },
      "readmitted",
    ],
    [
      "a day begins",
      { ...ONE_A_DAY, now: NOW + MINUTE - 1 },
      "day_limit",
      { ...ONE_A_DAY, now: NOW + MINUTE },
      "readmitted",
    ],
    [
      "entries of a day",
      { ...ONE_A_DAY, ticket: { ...entered(NOW), entriesThatDay: 0 } },
      "readmitted",
      ONE_A_DAY,
      "day_limit",
    ],
    [
      "entries in all",
      { ticket: entered(NOW), admission: { max_entries: 2 } },
      "readmitted",
      { ticket: { ...entered(NOW), entries: 2 }, admission: { max_entries: 2 } },
      "entry_limit",
    ],
    [
      "a gate's capacity",
      { gate: { capacity: 6 } },
      "admitted",
      { gate: { capacity: 6 }, view: { insideBy: 6 } },
      "gate_full",
    ],
    ["the event's capacity", { view: { inside: 79 } }, "admitted", { view: { inside: 80 } }, "venue_full"],
    [
      "persons of one ticket",
      { view: { inside: 77 }, admission: { admits: 3 } },
      "admitted",
      { view: { inside: 78 }, admission: { admits: 3 } },
      "venue_full",
    ],
    [
      "what others lease",
      { view: { inside: 70, out: 9 } },
      "admitted",
      { view: { inside: 70, out: 10 } },
      "venue_full",
    ],
    [
      "what this scanner leases",
      { view: { inside: 70, out: 10, own: 1 } },
      "admitted",
      { view: { inside: 70, out: 11, own: 1 } },
      "venue_full",
    ],
    [
      "what is left alone",
      { scan: { alone: true }, view: { own: 2 }, admission: { admits: 2 } },
      "admitted",
      { scan: { alone: true }, view: { own: 1 }, admission: { admits: 2 } },
      "lease_used_up",
    ],
    [
      "a generation",
      { code: { generation: 2 }, ticket: { generation: 2, reissued: STOP } },
      "admitted",
      { code: { generation: 1 }, ticket: { generation: 2, reissued: STOP } },
      "superseded",
    ],
    [
      "a draft",
      { terms: { eventStatus: "published" } },
      "admitted",
      { terms: { eventStatus: "draft" } },
      "not_open_yet",
    ],
    [
      "an event ended by hand",
      { terms: { eventStatus: "live" } },
      "admitted",
      { terms: { eventStatus: "ended" } },
      "event_over",
    ],
    ["a key", { code: { key: "accepted" } }, "admitted", { code: { key: "refused" } }, "unknown_key"],
    [
      "another event's key",
      { code: { other: OTHER, signed: true } },
      "wrong_event",
      { code: { other: OTHER, signed: false } },
      "forged",
    ],
  ])("%s", (_, one, first, other, second) => {
    expect([verdictOf(one), verdictOf(other)]).toEqual([first, second]);
  });

  test("between two windows it is too early for the next one, and in either it is neither", () => {
    const windows = [LATE, { from: NOW + MINUTE, until: NOW + HOUR }];
    expect(decisionOf({ admission: { windows } })).toEqual({
      kind: "decided",
      verdict: { verdict: "too_early", window: windows[1] },
    });
    expect(verdictOf({ admission: { windows }, now: NOW + MINUTE })).toBe("admitted");
  });

  test("an event that was ended by hand says when, and never later than its end", () => {
    const ended = (endedAt: number | null): unknown => decisionOf({ terms: { eventStatus: "ended", endedAt } });
    const over = (endedAt: number): unknown => ({ kind: "decided", verdict: { verdict: "event_over", endedAt } });
    expect(ended(NOW - SECOND)).toEqual(over(NOW - SECOND));
    expect(ended(TERMS.endTime + 1)).toEqual(over(TERMS.endTime));
    expect(ended(null)).toEqual(over(TERMS.endTime));
  });

  test("a closed gate names the open ones of the type alone", () => {
    const closed = decisionOf({ gate: { status: "closed" }, admission: { gates: [NORTH] } });
    expect(closed).toEqual({ kind: "decided", verdict: { verdict: "gate_closed", openGates: [] } });
  });
});
