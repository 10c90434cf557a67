// What scanners decided alone, as a door on its rows takes it: its row, what comes again, and when its clock was off.
// @module-tag slow

import { describe, expect, test } from "vitest";
import { KEPT_AFTER_END_MS } from "../../../../src/domain/events/event.ts";
import { MAX_ROWS_A_TICKET } from "../../../../src/domain/limits.ts";
import { HOUR, idOf, MINUTE } from "../../../support/builders.ts";
import { NORTH, NOW, SOUTH } from "../../../support/door/cases.ts";
import {
  AT_NORTH,
  AT_SOUTH,
  codeOf,
  type DoorOnDisk,
  openDoorOnDisk,
  said,
  scanCommand,
  scanIdOf,
  SUPERVISOR,
  undoCommand,
} from "../../../support/door/on-disk.ts";
import { eventTerms } from "../../../support/door/event-terms.ts";
import { explainBroken } from "../../../support/door/recounted.ts";
import { conflictsOf, standing, upload, uploadCommand, type UploadParts } from "../../../support/door/uploads.ts";

const atSouth = { by: AT_SOUTH, gateId: SOUTH };
const once = () => eventTerms({ admission: { entry: "once" } });
/** An event that goes on long enough. */
const long = () => eventTerms({ rules: { endTime: NOW + 24 * HOUR } });
const countsOf = (door: DoorOnDisk) => door.ledger().book().head.counts;
/** The evening goes on. */
const later = (door: DoorOnDisk, ms = MINUTE) => {
  door.now += ms;
};

describe("[D1] [D19] a scan that was decided alone", () => {
  test("is a row as it happened, received when it arrived, and counts", () => {
    const door = openDoorOnDisk(eventTerms({ admission: { admits: 3 } }));
    later(door, HOUR);
    const reason = "the band";
    expect(upload(door, { at: NOW + 1, counter: 5, source: "reader" })).toEqual(["taken"]);
    expect(upload(door, { as: 2, by: SUPERVISOR, override: reason, serial: 8 })).toEqual(["taken"]);
    expect(upload(door, { as: 3, verdict: "already_inside", clockUnsure: true })).toEqual(["taken"]);
    const none = { serial: null, typeNumber: null, generation: null };
    expect(upload(door, { as: 4, verdict: "unreadable", ...none })).toEqual(["taken"]);
    const [, first, second, third, fourth] = door.rows();
    expect(first).toMatchObject({
      ...{ seq: 2, at: NOW + 1, receivedAt: NOW + HOUR, kind: "entry", scanId: scanIdOf(1), actor: AT_NORTH.id },
      ...{ requestId: "request", gateId: NORTH, serial: 7, typeNumber: 1, generation: 1, source: "reader" },
      ...{ decided: "alone", verdict: "admitted", reason: null, letIn: true, ref: null, inside: 3, admitted: 3 },
      gates: [{ id: NORTH, entries: 3, exits: 0, insideBy: 3 }],
    });
    expect(JSON.parse(first?.detail ?? "")).toEqual({
      ...{ counter: 5, clockUnsure: false, entry: "reentry", persons: 3, breaches: [] },
    });
    expect(second).toMatchObject({ decided: "alone", actor: SUPERVISOR.id, reason, letIn: true, inside: 6 });
    expect(third).toMatchObject({ verdict: "already_inside", letIn: false, inside: 6, gates: [] });
    expect(JSON.parse(third?.detail ?? "")).toEqual({ counter: 1, clockUnsure: true });
    expect(fourth).toMatchObject({ verdict: "unreadable", serial: null, letIn: false });
    expect([conflictsOf(door), explainBroken(door.rows())]).toEqual([[], null]);
  });

  test("is known to the next scan at the door, and comes before what the door has not acknowledged", () => {
    const door = openDoorOnDisk(long());
    later(door, HOUR);
    upload(door);
    expect(said(door.scan({ as: 2, ...atSouth }))).toBe("already_inside");
    expect(said(door.scan({ as: 3, direction: "out", ...atSouth }))).toBe("exited");
    later(door, 1_000);
    // The scan of another hour: the exit is still the last passage, and its verdict is given again.
    upload(door, { as: 4, at: NOW - MINUTE, direction: "out", verdict: "exited" });
    expect(door.scan({ as: 5, direction: "out", ...atSouth })).toMatchObject({
      value: { scanId: scanIdOf(3), again: true, verdict: { verdict: "exited" } },
    });
    expect(said(door.scan({ as: 6 }))).toBe("readmitted");
    // Now the last passage is what somebody decided alone, which is no verdict of the door.
    upload(door, { as: 7, at: door.now + 1, direction: "out", verdict: "exited" });
    expect(said(door.scan({ as: 8, ...atSouth }))).toBe("readmitted");
    expect(explainBroken(door.rows())).toBeNull();
  });

  test("[D21] is refused of another gate than the device's, of none, and overridden by a device", () => {
    const door = openDoorOnDisk();
    expect(upload(door, { gateId: SOUTH })).toEqual(["forbidden"]);
    expect(upload(door, { override: "I know him" })).toEqual(["forbidden"]);
    expect(upload(door, { by: SUPERVISOR, gateId: idOf("gate", "none") })).toEqual(["not_found"]);
    const stranger = { ...AT_NORTH, organizationId: idOf("org", "other") };
    expect(upload(door, { by: stranger })).toEqual(["not_found"]);
    expect(door.rows()).toHaveLength(1);
    expect(upload(door, { by: SUPERVISOR, gateId: SOUTH })).toEqual(["taken"]);
  });

  test.each<[string, UploadParts]>([
    ["out of the way that it went", { verdict: "exited" }],
    ["without a ticket", { serial: null }],
  ])("is a bug of who sends it when somebody passes %s", (_, parts) => {
    const door = openDoorOnDisk();
    expect(() => door.run([uploadCommand(parts)])).toThrow(/passes/);
    expect(door.rows()).toHaveLength(1);
  });

  test("[D9] is taken after the end, until a week has passed and the event is archived", () => {
    const { rules } = eventTerms();
    const last = rules.endTime + KEPT_AFTER_END_MS;
    const archived = { eventStatus: "archived", archivedAt: rules.endTime + HOUR } as const;
    const door = openDoorOnDisk(eventTerms({ rules: archived }));
    door.now = last - 1;
    expect(upload(door, { by: SUPERVISOR })).toEqual(["taken"]);
    door.now = last;
    expect(upload(door, { as: 2, by: SUPERVISOR })).toEqual(["door_closed"]);
    expect(upload(door, { by: SUPERVISOR })).toEqual(["door_closed"]);
    expect(door.rows()).toHaveLength(2);
  });
});

describe("[D4] a scan id that is uploaded again", () => {
  test("is a repeat with its conflicts, and of another ticket, gate or direction another scan's", () => {
    const door = openDoorOnDisk(once());
    later(door, HOUR);
    upload(door, { as: 0, at: NOW - 1, ...atSouth });
    expect(upload(door)).toEqual(["taken", "double_entry"]);
    const rows = door.rows().length;
    expect(upload(door)).toEqual(["repeat", "double_entry"]);
    expect(upload(door, { verdict: "used" })).toEqual(["repeat", "double_entry"]);
    for (const parts of [{ serial: 8 }, { generation: 2 }, { by: SUPERVISOR, gateId: SOUTH }])
      expect(upload(door, parts)).toEqual(["scan_id_reused"]);
    expect(upload(door, { direction: "out", verdict: "exited" })).toEqual(["scan_id_reused"]);
    expect(said(door.scan({ as: 1, direction: "out" })), "nor by the door").toBe("scan_id_reused");
    door.run([undoCommand(1, { as: "undo", by: SUPERVISOR })]);
    expect(upload(door, { as: "undo" })).toEqual(["scan_id_reused"]);
    expect(door.rows()).toHaveLength(rows + 1);
  });

  test("after the door has let it pass is a repeat; and the door gives what was decided alone again", () => {
    const door = openDoorOnDisk();
    expect(said(door.scan({ as: 1 }))).toBe("admitted");
    expect(upload(door)).toEqual(["repeat"]);
    expect(upload(door, { verdict: "lease_used_up" })).toEqual(["repeat"]);
    upload(door, { as: 2, serial: 8 });
    const again = { as: 2, code: codeOf(8) };
    expect(door.scan(again)).toMatchObject({
      value: { scanId: scanIdOf(2), again: false, verdict: { verdict: "admitted", alone: true }, serial: 8 },
    });
    upload(door, { as: 3, serial: 9, verdict: "already_inside" });
    expect(said(door.scan({ as: 3, code: codeOf(9) }))).toBe("already_inside");
    expect([door.rows().length, countsOf(door).inside]).toEqual([4, 2]);
  });

  test("after the door has refused it is a row against that verdict, once, and the verdict stays", () => {
    const door = openDoorOnDisk();
    door.scan({ as: 1 });
    later(door);
    expect(said(door.scan({ as: 2, ...atSouth }))).toBe("already_inside");
    expect(upload(door, { as: 2, at: door.now, verdict: "already_inside", ...atSouth }), "also alone").toEqual([
      "repeat",
    ]);
    const against = { as: 2, at: door.now, ...atSouth };
    for (const [reply] of [
      [["taken", "against_verdict", "double_entry"]],
      [["repeat", "against_verdict", "double_entry"]],
    ])
      expect(upload(door, against)).toEqual(reply);
    // Both in one batch, the scan between them: the door's own verdict is given again.
    const commands = [uploadCommand(against), scanCommand({ as: 2, ...atSouth }), uploadCommand(against)];
    expect(door.run(commands)[1]).toMatchObject({ value: { verdict: { verdict: "already_inside" } } });
    door.restart();
    expect(said(door.scan({ as: 2, ...atSouth }))).toBe("already_inside");
    const rows = door.rows().filter(({ scanId }) => scanId === scanIdOf(2));
    expect(rows).toMatchObject([
      { decided: "door", verdict: "already_inside", letIn: false, ref: null },
      { decided: "alone", verdict: "admitted", letIn: true, ref: scanIdOf(2) },
    ]);
    expect([countsOf(door).inside, explainBroken(door.rows())]).toEqual([2, null]);
    door.run([undoCommand(2, { by: AT_SOUTH })]);
    expect([countsOf(door).inside, standing(door), explainBroken(door.rows())]).toEqual([1, [], null]);
  });

  test("in the batch in which the door refuses it still has the door's verdict", () => {
    const door = openDoorOnDisk(eventTerms({ rules: { eventStatus: "draft" } }));
    const commands = [scanCommand(), uploadCommand(), scanCommand(), uploadCommand()];
    expect(door.run([...commands].map((each) => ({ ...each, by: SUPERVISOR })))).toMatchObject([
      { value: { verdict: { verdict: "not_open_yet" } } },
      { value: { outcome: "taken" } },
      { value: { verdict: { verdict: "not_open_yet" } } },
      { value: { outcome: "repeat" } },
    ]);
  });

  test("and was typed is of the generation under which the door decided it", () => {
    const door = openDoorOnDisk();
    door.right.add("7 abcd 1");
    const typed = { kind: "typed_unchecked", serial: 7, check: "abcd", typeNumber: 1 } as const;
    expect(said(door.scan({ as: 1, code: typed, source: "typed", direction: "out" }))).toBe("exit_unmatched");
    const alone = { source: "typed", direction: "out", typeNumber: null, generation: null } as const;
    expect(upload(door, { ...alone, verdict: "exit_unmatched" })).toEqual(["repeat"]);
    expect(upload(door, { as: 2, ...alone, verdict: "exit_unmatched" })).toEqual(["taken"]);
  });
});

describe("[D20] an upload is late by its clock", () => {
  const flagged = (parts: UploadParts, answered: Partial<Parameters<typeof scanCommand>[0]> = {}) => {
    const door = openDoorOnDisk(long());
    later(door);
    door.run([scanCommand({ as: "before", code: codeOf(8), ...answered })]);
    later(door, HOUR);
    return upload(door, { after: scanIdOf("before"), ...parts }).slice(1);
  };

  test("when it is before the door's last reply to its scanner, and not at that time", () => {
    expect(flagged({ at: NOW + MINUTE - 1 })).toEqual(["clock_off"]);
    expect(flagged({ at: NOW + MINUTE })).toEqual([]);
    expect(flagged({ at: NOW + MINUTE - 1, after: null })).toEqual([]);
    expect(flagged({ at: NOW + MINUTE - 1 }, atSouth), "another scanner's").toEqual([]);
  });

  test("when it is later than it arrives, and not as it does", () => {
    expect(flagged({ at: NOW + MINUTE + HOUR })).toEqual([]);
    expect(flagged({ at: NOW + MINUTE + HOUR + 1 })).toEqual(["clock_off"]);
  });

  test("and one that names an upload is judged by none", () => {
    const door = openDoorOnDisk();
    later(door, HOUR);
    upload(door, { as: "before", serial: 8, at: NOW + MINUTE });
    expect(upload(door, { after: scanIdOf("before"), at: NOW })).toEqual(["taken"]);
  });
});

test("[X4] [D19] a ticket with 1,000 rows takes no more uploads, but refusals; other tickets still do", () => {
  const door = openDoorOnDisk(eventTerms({ rules: { softCapacity: 10_000, hardCapacity: 10_000 } }));
  door.run(Array.from({ length: MAX_ROWS_A_TICKET - 1 }, (_, as) => uploadCommand({ as })));
  expect(upload(door, { as: "last" })[0]).toBe("taken");
  expect(upload(door, { as: "over" })).toEqual(["ticket_full"]);
  expect(upload(door, { as: "last" })[0]).toBe("repeat");
  expect(upload(door, { as: "refused", verdict: "already_inside" })[0]).toBe("taken");
  expect(upload(door, { as: "other", serial: 8 })).toEqual(["taken"]);
  expect(countsOf(door).inside).toBe(MAX_ROWS_A_TICKET + 1);
});
