// What is not as the rules say of scans that were decided alone: which conflicts there are, when they vanish, and their list.

import { describe, expect, test } from "vitest";
import type { DoorCommand } from "../../../../src/domain/door/command.ts";
import { HOUR, MINUTE } from "../../../support/builders.ts";
import { NORTH, NOW, SOUTH } from "../../../support/door/cases.ts";
import {
  AT_NORTH,
  AT_SOUTH,
  correctCommand,
  type DoorOnDisk,
  openDoorOnDisk,
  scanCommand,
  scanIdOf,
  SUPERVISOR,
  undoCommand,
} from "../../../support/door/on-disk.ts";
import { eventTerms } from "../../../support/door/event-terms.ts";
import { explainBroken } from "../../../support/door/recounted.ts";
import { judgeCommand, ticket, voided } from "../../../support/door/ticket-changes.ts";
import { conflictsOf, standing, upload, type UploadParts } from "../../../support/door/uploads.ts";

const atSouth = { by: AT_SOUTH, gateId: SOUTH };
const once = () => eventTerms({ admission: { entry: "once" } });
/** An event that goes on long enough. */
const long = () => eventTerms({ rules: { endTime: NOW + 24 * HOUR } });
const countsOf = (door: DoorOnDisk) => door.ledger().book().head.counts;
/** The evening goes on. */
const later = (door: DoorOnDisk, ms = MINUTE) => {
  door.now += ms;
};

describe("[D19] what is let in alone against the rules is counted, and is a conflict", () => {
  const cases: readonly [string, readonly DoorCommand[], UploadParts, readonly string[]][] = [
    ["a void ticket", [judgeCommand(voided([7]))], {}, ["void_entry"]],
    ["a ticket that became void since", [judgeCommand(voided([7]))], { at: NOW - 1 }, ["void_entry"]],
    ["a ticket that was made void with force since", [judgeCommand(voided([7], { force: true }))], { at: NOW - 1 }, []],
    [
      "a code before the newest",
      [judgeCommand({ action: "reissue", ticket: ticket(7), generation: 2 })],
      {},
      ["superseded_entry"],
    ],
    ["the newest code", [judgeCommand({ action: "reissue", ticket: ticket(7), generation: 2 })], { generation: 2 }, []],
    ["a blocked ticket", [judgeCommand({ action: "block", ticket: ticket(7), note: null })], {}, ["blocked_entry"]],
    [
      "one that was blocked since",
      [judgeCommand({ action: "block", ticket: ticket(7), note: null })],
      { at: NOW - 1 },
      [],
    ],
    ["a ticket that is inside", [scanCommand({ as: 0, ...atSouth })], {}, ["double_entry"]],
    ["at a gate of others", [], {}, ["wrong_gate_entry"]],
    ["before the doors open", [], { at: eventTerms().rules.doorsOpen - 1 }, ["outside_window_entry"]],
    ["by a clock that was ahead", [], { at: NOW + 2 * MINUTE }, ["clock_off"]],
    ["by a wall clock", [], { clockUnsure: true }, ["clock_off"]],
  ];
  test.each(cases)("%s", (name, before, parts, conflicts) => {
    const gates = name === "at a gate of others" ? [SOUTH] : null;
    const door = openDoorOnDisk(eventTerms({ admission: { gates } }));
    door.run(before);
    later(door);
    expect(upload(door, { at: NOW + 1, ...parts })).toEqual(["taken", ...conflicts]);
    const inside = name === "a ticket that is inside" ? 2 : 1;
    expect([countsOf(door).inside, standing(door)]).toEqual([
      inside,
      conflicts.map((kind) => `${kind}.${scanIdOf(1)}`),
    ]);
    expect(explainBroken(door.rows())).toBeNull();
  });

  test("and by a supervisor against a verdict, who knew it, is none but for the clock", () => {
    const door = openDoorOnDisk(eventTerms({ admission: { gates: [SOUTH] } }));
    door.run([scanCommand({ as: 0, ...atSouth }), judgeCommand(voided([8]))]);
    later(door);
    const override = { by: SUPERVISOR, override: "the list", at: door.now + 1 };
    expect(upload(door, override)).toEqual(["taken", "clock_off"]);
    expect(upload(door, { as: 2, serial: 9, ...override, at: 0 })).toEqual(["taken"]);
    // The ticket was taken back since nobody had come in: that is as wrong as of any entry.
    expect(upload(door, { as: 3, serial: 8, ...override, at: 0 })).toEqual(["taken", "void_entry"]);
    expect(explainBroken(door.rows())).toBeNull();
  });

  test("[D11] more than the venue holds, until they are fewer, and once from one barrier to the next", () => {
    const door = openDoorOnDisk(eventTerms({ rules: { hardCapacity: 2, softCapacity: 2 } }));
    later(door);
    for (const serial of [1, 2]) upload(door, { as: serial, serial });
    expect(conflictsOf(door)).toEqual([]);
    upload(door, { as: 3, serial: 3 });
    upload(door, { as: 4, serial: 4 });
    expect(conflictsOf(door)).toMatchObject([
      { kind: "over_capacity", scanId: scanIdOf(3), serial: null, gateId: NORTH, crowd: { inside: 3, capacity: 2 } },
    ]);
    for (const as of [3, 4]) door.run([undoCommand(as)]);
    expect(conflictsOf(door)).toMatchObject([{ id: "over_capacity.first", goneAt: door.now }]);
    upload(door, { as: 5, serial: 5 });
    expect(standing(door)).toEqual(["over_capacity.first"]);
    door.run([correctCommand({ gates: [{ id: NORTH, insideBy: 3 }] }, "set")]);
    expect(standing(door)).toEqual([`over_capacity.${scanIdOf("set")}`]);
    door.take(eventTerms({ terms: { version: 2 }, rules: { hardCapacity: 3 } }));
    expect(standing(door)).toEqual([]);
    door.take(eventTerms({ terms: { version: 3 }, rules: { hardCapacity: 2 } }));
    expect(conflictsOf(door).at(-1)).toMatchObject({ goneAt: null, scanId: null, deviceId: "system" });
  });
});

test("[D19] twins at two offline scanners are both inside, and one is the conflict in either order", () => {
  for (const turn of [1, -1]) {
    const door = openDoorOnDisk(once());
    later(door, HOUR);
    const twins = [
      { as: "first", at: NOW },
      { as: "second", at: NOW + 1, ...atSouth },
    ];
    for (const twin of twins.slice().sort(() => turn)) upload(door, twin);
    expect(countsOf(door)).toMatchObject({ inside: 2, admitted: 1 });
    expect(conflictsOf(door).filter(({ goneAt }) => goneAt === null)).toMatchObject([
      { id: `double_entry.${scanIdOf("second")}`, other: scanIdOf("first"), serial: 7, deviceId: AT_SOUTH.id },
    ]);
  }
});

describe("[D14] [D19] a conflict", () => {
  test("is none of an entry that was taken back, before it came or after", () => {
    const door = openDoorOnDisk(once());
    later(door);
    upload(door, { as: "first" });
    door.run([undoCommand("second", { by: SUPERVISOR })]);
    upload(door, { as: "second", at: NOW + 1 });
    expect(conflictsOf(door)).toEqual([]);
    upload(door, { as: "third", at: NOW + 2 });
    expect(standing(door)).toEqual([`double_entry.${scanIdOf("third")}`]);
    later(door);
    door.run([undoCommand("third", { by: SUPERVISOR })]);
    expect(conflictsOf(door)).toMatchObject([{ kind: "double_entry", goneAt: door.now }]);
    expect(explainBroken(door.rows())).toBeNull();
  });

  test("comes back when an exit between two entries is taken back, in its place, and seen as it was", () => {
    const door = openDoorOnDisk();
    later(door, HOUR);
    upload(door, { as: "in" });
    upload(door, { as: "again", at: NOW + 2, ...atSouth });
    const id = `double_entry.${scanIdOf("again")}`;
    expect(door.store().see(id, SUPERVISOR.id, door.now)).toMatchObject({
      id,
      seen: { at: door.now, by: SUPERVISOR.id },
    });
    upload(door, { as: "out", at: NOW + 1, direction: "out", verdict: "exited" });
    expect(standing(door)).toEqual([]);
    door.run([undoCommand("out", { by: SUPERVISOR })]);
    expect(conflictsOf(door)).toMatchObject([{ n: 1, id, goneAt: null, seen: { by: SUPERVISOR.id } }]);
  });

  test("is of the entry that is known to be the one before", () => {
    const door = openDoorOnDisk(once());
    later(door, HOUR);
    upload(door, { as: "a", at: NOW });
    upload(door, { as: "c", at: NOW + 2 });
    expect(conflictsOf(door)).toMatchObject([{ other: scanIdOf("a") }]);
    upload(door, { as: "b", at: NOW + 1 });
    expect(conflictsOf(door)).toMatchObject([{ other: scanIdOf("b") }, { other: scanIdOf("a") }]);
  });

  test("is of no entry before which the place was emptied, also by a clock that was ahead", () => {
    const door = openDoorOnDisk(long());
    later(door);
    upload(door, { as: "in" });
    upload(door, { as: "ahead", at: NOW + HOUR, ...atSouth });
    const ahead = scanIdOf("ahead");
    expect(standing(door)).toEqual([`clock_off.${ahead}`, `double_entry.${ahead}`]);
    door.run([correctCommand("sweep", "sweep")]);
    expect([standing(door), countsOf(door).inside]).toEqual([[`clock_off.${ahead}`], 1]);
    expect(explainBroken(door.rows())).toBeNull();
  });
});

test("[D19] conflicts are listed newest first, a page at a time, and those that nobody has seen", () => {
  const door = openDoorOnDisk();
  later(door);
  for (const as of [1, 2, 3, 4, 5]) upload(door, { as, serial: as, clockUnsure: true });
  const page = (before: number | null, seen: boolean | null = null, limit = 2) => {
    const { conflicts, next } = door.store().conflicts({ before, limit, seen });
    return [conflicts.map(({ n }) => n), next];
  };
  expect([page(null), page(4), page(2)]).toEqual([
    [[5, 4], 4],
    [[3, 2], 2],
    [[1], null],
  ]);
  expect(page(null, null, 5)).toEqual([[5, 4, 3, 2, 1], null]);
  const [id, by] = [`clock_off.${scanIdOf(4)}`, SUPERVISOR.id];
  expect(door.store().see(id, by, NOW)).toMatchObject({ id, seen: { at: NOW, by } });
  expect(door.store().see(id, AT_NORTH.id, NOW + 1), "whoever saw it first stays").toMatchObject({
    seen: { at: NOW, by },
  });
  expect(door.store().see("clock_off.none", by, NOW)).toBeNull();
  expect([page(null, true), page(null, false, 5)]).toEqual([
    [[4], null],
    [[5, 3, 2, 1], null],
  ]);
  door.restart();
  expect(page(null, true)).toEqual([[4], null]);
});
