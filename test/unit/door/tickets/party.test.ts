// The party of a guest as a door computes it: who of an order is outside, and which device may read that.

import { describe, expect, test } from "vitest";
import type { DoorActor } from "../../../../src/domain/door/command.ts";
import { PARTY_MS, partyOutside } from "../../../../src/domain/door/tickets/party.ts";
import { CLOCK_AHEAD_MS } from "../../../../src/domain/limits.ts";
import { NOW } from "../../../support/door/cases.ts";
import {
  AT_NORTH,
  AT_SOUTH,
  codeOf,
  correctCommand,
  type DoorOnDisk,
  openDoorOnDisk,
  scanCommand,
  SUPERVISOR,
  undoCommand,
} from "../../../support/door/on-disk.ts";
import { uploadCommand } from "../../../support/door/uploads.ts";

const ORDER = [7, 8, 9];
const outside = (door: DoorOnDisk, by: DoorActor, serial = 7) => {
  const { tickets } = door.store().find({ scanIds: [], undone: [], serials: ORDER, after: null });
  return partyOutside({ by, serial, serials: ORDER, now: door.now }, tickets, door.ledger().book().barriers);
};
const enter = (door: DoorOnDisk, serial: number, parts: object = {}) =>
  door.scan({ as: `${serial} ${door.rows().length}`, code: codeOf(serial), ...parts });

describe("[D13] of the tickets of an order", () => {
  test("those are outside that never entered, and those that have left, in their order", () => {
    const door = openDoorOnDisk();
    for (const serial of [7, 8]) enter(door, serial);
    expect(outside(door, AT_NORTH)).toEqual([{ serial: 9, entered: false }]);
    enter(door, 8, { direction: "out" });
    expect(outside(door, AT_NORTH)).toEqual([
      { serial: 8, entered: true },
      { serial: 9, entered: false },
    ]);
    door.run([correctCommand("sweep", "sweep")]);
    expect(outside(door, AT_NORTH).map(({ serial }) => serial)).toEqual([7, 8, 9]);
  });

  test("a device gets it while less than 10 minutes have passed since it let one in itself", () => {
    const door = openDoorOnDisk();
    expect(outside(door, AT_NORTH)).toEqual([]);
    enter(door, 7);
    expect([outside(door, AT_NORTH).length, outside(door, AT_SOUTH).length]).toEqual([2, 0]);
    expect(outside(door, AT_NORTH, 8), "of another ticket than the one that it let in").toEqual([]);
    door.now = NOW + PARTY_MS - 1;
    expect(outside(door, AT_NORTH)).toHaveLength(2);
    door.now += 1;
    expect(outside(door, AT_NORTH)).toEqual([]);
    expect(outside(door, SUPERVISOR), "an organiser may ask at any time").toHaveLength(2);
  });

  test("a device that says that it let one in alone, or whose row lies ahead, gets nothing", () => {
    const door = openDoorOnDisk();
    door.run([uploadCommand({ as: "alone", serial: 7 })]);
    expect([outside(door, AT_NORTH), outside(door, SUPERVISOR).length]).toEqual([[], 2]);
    const ahead = openDoorOnDisk();
    ahead.now = NOW + CLOCK_AHEAD_MS + 1;
    enter(ahead, 7);
    ahead.now = NOW + 1;
    expect(outside(ahead, AT_NORTH)).toHaveLength(2);
    ahead.now = NOW;
    expect(outside(ahead, AT_NORTH)).toEqual([]);
  });

  test("a device that took its scan back, or that was refused, has let nobody in", () => {
    const door = openDoorOnDisk();
    door.scan({ as: "in" });
    enter(door, 7, { by: AT_SOUTH, gateId: AT_SOUTH.device?.gateId });
    expect(outside(door, AT_SOUTH)).toEqual([]);
    door.run([undoCommand("in")]);
    expect(outside(door, AT_NORTH)).toEqual([]);
    const again = openDoorOnDisk();
    again.run([scanCommand({ as: "in" }), undoCommand("in"), uploadCommand({ as: "alone", serial: 7 })]);
    expect(outside(again, AT_NORTH), "what it did alone at the same time").toEqual([]);
  });
});
