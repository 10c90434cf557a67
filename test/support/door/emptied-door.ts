// Runs a door on node:sqlite whose event is over, with its deletion, by the test's clock in place of its alarm.

import type { DoorCommand } from "../../../src/domain/door/command.ts";
import type { EventTerms } from "../../../src/domain/door/event-terms.ts";
import { DOOR_RETENTION } from "../../../src/domain/door/rows/retention.ts";
import { type DoorRetention, openDoorRetention } from "../../../src/door/storage/retention.ts";
import { HOUR } from "../builders.ts";
import { NOW, SOUTH } from "./cases.ts";
import {
  AT_SOUTH,
  clickCommand,
  codeOf,
  correctCommand,
  type DoorOnDisk,
  openDoorOnDisk,
  scanCommand,
  undoCommand,
} from "./on-disk.ts";
import { eventTerms, type TermsParts } from "./event-terms.ts";
import { leaseCommand } from "./leases.ts";
import { judgeCommand, voided } from "./ticket-changes.ts";
import { uploadCommand } from "./uploads.ts";

export const DAY = 24 * HOUR;
/** A day after the event, which ends an hour after `NOW`. */
export const ARCHIVED_AT = NOW + DAY;
export const EMPTIED_AT = ARCHIVED_AT + DOOR_RETENTION.keptMs;

/** Those of the event once it was archived. */
export function archivedTerms({ rules, terms, ...parts }: TermsParts = {}): EventTerms {
  return eventTerms({
    ...parts,
    rules: { eventStatus: "archived", archivedAt: ARCHIVED_AT, ...rules },
    terms: { version: 2, ...terms },
  });
}

export type OverDoor = {
  readonly door: DoorOnDisk;
  readonly settings: { keptMs: number; rowsAStep: number };
  readonly faults: unknown[];
  retention(): DoorRetention;
  dueAt(at: number): number | null;
  /** Runs the alarm's step at this time; returns how many rows it deleted. */
  stepAt(at: number): number;
  /**
   * Steps at this time, each of which a life of its own takes, until none is due; returns how many rows each deleted.
   */
  sweepAt(at: number): number[];
  restart(): void;
  /** How many rows each table has. */
  counts(): Record<string, number>;
};

/** A door that people passed, with a row in each of its tables, whose event was archived then, if it was. */
export function openOverDoor(terms: EventTerms | null = archivedTerms()): OverDoor {
  const door = openDoorOnDisk();
  passThrough(door);
  const settings = { ...DOOR_RETENTION, rowsAStep: 4 };
  const faults: unknown[] = [];
  const open = (): DoorRetention =>
    openDoorRetention({
      ...{ ledger: door.ledger(), store: door.store(), settings: () => settings, clock: () => door.now },
      onFailure: (fault) => void faults.push(fault),
    });
  let retention = open();
  const at = <T>(now: number, work: () => T): T => {
    door.now = now;
    return work();
  };
  const over: OverDoor = {
    ...{ door, settings, faults, retention: () => retention },
    dueAt: (now) => at(now, () => retention.dueAt()),
    stepAt: (now) =>
      at(now, () => {
        const before = sum(over.counts());
        retention.run();
        return before - sum(over.counts());
      }),
    sweepAt(now) {
      const deleted: number[] = [];
      for (let due = over.dueAt(now); due !== null && due <= now; due = over.dueAt(now)) {
        if (deleted.length >= 1_000) throw new Error("what is due is never done");
        deleted.push(over.stepAt(now));
        over.restart();
      }
      return deleted;
    },
    restart() {
      door.restart();
      retention = open();
    },
    counts: () => Object.fromEntries(TABLES.map((name) => [name, countIn(door, name)])),
  };
  if (terms !== null) at(ARCHIVED_AT, () => door.take(terms));
  return over;
}

const TABLES = ["tickets", "conflicts", "leases", "sockets", "log"];

function countIn({ storage }: DoorOnDisk, table: string): number {
  return Number(storage.sql.exec(`SELECT COUNT(*) AS count FROM ${table}`).toArray()[0]?.["count"]);
}

const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((a, b) => a + b, 0);

function passThrough(door: DoorOnDisk): void {
  const atSouth = { by: AT_SOUTH, gateId: SOUTH };
  const commands: DoorCommand[] = [
    ...[1, 2, 3].map((serial) => scanCommand({ as: `in ${serial}`, code: codeOf(serial) })),
    scanCommand({ as: "out", code: codeOf(1), direction: "out" }),
    scanCommand({ as: "refused", code: codeOf(2), ...atSouth }),
    correctCommand({ gates: [{ id: SOUTH, insideBy: 2 }] }, "by hand"),
    uploadCommand({ as: "double", serial: 3, ...atSouth, at: NOW + 4_000 }),
    clickCommand(4, "click", AT_SOUTH),
    undoCommand("in 2"),
    judgeCommand(voided([9])),
    leaseCommand(),
  ];
  for (const command of commands) {
    door.now += 1_000;
    door.run([command]);
  }
  door.store().keepWatch(door.now + HOUR);
}
