// The rows of scans that were decided alone, recounted: a true log holds, and one that was changed breaks at the row that was.

import { describe, expect, test } from "vitest";
import { type DoorRow, EMPTY_DOOR, hashDoorRow } from "../../../../src/domain/door/rows/door-log.ts";
import { sha256Hex } from "../../../../src/shared/sha256.ts";
import { HOUR } from "../../../support/builders.ts";
import { NOW, SOUTH } from "../../../support/door/cases.ts";
import {
  AT_SOUTH,
  codeOf,
  openDoorOnDisk,
  scanCommand,
  scanIdOf,
  SUPERVISOR,
  undoCommand,
} from "../../../support/door/on-disk.ts";
import { eventTerms } from "../../../support/door/event-terms.ts";
import { explainBroken } from "../../../support/door/recounted.ts";
import { uploadCommand } from "../../../support/door/uploads.ts";

const atSouth = { by: AT_SOUTH, gateId: SOUTH };

/** Seq 1 are the terms; the door refuses 3, and 4 is let in against that. */
function evening(): readonly DoorRow[] {
  const door = openDoorOnDisk(eventTerms({ admission: { admits: 2 } }));
  door.run([scanCommand({ as: "in" }), scanCommand({ as: "twin", ...atSouth })]);
  door.now += HOUR;
  door.run([
    uploadCommand({ as: "twin", at: NOW + 1, ...atSouth }),
    uploadCommand({ as: "ahead", serial: 8, at: NOW + 2 * HOUR }),
    uploadCommand({ as: "out", at: NOW + 2, direction: "out", verdict: "exited" }),
    uploadCommand({ as: "red", serial: 9, verdict: "lease_used_up" }),
    uploadCommand({ as: "list", serial: 9, by: SUPERVISOR, override: "the list" }),
    undoCommand("twin", { by: SUPERVISOR }),
    scanCommand({ as: "left", code: codeOf(8), direction: "out", ...atSouth }),
  ]);
  return door.rows();
}
const TRUE = evening();

/** With the hashes that the rows demand, as somebody makes them who rewrites a log. */
function changed(seq: number, change: Partial<DoorRow>, detail: object = {}): DoorRow[] {
  let { hash } = EMPTY_DOOR;
  return TRUE.map((row) => {
    const said = JSON.stringify({ ...(JSON.parse(row.detail ?? "{}") as object), ...detail });
    const next = row.seq === seq ? { ...row, ...(Object.keys(detail).length > 0 && { detail: said }), ...change } : row;
    hash = hashDoorRow(hash, next, sha256Hex);
    return { ...next, hash };
  });
}

describe("[D19] the log of what was decided alone", () => {
  test("holds as the door has written it", () => {
    expect(TRUE).toHaveLength(10);
    expect(explainBroken(TRUE)).toBeNull();
    expect(explainBroken(changed(0, {}))).toBeNull();
  });

  test.each<[string, number, Partial<DoorRow>, object, RegExp]>([
    ["counts another number of persons", 4, {}, { persons: 3 }, /4: it lets 3 pass, but tickets of its type admit 2/],
    ["counts nobody", 5, { inside: 4 }, {}, /5: inside is 4, but 6 follows/],
    ["is of another kind of type", 6, {}, { entry: "free" }, /6: .*(free|follows)/],
    ["is of a kind that there is not", 5, {}, { entry: "twice" }, /5: it does not record what/],
    ["lets in more than any type", 5, {}, { persons: 21 }, /5: it does not record what/],
    ["has no count of its scanner", 5, {}, { counter: 0 }, /5: it does not record what/],
    ["has a breach that there is not", 5, {}, { breaches: ["late"] }, /5: it does not record what/],
    ["hides that its clock was ahead", 5, {}, { breaches: [] }, /5: its time is later than its arrival/],
    [
      "hides that the door had refused it",
      4,
      {},
      { breaches: [] },
      /4: it does not agree with itself on whether the door had refused it/,
    ],
    [
      "says that the door had refused it",
      5,
      {},
      { breaches: ["clock_off", "against_verdict"] },
      /5: it does not agree with itself/,
    ],
    ["refers to a scan that there is not", 5, { ref: scanIdOf("none") }, {}, /5: it refers to/],
    ["refers to none, and has a scan's id", 4, { ref: null }, {}, /4: row 3 has the same scan id/],
    [
      "is of another ticket than the scan that it refers to",
      4,
      { serial: 8 },
      {},
      /4: it is not a passage of the scan of row 3/,
    ],
    ["lets in where its verdict does not", 7, { letIn: true }, {}, /7: it let in/],
    ["lets nobody in where its verdict does", 5, { letIn: false }, {}, /5: it did not let in/],
    ["passes without a ticket", 5, { serial: null }, {}, /5: somebody passed without a ticket/],
    ["was no scan that somebody took back", 4, { verdict: "used", letIn: false }, {}, /4: it is not a passage of/],
  ])("breaks at a row that %s", (_, seq, change, detail, why) => {
    expect(explainBroken(changed(seq, change, detail))).toMatch(why);
  });

  test("breaks where a scan that was refused lets in a second time", () => {
    const [first, second, third, fourth] = TRUE;
    if (!first || !second || !third || !fourth) throw new Error("there are ten rows");
    let { hash } = EMPTY_DOOR;
    const twice = [first, second, third, fourth, { ...fourth, seq: 5 }].map((row) => {
      hash = hashDoorRow(hash, row, sha256Hex);
      return { ...row, hash };
    });
    expect(explainBroken(twice)).toMatch(/5: this scan has passed already, in row 3/);
  });
});
