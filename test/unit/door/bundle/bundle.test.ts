// What a scanner downloads to decide alone: that it decides as the door does, how large it is, and that it is whole or nothing.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_ADMISSION } from "../../../../src/domain/door/admission.ts";
import { CHECKED_FROM } from "../../../../src/domain/door/tickets/bundle.ts";
import { readBundle } from "../../../../src/domain/door/tickets/bundle-read.ts";
import { crc32, openReader, openWriter } from "../../../../src/domain/door/tickets/bytes.ts";
import type { PassRow, RevokeRow, TicketRow } from "../../../../src/domain/door/rows/rows.ts";
import type { DoorTerms } from "../../../../src/domain/door/terms.ts";
import { MINUTE } from "../../../support/builders.ts";
import {
  assertDecidesAsDoor,
  bundledEvening,
  bundleOf,
  headOf,
  readOf,
  recordOf,
} from "../../../support/door/model/bundles.ts";
import { NORTH, NOW, PHONE, SOUTH, TERMS } from "../../../support/door/cases.ts";
import { scanIdOf } from "../../../support/door/model/histories.ts";
import { randomFrom } from "../../../support/random.ts";

const seed = Number(process.env["DOOR_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const [ONCE, AGAIN] = [1, 2];
const RULES: DoorTerms = {
  ...TERMS,
  gates: [NORTH, SOUTH].map((id) => ({ id, status: "open", capacity: null })),
  types: [
    { number: ONCE, admission: DEFAULT_ADMISSION },
    {
      number: AGAIN,
      admission: { ...DEFAULT_ADMISSION, entry: "reentry", gap_minutes: 5, per_day: 3, max_entries: 9 },
    },
  ],
};
const pass = (kind: PassRow["kind"], at: number, parts: Partial<PassRow> = {}): PassRow => ({
  ...{ kind, at, scanId: scanIdOf(at % 1_000_000), deviceId: PHONE, counter: 0, gateId: NORTH, decided: "door" },
  ...{ generation: 1, entry: "once", persons: 1, breaches: [] },
  ...parts,
});
const blocked: RevokeRow = {
  ...{ kind: "revoke", action: "block", note: "stolen", scanId: scanIdOf(9), at: NOW, deviceId: "door", counter: 0 },
};
const wasIn = [pass("entry", NOW)];
const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
/** A small one with a ticket of each form. */
const SMALL = bundleOf(headOf(RULES), [
  [1, recordOf(wasIn, ONCE)],
  [2, recordOf([pass("entry", NOW, { entry: "reentry", gateId: SOUTH })], AGAIN)],
  [3, recordOf([...wasIn, blocked], ONCE)],
]);
/** The same bytes behind a checksum of their own. */
function resealed(body: Uint8Array): Uint8Array {
  const to = openWriter();
  to.bytes(SMALL.subarray(0, 4));
  to.u32(CHECKED_FROM + body.length);
  to.u32(crc32(body));
  to.bytes(body);
  return to.written();
}
const saidOf = (bytes: Uint8Array) => {
  const read = readBundle(bytes);
  return read.ok ? "read" : read.refusal;
};

describe("[D17] [D18] a scanner alone over its bundle", () => {
  test("says of every ticket what the door says of it, in both directions, at any gate", () => {
    const seen = new Map<string, number>();
    const property = fc.property(bundledEvening, (evening) => {
      assertDecidesAsDoor(evening, (what) => seen.set(what, (seen.get(what) ?? 0) + 1));
    });
    const result = fc.check(property, { seed, numRuns: 1_500 });
    if (result.failed)
      throw new Error(`DOOR_SEED=${seed}\n${fc.defaultReportMessage(result)}\n${String(result.errorInstance)}`);
    const met = ["left out", "coarse", "exact", "void", "superseded", "blocked", "already_inside", "used", "admitted"];
    const alsoMet = ["readmitted", "exited", "exit_unmatched", "day_limit", "entry_limit", "too_soon", "venue_full"];
    expect([...met, ...alsoMet].filter((what) => (seen.get(what) ?? 0) < 20)).toEqual([]);
  });

  test("knows the first gate of an 8-byte ticket and the last entry of others, but never the device", () => {
    const { tickets, at } = readOf(SMALL);
    const [short, long, full] = [1, 2, 3].map((serial) => tickets.get(serial));
    expect(short).toMatchObject({ isCoarse: true, typeNumber: ONCE });
    expect(short?.state).toMatchObject({ inside: 1, lastEntry: { at, gateId: NORTH, deviceId: null } });
    expect(long).toMatchObject({ isCoarse: false, typeNumber: AGAIN });
    expect(long?.state).toMatchObject({ inside: 1, entries: 1, lastEntry: { at: NOW, gateId: SOUTH, deviceId: null } });
    expect(full?.state).toMatchObject({
      ...{ lastEntry: { at: NOW, gateId: NORTH }, blocked: { since: NOW, note: "stolen" }, generation: 1 },
    });
  });

  test("has where a ticket's last party entered before another went, since a free one takes it along", () => {
    const [first, second] = [NORTH, SOUTH].map((gateId, step) =>
      pass("entry", NOW + step, { entry: "reentry", gateId }),
    );
    const exit = pass("exit", NOW + 1, { scanId: scanIdOf(3), deviceId: `${PHONE}z` });
    const rows = [first, second, exit].flatMap((step) => step ?? []);
    const types = [{ number: AGAIN, admission: { ...DEFAULT_ADMISSION, entry: "free" as const } }];
    const { tickets } = readOf(bundleOf(headOf({ ...RULES, types }), [[1, recordOf(rows, AGAIN)]]));
    expect(tickets.get(1)?.state).toMatchObject({ inside: 1, insideGate: NORTH, lastEntry: { gateId: SOUTH } });
  });

  test("leaves out whom the door has never seen, or not any more", () => {
    const undo = { kind: "undo", ref: wasIn[0]?.scanId ?? scanIdOf(0), bySupervisor: true, deviceId: PHONE } as const;
    const undone = [...wasIn, { ...undo, scanId: scanIdOf(8), at: NOW + 1, counter: 0 }];
    const { tickets } = readOf(
      bundleOf(headOf(RULES), [
        [1, recordOf([], null)],
        [2, recordOf(undone, ONCE)],
      ]),
    );
    expect(tickets.size).toBe(0);
  });

  test("has of a ticket whose type nobody noted all that is known, since its rules may need it", () => {
    const exit = pass("exit", NOW + MINUTE, { gateId: SOUTH });
    const { tickets } = readOf(bundleOf(headOf(RULES), [[1, recordOf([...wasIn, exit], null)]]));
    expect(tickets.get(1)).toMatchObject({
      ...{ isCoarse: false, typeNumber: null },
      state: { firstEntry: { at: NOW, gateId: NORTH }, left: { at: NOW + MINUTE, gateId: SOUTH }, inside: 0 },
    });
  });

  test("has more than 255 entries, and what passed a gate beyond the 254th, in full", () => {
    const gates = Array.from({ length: 255 }, (_, index) => ({
      ...{ id: `gate_${String(index).padStart(26, "0")}` as typeof NORTH, status: "open" as const, capacity: null },
    }));
    const often = (count: number) =>
      Array.from({ length: count }, (_, step) =>
        pass("entry", NOW + step, { entry: "free", scanId: scanIdOf(step), gateId: gates[0]?.id ?? NORTH }),
      );
    const types = [{ number: AGAIN, admission: { ...DEFAULT_ADMISSION, entry: "free" as const, max_entries: 256 } }];
    const at = (index: number) => recordOf([pass("entry", NOW, { gateId: gates[index]?.id ?? NORTH })], ONCE);
    const { tickets } = readOf(
      bundleOf(headOf({ ...RULES, types, gates }), [
        [1, recordOf(often(255), AGAIN)],
        [2, recordOf(often(256), AGAIN)],
        [3, at(253)],
        [4, at(254)],
      ]),
    );
    expect([1, 2].map((serial) => tickets.get(serial)?.state.entries)).toEqual([255, 256]);
    const [last, beyond] = [3, 4].map((serial) => tickets.get(serial));
    expect(last).toMatchObject({ isCoarse: true, state: { insideGate: gates[253]?.id } });
    expect(beyond).toMatchObject({ isCoarse: false, state: { insideGate: gates[254]?.id } });
  });
});

describe("[D17] the bytes of a bundle", () => {
  test("are where the format says, most significant first", () => {
    const serial = 0x1f_ffff_0000_0102;
    const rows = [pass("entry", NOW, { entry: "reentry", gateId: SOUTH, persons: 3 })];
    const types = [{ number: AGAIN, admission: { ...DEFAULT_ADMISSION, entry: "reentry" as const, admits: 3 } }];
    const head = headOf({ ...RULES, types }, { seq: 0x0102030405, since: 6, at: 7 });
    const bytes = bundleOf(head, [
      [1, recordOf(wasIn, ONCE)],
      [serial, recordOf(rows, AGAIN)],
    ]);
    const from = openReader(bytes);
    expect(hex(from.bytes(4))).toBe("56474201");
    expect([from.u32(), from.u32()]).toEqual([bytes.length, crc32(bytes.subarray(12))]);
    expect([from.u48(), from.u48(), from.u48()]).toEqual([0x0102030405, 6, 7]);
    const text = new TextDecoder().decode(from.bytes(from.u32()));
    expect(JSON.parse(text)).toMatchObject({ inside: 0, gates: [NORTH, SOUTH], terms: { rules: { types } } });
    expect(hex(from.bytes(1 + 9))).toBe(["02", "01", "00000001", "00000000"].join(""));
    expect(hex(from.bytes(8))).toBe(["20", "000000000001", "02"].join(""));
    expect(hex(from.bytes(9))).toBe(["02", "00000000", "00000001"].join(""));
    // Three of them leave together: 3 << 43 and the time.
    const second = (3n * 2n ** 43n + BigInt(NOW)).toString(16).padStart(12, "0");
    expect(hex(from.bytes(16))).toBe(["3f", "ffff00000102", "03", second, "01", "01"].join(""));
    expect([from.u32(), from.left(), from.isSound()]).toEqual([0, 0, true]);
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  });

  test.each<[string, number, number, number]>([
    ["once, 8 bytes each", ONCE, 500_000, 8],
    ["again and again, 16 bytes each", AGAIN, 1_000_000, 16],
  ])("of 60,000 scanned tickets that enter %s", (_, typeNumber, most, each) => {
    const random = randomFrom(14);
    const gates = Array.from({ length: 100 }, (__, index) => ({
      ...{ id: `gate_${String(index).padStart(26, "0")}` as typeof NORTH, status: "open" as const, capacity: 900 },
    }));
    const count = 60_000;
    const serialAt = () => Math.floor(random() * 2 ** 21) * 2 ** 32 + Math.floor(random() * 2 ** 32);
    const serials = Array.from({ length: count }, serialAt).sort((a, b) => a - b);
    const entry = typeNumber === ONCE ? "once" : "reentry";
    const bytes = bundleOf(
      headOf({ ...RULES, gates, days: [NOW - MINUTE] }),
      serials.map((serial, index) => {
        const rows: TicketRow[] = [];
        for (let step = 0; step < (typeNumber === ONCE ? 1 + (index % 2) : 1 + (index % 5)); step++) {
          const gateId = gates[Math.floor(random() * gates.length)]?.id ?? NORTH;
          rows.push(pass(step % 2 === 0 ? "entry" : "exit", NOW + step * MINUTE + (index % 997), { entry, gateId }));
        }
        return [serial, recordOf(rows, typeNumber)] as const;
      }),
    );
    expect(bytes.length).toBeLessThanOrEqual(most);
    expect(bytes.length - count * each).toBeLessThan(15_000);
    expect(readOf(bytes).tickets.size).toBe(count);
  });

  test("have no code, no scan and no device in them", () => {
    const text = new TextDecoder("latin1").decode(SMALL);
    expect(text).toContain("stolen");
    expect(text).not.toMatch(/VG1|dev_|scn_|usr_|scan0/);
    const head = headOf(RULES);
    const terms = Object.assign({ ...head.terms }, { devices: ["hash of a token"] });
    expect(new TextDecoder("latin1").decode(bundleOf({ ...head, terms }, []))).not.toContain("hash of a token");
  });
});

describe("[D17] a bundle is whole, or it is none", () => {
  test("cut off anywhere, longer by a byte, or with one bit changed in it", () => {
    expect(saidOf(SMALL)).toBe("read");
    for (let length = 0; length < SMALL.length; length++) expect(saidOf(SMALL.slice(0, length))).toBe("malformed");
    expect(saidOf(Uint8Array.from([...SMALL, 0]))).toBe("malformed");
    for (let bit = 0; bit < SMALL.length * 8; bit++) {
      const changed = Uint8Array.from(SMALL);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(saidOf(changed), `bit ${bit}`).toBe(bit >> 3 === 3 ? "other_version" : "malformed");
    }
  });

  test("also where its checksum says that it is as it was sent", () => {
    const body = SMALL.subarray(CHECKED_FROM);
    expect(saidOf(resealed(body))).toBe("read");
    const random = randomFrom(seed);
    for (let length = 0; length < body.length; length++)
      expect(saidOf(resealed(body.slice(0, length)))).toBe("malformed");
    expect(saidOf(resealed(Uint8Array.from([...body, 0])))).toBe("malformed");
    const said = new Set<string>();
    for (let turn = 0; turn < 3_000; turn++) {
      const changed = Uint8Array.from(body);
      for (let bytes = 0; bytes < 3; bytes++) changed[Math.floor(random() * body.length)] = Math.floor(random() * 256);
      // It may be another bundle, and never a bug.
      said.add(saidOf(resealed(changed)));
    }
    expect(said).toContain("malformed");
  });

  test.each<[string, Write]>([
    ["a ticket twice", (to) => [1, 1].forEach((serial) => row(to, serial, 1, 2))],
    ["tickets out of order", (to) => [2, 1].forEach((serial) => row(to, serial, 1, 2))],
    ["a place that is none", (to) => [1, 2].forEach((serial) => row(to, serial, 3, 2))],
    ["a gate that is none", (to) => [1, 2].forEach((serial) => row(to, serial, 1, 4))],
    ["somebody inside without a gate", (to) => [1, 2].forEach((serial) => row(to, serial, 1, 0))],
    ["nobody seen, and a gate", (to) => [1, 2].forEach((serial) => row(to, serial, 0, 2))],
  ])("with %s", (_, write) => {
    expect(saidOf(rows((to) => [1, 2].forEach((serial) => row(to, serial, 1, 2))))).toBe("read");
    expect(saidOf(rows(write))).toBe("malformed");
  });

  test.each([
    [3, "read"],
    [2, "malformed"],
  ])("with a ticket in two lists: 1 and 2, and %i, is %s", (other, said) => {
    const bytes = rows(
      (to) => [1, 2].forEach((serial) => row(to, serial, 1, 2)),
      (to) => {
        to.u32(1);
        to.u48(0);
        for (const byte of [other, ONCE, 0, 1]) to.u8(byte);
      },
    );
    expect(saidOf(bytes)).toBe(said);
  });
});

type Write = (to: ReturnType<typeof openWriter>) => void;

/** A bundle of two rows of 8 bytes, and of what `writeFulls` writes behind them. */
function rows(writeRows: Write, writeFulls: Write = (to) => to.u32(0)): Uint8Array {
  const empty = bundleOf(headOf(RULES), []);
  const to = openWriter();
  to.bytes(empty.subarray(CHECKED_FROM, empty.length - 5));
  for (const byte of [1, ONCE]) to.u8(byte);
  for (const count of [2, 0]) to.u32(count);
  writeRows(to);
  writeFulls(to);
  return resealed(to.written());
}

function row(to: Parameters<Write>[0], serial: number, place: number, gate: number): void {
  to.u8(place << 5);
  to.u48(serial);
  to.u8(gate);
}
