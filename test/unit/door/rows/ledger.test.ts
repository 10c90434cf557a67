// The door over its rows: what is written, what comes again, and what is left after a restart.

import { describe, expect, test } from "vitest";
import {
  firstBrokenDoorRow,
  EMPTY_DOOR,
  type DoorRow,
  FULL_ROW_EVERY,
} from "../../../../src/domain/door/rows/door-log.ts";
import type { DoorLogQuery } from "../../../../src/door/storage/door-store.ts";
import { CLOCK_AHEAD_MS } from "../../../../src/domain/limits.ts";
import { sha256Hex } from "../../../../src/shared/sha256.ts";
import { idOf, MINUTE } from "../../../support/builders.ts";
import { NORTH, NOW, SOUTH } from "../../../support/door/cases.ts";
import {
  AT_NORTH,
  AT_SOUTH,
  codeOf,
  type DoorOnDisk,
  openDoorOnDisk,
  said,
  scanIdOf,
  type ScanParts,
  SUPERVISOR,
} from "../../../support/door/on-disk.ts";
import { eventTerms } from "../../../support/door/event-terms.ts";

const everything: Omit<DoorLogQuery, "by"> = {
  afterSeq: 0,
  limit: 100_000,
  decided: null,
  verdict: null,
  gateId: null,
  deviceId: null,
};
const rowsOf = (door: DoorOnDisk): readonly DoorRow[] => door.rows();
const atSouth = { by: AT_SOUTH, gateId: SOUTH };

describe("[D1] each scan is a row, refused ones too", () => {
  test("with its verdict, what it says, and the counts after it", () => {
    const door = openDoorOnDisk();
    door.scan({ as: "in" });
    door.now += 1;
    door.scan({ as: "again", ...atSouth });
    door.scan({ as: "out", direction: "out", ...atSouth });
    const [terms, first, second, third] = rowsOf(door);
    expect(terms).toMatchObject({ seq: 1, kind: "terms", scanId: null, verdict: null, actor: "system", inside: 0 });
    expect(first).toMatchObject({
      ...{ seq: 2, at: NOW, receivedAt: NOW, kind: "entry", scanId: scanIdOf("in"), actor: AT_NORTH.id },
      ...{ requestId: "request", gateId: NORTH, serial: 7, typeNumber: 1, generation: 1, source: "camera" },
      ...{ decided: "door", verdict: "admitted", reason: null, letIn: true, inside: 1, admitted: 1 },
      gates: [{ id: NORTH, entries: 1, exits: 0, insideBy: 1 }],
    });
    expect(second).toMatchObject({ kind: "entry", verdict: "already_inside", letIn: false, inside: 1, gates: [] });
    expect(JSON.parse(second?.detail ?? "")).toEqual({
      entered: { at: NOW, gateId: NORTH, deviceId: AT_NORTH.id },
    });
    expect(third).toMatchObject({ kind: "exit", verdict: "exited", letIn: false, inside: 0, admitted: 1 });
    expect(third?.gates).toEqual(
      [
        { id: NORTH, entries: 1, exits: 0, insideBy: 0 },
        { id: SOUTH, entries: 0, exits: 1, insideBy: 0 },
      ].sort((a, b) => (a.id < b.id ? -1 : 1)),
    );
  });

  test("in a chain of hashes that shows a change of any column, a missing row and one that is moved", () => {
    const door = openDoorOnDisk();
    for (const serial of [1, 2, 3]) door.scan({ as: serial, code: codeOf(serial), override: "the list" });
    const rows = rowsOf(door);
    expect(firstBrokenDoorRow(EMPTY_DOOR, rows, sha256Hex)).toBeNull();
    const columns = Object.keys(rows[2] ?? {}) as (keyof DoorRow)[];
    expect(columns).toHaveLength(22);
    for (const column of columns) {
      const other = column === "gates" ? [] : "changed";
      const changed = rows.map((row) => (row.seq === 3 ? { ...row, [column]: other } : row));
      const broken = firstBrokenDoorRow(EMPTY_DOOR, changed, sha256Hex);
      expect(broken, column).toBe(column === "seq" ? "changed" : 3);
    }
    expect(firstBrokenDoorRow(EMPTY_DOOR, [...rows.slice(0, 1), ...rows.slice(2)], sha256Hex)).toBe(3);
    expect(firstBrokenDoorRow(EMPTY_DOOR, [...rows].reverse(), sha256Hex)).toBe(4);
  });

  test("and what nobody could read has no ticket", () => {
    const door = openDoorOnDisk();
    expect(said(door.scan({ code: { kind: "unreadable" } }))).toBe("unreadable");
    expect(rowsOf(door)[1]).toMatchObject({ serial: null, typeNumber: null, generation: null, verdict: "unreadable" });
  });
});

describe("[D4] the same scan id", () => {
  test("is the same verdict and no row, in its batch, in a later one and after a restart", () => {
    const door = openDoorOnDisk();
    const [first, same] = door.batch([{}, {}]);
    door.now += MINUTE;
    door.restart();
    expect(first).toMatchObject({ ok: true, value: { scanId: scanIdOf(1), again: false, at: NOW, serial: 7 } });
    expect(same).toEqual(first);
    expect(door.scan()).toEqual(first);
    const refused = door.scan({ as: 2, ...atSouth });
    expect(said(refused)).toBe("already_inside");
    door.scan({ as: 3, direction: "out" });
    expect(door.scan({ as: 2, ...atSouth }), "what was refused stays so").toEqual(refused);
    expect(rowsOf(door)).toHaveLength(4);
  });

  test.each<[string, ScanParts]>([
    ["ticket", { code: codeOf(8) }],
    ["generation", { code: codeOf(7, { generation: 2 }) }],
    ["code that nobody can read", { code: { kind: "unreadable" } }],
    ["gate", atSouth],
    ["direction", { direction: "out" }],
  ])("with another %s is refused, and writes nothing", (_, parts) => {
    const door = openDoorOnDisk();
    door.scan();
    expect(door.scan(parts)).toEqual({ ok: false, refusal: { code: "scan_id_reused" } });
    expect(rowsOf(door)).toHaveLength(2);
  });
});

describe("[D5] a verdict that was lost on the way", () => {
  test("is given again under its own scan id for less than 30 s, also after a restart", () => {
    const door = openDoorOnDisk();
    const first = door.scan();
    door.now += 30_000 - 1;
    door.restart();
    expect(door.scan({ as: 2 })).toEqual({ ok: true, value: { ...(first.ok && first.value), again: true } });
    expect(said(door.scan({ as: 3, ...atSouth })), "not at another device").toBe("already_inside");
    door.now += 1;
    expect(said(door.scan({ as: 4 }))).toBe("already_inside");
  });

  test("and one that has arrived is a repeat for less than 10 s", () => {
    const door = openDoorOnDisk();
    door.scan();
    door.acked.add(scanIdOf(1));
    door.now += 10_000 - 1;
    expect(door.scan({ as: 2 })).toEqual({
      ok: true,
      value: {
        ...{ scanId: scanIdOf(1), at: NOW, again: true, verdict: { verdict: "repeat" }, serial: 7 },
        ticketTypeId: idOf("tt", "general"),
      },
    });
    door.now += 1;
    expect(said(door.scan({ as: 3 }))).toBe("already_inside");
    expect(rowsOf(door)).toHaveLength(3);
  });
});

describe("[D6] [D11] at one moment", () => {
  test("two gates admit one ticket once", () => {
    for (let round = 0; round < 1_000; round++) {
      const door = openDoorOnDisk();
      const replies = door.batch([{}, { as: 2, ...atSouth }]);
      expect(replies.map(said)).toEqual(["admitted", "already_inside"]);
      door.storage.close();
    }
  });

  test("40 scanners with 200 tickets let 100 into a place for 100", () => {
    const door = openDoorOnDisk(eventTerms({ rules: { softCapacity: 100, hardCapacity: 100 } }));
    const replies = door.batch(
      Array.from({ length: 200 }, (_, serial) => {
        const id = idOf("dev", `phone ${serial % 40}`);
        const gateId = serial % 2 === 0 ? NORTH : SOUTH;
        return {
          as: serial,
          code: codeOf(serial),
          by: { ...AT_NORTH, id, device: { ...AT_NORTH.device, gateId } },
          gateId,
        };
      }).map((parts) => parts as ScanParts),
    );
    expect(replies.filter((reply) => said(reply) === "admitted")).toHaveLength(100);
    expect(replies.filter((reply) => said(reply) === "venue_full")).toHaveLength(100);
    expect(door.ledger().book().head.counts.inside).toBe(100);
  });
});

test("[D15] an override is a row with its reason; where nothing stood against it, it is none", () => {
  const door = openDoorOnDisk();
  door.batch([{}, { as: 2, by: SUPERVISOR, override: "the child is with us" }]);
  door.scan({ as: 3, code: codeOf(8), by: SUPERVISOR, override: "not needed" });
  const [, , overridden, plain] = rowsOf(door);
  expect(overridden).toMatchObject({ decided: "override", reason: "the child is with us", letIn: true, inside: 2 });
  expect(JSON.parse(overridden?.detail ?? "")).toMatchObject({ against: "already_inside" });
  expect(plain).toMatchObject({ decided: "door", reason: null, verdict: "admitted" });
});

test("[D1] a wake reads from the last row that has all gates, however many there were before", () => {
  const door = openDoorOnDisk();
  for (let serial = 1; serial < 3 * FULL_ROW_EVERY; serial++)
    door.scan({ as: serial, code: codeOf(serial), ...(serial % 3 === 0 && atSouth) });
  const { head } = door.ledger().book();
  const full = rowsOf(door).filter(({ gates }) => gates.length === 2);
  expect(full.map(({ seq }) => seq)).toEqual([FULL_ROW_EVERY, 2 * FULL_ROW_EVERY, 3 * FULL_ROW_EVERY]);
  door.storage.sql.exec(`DELETE FROM log WHERE seq < ${3 * FULL_ROW_EVERY}`);
  door.restart();
  expect(door.ledger().book().head).toEqual(head);
});

test("[H11] a transaction that failed has changed nothing, and the next one goes on from before it", () => {
  const door = openDoorOnDisk();
  door.scan();
  const before = structuredClone(door.ledger().book().head);
  door.storage.setFailing(true);
  expect(() => door.scan({ as: 2, direction: "out" })).toThrow("the commit failed");
  door.storage.setFailing(false);
  expect(door.ledger().book().head).toEqual(before);
  expect(said(door.scan({ as: 2, direction: "out" }))).toBe("exited");
  expect(rowsOf(door)).toHaveLength(3);
});

test("[H3] a row's time never goes back, unless the row before is over a minute ahead of the clock", () => {
  const door = openDoorOnDisk();
  const received = (as: number, behind: number): number | undefined => {
    door.now = NOW - behind;
    door.scan({ as, code: { kind: "unreadable" } });
    return rowsOf(door).at(-1)?.receivedAt;
  };
  expect([received(1, 0), received(2, 1), received(3, CLOCK_AHEAD_MS)]).toEqual([NOW, NOW, NOW]);
  expect(received(4, CLOCK_AHEAD_MS + 1)).toBe(NOW - CLOCK_AHEAD_MS - 1);
});

test("[X5] a door that was never given terms has no tables, and nobody's event", () => {
  const door = openDoorOnDisk(null);
  expect(said(door.scan())).toBe("not_found");
  expect(door.store().log(everything)).toEqual({ rows: [], lookedTo: 0 });
  expect(door.storage.tables()).toEqual([]);
});

test("[D1] the log is read in pages by its filters, each of which reads a bounded number of rows", () => {
  const door = openDoorOnDisk();
  for (const serial of [1, 2, 3]) door.scan({ as: serial, code: codeOf(serial) });
  door.scan({ as: 4, code: codeOf(1), ...atSouth });
  const seqs = (query: Partial<typeof everything>) =>
    door
      .store()
      .log({ ...everything, ...query })
      .rows.map(({ seq }) => seq);
  expect(seqs({ verdict: "already_inside" })).toEqual([5]);
  expect(seqs({ gateId: NORTH })).toEqual([2, 3, 4]);
  expect(seqs({ deviceId: AT_SOUTH.id })).toEqual([5]);
  expect(door.store().log({ ...everything, afterSeq: 1, limit: 2 })).toMatchObject({
    rows: [{ seq: 2 }, { seq: 3 }],
    lookedTo: 3,
  });
  expect(door.store().log({ ...everything, afterSeq: 3 }).lookedTo).toBe(5);
});
