// What scanners did alone, as it reaches the door: batches in any order, split and repeated, and clocks that are wrong.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Conflict, foldTicket } from "../../../../src/domain/door/rows/fold.ts";
import type { PassRow } from "../../../../src/domain/door/rows/rows.ts";
import {
  type Arrival,
  type RecordedScan,
  matchScan,
  takeUpload,
  type Upload,
} from "../../../../src/domain/door/decisions/upload.ts";
import type { ScanId } from "../../../../src/domain/ids.ts";
import { HOUR, MINUTE } from "../../../support/builders.ts";
import { NORTH, NOW, PHONE, SCAN, SOUTH, TERMS } from "../../../support/door/cases.ts";
import { device, gate, scanIdOf, terms as anyTerms, time } from "../../../support/door/model/histories.ts";

const UPLOAD: Upload = {
  ...{ scanId: SCAN, serial: 7, generation: 1, gateId: NORTH, direction: "in", typeNumber: 1 },
  ...{ at: NOW, deviceId: PHONE, counter: 5, passed: true, clockUnsure: false },
};
const ARRIVAL: Arrival = { receivedAt: NOW, lastOnline: null };
const { serial, generation, gateId, direction } = UPLOAD;
const SUBJECT = { serial, generation, gateId, direction };

describe("[D4] a scan id that comes again", () => {
  const known = (passed: boolean, overruled = false): RecordedScan => ({ ...SUBJECT, passed, overruled });

  test.each<[string, RecordedScan, boolean, string]>([
    ["of what the door let pass is a repeat", known(true), true, "repeat"],
    ["of what it refused, and nobody passed, is a repeat", known(false), false, "repeat"],
    ["of what it refused, and somebody passed, is a row against its verdict", known(false), true, "against_verdict"],
    ["of that again is a repeat", known(false, true), true, "repeat"],
  ])("%s", (_, before, passedAlone, match) => {
    expect(matchScan(before, SUBJECT, passedAlone)).toBe(match);
  });

  test.each<[string, Partial<typeof SUBJECT>]>([
    ["ticket", { serial: 8 }],
    ["generation", { generation: 2 }],
    ["gate", { gateId: SOUTH }],
    ["direction", { direction: "out" }],
  ])("with another %s is another scan's", (_, changes) => {
    expect(matchScan(known(false), { ...SUBJECT, ...changes }, true)).toBe("reused");
    expect(takeUpload({ ...UPLOAD, ...changes }, known(false), TERMS, ARRIVAL)).toEqual({ kind: "reused" });
  });

  test("[D19] counts the person whom the door had refused, with the conflict", () => {
    const taken = takeUpload(UPLOAD, known(false), TERMS, ARRIVAL);
    expect(taken).toMatchObject({ kind: "new", pass: { decided: "alone", breaches: ["against_verdict"] } });
    expect(takeUpload({ ...UPLOAD, passed: false }, null, TERMS, ARRIVAL)).toEqual({ kind: "new", pass: null });
  });
});

describe("[D19] [D20] what is against the rules is noted in the row, and nothing is refused", () => {
  const breachesOf = (changes: Partial<Upload>, arrival: Partial<Arrival> = {}) => {
    const taken = takeUpload({ ...UPLOAD, ...changes }, null, TERMS, {
      ...ARRIVAL,
      receivedAt: NOW + HOUR,
      ...arrival,
    });
    return taken.kind === "new" ? taken.pass?.breaches : taken.kind;
  };

  test.each<[string, Parameters<typeof breachesOf>, string[]]>([
    ["as the doors open", [{ at: TERMS.doorsOpen }], []],
    ["a moment before", [{ at: TERMS.doorsOpen - 1 }], ["outside_window_entry"]],
    ["a moment before the end", [{ at: TERMS.endTime - 1 }], []],
    ["at the end", [{ at: TERMS.endTime }], ["outside_window_entry"]],
    ["an exit after the end", [{ at: TERMS.endTime, direction: "out" }], []],
    ["as it arrives", [{ at: NOW }, { receivedAt: NOW }], []],
    ["later than it arrives", [{ at: NOW + 1 }, { receivedAt: NOW }], ["clock_off"]],
    ["by a wall clock", [{ clockUnsure: true }], ["clock_off"]],
    ["before what the device did before it", [{}, { lastOnline: { at: NOW + 1, counter: 4 } }], ["clock_off"]],
    ["when the device's last row was", [{}, { lastOnline: { at: NOW, counter: 4 } }], []],
    ["before what the device did after it", [{}, { lastOnline: { at: NOW + 1, counter: 5 } }], []],
  ])("%s", (_, [changes, arrival], breaches) => {
    expect(breachesOf(changes, arrival)).toEqual(breaches);
  });

  test("a wrong gate, and a time between the type's windows", () => {
    const admission = { entry: "once", per_day: null, max_entries: null, gap_minutes: null, admits: 2 } as const;
    const windows = [
      { from: NOW - MINUTE, until: NOW },
      { from: NOW + 1, until: NOW + MINUTE },
    ];
    const rules = { ...TERMS, types: [{ number: 1, admission: { ...admission, gates: [SOUTH], windows } }] };
    expect(takeUpload(UPLOAD, null, rules, ARRIVAL)).toMatchObject({
      pass: { persons: 2, entry: "once", breaches: ["wrong_gate_entry", "outside_window_entry"] },
    });
    const right = { ...UPLOAD, gateId: SOUTH, at: NOW - 1 };
    expect(takeUpload(right, null, rules, ARRIVAL)).toMatchObject({ pass: { breaches: [] } });
  });
});

test("[D19] batches in any order, split and repeated, leave the same states, counts and conflicts", () => {
  const upload: fc.Arbitrary<Omit<Upload, "scanId">> = fc.record({
    ...{ serial: fc.constantFrom(7, 8), generation: fc.constant(1), gateId: gate, typeNumber: fc.constantFrom(1, 2) },
    ...{ direction: fc.constantFrom("in", "in", "out"), at: time, deviceId: device, counter: fc.nat({ max: 3 }) },
    ...{ passed: fc.constantFrom(true, true, true, false), clockUnsure: fc.boolean() },
  });
  const queue = fc.array(upload, { maxLength: 8 });
  const refused = fc.subarray([0, 1, 2, 3]);
  const order = fc.array(fc.nat({ max: 1_000 }), { minLength: 24, maxLength: 24 });
  const property = fc.property(queue, refused, anyTerms, order, order, (rows, refusedAt, terms, one, other) => {
    const all = rows.map((row, at): Upload => ({ ...row, scanId: scanIdOf(at) }));
    // What the door had refused before any upload came.
    const before = new Map(
      refusedAt.flatMap((at): [ScanId, RecordedScan][] => {
        const row = all[at];
        return row ? [[row.scanId, { ...row, passed: false, overruled: false }]] : [];
      }),
    );
    const outcome = (keys: readonly number[]): unknown => {
      const known = new Map(before);
      const taken: PassRow[] = [];
      const serials = new Map<PassRow, number>();
      const repeated = [...all, ...all.filter((_, at) => (keys[at] ?? 0) % 2 === 0)];
      const places = repeated.map((row, at) => ({ row, place: keys[at] ?? 0 })).sort((a, b) => a.place - b.place);
      for (const { row } of places) {
        const has = known.get(row.scanId) ?? null;
        const result = takeUpload(row, has, terms, { receivedAt: NOW + HOUR, lastOnline: null });
        if (result.kind !== "new") continue;
        known.set(row.scanId, { ...row, passed: has === null && row.passed, overruled: has !== null });
        if (result.pass === null) continue;
        taken.push(result.pass);
        serials.set(result.pass, row.serial);
      }
      return [7, 8].map((each) => {
        const { state, part, conflicts } = foldTicket(
          taken.filter((row) => serials.get(row) === each),
          [],
          terms.days,
        );
        return { state, part, conflicts: [...conflicts].sort((a: Conflict, b: Conflict) => (a.id < b.id ? -1 : 1)) };
      });
    };
    expect(outcome(one)).toEqual(outcome(other));
  });
  fc.assert(property, { numRuns: 1_000 });
});
