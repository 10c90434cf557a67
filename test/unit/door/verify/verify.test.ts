// A door's log that is recounted: a true one holds whatever happened, and one that was changed breaks at the row that was.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DoorCommand } from "../../../../src/domain/door/command.ts";
import { EMPTY_DOOR, type DoorRow, hashDoorRow } from "../../../../src/domain/door/rows/door-log.ts";
import { type DoorVerdict, openDoorVerifier } from "../../../../src/domain/door/verify/verify.ts";
import { sha256Hex } from "../../../../src/shared/sha256.ts";
import { MINUTE } from "../../../support/builders.ts";
import { NORTH, NOW, SOUTH } from "../../../support/door/cases.ts";
import {
  AT_NORTH,
  AT_SOUTH,
  clickCommand,
  codeOf,
  correctCommand,
  type DoorOnDisk,
  openDoorOnDisk,
  scanCommand,
  scanIdOf,
  SUPERVISOR,
  undoCommand,
} from "../../../support/door/on-disk.ts";
import { eventTerms } from "../../../support/door/event-terms.ts";

function verify(rows: readonly DoorRow[], noted: Parameters<typeof openDoorVerifier>[1] = []): DoorVerdict {
  const verifier = openDoorVerifier(sha256Hex, noted);
  for (const row of rows) if (!verifier.take(row)) break;
  return verifier.verdict();
}
const explainBroken = (rows: readonly DoorRow[]) => {
  const { broken } = verify(rows);
  return broken && `${broken.seq}: ${broken.why}`;
};

/** With the hashes that the rows demand, as somebody makes them who rewrites a log. */
function rehashed(rows: readonly DoorRow[]): DoorRow[] {
  let { hash } = EMPTY_DOOR;
  return rows.map((row) => {
    hash = hashDoorRow(hash, row, sha256Hex);
    return { ...row, hash };
  });
}
const changed = (rows: readonly DoorRow[], seq: number, change: Partial<DoorRow>) =>
  rehashed(rows.map((row) => (row.seq === seq ? { ...row, ...change } : row)));
const withDetail = (rows: readonly DoorRow[], seq: number, change: object) => {
  const detail = JSON.parse(rows[seq - 1]?.detail ?? "{}") as object;
  return changed(rows, seq, { detail: JSON.stringify({ ...detail, ...change }) });
};

const atSouth = { by: AT_SOUTH, gateId: SOUTH };

/** Everything that a log may have: seq 1 are the terms, and the other rows are in the order of the calls. */
function evening(): DoorOnDisk {
  const door = openDoorOnDisk(eventTerms({ admission: { entry: "reentry", admits: 2 } }));
  const commands: DoorCommand[] = [
    scanCommand({ as: "in" }),
    scanCommand({ as: "again", ...atSouth }),
    scanCommand({ as: "let in", ...atSouth, by: SUPERVISOR, override: "the list" }),
    scanCommand({ as: "out", direction: "out", ...atSouth }),
    undoCommand("out", { by: AT_SOUTH }),
    undoCommand("to come"),
    scanCommand({ as: "to come", code: codeOf(8) }),
    clickCommand(3, "click"),
    clickCommand(-1, "back"),
    undoCommand("back"),
    correctCommand({ gates: [{ id: SOUTH, insideBy: 5 }] }, "set"),
    scanCommand({ as: "unmatched", direction: "out", code: codeOf(9) }),
    correctCommand("sweep", "sweep"),
    scanCommand({ as: "back in" }),
    scanCommand({ as: "none", code: { kind: "unreadable" } }),
  ];
  for (const command of commands) {
    door.now += MINUTE / 60;
    door.run([command]);
  }
  return door;
}

describe("[D1] [D10] a true log holds, and a wrong count in it is found at its row", () => {
  test("with scans, overrides, undos, clicks, and who is inside by hand", () => {
    const door = evening();
    const rows = door.rows();
    expect(rows.map(({ kind, verdict }) => verdict ?? kind)).toEqual([
      ...["terms", "admitted", "already_inside", "readmitted", "exited", "undone", "awaited", "admitted"],
      ...["count", "count", "undone", "set", "exit_unmatched", "sweep", "readmitted", "unreadable"],
    ]);
    const { seq, inside, admitted, hash } = rows.at(-1) ?? ({} as DoorRow);
    expect(verify(rows)).toEqual({ last: { seq, inside, admitted, hash }, broken: null });
    expect(verify([])).toEqual({ last: { seq: 0, inside: 0, admitted: 0, hash: "" }, broken: null });
  });

  test("whatever happens at the gates, also where the types' rules change between", () => {
    const serial = fc.nat({ max: 3 });
    const gate = fc.boolean();
    const act = fc.oneof(
      { weight: 9, arbitrary: fc.tuple(fc.constantFrom("in", "in", "out"), serial, gate, fc.boolean()) },
      { weight: 4, arbitrary: fc.tuple(fc.constant("undo"), fc.nat({ max: 30 }), gate, fc.boolean()) },
      { weight: 2, arbitrary: fc.tuple(fc.constant("click"), fc.integer({ min: 1, max: 5 }), gate, fc.boolean()) },
      { weight: 1, arbitrary: fc.tuple(fc.constantFrom("set", "sweep"), serial, gate, gate) },
      { weight: 1, arbitrary: fc.tuple(fc.constant("terms"), fc.nat({ max: 2 }), gate, gate) },
    );
    const seen = new Set<string>();
    const many = fc.array(act, { minLength: 5, maxLength: 60, size: "max" });
    const wrong = fc.record({
      place: fc.nat(),
      count: fc.constantFrom("inside", "admitted"),
      by: fc.constantFrom(-1, 1),
    });
    const property = fc.property(many, wrong, (acts, { place, count, by }) => {
      const door = openDoorOnDisk(termsOf(1, 2, 1));
      for (const [index, [what, number, north, other]] of acts.entries()) {
        door.now += 1;
        play(door, index, what, number, north, other);
      }
      const rows = door.rows();
      for (const { kind, verdict, seq } of rows) seen.add(seq === 1 ? "first" : (verdict ?? kind));
      door.storage.close();
      expect(explainBroken(rows)).toBeNull();
      const row = rows[place % rows.length] ?? ({} as DoorRow);
      const { broken } = verify(changed(rows, row.seq, { [count]: row[count] + by }));
      expect(broken?.seq).toBe(row.seq);
    });
    fc.assert(property, { seed: 20_261_130, numRuns: 300 });
    for (const what of [
      "admitted",
      "readmitted",
      "exited",
      "undone",
      "awaited",
      "set",
      "sweep",
      "count",
      "terms",
      ...REFUSED,
    ])
      expect(seen, what).toContain(what);
  });
});

const REFUSED = ["used", "already_inside", "day_limit", "gate_full", "venue_full"];
const ENTRIES = ["once", "reentry", "free"] as const;
/** Every second one has limits, so that there are refusals of each kind. */
function termsOf(version: number, number: number, admits: number) {
  const entry = ENTRIES[number] ?? "once";
  const capacity = version % 2 === 0 ? { softCapacity: 5, hardCapacity: 7 } : {};
  const gates = [NORTH, SOUTH].map((id) => ({ id, status: "open" as const, capacity: version % 2 === 0 ? 4 : null }));
  const limits = entry === "once" || version % 2 === 0 ? {} : { per_day: 3, max_entries: 4 };
  return eventTerms({ terms: { version }, rules: { ...capacity, gates }, admission: { entry, admits, ...limits } });
}

function play(door: DoorOnDisk, index: number, what: string, number: number, north: boolean, other: boolean): void {
  const place = north ? {} : atSouth;
  const as = `act ${index}`;
  if (what === "in" || what === "out") {
    const override = other && what === "in" ? { by: SUPERVISOR, override: "the list" } : {};
    door.run([scanCommand({ as, direction: what, code: codeOf(number), ...place, ...override })]);
  } else if (what === "undo") {
    // Also of what has not come yet, or is no scan.
    door.run([undoCommand(`act ${number}`, { as, by: other ? SUPERVISOR : north ? AT_NORTH : AT_SOUTH })]);
  } else if (what === "click") {
    door.run([clickCommand(other ? number : -number, as, north ? AT_NORTH : AT_SOUTH)]);
  } else if (what === "terms") {
    door.take(termsOf(index + 2, number, north ? 1 : 3));
  } else {
    door.run([correctCommand(what === "sweep" ? "sweep" : { gates: [{ id: NORTH, insideBy: number }] }, as)]);
  }
}

describe("[D1] a changed log breaks", () => {
  const rows = evening().rows();
  const HASH = "its hash is not that of its content after the row before it";

  test("at the row of which any column is another", () => {
    const columns = Object.keys(rows[3] ?? {}) as (keyof DoorRow)[];
    expect(columns).toHaveLength(22);
    for (const column of columns) {
      const other = column === "gates" ? [] : column === "seq" ? 99 : "changed";
      const broken = explainBroken(rows.map((row) => (row.seq === 4 ? { ...row, [column]: other } : row)));
      expect(broken, column).toBe(column === "seq" ? "4: row 99 stands where row 4 belongs" : `4: ${HASH}`);
    }
  });

  test("where a row is missing, twice or moved; the last ones only against what was noted elsewhere", () => {
    expect(explainBroken(rows.filter(({ seq }) => seq !== 4))).toBe("4: row 5 stands where row 4 belongs");
    expect(explainBroken([...rows.slice(0, 4), ...rows.slice(3)])).toBe("5: row 4 stands where row 5 belongs");
    const { hash } = rows.at(-1) ?? { hash: "" };
    const noted = { seq: rows.length, hash };
    expect(verify(rows, [noted]).broken).toBeNull();
    expect(verify(rows.slice(0, -2), []).broken).toBeNull();
    expect(verify(rows.slice(0, -2), [noted]).broken).toEqual({
      seq: rows.length - 1,
      why: `row ${rows.length} of this log was noted, so its last rows are missing`,
    });
    expect(verify(rows, [{ seq: 4, hash }]).broken).toMatchObject({ seq: 4 });
  });

  test("where a row was received before the one before it, though its hash fits", () => {
    expect(explainBroken(changed(rows, 4, { receivedAt: NOW }))).toBe(
      "4: it was received earlier than the row before it",
    );
  });

  test.each<[string, readonly DoorRow[], string]>([
    ["who is inside", changed(rows, 2, { inside: 3 }), "2: inside is 3, but 2 follows from the rows before it"],
    ["who is inside after a refusal", changed(rows, 3, { inside: 0 }), "3: inside is 0, but 2 follows"],
    ["who was admitted", changed(rows, 4, { admitted: 4 }), "4: admitted is 4, but 2 follows"],
    [
      "the counts of a gate",
      changed(rows, 2, { gates: [{ id: NORTH, entries: 9, exits: 0, insideBy: 2 }] }),
      "2: its gates are",
    ],
    ["that of a click", withDetail(rows, 9, { by: 4 }), "9: inside is"],
    ["a correction", withDetail(rows, 12, { gates: [[SOUTH, 6]] }), "12: inside is 5, but 6 follows"],
    ["the outcome of an undo", changed(rows, 6, { verdict: "awaited" }), "6: it awaits "],
    ["what an undo is about", changed(rows, 6, { ref: scanIdOf("none so far") }), "6: it undoes scn_"],
    ["the gate of an undo", changed(rows, 6, { gateId: NORTH }), "6: it is not of the ticket and the gate of row 5"],
    ["whose undo it is", changed(rows, 6, { actor: AT_NORTH.id }), "6: row 5 is not one that it can undo"],
    [
      "whose undo of a click it is",
      changed(rows, 11, { actor: AT_SOUTH.id }),
      "11: row 10 is not one that it can undo",
    ],
    ["that somebody was let in", changed(rows, 3, { letIn: true }), "3: it let in, but its verdict is already_inside"],
    ["that nobody was", changed(rows, 2, { letIn: false }), "2: it did not let in, but its verdict is admitted"],
    ["that an exit lets in", changed(rows, 5, { letIn: true }), "5: a row of kind exit lets nobody in"],
    [
      "a first entry",
      changed(rows, 2, { verdict: "readmitted" }),
      "2: its verdict is readmitted, but admitted follows",
    ],
    [
      "an exit",
      changed(rows, 5, { verdict: "exit_unmatched" }),
      "5: its verdict is exit_unmatched, but exited follows",
    ],
    [
      "an exit of nobody",
      changed(rows, 13, { verdict: "exited" }),
      "13: its verdict is exited, but exit_unmatched follows",
    ],
    ["how many come in", withDetail(rows, 4, { adds: 1 }), "4: it adds 1 persons, but tickets of its type admit 2"],
    [
      "that nobody is added",
      withDetail(rows, 2, { adds: 0 }),
      "2: it adds 0 persons, and nobody of its ticket was inside",
    ],
    ["how many leave", withDetail(rows, 5, { persons: 1 }), "5: it records 1 as persons, but 2 follows"],
    ["the count that an entry shows", withDetail(rows, 4, { inside: 5 }), "4: it records 5 as inside, but 4 follows"],
    ["the gate's that it shows", withDetail(rows, 4, { insideBy: 1 }), "4: it records 1 as insideBy, but 2 follows"],
    [
      "since when it is inside",
      withDetail(rows, 3, { entered: null }),
      "3: its verdict is already_inside, but its ticket is",
    ],
    ["the verdict", changed(rows, 3, { verdict: "nonsense" }), "3: nonsense is no verdict of a row of kind entry"],
    [
      "a refused exit",
      changed(rows, 13, { verdict: "gate_full" }),
      "13: gate_full is no verdict of a row of kind exit",
    ],
    [
      "used",
      changed(rows, 8, { verdict: "used", letIn: false }),
      "8: its verdict is used, but its ticket has not entered",
    ],
    ["a supervisor's part", changed(rows, 4, { decided: "door" }), "4: its columns disagree"],
    ["a supervisor's reason", changed(rows, 4, { reason: null }), "4: its columns disagree"],
    ["the time of a passage", changed(rows, 4, { at: NOW }), "4: its time is not after that of the last passage"],
    ["a scan's id", changed(rows, 4, { scanId: scanIdOf("in") }), "4: row 2 has the same scan id (rule D4)"],
    ["what it is about", changed(rows, 9, { gateId: null }), "9: a row of kind count lacks what it is about"],
    ["a ticket", changed(rows, 2, { serial: null }), "2: somebody passed without a ticket"],
    ["how many a click counts", withDetail(rows, 9, { by: "3" }), "9: the click has no number of persons"],
    ["what is no JSON", changed(rows, 9, { detail: "{" }), "9: the click has no number of persons"],
    ["where who is inside came in", withDetail(rows, 12, { gates: null }), "12: it does not record who is inside"],
  ])("[D10] at the row that has %s otherwise, though every hash fits", (_, log, why) => {
    expect(explainBroken(log)).toContain(why);
  });

  test("[D6] where an entry of somebody inside has no supervisor's word", () => {
    const door = openDoorOnDisk(eventTerms({ admission: { entry: "reentry" } }));
    door.batch([{ as: 1 }, { as: 2, by: SUPERVISOR, override: "the list", ...{ gateId: SOUTH } }]);
    const log = door.rows();
    const detail = JSON.stringify({ ...(JSON.parse(log[2]?.detail ?? "") as object), against: null });
    expect(explainBroken(changed(log, 3, { decided: "door", reason: null, detail }))).toContain(
      "3: its ticket was inside already",
    );
  });

  test("[D8] where a free ticket adds persons while inside, after another has shown that it adds none", () => {
    const door = openDoorOnDisk(eventTerms({ admission: { entry: "free" } }));
    door.batch([{ as: 1 }, { as: 2, ...atSouth }, { as: 3 }]);
    const log = door.rows();
    expect(explainBroken(log)).toBeNull();
    expect(explainBroken(withDetail(log, 4, { adds: 1 }))).toContain(
      "4: it adds 1 persons, which its type's other rows do not",
    );
  });
});
