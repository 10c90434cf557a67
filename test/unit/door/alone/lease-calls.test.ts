// When a door calls leases back, from whom, and for whom.

import { describe, expect, test } from "vitest";
import { idOf } from "../../../support/builders.ts";
import { NORTH, PHONE, SOUTH } from "../../../support/door/cases.ts";
import { AT_SOUTH, codeOf, type DoorOnDisk, said } from "../../../support/door/on-disk.ts";
import { doorFor, fill, granted, insideAt, reservedAt, scannerOf } from "../../../support/door/leases.ts";

describe("[D12] a lease is called back", () => {
  const callsOf = (door: DoorOnDisk) => [...door.ledger().book().leases.values()].map(({ lease }) => lease.calls);
  const noticesOf = (door: DoorOnDisk, by = AT_SOUTH, serial = 500) =>
    door.ledger().run([
      {
        ...{ kind: "scan", by, requestId: "request", scanId: idOf("scn", `notices ${serial}`), code: codeOf(serial) },
        ...{ direction: "in", gateId: SOUTH, source: "camera", override: null, acked: [] },
      },
    ]).written?.leases;

  test("when it keeps more than is free beside it, and then no more until there is a reply", () => {
    const door = doorFor(40);
    granted(door);
    fill(door, 20);
    expect(noticesOf(door)?.size, "21 inside, 10 kept, 9 free").toBe(1);
    expect(noticesOf(door, AT_SOUTH, 501)?.size).toBe(0);
  });

  test("not while as much is free", () => {
    const door = doorFor(40);
    granted(door);
    fill(door, 19);
    expect(noticesOf(door)?.size, "20 inside, 10 kept, 10 free").toBe(0);
  });

  test("by the lower of the two capacities", () => {
    const door = doorFor(400, 40);
    granted(door);
    fill(door, 21);
    expect(callsOf(door)).toEqual([1]);
  });

  test("from no more scanners than are needed, while those who were called may still reply", () => {
    const door = doorFor(80);
    granted(door);
    granted(door, { by: AT_SOUTH });
    expect(reservedAt(door)).toBe(30);
    fill(door, 21);
    expect(callsOf(door), "21 inside, 30 kept, 29 free").toEqual([1, 0]);
    fill(door, 10, 2_000);
    expect(callsOf(door), "31 inside, and the 20 of the first are on their way").toEqual([1, 0]);
    fill(door, 11, 3_000);
    expect(callsOf(door)).toEqual([1, 0]);
  });

  test("from another, for who is refused, when the one that was called stays silent", () => {
    const door = doorFor(80);
    granted(door);
    granted(door, { by: AT_SOUTH });
    fill(door, 50);
    expect(callsOf(door)).toEqual([1, 0]);
    const third = { by: scannerOf("third"), gateId: NORTH, code: codeOf(9) };
    expect(said(door.scan({ as: "refused", ...third }))).toBe("venue_full");
    expect(callsOf(door)).toEqual([1, 1]);
  });

  test("for who was refused, though as much is free as it keeps", () => {
    const door = doorFor(20, 20, [1, 8]);
    granted(door);
    fill(door, 10);
    expect([reservedAt(door), callsOf(door)]).toEqual([5, [0]]);
    const party = { by: AT_SOUTH, gateId: SOUTH, code: codeOf(9, { typeNumber: 8 }) };
    expect(said(door.scan({ as: "eight", ...party })), "5 are free").toBe("venue_full");
    expect(callsOf(door)).toEqual([1]);
    granted(door, { report: { returned: 5, calls: 1 } });
    expect(said(door.scan({ as: "eight again", ...party }))).toBe("admitted");
  });

  test("for who was refused the room that it keeps, who is let in once it is back", () => {
    const door = doorFor(8);
    granted(door);
    fill(door, 5);
    granted(door, { report: { returned: 0, calls: 1 } });
    expect(fill(door, 1, 2_000)).toEqual(["admitted"]);
    expect([insideAt(door), reservedAt(door)]).toEqual([6, 2]);
    expect(fill(door, 1, 3_000)).toEqual(["venue_full"]);
    granted(door, { report: { returned: 2, calls: 2 } });
    expect(fill(door, 2, 4_000)).toEqual(["admitted", "admitted"]);
    expect(fill(door, 1, 5_000)).toEqual(["venue_full"]);
  });

  test("not for who would not fit in with all of it", () => {
    const door = doorFor(20, 20, [1, 12]);
    granted(door);
    fill(door, 10);
    const party = { by: AT_SOUTH, gateId: SOUTH, code: codeOf(9, { typeNumber: 12 }) };
    expect([said(door.scan({ as: "twelve", ...party })), callsOf(door)]).toEqual(["venue_full", [0]]);
  });

  test("when a lower capacity leaves less than it keeps", () => {
    const door = doorFor(40);
    granted(door);
    const terms = doorFor(12).ledger().book().terms;
    if (terms) door.take({ ...terms, version: 2 });
    expect(door.ledger().book().leases.get(PHONE)?.lease).toMatchObject({ granted: 10, calls: 1, answered: 0 });
  });
});
