// Changes of tickets that an order's home sends to a door: why they are refused, and what the gates then show.

import { describe, expect, test } from "vitest";
import type { TicketChange } from "../../../../src/domain/door/command.ts";
import { foldTicket } from "../../../../src/domain/door/rows/fold.ts";
import { UNAVAILABLE } from "../../../../src/domain/errors.ts";
import { must, refuse } from "../../../../src/domain/result.ts";
import { idOf, MINUTE } from "../../../support/builders.ts";
import { A_MINUTE_AGO, NOW, SOUTH } from "../../../support/door/cases.ts";
import {
  AT_SOUTH,
  codeOf,
  correctCommand,
  openDoorOnDisk,
  scanCommand,
  scanIdOf,
  SUPERVISOR,
  undoCommand,
} from "../../../support/door/on-disk.ts";
import { eventTerms } from "../../../support/door/event-terms.ts";
import { added, inTheWay, judge, numbers, out, scan, stateOf } from "../../../support/door/judged-door.ts";
import { GENERAL, judgeCommand, ticket, voided, voidedOf } from "../../../support/door/ticket-changes.ts";

describe("[N9] a void", () => {
  test("takes the highest numbers that are not void and never entered, all of its groups or none", () => {
    const door = openDoorOnDisk();
    scan(door, 3);
    expect(judge(door, voided([1, 2, 3, 4], { take: 2 }), "a")).toEqual(numbers(2, 4));
    expect(judge(door, voided([1, 2, 3, 4], { take: 1 }), "b")).toEqual(numbers(1));
    const tooMany = voidedOf([[8, 9], 1], [[3, 5], 2]);
    expect(added(door, () => expect(judge(door, tooMany, "c")).toEqual(inTheWay(3)))).toBe(0);
    expect(judge(door, voidedOf([[8, 9], 1], [[3, 5], 1]), "c")).toEqual(numbers(5, 9));
    expect([1, 2, 4, 5, 9].map((serial) => scan(door, serial))).toEqual(Array.from({ length: 5 }, () => "void"));
    expect([3, 8].map((serial) => scan(door, serial, { by: AT_SOUTH, gateId: SOUTH }))).toEqual([
      "already_inside",
      "admitted",
    ]);
  });

  test("is refused with the highest number that entered, with its last time and gate, also once it has left", () => {
    const door = openDoorOnDisk();
    scan(door, 1);
    door.now += MINUTE;
    scan(door, 2);
    scan(door, 2, out);
    door.now += MINUTE;
    scan(door, 2, { by: AT_SOUTH, gateId: SOUTH });
    scan(door, 2, out);
    door.now += MINUTE;
    expect(judge(door, voided([1, 2, 3], { take: 2 }))).toEqual(inTheWay(2, NOW + 2 * MINUTE, SOUTH));
    expect(judge(door, voided([1, 3]))).toEqual(inTheWay(1));
    expect(judge(door, voided([1, 2, 3], { take: 1 }))).toEqual(numbers(3));
  });

  test("takes nothing for an entry that was refused, or undone since; one that remains is in the way", () => {
    const door = openDoorOnDisk();
    door.batch([{ as: "in", code: codeOf(1) }]);
    expect(scan(door, 2, { code: codeOf(2, { key: "unknown" }) })).toBe("unknown_key");
    expect(judge(door, voided([1]), "a")).toEqual(inTheWay(1));
    door.run([undoCommand("in")]);
    expect(judge(door, voided([1, 2]), "a")).toEqual(numbers(1, 2));
    expect(stateOf(door, 1).conflicts).toEqual([]);
  });

  test("that is forced takes also who entered, those who never did first; and they may leave", () => {
    const door = openDoorOnDisk();
    for (const serial of [2, 4]) scan(door, serial);
    expect(judge(door, voided([1, 2, 3, 4], { take: 3, force: true, note: "fraud" }))).toEqual(numbers(1, 3, 4));
    expect(door.ledger().book().head.counts.inside).toBe(2);
    expect(scan(door, 4, out)).toBe("exited");
    door.now += MINUTE;
    expect(scan(door, 4, out)).toBe("exit_unmatched");
    expect(scan(door, 4)).toBe("void");
    expect(door.ledger().book().head.counts).toMatchObject({ inside: 1, admitted: 2 });
    expect(stateOf(door, 4).conflicts, "an override was no mistake").toEqual([]);
  });

  test("of which an earlier entry arrives later is a conflict, unless it was forced", () => {
    for (const force of [false, true]) {
      const door = openDoorOnDisk();
      judge(door, voided([1], { force }));
      const { rows } = must(
        door
          .store()
          .find({ scanIds: [], undone: [], serials: [1], after: null })
          .tickets.get(1),
        "",
      );
      const late = {
        kind: "entry",
        scanId: scanIdOf("late"),
        at: A_MINUTE_AGO,
        deviceId: AT_SOUTH.id,
        counter: 1,
      } as const;
      const pass = { ...late, gateId: SOUTH, decided: "alone", generation: 1, entry: "once", persons: 1 } as const;
      const { conflicts } = foldTicket([...rows, { ...pass, breaches: [] }], [], []);
      expect(conflicts.map(({ kind }) => kind)).toEqual(force ? [] : ["void_entry"]);
    }
  });

  test("that comes when nobody waits for its reply any more changes nothing, by the door's own clock", () => {
    for (const late of [0, 1, MINUTE]) {
      const door = openDoorOnDisk();
      door.batch([{ as: "in", code: codeOf(1) }]);
      const until = door.now + 5_000;
      const command = { ...judgeCommand(voided([1])), until };
      expect(door.run([command])).toEqual([inTheWay(1)]);
      door.run([undoCommand("in")]);
      door.now = until + late;
      const again = refuse(UNAVAILABLE);
      expect(added(door, () => expect(door.run([command])).toEqual([again]))).toBe(0);
      expect(stateOf(door, 1).state.voided).toBeNull();
      expect(door.run([{ ...command, until: door.now + 1 }])).toEqual([numbers(1)]);
      expect(door.run([command]), "what was done is said to be").toEqual([numbers(1)]);
    }
  });

  test("that is late and exceeds the tickets left is refused without a row; a ticket named twice is a bug", () => {
    const door = openDoorOnDisk();
    judge(door, voided([1]), "a");
    const late = () => expect(judge(door, voided([1, 2]), "b")).toEqual(refuse({ code: "ticket_void" }));
    expect(added(door, late)).toBe(0);
    expect(() => judge(door, voided([2, 2], { take: 1 }), "c")).toThrow("once");
    expect(judge(door, voided([2]), "d")).toEqual(numbers(2));
  });

  test("against a scan in one batch is won by who is first, and both replies say so", () => {
    for (const isScanFirst of [true, false]) {
      const door = openDoorOnDisk();
      const both = [scanCommand({ code: codeOf(1) }), judgeCommand(voided([1]))] as const;
      const replies = door.run(isScanFirst ? both : [...both].reverse());
      const [scanned, judged] = isScanFirst ? replies : [...replies].reverse();
      expect(scanned).toMatchObject({ value: { verdict: { verdict: isScanFirst ? "admitted" : "void" } } });
      expect(judged).toEqual(isScanFirst ? inTheWay(1) : numbers(1));
    }
  });
});

describe("[N8] a ticket that is blocked", () => {
  test("lets nobody in until it is freed, says since when and why, and may be inside, used or void", () => {
    const door = openDoorOnDisk();
    expect(judge(door, { action: "block", ticket: ticket(7), note: "stolen" }, "a")).toEqual(numbers(7));
    expect(door.scan({ as: 1 })).toMatchObject({
      value: { verdict: { verdict: "blocked", since: NOW, note: "stolen" } },
    });
    expect(scan(door, 7, out)).toBe("exit_unmatched");
    expect(judge(door, { action: "unblock", ticket: ticket(7) }, "b")).toEqual(numbers(7));
    expect(scan(door, 7)).toBe("admitted");
    for (const [as, change] of [
      ["c", { action: "block", ticket: ticket(7), note: null }],
      ["d", { action: "block", ticket: ticket(7), note: "again" }],
      ["e", voided([7], { force: true })],
      ["f", { action: "unblock", ticket: ticket(7) }],
      ["g", { action: "block", ticket: ticket(7), note: null }],
      ["h", { action: "attention", ticket: ticket(7), text: "a guest of honour" }],
    ] as const)
      expect(added(door, () => expect(judge(door, change, as)).toEqual(numbers(7)))).toBe(1);
    expect(stateOf(door, 7).state).toMatchObject({
      ...{ voided: { note: null }, blocked: { note: null }, attention: "a guest of honour", inside: 1 },
    });
  });

  test("and an attention is what the gate sees when it admits, until it is taken off", () => {
    const door = openDoorOnDisk();
    const attention = (text: string | null, as: string) =>
      judge(door, { action: "attention", ticket: ticket(7), text }, as);
    attention("a wheelchair", "a");
    expect(door.scan({ as: 1 })).toMatchObject({ value: { verdict: { attention: "a wheelchair" } } });
    scan(door, 7, out);
    attention(null, "b");
    expect(door.scan({ as: 2 })).toMatchObject({ value: { verdict: { verdict: "readmitted", attention: null } } });
  });
});

describe("[N10] a ticket that is reissued", () => {
  const reissue = (generation: number, number = 7, typeId = GENERAL): TicketChange => ({
    ...{ action: "reissue", ticket: ticket(number, typeId), generation },
  });

  test("is let in by its new code, and by no older one; a typed code is checked under the new generation", () => {
    const door = openDoorOnDisk();
    for (const generation of [1, 2, 3]) door.right.add(`7 gen${generation} ${generation}`);
    expect(judge(door, reissue(2), "a")).toEqual(numbers(7));
    door.now += MINUTE;
    expect(judge(door, reissue(3), "b")).toEqual(numbers(7));
    expect([1, 2].map((generation) => scan(door, 7, { generation }))).toEqual(["superseded", "superseded"]);
    const typed = (check: string) =>
      scan(door, 7, { code: { kind: "typed_unchecked", serial: 7, check, typeNumber: 1 }, source: "typed" });
    expect(typed("gen2")).toBe("forged");
    expect(typed("gen3")).toBe("admitted");
    expect(scan(door, 7, { generation: 1, ...out }), "who is inside may leave by any code").toBe("exited");
    expect(scan(door, 7, { generation: 3 })).toBe("readmitted");
  });

  test("is refused while somebody is inside on it, and not once they left if its type allows re-entry", () => {
    const door = openDoorOnDisk();
    scan(door, 7);
    expect(added(door, () => expect(judge(door, reissue(2))).toEqual(inTheWay(7)))).toBe(0);
    scan(door, 7, out);
    expect(judge(door, reissue(2))).toEqual(numbers(7));
    expect(scan(door, 7, { generation: 2 })).toBe("readmitted");
  });

  test("is not after an entry that was its only one, though the place was emptied since; undone it is", () => {
    const door = openDoorOnDisk(eventTerms({ admission: { entry: "once" } }));
    door.scan({ as: "in" });
    door.run([correctCommand("sweep", "sweep")]);
    expect(judge(door, reissue(2))).toEqual(inTheWay(7));
    door.run([undoCommand("in", { by: SUPERVISOR })]);
    expect(judge(door, reissue(2))).toEqual(numbers(7));
  });

  test("is judged by the standard rules where the door does not know its type: one entry", () => {
    const door = openDoorOnDisk();
    for (const serial of [7, 8]) {
      scan(door, serial);
      scan(door, serial, out);
    }
    expect(judge(door, reissue(2, 7, idOf("tt", "another")))).toEqual(inTheWay(7));
    expect(judge(door, reissue(2, 8))).toEqual(numbers(8));
    expect(judge(door, reissue(2, 9, idOf("tt", "another")), "unused")).toEqual(numbers(9));
  });

  test("under a generation that it has or had already, which comes late, is refused", () => {
    const door = openDoorOnDisk();
    const late = refuse({ code: "version_conflict" });
    expect(judge(door, reissue(1), "a")).toEqual(late);
    judge(door, reissue(3), "b");
    for (const generation of [2, 3]) expect(judge(door, reissue(generation), "c")).toEqual(late);
    expect(judge(door, reissue(3), "b"), "but not as a repeat").toEqual(numbers(7));
    expect(judge(door, reissue(4), "d")).toEqual(numbers(7));
  });
});

test("[D15] a supervisor lets in against each of them, and the row says against what", () => {
  const door = openDoorOnDisk();
  judge(door, voided([1]), "a");
  judge(door, { action: "reissue", ticket: ticket(2), generation: 2 }, "b");
  judge(door, { action: "block", ticket: ticket(3), note: null }, "c");
  for (const [serial, against] of [
    [1, "void"],
    [2, "superseded"],
    [3, "blocked"],
  ] as const) {
    const reply = door.scan({ as: serial, code: codeOf(serial), by: SUPERVISOR, override: "known to us" });
    expect(reply).toMatchObject({ value: { verdict: { verdict: "admitted", against } } });
    expect(stateOf(door, serial).conflicts).toEqual([]);
  }
  expect(judge(door, voided([2, 3]), "d")).toEqual(inTheWay(3, NOW + 1));
});
