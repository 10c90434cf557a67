// Batches of what scanners decided alone, in any order, split and repeated: one outcome, and a log that can be recounted.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_ADMISSION } from "../../../../src/domain/door/admission.ts";
import type { DoorCommand, UndoCommand, UploadCommand } from "../../../../src/domain/door/command.ts";
import { foldTicket } from "../../../../src/domain/door/rows/fold.ts";
import { HOUR, MINUTE } from "../../../support/builders.ts";
import { NORTH, NOW, SOUTH } from "../../../support/door/cases.ts";
import {
  AT_NORTH,
  AT_SOUTH,
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
import { explainBroken } from "../../../support/door/recounted.ts";
import { judgeCommand, ticket, voided } from "../../../support/door/ticket-changes.ts";
import { conflictsOf, uploadCommand } from "../../../support/door/uploads.ts";

const atSouth = { by: AT_SOUTH, gateId: SOUTH };
const countsOf = (door: DoorOnDisk) => door.ledger().book().head.counts;

describe("[D19] batches in any order, split and repeated", () => {
  const types = [
    { number: 1, admission: { ...DEFAULT_ADMISSION, entry: "once", gates: [NORTH] } },
    { number: 2, admission: { ...DEFAULT_ADMISSION, entry: "reentry", admits: 2 } },
    { number: 3, admission: { ...DEFAULT_ADMISSION, entry: "free", admits: 3 } },
  ] as const;
  const rules = { types, hardCapacity: 9, softCapacity: 9, endTime: NOW + 24 * HOUR };
  const AFTER = NOW + 4 * HOUR;
  /** What the door decided before the network was cut: of it 2, 3 and 4 are refused. */
  const EVENING: readonly DoorCommand[] = [
    scanCommand({ as: 0, code: codeOf(1, { typeNumber: 2 }) }),
    ...[2, 3, 4].map((as) => scanCommand({ as, code: codeOf(1, { typeNumber: 2 }), ...atSouth })),
    judgeCommand(voided([3])),
    judgeCommand({ action: "reissue", ticket: ticket(2), generation: 2 }, "reissue"),
  ];

  type Sent = UploadCommand | UndoCommand;
  const uploads: fc.Arbitrary<UploadCommand> = fc
    .record({
      as: fc.constantFrom(2, 3, 4, ...Array.from({ length: 20 }, (_, n) => 10 + n)),
      serial: fc.constantFrom(1, 1, 1, 2, 3, 4),
      ...{ direction: fc.constantFrom("in", "in", "out"), passes: fc.constantFrom(true, true, true, false) },
      ...{ who: fc.constantFrom(AT_NORTH, AT_SOUTH, AT_SOUTH, SUPERVISOR), overrides: fc.boolean() },
      minutes: fc.constantFrom(-180, -1, 1, 2, 3, 4, 5, 300),
      ...{ counter: fc.integer({ min: 1, max: 3 }), typeNumber: fc.constantFrom(1, 2, 3), clockUnsure: fc.boolean() },
      after: fc.constantFrom(null, null, scanIdOf(0), scanIdOf(2)),
    })
    .map(({ as, direction, passes, who, overrides, minutes, typeNumber, ...rest }) => {
      const verdict = direction === "in" ? ("admitted" as const) : ("exited" as const);
      // One that the door has refused is the same scan.
      const isOld = as < 10;
      return uploadCommand({
        ...{ ...rest, as, direction: isOld ? "in" : direction, at: NOW + minutes * MINUTE },
        ...(isOld ? { by: AT_SOUTH, serial: 1 } : { by: who }),
        gateId: (isOld ? AT_SOUTH : who).device?.gateId ?? SOUTH,
        typeNumber: isOld ? 2 : typeNumber,
        verdict: passes ? (isOld ? "admitted" : verdict) : "lease_used_up",
        override: !isOld && who === SUPERVISOR && overrides && passes && direction === "in" ? "the list" : null,
      });
    });
  const history = fc.record({
    sent: fc.uniqueArray(uploads, { selector: ({ scanId }) => scanId, minLength: 1, maxLength: 14 }),
    undone: fc.array(fc.nat({ max: 19 }), { maxLength: 3 }),
    sweeps: fc.boolean(),
    order: fc.array(fc.nat({ max: 1_000 }), { minLength: 40, maxLength: 40 }),
    other: fc.array(fc.nat({ max: 1_000 }), { minLength: 40, maxLength: 40 }),
  });

  function outcome(sent: readonly (Sent | DoorCommand)[], keys: readonly number[]): unknown {
    const door = openDoorOnDisk(eventTerms({ rules }));
    door.run(EVENING);
    door.now = AFTER + 1;
    const twice = [...sent, ...sent.filter((_, at) => (keys[at] ?? 0) % 2 === 0)];
    const places = twice.map((command, at) => ({ command, place: keys[at] ?? 0 })).sort((a, b) => a.place - b.place);
    const commands = places.map(({ command }) => command);
    while (commands.length > 0) {
      const most = commands.findIndex(({ kind }) => kind === "correct");
      // A barrier is at the same time, whatever came before it.
      if (most === 0) door.now = AFTER + 10 * MINUTE + 1;
      const size = 1 + ((keys[commands.length] ?? 0) % 5);
      door.run(commands.splice(0, most > 0 ? Math.min(size, most) : most === 0 ? 1 : size));
    }
    expect(explainBroken(door.rows())).toBeNull();
    const { barriers } = door.ledger().book();
    const { tickets } = door.store().find({ scanIds: [], undone: [], serials: [1, 2, 3, 4], after: null });
    const states = [1, 2, 3, 4].map((serial) => foldTicket(tickets.get(serial)?.rows ?? [], barriers, []).state);
    const folded = [...tickets.values()].flatMap(({ rows }) =>
      foldTicket(rows, barriers, []).conflicts.map(({ id }) => id),
    );
    const listed = conflictsOf(door).filter(({ goneAt }) => goneAt === null);
    const ofTickets = listed.filter(({ kind }) => kind !== "over_capacity");
    expect(ofTickets.map(({ id }) => id).sort()).toEqual(folded.sort());
    const conflicts = ofTickets.map(({ n: _, foundAt: __, ...conflict }) => ({ ...conflict, foundAt: null }));
    conflicts.sort((a, b) => (a.id < b.id ? -1 : 1));
    const { inside, admitted, gates } = countsOf(door);
    const counts = { inside, admitted, gates: [...gates].sort(([a], [b]) => (a < b ? -1 : 1)) };
    return { states, conflicts, counts, over: listed.length - ofTickets.length };
  }

  test("leave the same states, counts and conflicts, and a log that holds", () => {
    const property = fc.property(history, ({ sent, undone, sweeps, order, other }) => {
      const undos = undone.map((as) => undoCommand(10 + as, { by: SUPERVISOR }));
      const commands = [...sent, ...undos, ...(sweeps ? [correctCommand("sweep", "sweep")] : [])];
      expect(outcome(commands, order)).toEqual(outcome(commands, other));
    });
    fc.assert(property, { numRuns: 300 });
  });
});
