import { expect, test } from "vitest";
import { bar, noteTaken, renderScreen } from "../../../src/cli/terminal/watch-screen.ts";
import { afterFrame, NOTHING_KNOWN } from "../../../src/client/live-state.ts";

const at = "2026-12-05T18:00:00.000Z";
const type = (id: string, seq: number, sold: number, held: number) => ({
  ...({ id, seq, status: "available", total: 100, sold, held, available: 100 - sold - held } as const),
});
// The one cast: ids of a test are short.
const state = (...types: ReturnType<typeof type>[]) =>
  afterFrame(NOTHING_KNOWN, {
    ...{ type: "snapshot", at, event: { id: "evt_a" as never, status: "live" }, ticket_types: types, sockets: 1 },
  });

test.each([
  [0, 0, "·".repeat(30)],
  [1, 0, `█${"·".repeat(29)}`],
  [1, 1, `█▒${"·".repeat(28)}`],
  [50, 25, `${"█".repeat(15)}${"▒".repeat(7)}${"·".repeat(8)}`],
  [99, 1, `${"█".repeat(29)}▒`],
  [100, 0, "█".repeat(30)],
])("%i sold and %i held of 100 are a bar of 30, on which the least of both is seen", (sold, held, expected) => {
  expect(bar(100, sold, held)).toBe(expected);
});

test("the rate counts what was newly taken within ten seconds, and nothing that was given back", () => {
  const first = state(type("tt_a", 1, 0, 5));
  const second = state(type("tt_a", 2, 2, 13));
  const third = state(type("tt_a", 3, 2, 1), type("tt_b", 9, 50, 0));
  let taken = noteTaken([], NOTHING_KNOWN, first, 1_000);
  expect(taken).toEqual([]);
  taken = noteTaken(taken, first, second, 2_000);
  taken = noteTaken(taken, second, third, 3_000);
  expect(taken).toEqual([{ at: 2_000, tickets: 10 }]);
  expect(noteTaken(taken, third, third, 12_000)).toEqual([]);
});

test("the screen names what has a name, says its status, and fits the width", () => {
  const screen = {
    state: state(type("tt_a", 2, 10, 5), { ...type("tt_hidden", 1, 0, 0), status: "hidden" as never }),
    connection: { state: "open" } as const,
    names: new Map([
      ["evt_a", "Bushveld Sounds"],
      ["tt_a", "General"],
    ]),
    taken: [{ at: 5_000, tickets: 20 }],
    changedAt: new Map([["tt_a", 1_000]]),
    now: 6_000,
    width: 120,
  };
  const lines = renderScreen(screen);
  expect(lines[0]).toBe("Bushveld Sounds · live · connected · 1 socket · 2.0 tickets/s");
  expect(lines[2]).toBe(`General    ${bar(100, 10, 5)}  10 sold, 5 held, 85 of 100 available, 5 s ago`);
  expect(lines[3]).toContain("tt_hidden  ");
  expect(lines[3]).toContain("[hidden]");
  for (const line of renderScreen({ ...screen, width: 20 })) expect([...line].length).toBeLessThanOrEqual(20);
});

test("[X9] a name or a notice that acts on terminals is on one line of the screen, without what acts", () => {
  const snapshot = state(type("tt_a", 2, 10, 5));
  const lines = renderScreen({
    state: { ...snapshot, notice: { text: "Gate 2\n\u001b[2Jcloses", version: 1, updated_at: at } },
    connection: { state: "open" },
    names: new Map([
      ["evt_a", "\u001b]0;owned\u0007Sounds"],
      ["tt_a", "Gen\u202eeral\r\n"],
    ]),
    ...{ taken: [], changedAt: new Map(), now: 6_000, width: 120 },
  });
  expect(lines[0]).toContain("]0;owned Sounds · live");
  expect(lines[2]).toContain("Gen eral  ");
  expect(lines).toContain("notice: Gate 2 [2Jcloses");
  expect(lines.join("")).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
});
