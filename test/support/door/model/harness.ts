// Compares a door with the naive model over random tickets, events, scans, uploads and leases. It must detect a door
// that is broken in one place.

import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import { addCounts, type Counts, NO_COUNTS, subtractCounts } from "../../../../src/domain/door/rows/counts.ts";
import { decide, type DoorState } from "../../../../src/domain/door/decisions/decide.ts";
import { type Conflict, type FoldedTicket, foldEvent, foldTicket } from "../../../../src/domain/door/rows/fold.ts";
import * as lease from "../../../../src/domain/door/leases/lease.ts";
import type { TicketRow } from "../../../../src/domain/door/rows/rows.ts";
import type { Recent } from "../../../../src/domain/door/scan.ts";
import {
  type RecordedScan,
  type ScanSubject,
  takeUpload,
  type Upload,
} from "../../../../src/domain/door/decisions/upload.ts";
import { MINUTE } from "../../builders.ts";
import { evening, playEvening } from "./evening.ts";
import * as random from "./histories.ts";
import { acts, fill, insideReally, openNetwork, play, settle } from "./network.ts";
import { mayLetIn, type Network } from "./peers.ts";
import { naiveEvent, naiveTicket } from "./naive-door.ts";
import { naiveDecision, naiveUpload } from "./naive-verdict.ts";

export const DOOR = {
  ...{ decide, foldTicket, foldEvent, takeUpload },
  ...{ noLease: lease.NO_LEASE, noScannerLease: lease.NO_SCANNER_LEASE },
  ...{ grant: lease.grant, draw: lease.draw, reservedFor: lease.reservedFor, leasesOut: lease.leasesOut },
  ...{ recallLease: lease.recallLease, leasesToRecall: lease.leasesToRecall, takeReport: lease.takeReport },
  ...{
    takeForScan: lease.takeForScan,
    leftOf: lease.leftOf,
    settleScan: lease.settleScan,
    takeNotice: lease.takeNotice,
  },
};
export type Door = typeof DOOR;

type Seen = (what: string) => void;
type Property = fc.IPropertyWithHooks<unknown[]>;

/** What a door is held to; each fails with what is wrong. `seen` is called with each verdict, conflict and the like. */
export function propertiesOf(door: Door, seen: Seen = () => {}): Record<(typeof PROPERTIES)[number], Property> {
  return {
    verdicts: verdicts(door, seen),
    tickets: tickets(door, seen),
    events: events(door),
    uploads: uploads(door, seen),
    network: network(door, seen),
    evening: fc.property(evening, (played) => playEvening(door, played, seen)),
  };
}
export const PROPERTIES = ["verdicts", "tickets", "events", "uploads", "network", "evening"] as const;

function verdicts(door: Door, seen: Seen): Property {
  return fc.property(random.scanCase, ({ rows, barriers, terms, scan, time, isAfterLast, off, view, recent }) => {
    const { state } = naiveTicket(rows, barriers, terms.days);
    const now = isAfterLast && state.last ? state.last.at + off : time;
    const scanId = recent?.isLast && state.last ? state.last.scanId : random.scanIdOf(9);
    const verdict = { verdict: "exited", persons: 1 } as const;
    const known: Recent | null = recent && { ...recent, scanId, at: now - recent.age, verdict };
    const given: DoorState = { ticket: state, view, recent: known };
    const decision = door.decide(given, scan, terms, now);
    seen(decision.kind === "decided" ? decision.verdict.verdict : decision.kind);
    deepStrictEqual(decision, naiveDecision(given, scan, terms, now));
  });
}

/** Rows in another order, and some of them twice: as many numbers as there may be rows, to sort them by. */
const arrival = fc.array(fc.nat({ max: 1_000 }), { minLength: 40, maxLength: 40 });
function arriving<T>(rows: readonly T[], order: readonly number[]): T[] {
  const twice = rows.filter((_, at) => (order[at] ?? 0) % 3 === 0);
  const places = [...rows, ...twice].map((row, at) => ({ row, place: order[at % order.length] ?? 0 }));
  return places.sort((a, b) => a.place - b.place).map(({ row }) => row);
}

const days = random.terms.map((terms) => terms.days);

function tickets(door: Door, seen: Seen): Property {
  return fc.property(random.ticketRows, random.barriers, days, arrival, (rows, barriers, cuts, order) => {
    const folded = door.foldTicket(arriving(rows, order), arriving(barriers, order), cuts);
    for (const { kind } of folded.conflicts) seen(kind);
    deepStrictEqual(sorted(folded), sorted(naiveTicket(rows, barriers, cuts)));
  });
}

function sorted({ conflicts, ...folded }: FoldedTicket): unknown {
  const key = ({ id }: Conflict): string => id;
  return { ...folded, conflicts: [...conflicts].sort((a, b) => (key(a) < key(b) ? -1 : 1)) };
}

/** The counts of the whole event at once, and kept up by the difference that each row makes, as a door keeps them. */
function events(door: Door): Property {
  const some = fc.array(random.ticketRows, { maxLength: 3 });
  return fc.property(some, random.clicks, random.barriers, arrival, (all, clicks, barriers, order) => {
    const whole = naiveEvent(all, clicks, barriers);
    const partOf = (rows: readonly TicketRow[]): Counts => door.foldTicket(rows, barriers, []).part;
    deepStrictEqual(door.foldEvent(all.map(partOf), arriving(clicks, order), barriers), whole);
    const known = all.map((): TicketRow[] => []);
    let counts = door.foldEvent([], clicks, barriers);
    for (const { of, row } of arriving(
      all.flatMap((rows, of) => rows.map((row) => ({ of, row }))),
      order,
    )) {
      const before = known[of] ?? [];
      known[of] = [...before, row];
      counts = addCounts(counts, subtractCounts(partOf(known[of]), partOf(before)));
    }
    deepStrictEqual(counts, whole);
    deepStrictEqual(addCounts(counts, subtractCounts(NO_COUNTS, counts)), NO_COUNTS);
  });
}

const subject: fc.Arbitrary<ScanSubject> = fc.record({
  serial: fc.constantFrom(7, 7, 7, 8),
  generation: fc.constantFrom(1, 1, 1, 2, null),
  gateId: random.gate,
  direction: fc.constantFrom("in", "in", "out"),
});
const upload: fc.Arbitrary<Upload> = fc
  .record({
    subject,
    at: random.time,
    deviceId: random.device,
    counter: fc.integer({ min: 1, max: 3 }),
    typeNumber: fc.constantFrom(1, 2, 9, null),
    passed: fc.constantFrom(true, true, false),
    clockUnsure: fc.constantFrom(false, false, false, true),
  })
  .map(({ subject: of, ...row }) => ({ ...of, ...row, scanId: random.scanIdOf(1) }));
const lastOnline = fc.option(fc.record({ at: random.time, counter: fc.integer({ min: 0, max: 3 }) }), { freq: 2 });

/** What the door has of the scan id: nothing, the same scan, or one that differs in something. */
type Before = { readonly of: Partial<ScanSubject>; readonly passed: boolean; readonly overruled: boolean };
const before: fc.Arbitrary<Before | null> = fc.option(
  fc.record({
    of: fc.oneof(
      { weight: 3, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: subject.map(({ serial }) => ({ serial })) },
      { weight: 1, arbitrary: subject.map(({ generation }) => ({ generation })) },
      { weight: 1, arbitrary: subject.map(({ gateId }) => ({ gateId })) },
      { weight: 1, arbitrary: subject.map(({ direction }) => ({ direction })) },
    ),
    passed: fc.boolean(),
    overruled: fc.boolean(),
  }),
  { freq: 3 },
);
const received = fc.constantFrom(-1, 0, 1, 30 * MINUTE);

function uploads(door: Door, seen: Seen): Property {
  return fc.property(upload, before, random.terms, received, lastOnline, (sent, was, terms, later, online) => {
    const { serial, generation, gateId, direction } = sent;
    const subject = { serial, generation, gateId, direction, ...was?.of };
    const has: RecordedScan | null = was && { ...subject, passed: was.passed, overruled: was.overruled && !was.passed };
    const arrival = { receivedAt: sent.at + later, lastOnline: online };
    const taken = door.takeUpload(sent, has, terms, arrival);
    seen(taken.kind);
    if (taken.kind === "new") for (const breach of taken.pass?.breaches ?? ["nobody passed"]) seen(breach);
    deepStrictEqual(taken, naiveUpload(sent, has, terms, arrival));
  });
}

function network(door: Door, seen: Seen): Property {
  return fc.property(fc.noBias(fc.integer({ min: 1, max: 240 })), acts, (capacity, played) => {
    const opened = openNetwork(door, capacity);
    for (const act of played) {
      play(opened, act);
      checkNetwork(opened, capacity);
    }
    settle(opened);
    checkNetwork(opened, capacity);
    for (const { alone, shown, undone } of opened.guests) if (alone) seen(undone ? "undone alone" : `${shown} alone`);
    for (const { overruled } of opened.answers.values()) if (overruled) seen("overruled");
    deepStrictEqual([opened.counts.inside, door.leasesOut(opened.leases.values())], [insideReally(opened), 0]);
    fill(opened);
    deepStrictEqual(insideReally(opened), capacity, "all that fit in are let in, and no more");
  });
}

/** Rules D11, D12: never more than the capacity, counting everybody whom scanners may still admit alone. */
function checkNetwork(opened: Network, capacity: number): void {
  const reserved = opened.door.leasesOut(opened.leases.values());
  if (opened.counts.inside + reserved > capacity) throw new Error("inside and leases pass the capacity");
  if (insideReally(opened) > capacity) throw new Error("more persons are inside than the capacity");
  for (const [id, lease] of opened.leases)
    if (mayLetIn(opened, id) > opened.door.reservedFor(lease))
      throw new Error("a scanner may let in more than is reserved");
}

/** The run of the property that detects the bug, or null if none does. */
export function runThatCatches(
  door: Door,
  name: (typeof PROPERTIES)[number],
  seed: number,
  numRuns: number,
): number | null {
  const result = fc.check(propertiesOf(door)[name], { seed, numRuns, endOnFailure: true });
  return result.failed ? result.numRuns : null;
}
