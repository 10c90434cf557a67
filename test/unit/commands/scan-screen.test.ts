// What `npm run scan` shows: the verdict first, names for ids, the venue's clocks, and nothing that acts on the
// terminal.

import { expect, test } from "vitest";
import type { Problem } from "../../../src/client/client.ts";
import type { ScanReply, Scan } from "../../../src/cli/scanning/scan-client.ts";
import { type Names, renderReply, type Style } from "../../../src/cli/scanning/scan-screen.ts";

const NAMES: Names = {
  names: new Map([
    ["gate_1", "Gate 1"],
    ["tt_1", "General"],
  ]),
  timeZone: "Africa/Johannesburg",
};
const PLAIN: Style = { colours: false, oneLine: false };
const NOW = Date.parse("2026-12-05T18:00:30.000Z");
const ADMITTED: Scan = {
  ...{ scan_id: "scn_1", verdict: "admitted", let_in: true, again: false, at: "2026-12-05T18:00:00.000Z" },
  ...{ serial: "2GPSK-SFJ5J-M", ticket_type_id: "tt_1", persons: 1, inside: 7, inside_by: 3 },
  ...{ attention: null, against: null },
};
const INSIDE: Scan = {
  ...{ scan_id: "scn_2", verdict: "already_inside", let_in: false, again: false, at: "2026-12-05T18:00:00.000Z" },
  ...{ serial: "2GPSK-SFJ5J-M", ticket_type_id: "tt_1" },
  entered: { at: "2026-12-05T17:59:59.000Z", gate_id: "gate_1", device_id: "dev_1" },
};

const verdict = (scan: Scan, alreadyShown = false): ScanReply => ({ kind: "verdict", scan, alreadyShown });
const shown = (asked: ScanReply, style: Partial<Style> = {}, names = NAMES) =>
  renderReply(asked, names, { ...PLAIN, ...style }, NOW, "http://127.0.0.1:8787");

test("a verdict is a line, with what helps on a second one, or behind it where each code has one line", () => {
  expect(shown(verdict(ADMITTED))).toEqual({
    lines: ["ADMITTED  General 2GPSK-SFJ5J-M: 1 person in. 7 inside."],
    status: 0,
  });
  const what = "REFUSED  General 2GPSK-SFJ5J-M: Already inside: came in at 19:59:59 at Gate 1.";
  const help = "A supervisor may let in, with a reason.";
  expect(shown(verdict(INSIDE))).toEqual({ lines: [what, `         ${help}`], status: 1 });
  expect(shown(verdict(INSIDE), { oneLine: true }).lines).toEqual([`${what} ${help}`]);
});

test("colours are around the first word alone, and the second line stays under the first", () => {
  const [first, second] = shown(verdict(INSIDE), { colours: true }).lines;
  expect(first).toMatch(/^\u001b\[1;37;41m REFUSED \u001b\[0m {2}General/);
  expect(second).toMatch(/^ {11}A supervisor/);
  expect(shown(verdict(ADMITTED), { colours: true }).lines[0]).toMatch(/^\u001b\[1;30;42m ADMITTED \u001b\[0m/);
  expect(shown(verdict(ADMITTED)).lines.join("")).not.toContain("\u001b");
});

test("[X9] what others wrote acts on no terminal, and ends no line", () => {
  const note = "see\u001b[2J\nthe \u202emanager";
  const { lines } = shown(verdict({ ...ADMITTED, attention: note }));
  expect(lines).toHaveLength(2);
  expect(lines[1]).toBe("          Note: see [2J the manager");
  const named = { ...NAMES, names: new Map([["tt_1", "Ge\u001b[31mneral"]]) };
  expect(shown(verdict(ADMITTED), {}, named).lines[0]).not.toContain("\u001b");
});

test("times are the venue's, with the date unless it is today there; what has no name is shown by its id", () => {
  const entered = { at: "2026-12-04T21:59:59.000Z", gate_id: "gate_9", device_id: null };
  const [line] = shown(verdict({ ...INSIDE, ticket_type_id: null, entered })).lines;
  expect(line).toBe("REFUSED  2GPSK-SFJ5J-M: Already inside: came in on 4 Dec 2026, 23:59 at gate_9.");
  const justToday = { ...entered, at: "2026-12-04T22:00:00.000Z" };
  expect(shown(verdict({ ...INSIDE, entered: justToday })).lines[0]).toContain("came in at 00:00:00 at");
});

test("[D6] what nobody has signed is not shown as a ticket", () => {
  const forged: Scan = { ...INSIDE, verdict: "forged", ticket_type_id: null };
  expect(shown(verdict(forged)).lines[0]).toBe("REFUSED  This code was not issued by us.");
});

test("[D5] a shown verdict is a repeat and lets nobody in; one whose response was lost has its own time", () => {
  const again = { ...ADMITTED, again: true };
  const repeated = shown(verdict(again, true));
  expect([repeated.status, repeated.lines[0]]).toEqual([1, expect.stringMatching(/^REPEAT {2}General/)]);
  const late = shown(verdict(again));
  expect([late.status, late.lines[0]]).toEqual([
    0,
    expect.stringContaining("Decided at 20:00:00; the reply was lost."),
  ]);
});

test("a request that could not be made is no refusal: its status is 2, and it says why", () => {
  const nothing = shown({ kind: "failed", problem: null });
  const help = "            Is the server running (npm start)?";
  expect(nothing).toEqual({ lines: ["NO VERDICT  Nothing answers at http://127.0.0.1:8787.", help], status: 2 });
  const problem: Problem = {
    ...{
      type: "",
      title: "",
      status: 400,
      code: "invalid_request",
      detail: "The request is not as it must be.",
      request_id: "",
    },
    errors: [{ path: "/code", message: "Too long" }],
  };
  const refused = shown({ kind: "failed", problem });
  expect([refused.status, refused.lines.length]).toEqual([2, 1]);
  const elsewhere = shown({ kind: "failed", problem: { ...problem, status: 404 } }, { oneLine: true });
  expect(elsewhere.lines).toEqual([expect.stringMatching(/\(404 .* Is that the event's id/)]);
  expect(refused.lines[0]).toContain("The request is not as it must be. /code: Too long. (400 invalid_request)");
});
