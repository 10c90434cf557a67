// Each verdict in the words that a person at a gate reads: every one has some, and they say what the verdict says.

import { expect, test } from "vitest";
import { type Naming, type ShownVerdict, verdictText } from "../../../src/domain/door/verdict-text.ts";
import { ANSWERS } from "../../../src/door/shown-scan.ts";

const NAMING: Naming = {
  gate: (id) => `the ${id}`,
  time: (iso) => (iso.startsWith("2026-12-05") ? iso.slice(11, 19) : iso.slice(0, 10)),
};
const AT = "2026-12-05T18:00:00.000Z";
const LATER = "2026-12-05T19:00:00.000Z";
const OTHER_DAY = "2026-12-06T10:00:00.000Z";
const SUPERVISOR = "A supervisor may let in, with a reason.";

const CASES: readonly [ShownVerdict, string][] = [
  [
    { verdict: "unreadable" },
    "REFUSED This is no ticket’s code. Scan it again, with a brighter screen, or type the short code.",
  ],
  [
    { verdict: "wrong_event", event: { name: "Harbour Jazz", start_time: OTHER_DAY } },
    "REFUSED This ticket is for another event: Harbour Jazz, 2026-12-06.",
  ],
  [
    { verdict: "unknown_key" },
    "REFUSED This ticket is for an event that is not known here. Look at the name and the day on the ticket.",
  ],
  [
    { verdict: "forged" },
    "REFUSED This code was not issued by us. If it was typed, read it again, one character at a time.",
  ],
  [
    { verdict: "void", since: AT, note: "refunded" },
    "REFUSED This ticket was taken back at 18:00:00: refunded. Its buyer can ask the organiser why.",
  ],
  [
    { verdict: "superseded", since: OTHER_DAY, note: null },
    "REFUSED This ticket was reissued on 2026-12-06. Ask for the newer code, which is good.",
  ],
  [
    { verdict: "blocked", since: AT, note: "ask for an id" },
    `REFUSED This ticket was stopped at 18:00:00: ask for an id. ${SUPERVISOR}`,
  ],
  [{ verdict: "not_open_yet", opens_at: LATER }, "REFUSED The doors are not open yet: they open at 19:00:00."],
  [{ verdict: "event_over", ended_at: OTHER_DAY }, "REFUSED The event is over: it ended on 2026-12-06."],
  [
    { verdict: "gate_closed", open_gates: ["north", "south", "VIP gate"] },
    "REFUSED This gate is closed. Open to this ticket: the north, the south or the VIP gate.",
  ],
  [{ verdict: "gate_closed", open_gates: [] }, "REFUSED This gate is closed. No gate is open to this ticket."],
  [
    { verdict: "wrong_gate", gates: ["VIP gate"] },
    "REFUSED This ticket does not let in at this gate. It lets in at the VIP gate.",
  ],
  [
    { verdict: "too_early", window: { from: AT, until: LATER } },
    "REFUSED This ticket does not let in at this hour. It lets in from 18:00:00 until 19:00:00.",
  ],
  [{ verdict: "too_late", window: null }, "REFUSED The hours of this ticket are over. It does not let in again."],
  [
    { verdict: "already_inside", entered: { at: AT, gate_id: "north" } },
    `REFUSED Already inside: came in at 18:00:00 at the north. ${SUPERVISOR}`,
  ],
  [
    { verdict: "used", entered: { at: AT, gate_id: "north" }, left: null },
    `REFUSED Used: this ticket lets in once, and came in at 18:00:00 at the north. ${SUPERVISOR}`,
  ],
  [
    { verdict: "used", entered: { at: AT, gate_id: "north" }, left: { at: LATER, gate_id: null } },
    `REFUSED Used: this ticket lets in once, and came in at 18:00:00 at the north, left at 19:00:00, when the place was emptied. ${SUPERVISOR}`,
  ],
  [
    { verdict: "day_limit", limit: 1, free_at: OTHER_DAY },
    `REFUSED Came in once today, which is all that this ticket may. It lets in again from 2026-12-06. ${SUPERVISOR}`,
  ],
  [
    { verdict: "entry_limit", limit: 3, free_at: null },
    `REFUSED Came in 3 times, which is all that this ticket may. It does not let in again. ${SUPERVISOR}`,
  ],
  [
    { verdict: "too_soon", limit: 30, free_at: LATER },
    `REFUSED Too soon: 30 minutes must lie between two scans of this ticket. It lets in again from 19:00:00. ${SUPERVISOR}`,
  ],
  [
    { verdict: "gate_full", inside: 9, capacity: 10 },
    "REFUSED This gate is full: 9 of 10 are inside, of those who came in here. Send them to another gate, or wait until somebody leaves.",
  ],
  [
    { verdict: "venue_full", inside: 100, capacity: 100, hard: true },
    "REFUSED The place is full: 100 of 100 are inside. Nobody may let in more. Wait until somebody leaves.",
  ],
  [
    { verdict: "venue_full", inside: 90, capacity: 90, hard: false },
    `REFUSED The place is full: 90 of 90 are inside. Wait until somebody leaves. ${SUPERVISOR}`,
  ],
  [
    { verdict: "lease_used_up", left_of_lease: 0 },
    "REFUSED There is no network, and this scanner may let in nobody more by itself. Go to where there is a network, or to another scanner.",
  ],
  [
    { verdict: "typed_needs_network" },
    "REFUSED A typed code is only checked with the network. Scan the code, or wait for the network.",
  ],
  [{ verdict: "admitted", persons: 1, inside: 7, attention: null, against: null }, "ADMITTED 1 person in. 7 inside."],
  [
    { verdict: "admitted", persons: 4, inside: 11, attention: "has a wheelchair", against: "already_inside" },
    "ADMITTED 4 persons in. 11 inside. Let in by a supervisor against “already inside”. Note: has a wheelchair",
  ],
  [
    { verdict: "readmitted", persons: 0, inside: 7, attention: null, against: null },
    "READMITTED Was inside already. 7 inside.",
  ],
  [{ verdict: "exited", persons: 2 }, "OUT 2 persons out."],
  [{ verdict: "exit_unmatched", persons: 1 }, "OUT 1 person out. Nobody was known to be inside on this ticket."],
  [
    { verdict: "repeat" },
    "REPEAT This ticket has just passed at this scanner. Nobody else may pass with it. To scan it again, wait ten seconds.",
  ],
];

test("[D6] [D7] every verdict has words, and a case here", () => {
  expect([...new Set(CASES.map(([{ verdict }]) => verdict))].sort()).toEqual([...ANSWERS].sort());
});

test.each(CASES)("[D6] [D7] %j is said in plain words, with what helps", (shown, text) => {
  const { title, what, help } = verdictText(shown, NAMING);
  expect([title, what, help].filter((each) => each !== null).join(" ")).toBe(text);
});

test("[D5] green is who passes, red who does not, and a repeat is neither", () => {
  const tones = new Map(CASES.map(([shown]) => [shown.verdict, verdictText(shown, NAMING).tone]));
  const of = (tone: string) => [...tones].filter(([, each]) => each === tone).map(([verdict]) => verdict);
  expect(of("go")).toEqual(["admitted", "readmitted", "exited", "exit_unmatched"]);
  expect(of("wait")).toEqual(["repeat"]);
  expect(of("stop")).toHaveLength(ANSWERS.length - 5);
});

test("a verdict that only a later server has lets nobody pass", () => {
  // The cast: the types know no such verdict.
  const later = { verdict: "constructor" } as unknown as ShownVerdict;
  expect(verdictText(later, NAMING)).toMatchObject({
    tone: "stop",
    what: "The door says “constructor”, which is not known here.",
  });
});
