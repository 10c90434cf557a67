// The tables of a door: each step as it was released, and a door that an older release has written.

import { describe, expect, test } from "vitest";
import { EMPTY_DOOR, firstBrokenDoorRow } from "../../../../src/domain/door/rows/door-log.ts";
import { DOOR_STEPS } from "../../../../src/door/storage/schema.ts";
import { sha256Hex } from "../../../../src/shared/sha256.ts";
import { MINUTE, sha256 } from "../../../support/builders.ts";
import { SOUTH } from "../../../support/door/cases.ts";
import {
  AT_SOUTH,
  clickCommand,
  codeOf,
  correctCommand,
  type DoorOnDisk,
  openDoorOnDisk,
  said,
  scanCommand,
  undoCommand,
} from "../../../support/door/on-disk.ts";
import { eventTerms } from "../../../support/door/event-terms.ts";
import { judgeCommand, voided } from "../../../support/door/ticket-changes.ts";

const BEFORE_JUDGING = DOOR_STEPS.slice(0, 1);
const indexesOf = (door: DoorOnDisk) =>
  door.storage.sql
    .exec("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name")
    .toArray();
const stepsOf = (door: DoorOnDisk): unknown[] =>
  door.storage.sql
    .exec("SELECT id FROM steps ORDER BY id")
    .toArray()
    .map(({ id }) => id);

describe("[D1] the tables of a door", () => {
  test("are made by steps that are as they were released", () => {
    expect(DOOR_STEPS.map((step) => sha256(step).slice(0, 12))).toEqual([
      "43b2c3ec9828",
      "229ce3bf0148",
      "b6e5c6a87626",
      "1306c1ca873d",
      "62a906bbb497",
      "efca2dbb5831",
    ]);
  });

  test("of an older release keep their rows, their chain and their replies, and take what is judged", () => {
    const door = openDoorOnDisk(eventTerms(), BEFORE_JUDGING);
    const commands = [
      scanCommand({ as: "in" }),
      scanCommand({ as: "refused", by: AT_SOUTH, gateId: SOUTH }),
      scanCommand({ as: "other", code: codeOf(8) }),
      clickCommand(3, "click"),
      undoCommand("click"),
      undoCommand("awaited"),
      correctCommand("sweep", "sweep"),
      scanCommand({ as: "after", code: codeOf(9) }),
    ];
    const answers = door.run(commands);
    const [rows, head, indexes] = [door.rows(), door.ledger().book().head, indexesOf(door)];
    expect(rows).toHaveLength(1 + commands.length);
    expect(() => door.run([judgeCommand(voided([1]))])).toThrow(/CHECK/);

    door.now += MINUTE;
    door.schema = DOOR_STEPS;
    door.restart();
    expect(stepsOf(door)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(door.storage.tables()).toEqual([
      "conflicts",
      "emptied",
      "leases",
      "log",
      "sockets",
      "steps",
      "terms",
      "tickets",
    ]);
    expect(door.rows()).toEqual(rows);
    expect(door.ledger().book()).toMatchObject({ head, terms: { version: 1 }, barriers: [{ kind: "sweep" }] });
    expect(indexesOf(door).filter(({ name }) => name !== "conflicts_unseen")).toEqual(indexes);
    const scans = commands.flatMap((command, at) => (command.kind === "scan" ? [[command, answers[at]] as const] : []));
    for (const [command, answer] of scans) expect(door.run([command])).toEqual([answer]);
    expect(said(door.scan({ as: "awaited", code: codeOf(10) }))).toBe("admitted");
    expect(door.ledger().book().head.counts.inside, "it had been taken back before it came").toBe(1);

    expect(door.run([judgeCommand(voided([1]))])).toEqual([{ ok: true, value: { numbers: [1] } }]);
    door.restart();
    expect(stepsOf(door)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(said(door.scan({ as: "void", code: codeOf(1) }))).toBe("void");
    expect(firstBrokenDoorRow(EMPTY_DOOR, door.rows(), sha256Hex)).toBeNull();
  });

  test("take no row of a kind that there is not", () => {
    const door = openDoorOnDisk();
    expect(() => door.storage.sql.exec("UPDATE log SET kind = 'other' WHERE seq = 1")).toThrow(/CHECK/);
    expect(() => door.storage.sql.exec("UPDATE log SET admitted = -1 WHERE seq = 1")).toThrow(/CHECK/);
  });
});
