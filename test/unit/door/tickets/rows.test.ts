// The rows that a door writes for the tickets that it judges, its reply to a repeat, and a door that has no terms.

import { describe, expect, test } from "vitest";
import type { TicketChange } from "../../../../src/domain/door/command.ts";
import { EMPTY_DOOR, firstBrokenDoorRow } from "../../../../src/domain/door/rows/door-log.ts";
import { must } from "../../../../src/domain/result.ts";
import { sha256Hex } from "../../../../src/shared/sha256.ts";
import { idOf } from "../../../support/builders.ts";
import { NOW } from "../../../support/door/cases.ts";
import { openDoorOnDisk, said, scanCommand, SUPERVISOR, undoCommand } from "../../../support/door/on-disk.ts";
import { eventTerms } from "../../../support/door/event-terms.ts";
import { added, inTheWay, judge, last, numbers, scan } from "../../../support/door/judged-door.ts";
import { ACTOR, GENERAL, judgeCommand, ticket, voided } from "../../../support/door/ticket-changes.ts";

describe("[N9] a change that comes again", () => {
  const changes: readonly TicketChange[] = [
    voided([1, 2, 3], { take: 2 }),
    { action: "block", ticket: ticket(2), note: "stolen" },
    { action: "unblock", ticket: ticket(2) },
    { action: "attention", ticket: ticket(2), text: "a wheelchair" },
    { action: "reissue", ticket: ticket(2), generation: 2 },
  ];

  test.each(changes)("gets the same reply and writes nothing, in its batch, later, after a restart: %j", (change) => {
    const door = openDoorOnDisk();
    const [first, ...others] = door.run(Array.from({ length: 50 }, () => judgeCommand(change)));
    const count = change.action === "void" ? 2 : 1;
    expect(first).toMatchObject({ ok: true });
    expect(new Set(others.map((reply) => JSON.stringify(reply)))).toEqual(new Set([JSON.stringify(first)]));
    expect(door.rows()).toHaveLength(1 + count);
    // Whatever became of the tickets since.
    for (const serial of [1, 2, 3]) scan(door, serial);
    judge(door, { action: "attention", ticket: ticket(2), text: "something else" }, "another");
    door.restart();
    expect(added(door, () => expect(judge(door, change)).toEqual(first))).toBe(0);
  });

  test("as another one is a bug; under another id it is another change", () => {
    const door = openDoorOnDisk();
    judge(door, { action: "block", ticket: ticket(2), note: null });
    expect(() => judge(door, { action: "unblock", ticket: ticket(2) })).toThrow("as it was");
    expect(judge(door, { action: "unblock", ticket: ticket(2) }, "another")).toEqual(numbers(2));
    expect(judge(door, { action: "block", ticket: ticket(3), note: null }), "of another ticket").toEqual(numbers(3));
    const ids = last(door, 3).map(({ scanId }) => scanId);
    expect(new Set(ids).size).toBe(3);
    expect(ids).toEqual(ids.map(() => expect.stringMatching(/^scn_[0-9a-hjkmnp-tv-z]{26}$/)));
  });

  test("and was refused, is decided again", () => {
    const door = openDoorOnDisk();
    door.scan({ as: "in" });
    expect(judge(door, voided([7]))).toEqual(inTheWay(7));
    door.run([undoCommand("in")]);
    expect(judge(door, voided([7]))).toEqual(numbers(7));
  });
});

describe("[D1] what is judged is a row a ticket", () => {
  test("in the chain, with the actor and the note for the gate; the counts are as before", () => {
    const door = openDoorOnDisk();
    scan(door, 9);
    judge(door, voided([1, 2], { note: "refunded" }), "a");
    judge(door, { action: "block", ticket: ticket(1), note: "stolen" }, "b");
    judge(door, { action: "attention", ticket: ticket(1), text: "a wheelchair" }, "c");
    judge(door, { action: "reissue", ticket: ticket(3, idOf("tt", "another")), generation: 2 }, "d");
    judge(door, voided([4], { force: true }), "e");
    const rows = last(door, 6);
    expect(
      rows.map(({ verdict, serial, reason, detail, generation, typeNumber }) => [
        ...[verdict, serial, reason, detail, generation, typeNumber],
      ]),
    ).toEqual([
      ["void", 2, "refunded", '{"unlessEntered":true}', 1, 1],
      ["void", 1, "refunded", '{"unlessEntered":true}', 1, 1],
      ["block", 1, "stolen", null, 1, 1],
      ["attention", 1, "a wheelchair", null, 1, 1],
      ["reissue", 3, null, null, 2, null],
      ["void", 4, null, '{"unlessEntered":false}', 1, 1],
    ]);
    for (const row of rows) {
      expect(row).toMatchObject({
        ...{ kind: "revoke", actor: ACTOR, requestId: "request", gateId: null, source: null, decided: "door" },
        ...{ letIn: false, ref: null, inside: 1, admitted: 1, gates: [] },
      });
    }
    expect(firstBrokenDoorRow(EMPTY_DOOR, door.rows(), sha256Hex)).toBeNull();
  });

  test("and one of its ticket, with all that a fold needs of it, by which the log's row is known", () => {
    const door = openDoorOnDisk();
    judge(door, voided([1], { note: "refunded" }), "a");
    judge(door, { action: "attention", ticket: ticket(1), text: "a wheelchair" }, "b");
    const { tickets } = door.store().find({ scanIds: [], undone: [], serials: [1], after: null });
    const [first, second] = last(door, 2).map(({ scanId }) => scanId);
    const row = { kind: "revoke", deviceId: ACTOR, counter: 0 };
    expect(tickets.get(1)?.rows).toEqual([
      { ...row, scanId: first, at: NOW, action: "void", note: "refunded", unlessEntered: true },
      { ...row, scanId: second, at: NOW + 1, action: "attention", text: "a wheelchair" },
    ]);
  });

  test("and in its ticket's history in the order in which they were decided, though the clock stands still", () => {
    const door = openDoorOnDisk();
    scan(door, 7);
    const replies = door.run([
      judgeCommand({ action: "block", ticket: ticket(7), note: null }, "a"),
      judgeCommand({ action: "unblock", ticket: ticket(7) }, "b"),
      judgeCommand({ action: "block", ticket: ticket(7), note: "last" }, "c"),
      scanCommand({ as: "out", direction: "out" }),
      scanCommand({ as: "in again" }),
    ]);
    expect(replies.at(-1)).toMatchObject({ value: { verdict: { verdict: "blocked", since: NOW + 3, note: "last" } } });
    expect(last(door, 5).map(({ at }) => at - NOW)).toEqual([1, 2, 3, 4, 0]);
  });

  test("by whose id nothing is taken back, scanned or counted", () => {
    const door = openDoorOnDisk();
    judge(door, voided([7]));
    const id = must(last(door)[0]?.scanId, "it has one");
    expect(door.run([{ ...undoCommand(1, { by: SUPERVISOR }), ref: id }])).toMatchObject([
      { value: { outcome: "nothing" } },
    ]);
    expect(said(door.scan({ scanId: id }))).toBe("scan_id_reused");
    expect(scan(door, 7)).toBe("void");
  });

  test("[H11] that is all there or not at all, when its transaction fails", () => {
    const door = openDoorOnDisk();
    door.storage.setFailing(true);
    expect(() => judge(door, voided([1, 2, 3]))).toThrow("the commit failed");
    door.storage.setFailing(false);
    expect(door.rows()).toHaveLength(1);
    expect(scan(door, 1)).toBe("admitted");
    expect(judge(door, voided([2, 3]))).toEqual(numbers(2, 3));
  });
});

describe("[D1] [X5] a door without terms", () => {
  test("judges by its rows alone, keeps them, and takes terms when it is first given some", () => {
    const door = openDoorOnDisk(null);
    expect(judge(door, voided([1, 2], { take: 1, note: "refunded" }), "a")).toEqual(numbers(2));
    expect(judge(door, { action: "reissue", ticket: ticket(1), generation: 2 }, "b")).toEqual(numbers(1));
    expect(scan(door, 1)).toBe("not_found");
    door.restart();
    expect(door.ledger().book()).toMatchObject({ terms: null, head: { seq: 2 } });
    expect(last(door, 2).map(({ typeNumber }) => typeNumber)).toEqual([null, null]);
    expect(judge(door, voided([1, 2], { take: 1 }), "a"), "a repeat").toEqual(numbers(2));
    expect(door.take(eventTerms())).toMatchObject({ ok: true, value: { version: 1 } });
    expect(scan(door, 2)).toBe("void");
    expect(scan(door, 1)).toBe("superseded");
    expect(scan(door, 1, { generation: 2 })).toBe("admitted");
    expect(firstBrokenDoorRow(EMPTY_DOOR, door.rows(), sha256Hex)).toBeNull();
  });

  test("writes nothing for what it refuses or only repeats, and leaves no tables for what is a bug", () => {
    const door = openDoorOnDisk(null);
    expect(judge(door, voided([1], { take: 2 }))).toMatchObject({ ok: false });
    expect(() => judge(door, voided([1, 1], { take: 1 }))).toThrow("once");
    expect(door.storage.tables()).toEqual([]);
    expect(door.store().hasJudged()).toBe(false);
    judge(door, voided([1]));
    expect(door.store().hasJudged()).toBe(true);
  });
});

test("[X4] 1,000 tickets of each of many orders are read and written within the size of one value", () => {
  const door = openDoorOnDisk();
  const orders = Array.from({ length: 150 }, (_, order) => {
    const from = Array.from({ length: 1_000 }, (__, at) => ({
      ...{ number: at + 1, serial: Number.MAX_SAFE_INTEGER - order * 1_000 - at, ticketTypeId: GENERAL },
    }));
    return judgeCommand({ action: "void", groups: [{ from, take: 1 }], force: false, note: null }, order);
  });
  expect(new Set(door.run(orders).map((reply) => JSON.stringify(reply)))).toEqual(
    new Set([JSON.stringify(numbers(1_000))]),
  );
  expect(door.rows()).toHaveLength(151);
});
