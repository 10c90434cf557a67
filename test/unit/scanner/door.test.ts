// Tests a scanner's copy of its door, the decisions that it makes alone with it, and the rows that it has yet to send.

import { expect, test } from "vitest";
import type { Bundle } from "../../../src/domain/door/tickets/bundle.ts";
import { NO_COUNTS } from "../../../src/domain/door/rows/counts.ts";
import { showSerial } from "../../../src/domain/door/tickets/serial.ts";
import { NEW_TICKET } from "../../../src/domain/door/tickets/ticket-state.ts";
import { toIso } from "../../../src/domain/time/instant.ts";
import type { DoorNewsFrame, TicketSeen } from "../../../src/sockets/door-protocol.ts";
import { decideAlone } from "../../../src/ui/scanner/door/alone.ts";
import { insideUnsent, isUnsent, nextBatch, nextUndo } from "../../../src/ui/scanner/door/rows/rows.ts";
import { takeFrame } from "../../../src/ui/scanner/door/copy/take-frame.ts";
import { MINUTE } from "../../support/builders.ts";
import { CODE, NORTH, NOW, PHONE, SOUTH } from "../../support/door/cases.ts";
import { eventTerms } from "../../support/door/event-terms.ts";
import { scanIdOf, scannerRow as row } from "../../support/door/scanner/rows.ts";

const bundle = (part: Partial<Bundle> = {}, terms = eventTerms({ admission: { entry: "once" } })): Bundle => ({
  ...{ seq: 10, since: 0, at: NOW - MINUTE, terms, counts: NO_COUNTS, tickets: new Map() },
  ...part,
});
const scan = (scanId: string, fromLease: number) => ({
  ...{ scanId: scanIdOf(scanId), code: { ...CODE, serial: 7, typeNumber: 1 }, gateId: NORTH, deviceId: PHONE },
  ...{ direction: "in" as const, fromLease },
});

test("[D18] a scanner alone admits a ticket once, since it knows its own scans after the bundle", () => {
  const known = { bundle: bundle(), own: new Map(), insideMore: 0 };
  const first = decideAlone(known, scan("a", 1), NOW);
  expect(first.verdict.verdict).toBe("admitted");
  const own = new Map([[7, first.passed?.after ?? NEW_TICKET]]);
  const second = decideAlone({ ...known, own }, scan("b", 1), NOW + MINUTE);
  expect(second.verdict).toMatchObject({ verdict: "already_inside", entered: { at: NOW, gateId: NORTH } });
  expect(second.passed).toBeNull();
});

test("[D12] [D18] a scanner alone admits nobody beyond its lease", () => {
  const known = { bundle: bundle(), own: new Map(), insideMore: 0 };
  expect(decideAlone(known, scan("a", 0), NOW).verdict).toEqual({ verdict: "lease_used_up", left: 0 });
});

test("[D11] [D18] persons whom the door does not know of yet count against the capacity", () => {
  const terms = eventTerms({ rules: { softCapacity: 10, hardCapacity: 10 } });
  const known = { bundle: bundle({ counts: { ...NO_COUNTS, inside: 8 } }, terms), own: new Map() };
  expect(decideAlone({ ...known, insideMore: 1 }, scan("a", 1), NOW).verdict.verdict).toBe("admitted");
  expect(decideAlone({ ...known, insideMore: 2 }, scan("a", 1), NOW).verdict.verdict).toBe("venue_full");
});

const seen = (part: Partial<TicketSeen> = {}): TicketSeen => ({
  ...{ serial: showSerial(7), generation: 1, inside: 1, entries: 1, entries_that_day: 1 },
  ...{ entered: { at: toIso(NOW), gate_id: SOUTH }, left_at: null, last_at: toIso(NOW), void_since: null },
  ...{ blocked_since: null },
  ...part,
});
const frame = (from_seq: number, to_seq: number, tickets: readonly TicketSeen[] = [seen()]): DoorNewsFrame => ({
  ...{ type: "door", at: toIso(NOW), from_seq, to_seq, seen: tickets, emptied_at: null },
  door: { seq: to_seq, inside: 3, admitted: 4, capacity: { soft: 9, hard: 9 }, gates: [] },
});

test("[D17] a frame updates the copy; a known frame changes nothing, and a gap is noticed", () => {
  const taken = takeFrame(bundle(), frame(10, 12));
  expect([taken?.head.seq, taken?.head.counts.inside, taken?.tickets.map(([serial]) => serial)]).toEqual([12, 3, [7]]);
  const old = takeFrame(bundle(), frame(8, 10));
  expect([old?.head.seq, old?.head.counts.inside, old?.tickets]).toEqual([10, 0, []]);
  expect(takeFrame(bundle(), frame(11, 12))).toBeNull();
});

test.each([
  ["a guest who is inside at another gate", seen(), "already_inside"],
  ["a guest who has left", seen({ inside: 0, left_at: toIso(NOW) }), "used"],
  [
    "a guest whose entry was taken back",
    seen({ inside: 0, entries: 0, entries_that_day: 0, entered: null }),
    "admitted",
  ],
  ["a void ticket", seen({ void_since: toIso(NOW) }), "void"],
  ["a blocked ticket", seen({ blocked_since: toIso(NOW) }), "blocked"],
  ["a code of an older generation", seen({ generation: 2, inside: 0, entries: 0, entered: null }), "superseded"],
])("[D17] [D18] a scanner alone decides with the states in frames: %s", (_, ticket, verdict) => {
  const taken = takeFrame(bundle(), frame(10, 11, [ticket]));
  const known = { bundle: bundle({ tickets: new Map(taken?.tickets) }), own: new Map(), insideMore: 0 };
  expect(decideAlone(known, scan("a", 1), NOW + MINUTE).verdict.verdict).toBe(verdict);
});

const UNDO = { scanId: scanIdOf("undo"), at: NOW, sent: false };

test("[D19] [N6] [W6] rows are uploaded oldest first, at most 200 and 64 KB at once, without a code", () => {
  const rows = Array.from({ length: 450 }, (_, index) => row(450 - index));
  const batch = nextBatch(rows);
  expect(batch.map(({ counter }) => counter)).toEqual(Array.from({ length: batch.length }, (_, index) => index + 1));
  expect(batch.length).toBeGreaterThan(100);
  expect(batch.length).toBeLessThanOrEqual(200);
  expect(JSON.stringify({ uploads: batch }).length).toBeLessThan(64 * 1_024);
  expect(Object.keys(batch[0] ?? {}), "[N6]").not.toContain("code");
});

test("[D14] [D19] an undo is sent after the upload of its scan, and both are unsent until then", () => {
  const both = row(1, { undo: UNDO });
  expect([isUnsent(both), nextUndo([both])]).toEqual([true, null]);
  const uploaded = { ...both, upload: "done" as const };
  expect([isUnsent(uploaded), nextUndo([uploaded])]).toEqual([true, uploaded]);
  expect(isUnsent({ ...uploaded, undo: { ...UNDO, sent: true } })).toBe(false);
});

test("[W6] the persons whom the door does not know of are those let in alone, less those taken back", () => {
  expect(insideUnsent([row(1), row(2), row(3, { undo: UNDO }), row(4, { upload: "done" })])).toBe(2);
});
