// The door against the naive model, on tickets, scans, uploads and networks nobody thought of. A failure says how to replay.

import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { DOOR, propertiesOf } from "../../support/door/model/harness.ts";

const seed = Number(process.env["DOOR_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

beforeAll(() => console.info(`door histories with DOOR_SEED=${seed}`));

/** Runs the property, and returns how often each thing was seen in it. */
function hold(name: keyof ReturnType<typeof propertiesOf>, numRuns: number): Map<string, number> {
  const seen = new Map<string, number>();
  const properties = propertiesOf(DOOR, (what) => seen.set(what, (seen.get(what) ?? 0) + 1));
  const result = fc.check(properties[name], { seed, numRuns });
  if (!result.failed) return seen;
  const replay = `DOOR_SEED=${result.seed} npx vitest run --project unit test/unit/door/model.test.ts`;
  throw new Error(`${fc.defaultReportMessage(result)}\n\n${String(result.errorInstance)}\n\nreplay: ${replay}`);
}

/** Those that were seen less than `least` times: what is never met is agreed on by all. */
function rare(seen: ReadonlyMap<string, number>, all: readonly string[], least: number): string[] {
  return all.filter((what) => (seen.get(what) ?? 0) < least);
}

const VERDICTS = [
  ...["unreadable", "wrong_event", "unknown_key", "forged", "void", "superseded", "blocked", "again", "repeat"],
  ...["not_open_yet", "event_over", "gate_closed", "wrong_gate", "too_early", "too_late", "already_inside", "used"],
  ...["day_limit", "entry_limit", "too_soon", "gate_full", "venue_full", "lease_used_up", "typed_needs_network"],
  ...["admitted", "readmitted", "exited", "exit_unmatched"],
];
const CONFLICTS = [
  ...["double_entry", "void_entry", "superseded_entry", "blocked_entry"],
  ...["wrong_gate_entry", "outside_window_entry", "against_verdict", "clock_off"],
];

const BREACHES = ["wrong_gate_entry", "outside_window_entry", "against_verdict", "clock_off"];
const UPLOADS = ["repeat", "reused", "new", "nobody passed", ...BREACHES];

describe("the door and the naive model agree on", () => {
  test("[D5] [D6] [D7] [D8] [D9] [D11] [D15] every verdict, with all that it says", () => {
    expect(rare(hold("verdicts", 6_000), VERDICTS, 1)).toEqual([]);
  });

  test("[D14] [D16] [D19] a ticket's state and conflicts, in whatever order and how often its rows arrive", () => {
    expect(rare(hold("tickets", 4_000), CONFLICTS, 20)).toEqual([]);
  });

  test("[D10] [D16] [D19] the event's counts, at once and kept up row by row in any order", () => {
    hold("events", 2_000);
  });

  test("[D4] [D19] [D20] what an upload is in breach of, and what a scan id means that comes again", () => {
    expect(rare(hold("uploads", 4_000), UPLOADS, 20)).toEqual([]);
  });

  test("[D8] [D10] [D11] the counts after each scan of an evening: by its verdict, and within capacity", () => {
    const verdicts = ["already_inside", "used", "gate_full", "venue_full", "admitted", "readmitted", "exited"];
    expect(rare(hold("evening", 800), verdicts, 20)).toEqual([]);
  });

  test("[D11] [D12] that nobody passes the capacity, whatever a network loses, repeats, delays or exchanges", () => {
    const seen = hold("network", 600);
    expect(rare(seen, ["in alone", "red alone", "undone alone", "overruled"], 50)).toEqual([]);
  });
});
