// What scanners may let in alone, as the door grants, draws, calls back and writes it off, and what it keeps of that.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LeaseReply, WriteOffReply } from "../../../../src/domain/door/command.ts";
import { FULL_ROW_EVERY } from "../../../../src/domain/door/rows/door-log.ts";
import { takeNotice, leftOf, NO_SCANNER_LEASE } from "../../../../src/domain/door/leases/lease.ts";
import type { DeviceId } from "../../../../src/domain/ids.ts";
import { idOf } from "../../../support/builders.ts";
import { DAY_MS, NOW, OTHER_PHONE, PHONE, SOUTH } from "../../../support/door/cases.ts";
import { AT_NORTH, AT_SOUTH, codeOf, type DoorOnDisk, said, SUPERVISOR } from "../../../support/door/on-disk.ts";
import { eventTerms } from "../../../support/door/event-terms.ts";
import {
  acts,
  brokenAt,
  doorFor,
  fill,
  granted,
  insideAt,
  leaseCommand,
  openEvening,
  reservedAt,
  scannerOf,
  writeOffCommand,
} from "../../../support/door/leases.ts";
import { upload, uploadCommand, type UploadParts } from "../../../support/door/uploads.ts";

const lastOf = <T>(list: readonly T[]): T | undefined => list.at(-1);

describe("[D12] a lease", () => {
  test("is granted to each device that requests one, as its share of the room, and is a row", () => {
    const door = doorFor(40);
    expect(granted(door)).toBe(10);
    expect(door.rows().at(-1)).toMatchObject({ kind: "lease", actor: PHONE, verdict: "granted", inside: 0 });
    expect(granted(door, { by: AT_SOUTH })).toBe(5);
    expect(granted(door, { by: AT_SOUTH }), "asked again, nothing was used").toBe(5);
    expect([reservedAt(door), door.rows().length]).toEqual([15, 3]);
  });

  test("is of no room that others keep", () => {
    const door = doorFor(32);
    expect(granted(door)).toBe(8);
    fill(door, 24);
    expect(granted(door, { by: AT_SOUTH }), "its share is 1, and nothing is free").toBe(0);
  });

  test("is by the lower of the two capacities", () => {
    expect(granted(doorFor(400, 40))).toBe(10);
  });

  test.each([
    [7, 0],
    [8, 1],
  ])("where %i more fit in, and two scanners request one, is of %i for the second", (room, size) => {
    const door = doorFor(100);
    fill(door, 100 - room);
    granted(door);
    expect(granted(door, { by: AT_SOUTH })).toBe(size);
  });

  test("is of devices alone, of this door, while it takes what happened", () => {
    const door = doorFor(40);
    expect(granted(door, { by: SUPERVISOR })).toBe("forbidden");
    expect(granted(door, { by: { ...AT_NORTH, organizationId: idOf("org", "another") } })).toBe("not_found");
    door.now = NOW + 30 * DAY_MS;
    door.take(eventTerms({ terms: { version: 2 }, rules: { eventStatus: "archived", archivedAt: NOW } }));
    expect(granted(door)).toBe("not_found");
    expect(reservedAt(door)).toBe(0);
  });

  test("keeps its room: others are refused what it keeps, its own scanner is let in by it, to the person", () => {
    const door = doorFor(8);
    expect(granted(door)).toBe(2);
    expect(fill(door, 7)).toEqual([...Array<string>(6).fill("admitted"), "venue_full"]);
    expect(said(door.scan({ as: "plain", code: codeOf(20) })), "without its lease").toBe("venue_full");
    for (const serial of [20, 21])
      expect(door.scan({ as: serial, code: codeOf(serial), fromLease: 1 })).toMatchObject({
        value: { verdict: { verdict: "admitted", fromLease: 1 } },
      });
    expect(said(door.scan({ as: 22, code: codeOf(22), fromLease: 1 }))).toBe("venue_full");
    expect([insideAt(door), reservedAt(door)]).toEqual([8, 0]);
  });

  test("is not of another scanner that says it took of it", () => {
    const door = doorFor(8);
    granted(door);
    fill(door, 6);
    const other = { as: "other", by: AT_SOUTH, gateId: SOUTH, code: codeOf(30), fromLease: 1 };
    expect(said(door.scan(other))).toBe("venue_full");
  });

  test("is drawn once, however often its scan comes", () => {
    const door = doorFor(40);
    granted(door);
    for (let time = 0; time < 5; time++) door.scan({ as: "same", code: codeOf(1), fromLease: 1 });
    expect(reservedAt(door)).toBe(9);
    expect(upload(door, { as: "same", serial: 1, fromLease: 1 })).toEqual(["repeat"]);
    expect(reservedAt(door)).toBe(9);
  });

  test("is drawn by what its scanner did alone, and by nobody who has none", () => {
    const door = doorFor(40);
    granted(door);
    upload(door, { as: "alone", serial: 1, fromLease: 1 });
    upload(door, { as: "refused", serial: 2, verdict: "venue_full", fromLease: 1 });
    upload(door, { as: "none", by: AT_SOUTH, gateId: SOUTH, serial: 3, fromLease: 1 });
    expect([reservedAt(door), insideAt(door)]).toEqual([9, 2]);
    granted(door, { by: AT_SOUTH });
    expect(brokenAt(door), "nobody has drawn what was not there").toBeNull();
  });

  test("comes back by the upload of a scan that its scanner refused, less what the door used", () => {
    const door = doorFor(40);
    granted(door);
    door.scan({ as: "admitted", code: codeOf(1), fromLease: 1 });
    const used = (parts: UploadParts) =>
      door
        .run([uploadCommand({ verdict: "venue_full", fromLease: 1, ...parts })])
        .map((reply) => reply.ok && reply.value);
    // Refused by its scanner alone, since the reply was lost.
    expect(used({ as: "admitted", serial: 1 })).toMatchObject([{ outcome: "repeat", fromLease: 1 }]);
    const ofAnother = used({ as: "admitted", serial: 1, by: scannerOf("paired later") });
    expect(ofAnother, "it was the lease of another").toMatchObject([{ outcome: "repeat", fromLease: 0 }]);
    for (const outcome of ["taken", "repeat"])
      expect(used({ as: "refused", serial: 2 })).toMatchObject([{ outcome, fromLease: 0 }]);
    for (const outcome of ["taken", "repeat"])
      expect(used({ as: "alone", serial: 3, verdict: "admitted" })).toEqual([{ outcome, conflicts: [] }]);
    expect(reservedAt(door)).toBe(8);
  });

  test("that is handed in is nobody's any more, and counts for no share", () => {
    const door = doorFor(40);
    granted(door);
    granted(door, { report: { returned: 10, calls: 0 }, wants: false });
    expect(reservedAt(door)).toBe(0);
    expect(granted(door, { by: AT_SOUTH })).toBe(10);
  });

  test("is closed after an eviction, too, once it was handed in", () => {
    const door = doorFor(40);
    granted(door);
    granted(door, { wants: false });
    door.restart();
    expect(door.ledger().book().leases.get(PHONE)).toMatchObject({ open: false, lease: { granted: 10 } });
  });
});

describe("[D12] a silent scanner's lease", () => {
  const writeOff = (door: DoorOnDisk, ...args: Parameters<typeof writeOffCommand>) => {
    // The cast: the reply to a write-off is a lease reply.
    const [reply] = door.run([writeOffCommand(...args)]) as WriteOffReply[];
    return reply?.ok ? reply.value : reply?.refusal.code;
  };

  test("stays reserved until a supervisor writes it off, who says why, once", () => {
    const door = doorFor(8);
    granted(door);
    expect(lastOf(fill(door, 7))).toBe("venue_full");
    expect(writeOff(door, PHONE)).toMatchObject({ deviceId: PHONE, open: false, reserved: 0, writtenOff: 2 });
    expect(door.rows().at(-1)).toMatchObject({ kind: "lease", verdict: "written_off", actor: SUPERVISOR.id });
    expect(door.rows().at(-1)?.reason).toBe("its battery is empty");
    const rows = door.rows().length;
    expect(writeOff(door, PHONE)).toMatchObject({ writtenOff: 2 });
    expect(door.rows()).toHaveLength(rows);
    expect(fill(door, 2, 7_000)).toEqual(["admitted", "admitted"]);
    expect(brokenAt(door)).toBeNull();
  });

  test("whom it has let in is a fact, and more than the venue holds is a conflict", () => {
    const door = doorFor(8);
    granted(door);
    writeOff(door, PHONE);
    fill(door, 8);
    upload(door, { as: "late", serial: 1, fromLease: 1 });
    expect(insideAt(door)).toBe(9);
    expect(door.store().conflicts({ before: null, limit: 10, seen: null }).conflicts).toMatchObject([
      { kind: "over_capacity" },
    ]);
  });

  test("may be requested again", () => {
    const door = doorFor(40);
    granted(door);
    writeOff(door, PHONE);
    expect(granted(door)).toBe(20);
    expect(reservedAt(door)).toBe(10);
  });

  test.each<[string, DeviceId, Parameters<typeof writeOffCommand>[1], string]>([
    ["by a device", PHONE, { by: AT_NORTH }, "forbidden"],
    ["where there is none", OTHER_PHONE, {}, "not_found"],
    ["of another organisation", PHONE, { by: { ...SUPERVISOR, organizationId: idOf("org", "another") } }, "not_found"],
    ["under the id of a scan", PHONE, { as: "scan" }, "scan_id_reused"],
  ])("is not written off %s", (_, deviceId, parts, code) => {
    const door = doorFor(40);
    granted(door);
    door.scan({ as: "scan" });
    expect(writeOff(door, deviceId, parts)).toBe(code);
    expect(reservedAt(door)).toBe(10);
  });
});

describe("[D12] a scanner's own numbers", () => {
  test("that it has lost it has again from the door, and no more than is kept for it", () => {
    const door = doorFor(40);
    granted(door);
    for (const serial of [1, 2, 3]) door.scan({ as: serial, code: codeOf(serial), fromLease: 1 });
    granted(door, { report: { returned: 2, calls: 0 } });
    const [reply] = door.run([leaseCommand()]) as LeaseReply[];
    if (!reply?.ok) throw new Error("a device may have a lease");
    expect(leftOf(takeNotice(NO_SCANNER_LEASE, reply.value))).toBe(reservedAt(door));
    expect(reservedAt(door)).toBe(5);
  });

  test("that are more than can be free no more than there is", () => {
    const door = doorFor(40);
    granted(door);
    expect(granted(door, { report: { returned: 1_000_000, calls: 9 }, wants: false })).toBe(10);
    expect(reservedAt(door)).toBe(0);
    expect(granted(door)).toBe(20);
    expect(reservedAt(door)).toBe(10);
    upload(door, { as: "alone", serial: 1, fromLease: 20 });
    expect(reservedAt(door), "one person, whatever it says").toBe(9);
  });

  test("leave as much free as one ticket may need: a group that was refused is let in once a lease is back", () => {
    const door = doorFor(8, 8, [1, 8]);
    expect(granted(door)).toBe(0);
    const group = { as: "group", by: AT_SOUTH, gateId: SOUTH, code: codeOf(9, { typeNumber: 8 }) };
    expect(said(door.scan(group))).toBe("admitted");
  });
});

describe("[D12] what the door keeps", () => {
  test("survives an eviction: grants by their rows, draws by the scans' rows, also over a full row", () => {
    const door = doorFor(900);
    granted(door);
    const tell = () => [...door.ledger().book().leases].map(([id, { lease, open }]) => ({ id, open, ...lease }));
    const draw = (serial: number) => door.scan({ as: serial, code: codeOf(serial), fromLease: 1 });
    for (let serial = 1; serial <= FULL_ROW_EVERY + 40; serial++) {
      draw(serial);
      if (serial % 20 === 0) granted(door);
      if (serial % 37 === 0) {
        const before = tell();
        door.restart();
        expect(tell()).toEqual(before);
      }
    }
    expect(tell()).toMatchObject([{ id: PHONE, open: true, drawn: FULL_ROW_EVERY + 40 }]);
    expect(brokenAt(door)).toBeNull();
  });

  test("costs no row a scan, a row and one of the log a grant, and one a report", () => {
    const door = doorFor(900);
    const writes = (work: () => unknown): [number, number] => {
      const count = () => [
        door.rows().length,
        Number(door.storage.sql.exec("SELECT COUNT(*) AS n FROM leases").toArray()[0]?.["n"]),
      ];
      const [rows = 0, leases = 0] = count();
      work();
      const [rowsAfter = 0, leasesAfter = 0] = count();
      return [rowsAfter - rows, leasesAfter - leases];
    };
    expect(writes(() => granted(door))).toEqual([1, 1]);
    expect(writes(() => granted(door))).toEqual([0, 0]);
    const stored = () => door.storage.sql.exec("SELECT seq, body FROM leases").toArray()[0]?.["body"];
    const before = stored();
    expect(writes(() => door.scan({ as: "draw", code: codeOf(1), fromLease: 1 }))).toEqual([1, 0]);
    expect(stored()).toBe(before);
  });

  test("and no scanner is ever let in more than fit in, whatever a network loses, delays and repeats", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), acts, (capacity, played) => {
        const evening = openEvening(capacity);
        for (const act of played) {
          evening.play(act);
          expect(insideAt(evening.door) + reservedAt(evening.door)).toBeLessThanOrEqual(capacity);
          expect(evening.loose()).toBeLessThanOrEqual(reservedAt(evening.door));
        }
        evening.settle();
        expect(reservedAt(evening.door)).toBe(0);
        expect(insideAt(evening.door)).toBeLessThanOrEqual(capacity);
        while (fill(evening.door, 1, 10_000 + evening.door.rows().length)[0] === "admitted");
        expect(insideAt(evening.door), "exactly as many as fit in, once no scanner is silent").toBe(capacity);
        expect(brokenAt(evening.door)).toBeNull();
      }),
      { numRuns: 60 },
    );
  });
});
