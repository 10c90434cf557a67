// Verdicts, counts and rows of a door on the wire: each with what it says and nothing else, in plain names and ISO
// times.

import { describe, expect, test } from "vitest";
import { countsForPeople } from "../../../src/domain/door/rows/counts.ts";
import type { DoorCounts, ScanResult } from "../../../src/domain/door/command.ts";
import type { DoorRow as Row } from "../../../src/domain/door/rows/door-log.ts";
import type { Verdict } from "../../../src/domain/door/scan.ts";
import type { ScanId } from "../../../src/domain/ids.ts";
import { ANSWERS, renderScan, VERDICTS } from "../../../src/door/shown-scan.ts";
import { Door, renderDoor, Scan } from "../../../src/http/schemas/entry/door.ts";
import { DoorLog, DoorRow, renderDoorRow } from "../../../src/http/schemas/entry/door-log.ts";
import { idOf } from "../../support/builders.ts";

const AT = Date.parse("2026-12-05T18:00:00.000Z");
const ISO = "2026-12-05T18:00:00.000Z";
const LATER = "2026-12-05T18:00:01.000Z";
const [NORTH, SOUTH, OLD] = [idOf("gate", "north"), idOf("gate", "south"), idOf("gate", "old")];
const DEVICE = idOf("dev", "scanner");
const SCAN: ScanId = idOf("scn", "scan");
const TYPE = idOf("tt", "vip");
const EVENT = idOf("evt", "event");

const PASSAGE = { at: AT, gateId: NORTH, deviceId: DEVICE };
const SHOWN_PASSAGE = { at: ISO, gate_id: NORTH, device_id: DEVICE };
const EMPTIED = { at: AT, gateId: null, deviceId: null };
const INSIDE = { adds: 2, fromLease: 1, inside: 7, insideBy: 3 };
const SHOWN_INSIDE = { from_lease: 1, persons: 2, inside: 7, inside_by: 3 };

/** Every verdict with what the wire says beside its name; of some also with what may be missing. */
const CASES: readonly [Verdict, Record<string, unknown>][] = [
  [{ verdict: "unreadable" }, {}],
  [{ verdict: "unknown_key" }, {}],
  [{ verdict: "forged" }, {}],
  [{ verdict: "typed_needs_network" }, {}],
  [
    { verdict: "wrong_event", event: { eventId: EVENT, name: "Another", startsAt: AT } },
    { event: { id: EVENT, name: "Another", start_time: ISO } },
  ],
  [
    { verdict: "void", since: AT, note: "Refunded" },
    { since: ISO, note: "Refunded" },
  ],
  [
    { verdict: "superseded", since: AT, note: null },
    { since: ISO, note: null },
  ],
  [
    { verdict: "blocked", since: AT, note: "Ask for an id" },
    { since: ISO, note: "Ask for an id" },
  ],
  [{ verdict: "not_open_yet", opensAt: AT }, { opens_at: ISO }],
  [{ verdict: "event_over", endedAt: AT }, { ended_at: ISO }],
  [{ verdict: "gate_closed", openGates: [NORTH, SOUTH] }, { open_gates: [NORTH, SOUTH] }],
  [{ verdict: "wrong_gate", gates: [SOUTH] }, { gates: [SOUTH] }],
  [{ verdict: "too_early", window: { from: AT, until: AT + 1_000 } }, { window: { from: ISO, until: LATER } }],
  [{ verdict: "too_late", window: null }, { window: null }],
  [{ verdict: "already_inside", entered: PASSAGE }, { entered: SHOWN_PASSAGE }],
  [
    { verdict: "used", entered: PASSAGE, left: EMPTIED },
    { entered: SHOWN_PASSAGE, left: { at: ISO, gate_id: null, device_id: null } },
  ],
  [
    { verdict: "used", entered: PASSAGE, left: null },
    { entered: SHOWN_PASSAGE, left: null },
  ],
  [
    { verdict: "day_limit", limit: 2, freeAt: AT },
    { limit: 2, free_at: ISO },
  ],
  [
    { verdict: "entry_limit", limit: 5, freeAt: null },
    { limit: 5, free_at: null },
  ],
  [
    { verdict: "too_soon", limit: 10, freeAt: AT },
    { limit: 10, free_at: ISO },
  ],
  [
    { verdict: "gate_full", inside: 4, capacity: 5 },
    { inside: 4, capacity: 5 },
  ],
  [
    { verdict: "venue_full", inside: 0, capacity: 1, hard: false },
    { inside: 0, capacity: 1, hard: false },
  ],
  [{ verdict: "lease_used_up", left: 0 }, { left_of_lease: 0 }],
  [
    { verdict: "admitted", ...INSIDE, attention: null, against: null },
    { ...SHOWN_INSIDE, attention: null, against: null },
  ],
  [
    { verdict: "readmitted", ...INSIDE, attention: "Wheelchair", against: "wrong_gate" },
    { ...SHOWN_INSIDE, attention: "Wheelchair", against: "wrong_gate" },
  ],
  [{ verdict: "exited", persons: 2 }, { persons: 2 }],
  [{ verdict: "exit_unmatched", persons: 1 }, { persons: 1 }],
];

const answered = (verdict: ScanResult["verdict"], more: Partial<ScanResult> = {}): ScanResult => ({
  ...{ scanId: SCAN, at: AT, again: false, verdict, serial: 0, ticketTypeId: TYPE },
  ...more,
});
const BESIDE = { scan_id: SCAN, again: false, at: ISO, serial: "00000-00000-0", ticket_type_id: TYPE };
const LETS_IN = ["admitted", "readmitted"];
const PROVES_NOTHING = ["unreadable", "wrong_event", "unknown_key", "forged"];

describe("the reply to a scan", () => {
  test("[D6] [D7] has a case here for every verdict, and `repeat` beside them", () => {
    expect([...new Set(CASES.map(([{ verdict }]) => verdict))].sort()).toEqual([...VERDICTS].sort());
    expect(ANSWERS).toEqual([...VERDICTS, "repeat"]);
  });

  test.each(CASES)("[D6] [D7] says of %j what comes with its name, and no more", (verdict, facts) => {
    const shown = renderScan(answered(verdict));
    const { verdict: name } = verdict;
    const ticket_type_id = PROVES_NOTHING.includes(name) ? null : TYPE;
    expect(shown).toStrictEqual({
      ...{ ...BESIDE, ticket_type_id, verdict: name, let_in: LETS_IN.includes(name) },
      ...facts,
    });
    expect(Scan.strict().parse(shown)).toEqual(shown);
  });

  test("[D5] says nothing of a repeat but that it is one, and lets nobody in by it", () => {
    expect(renderScan(answered({ verdict: "repeat" }, { again: true }))).toStrictEqual({
      ...BESIDE,
      ...{ verdict: "repeat", let_in: false, again: true },
    });
  });

  test("[D5] of the passage that an earlier scan was decided for has that scan's id", () => {
    const shown = renderScan(answered({ verdict: "exited", persons: 1 }, { again: true }));
    expect(shown).toMatchObject({ scan_id: SCAN, again: true, verdict: "exited" });
  });

  test("[N3] has the serial as people see it, and null for what could not be read", () => {
    const read = (serial: number | null) => renderScan(answered({ verdict: "forged" }, { serial })).serial;
    expect([read(null), read(31), read(Number.MAX_SAFE_INTEGER)]).toEqual([null, "00000-00000-Z", "7ZZZZ-ZZZZZ-Z"]);
    expect(renderScan(answered({ verdict: "void", since: AT, note: null }, { ticketTypeId: null }))).toMatchObject({
      ticket_type_id: null,
    });
  });
});

describe("[D10] the counts of a door", () => {
  const counts: DoorCounts = {
    ...{ eventId: EVENT, seq: 9, at: AT, softCapacity: 100, hardCapacity: 120, gateIds: [SOUTH, NORTH] },
    counts: {
      ...{ inside: 3, admitted: 5 },
      gates: new Map([
        [OLD, { entries: 1, exits: 1, insideBy: 0 }],
        [NORTH, { entries: 4, exits: 1, insideBy: 3 }],
      ]),
    },
  };

  test("have every gate in the order of the terms, zeros too, and then those that are there no more", () => {
    const shown = renderDoor(counts);
    expect(shown).toStrictEqual({
      ...{ event_id: EVENT, seq: 9, at: ISO, inside: 3, admitted: 5, capacity: { soft: 100, hard: 120 } },
      gates: [
        { gate_id: SOUTH, entries: 0, exits: 0, inside_by: 0 },
        { gate_id: NORTH, entries: 4, exits: 1, inside_by: 3 },
        { gate_id: OLD, entries: 1, exits: 1, inside_by: 0 },
      ],
    });
    expect(Door.parse(shown)).toEqual(shown);
  });
});

describe("[D1] a row of a door's log", () => {
  const row: Row = {
    ...{ seq: 3, at: AT, receivedAt: AT + 1_000, kind: "entry", scanId: SCAN, actor: DEVICE, requestId: "request" },
    ...{ gateId: NORTH, serial: 31, typeNumber: 2, generation: 1, source: "camera", decided: "door" },
    verdict: "already_inside",
    detail: JSON.stringify({ entered: PASSAGE }),
    ...{ reason: null, ref: null, letIn: false, inside: 3, admitted: 5, hash: "ab" },
    gates: [{ id: NORTH, entries: 4, exits: 1, insideBy: 3 }],
  };
  const shown = {
    ...{ seq: 3, at: ISO, received_at: LATER, kind: "entry", scan_id: SCAN, actor: DEVICE, request_id: "request" },
    ...{ gate_id: NORTH, serial: "00000-00000-Z", type_number: 2, generation: 1, source: "camera", decided: "door" },
    ...{
      verdict: "already_inside",
      facts: { entered: SHOWN_PASSAGE },
      reason: null,
      forced: null,
      terms_version: null,
    },
    detail: JSON.stringify({ entered: PASSAGE }),
    ...{ ref: null, count: null, let_in: false, inside: 3, admitted: 5, hash: "ab" },
    gates: [{ gate_id: NORTH, entries: 4, exits: 1, inside_by: 3 }],
  };

  test("has the reply to its scan, and the counts after it", () => {
    expect(renderDoorRow(row)).toStrictEqual(shown);
    expect(DoorRow.strict().parse(shown)).toEqual(shown);
    expect(DoorLog.parse({ data: [shown], next_cursor: null, checkpoint: null }).data).toEqual([shown]);
  });

  test.each(CASES)("has of %j the facts that the reply had", (verdict, facts) => {
    const { verdict: name, ...detail } = verdict;
    const told = renderDoorRow({ ...row, verdict: name, detail: JSON.stringify(detail) });
    expect([told.verdict, told.facts]).toStrictEqual([name, facts]);
  });

  test("[D14] [D16] of an undo says of what and its outcome, of a click how many, of a sweep why", () => {
    const undo = renderDoorRow({ ...row, kind: "undo", verdict: "undone", ref: SCAN, detail: null });
    expect(undo).toMatchObject({ kind: "undo", verdict: "undone", facts: {}, ref: SCAN, count: null });
    const click = renderDoorRow({ ...row, kind: "count", verdict: null, detail: JSON.stringify({ by: -3 }) });
    expect(click).toMatchObject({ kind: "count", verdict: null, facts: {}, count: -3, terms_version: null });
    const sweep = renderDoorRow({ ...row, kind: "sweep", verdict: null, detail: "{}", reason: "closed" });
    expect(sweep).toMatchObject({ kind: "sweep", reason: "closed", count: null, facts: {} });
  });

  test("[N9] [N10] of a changed ticket has what was done, what the gate shows, and whether it was forced", () => {
    const revoke = { ...row, kind: "revoke", gateId: null, source: null, gates: [] } as const;
    const voided = (unlessEntered: boolean) =>
      renderDoorRow({ ...revoke, verdict: "void", detail: JSON.stringify({ unlessEntered }), reason: "refunded" });
    expect(voided(true)).toMatchObject({
      kind: "revoke",
      verdict: "void",
      forced: false,
      reason: "refunded",
      facts: {},
    });
    expect(voided(false)).toMatchObject({ forced: true, count: null, terms_version: null });
    const anew = renderDoorRow({ ...revoke, verdict: "reissue", detail: null, typeNumber: null, generation: 2 });
    expect(anew).toMatchObject({ verdict: "reissue", generation: 2, type_number: null, forced: null, facts: {} });
    expect(DoorRow.strict().parse(anew)).toEqual(anew);
    const refused = { ...row, verdict: "void", detail: JSON.stringify({ since: AT, note: null }) };
    expect(renderDoorRow(refused), "a scan that was refused is none").toMatchObject({ forced: null });
  });

  test("of terms says which, and of no ticket anything", () => {
    const nothing = { scanId: null, gateId: null, serial: null, typeNumber: null, generation: null, source: null };
    const detail = JSON.stringify({ version: 7, epoch: 1, hash: "cd" });
    const terms = renderDoorRow({ ...row, ...nothing, kind: "terms", decided: null, verdict: null, detail, gates: [] });
    expect(terms).toMatchObject({ kind: "terms", terms_version: 7, facts: {}, serial: null, verdict: null, gates: [] });
  });
});

test("[D10] [D16] counts show nobody inside where clickers have counted out more than were in", () => {
  const gate = { entries: 1, exits: 3, insideBy: -2 };
  const counts = { inside: -2, admitted: 0, gates: new Map([[NORTH, gate]]) };
  expect(countsForPeople(counts, [])).toEqual({ inside: 0, admitted: 0, gates: [{ ...gate, id: NORTH, insideBy: 0 }] });
});
