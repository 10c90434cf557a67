// Facts at a door count, by whomever they are reported: what is taken back, clicked and corrected, against the fold of
// all rows.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CountsReply, DoorActor, DoorCommand, UndoReply } from "../../../src/domain/door/command.ts";
import type { Counts, GateCounts } from "../../../src/domain/door/rows/counts.ts";
import { barrierFrom, clickOf } from "../../../src/domain/door/decisions/decide-counts.ts";
import { EMPTY_DOOR, firstBrokenDoorRow } from "../../../src/domain/door/rows/door-log.ts";
import { undoFrom } from "../../../src/domain/door/draft.ts";
import { foldEvent, foldTicket } from "../../../src/domain/door/rows/fold.ts";
import { CLOCK_AHEAD_MS } from "../../../src/domain/limits.ts";
import { sha256Hex } from "../../../src/shared/sha256.ts";
import { HOUR, MINUTE } from "../../support/builders.ts";
import { NORTH, NOW, SOUTH } from "../../support/door/cases.ts";
import {
  AT_NORTH,
  AT_SOUTH,
  clickCommand,
  codeOf,
  correctCommand,
  type DoorOnDisk,
  openDoorOnDisk,
  said,
  scanCommand,
  scanIdOf,
  SUPERVISOR,
  undoCommand,
} from "../../support/door/on-disk.ts";
import { eventTerms } from "../../support/door/event-terms.ts";

const atSouth = { by: AT_SOUTH, gateId: SOUTH };
const insideOf = (door: DoorOnDisk): number => door.ledger().book().head.counts.inside;
const gateOf = (door: DoorOnDisk, id: typeof NORTH) => door.ledger().book().head.counts.gates.get(id);

/** The cast: the replies to undos are undo replies. */
const undone = (door: DoorOnDisk, command: DoorCommand) => {
  const [reply] = door.run([command]) as UndoReply[];
  return reply?.ok ? reply.value.outcome : reply?.refusal.code;
};
/** The cast: the replies to clicks and corrections are the counts. */
const counted = (door: DoorOnDisk, command: DoorCommand) => {
  const [reply] = door.run([command]) as CountsReply[];
  return reply?.ok ? reply.value.counts.inside : reply?.refusal.code;
};

describe("[D14] an undo", () => {
  test("takes a passage back: both rows stay, the counts follow, and the ticket enters as if it never had", () => {
    const door = openDoorOnDisk(eventTerms({ admission: { entry: "once" } }));
    door.scan();
    expect(undone(door, undoCommand(1))).toBe("undone");
    expect(door.rows().at(-1)).toMatchObject({
      ...{ kind: "undo", ref: scanIdOf(1), serial: 7, gateId: NORTH, verdict: "undone", letIn: false },
      ...{ inside: 0, admitted: 0, gates: [{ id: NORTH, entries: 0, exits: 0, insideBy: 0 }] },
    });
    expect(said(door.scan({ as: 2, ...atSouth }))).toBe("admitted");
    expect(door.rows()).toHaveLength(4);
  });

  test("of an exit brings back in, whatever the capacity is", () => {
    const door = openDoorOnDisk(eventTerms({ rules: { softCapacity: 1, hardCapacity: 1 } }));
    door.batch([{ as: 1 }, { as: 2, direction: "out" }, { as: 3, code: codeOf(8) }]);
    expect(undone(door, undoCommand(2))).toBe("undone");
    expect(insideOf(door)).toBe(2);
    expect(said(door.scan({ as: 4, code: codeOf(9) }))).toBe("venue_full");
  });

  test("a second one, and one of what let nobody in, changes nothing and writes nothing", () => {
    const door = openDoorOnDisk();
    door.batch([{}, { as: 2, ...atSouth }]);
    expect(undone(door, undoCommand(1))).toBe("undone");
    expect(undone(door, undoCommand(1)), "the same again").toBe("undone");
    expect(undone(door, undoCommand(1, { as: "another" }))).toBe("nothing");
    expect(undone(door, undoCommand(2, { by: AT_SOUTH }))).toBe("nothing");
    expect(door.rows()).toHaveLength(4);
  });

  test("by its scanner while less than 10 min lie between, by nobody else's, by a supervisor at any time", () => {
    const door = openDoorOnDisk();
    door.batch([{ as: 1 }, { as: 2, code: codeOf(8) }, { as: 3, code: codeOf(9) }]);
    expect(undone(door, undoCommand(1, { by: AT_SOUTH }))).toBe("forbidden");
    door.now += 10 * MINUTE - 1;
    expect(undone(door, undoCommand(1))).toBe("undone");
    door.now += 1;
    expect(undone(door, undoCommand(2))).toBe("undo_too_late");
    expect(insideOf(door)).toBe(2);
    door.now += HOUR - 20 * MINUTE;
    expect(undone(door, undoCommand(2, { by: SUPERVISOR }))).toBe("undone");
    expect(insideOf(door)).toBe(1);
  });

  test("may come before its scan, which then counts nothing, also after a restart", () => {
    const door = openDoorOnDisk();
    expect(undone(door, undoCommand(1))).toBe("awaited");
    expect(undone(door, undoCommand(1))).toBe("awaited");
    door.restart();
    door.scan();
    expect(insideOf(door)).toBe(0);
    expect(said(door.scan({ as: 2, ...atSouth }))).toBe("admitted");
    const other = openDoorOnDisk();
    undone(other, undoCommand(1, { by: AT_SOUTH }));
    other.scan();
    expect(insideOf(other), "another scanner's takes nothing back").toBe(1);
    expect(undone(other, undoCommand(1, { as: "its own" }))).toBe("undone");
    expect(insideOf(other)).toBe(0);
    const together = openDoorOnDisk();
    together.run([undoCommand(1), scanCommand()]);
    expect(insideOf(together)).toBe(0);
  });

  test.each([
    ["another undo's", undoCommand("other", { as: "undo 1" })],
    ["a scan's", undoCommand(2, { as: "1" })],
  ])("with %s id is refused", (_, command) => {
    const door = openDoorOnDisk();
    door.run([scanCommand(), undoCommand(1)]);
    expect(undone(door, command)).toBe("scan_id_reused");
    expect(said(door.scan({ as: "undo 1" })), "and so is a scan with an undo's").toBe("scan_id_reused");
  });
});

describe("[D16] a click", () => {
  test("counts persons in and out at its gate, past any capacity, once", () => {
    const door = openDoorOnDisk(eventTerms({ rules: { softCapacity: 3, hardCapacity: 3 } }));
    expect(counted(door, clickCommand(5, 1))).toBe(5);
    expect(counted(door, clickCommand(5, 1)), "the same again").toBe(5);
    expect(counted(door, clickCommand(4, 1))).toBe("scan_id_reused");
    expect(counted(door, clickCommand(5, 1, AT_SOUTH))).toBe("scan_id_reused");
    expect(counted(door, clickCommand(-2, 2, AT_SOUTH))).toBe(3);
    expect([gateOf(door, NORTH), gateOf(door, SOUTH)]).toEqual([
      { entries: 5, exits: 0, insideBy: 5 },
      { entries: 0, exits: 2, insideBy: -2 },
    ]);
    expect(said(door.scan({ as: 3 }))).toBe("venue_full");
    expect(door.rows()).toHaveLength(4);
  });

  test("is taken back as a passage is, also before it comes", () => {
    const door = openDoorOnDisk();
    door.run([clickCommand(5, 1), clickCommand(2, 2)]);
    expect(undone(door, undoCommand(1))).toBe("undone");
    expect(insideOf(door)).toBe(2);
    expect(undone(door, undoCommand(1, { as: "another" }))).toBe("nothing");
    undone(door, undoCommand(3));
    expect(counted(door, clickCommand(9, 3))).toBe(2);
  });
});

describe("[D16] who is inside, as a supervisor says", () => {
  const set = (north: number, south: number) => ({
    gates: [
      { id: NORTH, insideBy: north },
      { id: SOUTH, insideBy: south },
    ],
  });

  test("a correction sets the counts and no ticket; who was inside leaves from what it said", () => {
    const door = openDoorOnDisk();
    door.batch([{ as: 1 }, { as: 2, code: codeOf(8) }]);
    expect(counted(door, correctCommand(set(10, 5), "set"))).toBe(15);
    expect(counted(door, correctCommand(set(10, 5), "set")), "the same again").toBe(15);
    expect(counted(door, correctCommand(set(10, 6), "set"))).toBe("scan_id_reused");
    expect(gateOf(door, NORTH)).toEqual({ entries: 2, exits: 0, insideBy: 10 });
    expect(said(door.scan({ as: 3, ...atSouth }))).toBe("already_inside");
    expect(said(door.scan({ as: 4, direction: "out" }))).toBe("exited");
    expect(insideOf(door)).toBe(14);
    expect(door.rows()[3]).toMatchObject({ kind: "set", reason: "counted by hand", inside: 15, admitted: 2 });
  });

  test("a sweep empties the place: every ticket is outside, and the count goes on from none", () => {
    const door = openDoorOnDisk();
    door.batch([{ as: 1 }, { as: 2, code: codeOf(8) }]);
    door.run([clickCommand(7, "click")]);
    expect(counted(door, correctCommand("sweep", "sweep"))).toBe(0);
    door.restart();
    expect(said(door.scan({ as: 3, direction: "out" }))).toBe("exit_unmatched");
    expect(said(door.scan({ as: 4, ...atSouth }))).toBe("readmitted");
    expect(insideOf(door)).toBe(1);
    expect(undone(door, undoCommand("click"))).toBe("undone");
    expect(insideOf(door), "what was clicked before it was none of these").toBe(1);
  });

  test("is no device's to say", () => {
    const door = openDoorOnDisk();
    door.scan();
    expect(counted(door, { ...correctCommand("sweep", 2), by: AT_NORTH })).toBe("forbidden");
    expect(insideOf(door)).toBe(1);
  });

  test("[H3] what a wrong clock put later than it counts on top of it", () => {
    const door = openDoorOnDisk(eventTerms({ rules: { endTime: NOW + 9 * HOUR } }));
    door.now = NOW + CLOCK_AHEAD_MS + 1;
    door.run([scanCommand(), clickCommand(3, "click")]);
    door.now = NOW;
    expect(counted(door, correctCommand(set(10, 0), "set"))).toBe(10 + 1 + 3);
    expect(door.ledger().book().head.counts).toEqual(foldOf(door));
  });
});

/** What all rows fold to. */
function foldOf(door: DoorOnDisk): Counts {
  const rows = door.rows();
  const of = (...kinds: string[]) => rows.filter(({ kind }) => kinds.includes(kind));
  const barriers = of("set", "sweep").map(barrierFrom);
  const serials = Array.from({ length: 12 }, (_, serial) => serial);
  const { tickets } = door.store().find({ scanIds: [], undone: [], serials, after: null });
  const parts = [...tickets.values()].map((record) => foldTicket(record.rows, barriers, []).part);
  const { gates, ...counts } = foldEvent(parts, [...of("count").map(clickOf), ...of("undo").map(undoFrom)], barriers);
  // A gate at which nothing is left is as one at which nothing was.
  const isSomething = ({ entries, exits, insideBy }: GateCounts) => [entries, exits, insideBy].some((n) => n !== 0);
  return { ...counts, gates: new Map([...gates].filter(([, gate]) => isSomething(gate))) };
}

const who = fc.constantFrom(AT_NORTH, AT_NORTH, AT_SOUTH, SUPERVISOR);
const scanned = fc.record({ as: fc.nat({ max: 30 }), serial: fc.nat({ max: 6 }), isOut: fc.boolean(), by: who });
const step = fc.oneof(
  { weight: 6, arbitrary: scanned.map(({ as, serial, isOut, by }): DoorCommand => scanAt(as, serial, isOut, by)) },
  {
    weight: 2,
    arbitrary: fc
      .record({ ref: fc.nat({ max: 30 }), as: fc.nat({ max: 9 }), by: who })
      .map(({ ref, as, by }): DoorCommand => undoCommand(ref, { as: `undo ${as}`, by })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        as: fc.integer({ min: 25, max: 30 }),
        by: who,
        count: fc.integer({ min: 1, max: 5 }),
        isOut: fc.boolean(),
      })
      .map(({ as, by, count, isOut }): DoorCommand => clickCommand(isOut ? -count : count, as, by)),
  },
  {
    weight: 1,
    arbitrary: fc.nat({ max: 9 }).map((n): DoorCommand => {
      const to = n < 4 ? ("sweep" as const) : { gates: [{ id: NORTH, insideBy: n }] };
      return correctCommand(to, `correction ${n}`);
    }),
  },
);

function scanAt(as: number, serial: number, isOut: boolean, by: DoorActor): DoorCommand {
  const gateId = by.device?.gateId ?? NORTH;
  const override = by.device === null ? "the list" : null;
  return scanCommand({ as, code: codeOf(serial), direction: isOut ? "out" : "in", by, gateId, override });
}

/** Also a clock that was an hour ahead for a while. */
const pause = fc.constantFrom(0, 0, 1, 9_999, 10_000, 30_000, 5 * MINUTE, HOUR, -HOUR);
const evening = fc.array(
  fc.record({ pause, restart: fc.boolean(), acks: fc.boolean(), commands: fc.array(step, { maxLength: 8 }) }),
  { maxLength: 30 },
);

test.each(["once", "reentry", "free"] as const)(
  "[D1] [D10] [D14] [D16] after any evening of %s tickets, counts fold all rows, also after a restart",
  (entry) => {
    fc.assert(
      fc.property(evening, (batches) => {
        const rules = { doorsOpen: NOW - 99 * HOUR, endTime: NOW + 99 * HOUR };
        const door = openDoorOnDisk(eventTerms({ admission: { entry, admits: 2 }, rules }));
        for (const { pause: ms, restart, acks, commands } of batches) {
          door.now += ms;
          if (restart) door.restart();
          if (acks) for (const command of commands) if ("scanId" in command) door.acked.add(command.scanId);
          door.run(commands);
          expect(door.ledger().book().head.counts).toEqual(foldOf(door));
        }
        const rows = door.rows();
        const { counts } = door.ledger().book().head;
        expect(firstBrokenDoorRow(EMPTY_DOOR, rows, sha256Hex)).toBeNull();
        expect(rows.at(-1)).toMatchObject({ inside: counts.inside, admitted: counts.admitted });
        door.restart();
        expect(door.ledger().book().head.counts).toEqual(counts);
        door.storage.close();
      }),
      { numRuns: 100 },
    );
  },
);
