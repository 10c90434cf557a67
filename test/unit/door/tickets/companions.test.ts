// Tickets that are let in without their codes, since another of the same order was: for whom and how long, why one is
// refused, and what a recount of the log says of it.

import { describe, expect, test } from "vitest";
import { DEFAULT_ADMISSION } from "../../../../src/domain/door/admission.ts";
import { malformedPart } from "../../../../src/domain/door/check-command.ts";
import { type DoorRow, EMPTY_DOOR, hashDoorRow } from "../../../../src/domain/door/rows/door-log.ts";
import { PARTY_MS } from "../../../../src/domain/door/tickets/party.ts";
import { CLOCK_AHEAD_MS } from "../../../../src/domain/limits.ts";
import { presentCode } from "../../../../src/door/codes/present-code.ts";
import { sha256Hex } from "../../../../src/shared/sha256.ts";
import { idOf, MINUTE } from "../../../support/builders.ts";
import { NOW, SOUTH } from "../../../support/door/cases.ts";
import {
  AT_SOUTH,
  codeOf,
  correctCommand,
  type DoorOnDisk,
  openDoorOnDisk,
  said,
  scanCommand,
  type ScanParts,
  SUPERVISOR,
  undoCommand,
} from "../../../support/door/on-disk.ts";
import { eventTerms } from "../../../support/door/event-terms.ts";
import { judge } from "../../../support/door/judged-door.ts";
import { explainBroken } from "../../../support/door/recounted.ts";
import { ticket, voided } from "../../../support/door/ticket-changes.ts";
import { uploadCommand } from "../../../support/door/uploads.ts";

const ORDER = [7, 8, 9];
const atSouth = { by: AT_SOUTH, gateId: SOUTH };

/** The ticket `serial` of the order, named in place of its code. */
const named = (serial: number, parts: ScanParts = {}): ScanParts => ({
  ...{ as: `with ${serial}`, source: "party" },
  code: { kind: "party", serial, typeNumber: 1, beside: ORDER.filter((each) => each !== serial) },
  ...parts,
});
const admit = (door: DoorOnDisk, serial: number, parts: ScanParts = {}) => said(door.scan(named(serial, parts)));
const enter = (door: DoorOnDisk, serial: number, parts: ScanParts = {}) =>
  said(door.scan({ as: `code ${serial}`, code: codeOf(serial), ...parts }));

describe("[D13] a ticket without its code", () => {
  test("is let in by the scanner that let in another of its order, and has a row that says so", () => {
    const door = openDoorOnDisk();
    expect(admit(door, 8)).toBe("party_not_let_in");
    expect(enter(door, 7)).toBe("admitted");
    expect(admit(door, 8, { as: "south", ...atSouth }), "another device").toBe("party_not_let_in");
    expect(admit(door, 8, { as: "boss", by: SUPERVISOR, override: "the list" })).toBe("party_not_let_in");
    expect(admit(door, 8)).toBe("admitted");
    expect(door.rows().slice(1)).toMatchObject([
      { serial: 7, source: "camera", verdict: "admitted" },
      {
        kind: "entry",
        serial: 8,
        typeNumber: 1,
        generation: 1,
        source: "party",
        decided: "door",
        letIn: true,
        inside: 2,
      },
    ]);
    expect(explainBroken(door.rows())).toBeNull();
  });

  test("of another order is not: none of those beside it was let in", () => {
    const door = openDoorOnDisk();
    enter(door, 7);
    const code = { kind: "party", serial: 4, typeNumber: 1, beside: [5] } as const;
    expect(admit(door, 4, { code })).toBe("party_not_let_in");
    expect(admit(door, 4, { code: { ...code, beside: [] } }), "nor one that is alone in its order").toBe(
      "party_not_let_in",
    );
  });

  test("is let in while less than 10 minutes have passed, also since a companion was; a repeat at any time", () => {
    const door = openDoorOnDisk();
    enter(door, 7);
    door.now = NOW + PARTY_MS;
    expect(admit(door, 8)).toBe("party_not_let_in");
    door.now -= 1;
    expect(admit(door, 8)).toBe("admitted");
    door.now += PARTY_MS;
    expect(admit(door, 9)).toBe("party_not_let_in");
    door.now -= 1;
    expect(admit(door, 9)).toBe("admitted");
    const rows = door.rows().length;
    door.now += 2 * PARTY_MS;
    expect(said(door.scan(named(9))), "[D4] the same scan is the same verdict").toBe("admitted");
    expect(admit(door, 9, { as: "code 7" }), "[D4] of another ticket").toBe("scan_id_reused");
    expect(door.rows()).toHaveLength(rows);
    expect(explainBroken(door.rows())).toBeNull();
  });

  test("is let in beside one whose row lies ahead only as far as clocks do", () => {
    const ahead = openDoorOnDisk();
    ahead.now = NOW + CLOCK_AHEAD_MS + 1;
    enter(ahead, 7);
    ahead.now = NOW;
    expect(admit(ahead, 8)).toBe("party_not_let_in");
    ahead.now += 1;
    expect(admit(ahead, 8)).toBe("admitted");
    expect(explainBroken(ahead.rows())).toBeNull();
  });

  test("is let in beside one that has left since, by whichever device it left", () => {
    const door = openDoorOnDisk();
    enter(door, 7);
    enter(door, 7, { as: "out", direction: "out", ...atSouth });
    expect(admit(door, 8)).toBe("admitted");
    expect(explainBroken(door.rows())).toBeNull();
  });

  test("is not beside one whose entry was taken back, refused, uploaded, or is not its last", () => {
    const door = openDoorOnDisk();
    enter(door, 7);
    door.run([undoCommand("code 7")]);
    expect(admit(door, 8), "undone").toBe("party_not_let_in");
    door.run([undoCommand("early"), scanCommand({ as: "early", code: codeOf(7) })]);
    expect(admit(door, 8), "undone before it came").toBe("party_not_let_in");
    expect(enter(door, 7, { as: "forged", code: codeOf(7, { signed: false }) })).toBe("forged");
    expect(admit(door, 8), "refused").toBe("party_not_let_in");
    door.run([uploadCommand({ as: "alone", serial: 7 })]);
    expect(admit(door, 8), "decided alone").toBe("party_not_let_in");
    enter(door, 9);
    expect(enter(door, 9, { as: "out", direction: "out", ...atSouth })).toBe("exited");
    expect(enter(door, 9, { as: "back", ...atSouth })).toBe("readmitted");
    expect(admit(door, 8), "it came in again at another scanner").toBe("party_not_let_in");
    expect(admit(door, 8, { ...atSouth })).toBe("admitted");
  });

  test("is let in in the batch of the scan that it came with, also after a restart, and once by two devices", () => {
    const door = openDoorOnDisk();
    const both = [{ as: "code 7" }, { as: "code 9", code: codeOf(9), ...atSouth }];
    const [one, two] = [named(8), named(8, { as: "south", ...atSouth })];
    expect(door.batch([...both, one, two]).map(said)).toEqual([
      ...["admitted", "admitted", "admitted", "already_inside"],
    ]);
    door.restart();
    expect(said(door.scan(one))).toBe("admitted");
    expect(said(door.scan({ ...two, as: "south again" }))).toBe("already_inside");
    expect(door.ledger().book().head.counts.admitted).toBe(3);
  });

  test("[D5] is given the same verdict again while that may not have arrived, and is a repeat once it has", () => {
    const door = openDoorOnDisk();
    enter(door, 7);
    door.scan(named(8));
    const again = door.scan(named(8, { as: "tapped twice" }));
    expect(again).toMatchObject({ value: { again: true, verdict: { verdict: "admitted" } } });
    door.acked.add(scanCommand({ as: "with 8" }).scanId);
    expect(admit(door, 8, { as: "tapped thrice" })).toBe("repeat");
  });

  test("[D6] obeys all other rules: its home's changes, its gates, who is inside, and the capacity", () => {
    const admission = { ...DEFAULT_ADMISSION, entry: "reentry" } as const;
    const types = [
      { number: 1, admission },
      { number: 2, admission: { ...admission, gates: [SOUTH] } },
    ];
    const door = openDoorOnDisk(eventTerms({ rules: { types, hardCapacity: 2, softCapacity: 2 } }));
    enter(door, 7);
    const vip = { kind: "party", serial: 9, typeNumber: 2, beside: [7, 8] } as const;
    expect(admit(door, 9, { as: "vip", code: vip })).toBe("wrong_gate");
    judge(door, { action: "block", ticket: ticket(9), note: "ask" }, "block");
    expect(admit(door, 9, { as: "blocked" })).toBe("blocked");
    judge(door, voided([8]), "void");
    expect(admit(door, 8)).toBe("void");
    judge(door, { action: "unblock", ticket: ticket(9) }, "free");
    judge(door, { action: "reissue", ticket: ticket(9), generation: 2 }, "anew");
    expect(admit(door, 9, { as: "reissued" }), "the door knows its generation").toBe("admitted");
    expect(door.rows().at(-1)).toMatchObject({ serial: 9, generation: 2 });
    expect(admit(door, 3, { code: { ...vip, serial: 3, typeNumber: null, beside: [7] } })).toBe("venue_full");
    expect(explainBroken(door.rows())).toBeNull();
  });

  test("[D16] is let in again once the place was emptied, as long as the other's entry is young", () => {
    const door = openDoorOnDisk();
    enter(door, 7);
    admit(door, 8);
    expect(admit(door, 8, { as: "twice", ...atSouth })).toBe("party_not_let_in");
    door.run([correctCommand("sweep", "sweep")]);
    door.now += MINUTE;
    expect(admit(door, 8, { as: "back" })).toBe("readmitted");
    expect(explainBroken(door.rows())).toBeNull();
  });
});

describe("[X8] a ticket that is named in place of a code", () => {
  const code = { kind: "party", serial: 8, typeNumber: null, beside: [7] } as const;
  test("is taken with its number and those beside it", () => {
    expect(malformedPart(scanCommand({ code, source: "party" }))).toBeNull();
  });
  test.each([{ serial: "8" }, { typeNumber: undefined }, { beside: undefined }, { beside: ["7"] }])(
    "is refused with %j",
    (change) => {
      // The cast: what a Worker of another release may send.
      const wrong = { ...code, ...change } as unknown as typeof code;
      expect(malformedPart(scanCommand({ code: wrong, source: "party" }))).toBe("scan.code");
    },
  );
  test("has the number of its type as the door's terms know it, and none of another's", async () => {
    const terms = eventTerms();
    const named = { code: { serial: 8, beside: [7] }, source: "party" } as const;
    expect(await presentCode({ ...named, ticketTypeId: idOf("tt", "general") }, terms)).toEqual({
      ...code,
      typeNumber: 1,
    });
    expect(await presentCode({ ...named, ticketTypeId: idOf("tt", "other") }, terms)).toEqual(code);
  });
  test("is never uploaded: nobody is let in so without the door", () => {
    const upload = uploadCommand({ as: "alone", serial: 8 });
    // The cast: what a Worker of another release may send.
    expect(malformedPart({ ...upload, source: "party" as "camera" })).toBe("upload.source");
  });
});

describe("[D13] the log of who was let in without a code", () => {
  /** Seq 1 are the terms, 2 lets in a ticket by its code, 4 and 6 two others by name, and 5 is refused. */
  function evening(): readonly DoorRow[] {
    const door = openDoorOnDisk();
    enter(door, 7);
    enter(door, 5, atSouth);
    admit(door, 8);
    judge(door, { action: "block", ticket: ticket(9), note: null }, "block");
    door.now += 1;
    admit(door, 9);
    return door.rows();
  }
  const TRUE = evening();
  /** With the hashes that the rows demand, as somebody makes them who rewrites a log. */
  function rehashed(rows: readonly DoorRow[]): DoorRow[] {
    let { hash } = EMPTY_DOOR;
    return rows.map((row) => {
      hash = hashDoorRow(hash, row, sha256Hex);
      return { ...row, hash };
    });
  }
  const changed = (seq: number, change: Partial<DoorRow>, rows = TRUE) =>
    rehashed(rows.map((row) => (row.seq === seq ? { ...row, ...change } : row)));

  test("holds as the door has written it", () => {
    expect(TRUE.map(({ verdict, source }) => source && `${source} ${verdict}`)).toEqual([
      ...[null, "camera admitted", "camera admitted", "party admitted", null, "party blocked"],
    ]);
    expect(explainBroken(TRUE)).toBeNull();
  });

  test.each<[string, number, Partial<DoorRow>, RegExp]>([
    ["nobody was let in before", 2, { source: "party" }, /2: its scanner has let in no other/],
    ["another scanner let in the other", 4, { actor: idOf("dev", "third") }, /4: its scanner has let in no other/],
    ["the other came in too long ago", 4, { receivedAt: NOW + PARTY_MS }, /4: its scanner has let in no other/],
    ["it is of another generation", 4, { generation: 2 }, /4: its generation is 2, but 1 follows/],
    ["it names no ticket", 6, { serial: null, verdict: "forged" }, /6: it names no ticket/],
    ["it is refused as a code", 6, { verdict: "forged" }, /6: its verdict is forged, and there was no code/],
    ["it is let out", 6, { kind: "exit", verdict: "unknown_key" }, /6: nobody is let out without a code/],
    ["its scanner decided it alone", 6, { decided: "alone" }, /6: a scanner alone cannot let in a ticket/],
  ])("breaks where %s", (_, seq, change, why) => {
    expect(explainBroken(changed(seq, change))).toMatch(why);
  });

  test("holds to the millisecond: one less and it may be", () => {
    expect(explainBroken(changed(4, { receivedAt: NOW + PARTY_MS - 1 }))).toBeNull();
  });

  test("breaks where its scanner had let in just this ticket", () => {
    const door = openDoorOnDisk();
    enter(door, 7);
    enter(door, 7, { as: "out", direction: "out" });
    enter(door, 7, { as: "back" });
    const rows = door.rows();
    const named = changed(4, { source: "party" }, rows);
    expect([explainBroken(rows), explainBroken(named)]).toEqual([
      null,
      expect.stringMatching(/4: its scanner has let in no/),
    ]);
  });

  test("breaks where the other's entry was taken back before", () => {
    const door = openDoorOnDisk();
    enter(door, 7);
    door.run([undoCommand("code 7")]);
    const [, , undo] = door.rows();
    enter(door, 7, { as: "second" });
    admit(door, 8);
    expect(explainBroken(door.rows())).toBeNull();
    expect(undo).toMatchObject({ kind: "undo" });
    const rows = door.rows().filter(({ seq }) => seq !== 4);
    const without = rows.map((row, index) => {
      const counts = row.source === "party" ? { inside: 1, admitted: 1 } : {};
      const detail = row.source === "party" ? { detail: (row.detail ?? "").replace('"inside":2', '"inside":1') } : {};
      return { ...row, ...counts, ...detail, seq: index + 1 };
    });
    expect(explainBroken(rehashed(without))).toMatch(/4: its scanner has let in no other/);
  });
});
