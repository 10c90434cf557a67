// Compares, for bundles of random evenings, what the door says of a scan with what a scanner on its own says.

import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import type { TicketRecord } from "../../../../src/domain/door/book.ts";
import { type Bundle, type BundleHead, openBundle } from "../../../../src/domain/door/tickets/bundle.ts";
import { readBundle } from "../../../../src/domain/door/tickets/bundle-read.ts";
import type { BundledTicket } from "../../../../src/domain/door/tickets/bundle-ticket.ts";
import { type Counts, gateCounts, NO_COUNTS } from "../../../../src/domain/door/rows/counts.ts";
import { decide } from "../../../../src/domain/door/decisions/decide.ts";
import { foldTicket } from "../../../../src/domain/door/rows/fold.ts";
import type { BarrierRow, PassRow, TicketRow } from "../../../../src/domain/door/rows/rows.ts";
import type { Decision, Direction, PresentedCode } from "../../../../src/domain/door/scan.ts";
import { admissionOf, type DoorTerms } from "../../../../src/domain/door/terms.ts";
import { type TicketState, NEW_TICKET } from "../../../../src/domain/door/tickets/ticket-state.ts";
import type { GateId } from "../../../../src/domain/ids.ts";
import { MINUTE, START } from "../../builders.ts";
import { barriers, DEVICES, GATES, gate, device, scanIdOf, terms, ticketRows, time } from "./histories.ts";
import { eventTerms } from "../event-terms.ts";

export const recordOf = (rows: readonly TicketRow[], typeNumber: number | null): TicketRecord => ({
  ...{ rows, verdict: null, failedTries: [], typeNumber },
});

export const headOf = (rules: DoorTerms, parts: Partial<BundleHead> = {}): BundleHead => ({
  ...{ seq: 7, since: 0, at: START + 30 * MINUTE, terms: eventTerms({ rules }), counts: NO_COUNTS },
  ...parts,
});

export function bundleOf(
  head: BundleHead,
  tickets: Iterable<readonly [number, TicketRecord]>,
  barrierRows: readonly BarrierRow[] = [],
): Uint8Array {
  const bundle = openBundle(head, barrierRows);
  for (const [serial, record] of tickets) bundle.add(serial, record);
  return bundle.finish();
}

/** The bundle of these bytes, which are one. */
export function readOf(bytes: Uint8Array): Bundle {
  const read = readBundle(bytes);
  if (!read.ok) throw new Error(read.refusal);
  return read.value;
}

/** Passages as most tickets have them: in and out by the rules of the type, later and later. */
const plainRows = (typeNumber: number, rules: DoorTerms): fc.Arbitrary<TicketRow[]> =>
  fc
    .array(fc.record({ gateId: gate, deviceId: device, after: fc.constantFrom(1, MINUTE, 2 * MINUTE) }), {
      maxLength: 5,
    })
    .map((steps) => {
      const { entry, admits } = admissionOf(rules, typeNumber);
      let at = START;
      return steps.map(({ gateId, deviceId, after }, index): PassRow => {
        at += after;
        const kind = index % 2 === 0 || entry === "free" ? "entry" : "exit";
        const passage = { generation: 1, entry, persons: admits, breaches: [] };
        return { kind, scanId: scanIdOf(index), at, deviceId, counter: 0, gateId, decided: "door", ...passage };
      });
    });

export type BundledEvening = {
  readonly rules: DoorTerms;
  readonly barriers: readonly BarrierRow[];
  readonly tickets: readonly TicketRecord[];
  readonly inside: number;
  readonly now: number;
};

const typeNumbers = fc.constantFrom(1, 2, 9, null);
export const bundledEvening: fc.Arbitrary<BundledEvening> = fc.noBias(
  terms.chain((rules) =>
    fc.record({
      rules: fc.constant(rules),
      barriers,
      tickets: fc.array(
        fc.oneof(
          fc.tuple(ticketRows, typeNumbers).map(([rows, type]) => recordOf(rows, type)),
          fc.constantFrom(1, 2, 9).chain((type) => plainRows(type, rules).map((rows) => recordOf(rows, type))),
        ),
        { minLength: 1, maxLength: 6 },
      ),
      inside: fc.nat({ max: 9 }),
      now: time,
    }),
  ),
);

/** Without what a bundle does not have: by which device, and of a ticket that it has in 8 bytes when, and where it left. */
function comparable(decision: Decision, isCoarse: boolean): unknown {
  if (decision.kind !== "decided") return decision;
  const { verdict } = decision;
  if (verdict.verdict !== "already_inside" && verdict.verdict !== "used") return verdict;
  const { at, gateId } = verdict.entered;
  const left = verdict.verdict === "used" ? verdict.left : null;
  const shown = left && (isCoarse ? "sometime" : { at: left.at, gateId: left.gateId });
  return { verdict: verdict.verdict, entered: { at: isCoarse ? null : at, gateId }, left: shown };
}

type Asked = { readonly code: PresentedCode; readonly direction: Direction; readonly gateId: GateId };

/** Throws where the two do not say the same. */
export function assertSame(
  { rules, now, counts }: { readonly rules: DoorTerms; readonly now: number; readonly counts: Counts },
  door: TicketState,
  bundled: BundledTicket | undefined,
  { code, direction, gateId }: Asked,
  seen: (what: string) => void,
): void {
  for (const overrides of [false, true]) {
    const scan = { code, direction, gateId, deviceId: DEVICES[0], alone: true, overrides };
    const leases = { out: 5, own: 5 };
    const view = { inside: counts.inside, insideBy: gateCounts(counts, gateId).insideBy, leases };
    const said = decide({ ticket: door, view, recent: null }, scan, rules, now);
    const alone = decide({ ticket: bundled?.state ?? NEW_TICKET, view, recent: null }, scan, rules, now);
    const isCoarse = bundled?.isCoarse ?? false;
    deepStrictEqual(comparable(alone, isCoarse), comparable(said, isCoarse));
    if (said.kind === "decided") seen(said.verdict.verdict);
  }
}

/** Every ticket of the evening, one that nobody has seen, both directions and all gates. */
export function assertDecidesAsDoor(evening: BundledEvening, seen: (what: string) => void): void {
  const { rules, tickets, barriers: barrierRows, inside, now } = evening;
  const counts: Counts = {
    ...{ inside, admitted: 3 },
    gates: new Map([[GATES[0], { entries: 5, exits: 2, insideBy: inside }]]),
  };
  const serials = tickets.map((_, index) => 2 ** 53 - 1 - 7 * (tickets.length - index));
  const listed = tickets.map((record, index) => [serials[index] ?? 0, record] as const);
  const bundle = readOf(bundleOf(headOf(rules, { counts }), listed, barrierRows));
  deepStrictEqual(bundle.counts, counts);
  deepStrictEqual(JSON.stringify(bundle.terms.rules), JSON.stringify(rules));
  for (const [serial, { rows, typeNumber = null }] of [...listed, [3, recordOf([], 1)] as const]) {
    const { state } = foldTicket(rows, barrierRows, rules.days);
    const bundled = bundle.tickets.get(serial);
    seen(bundled === undefined ? "left out" : bundled.isCoarse ? "coarse" : "exact");
    for (const type of typeNumber === null ? [1, 2, 9] : [typeNumber])
      for (const direction of ["in", "out"] as const)
        for (const generation of [1, 2])
          for (const gateId of GATES) {
            const code = { kind: "code", key: "active", signed: true, other: null, serial } as const;
            const presented = { ...code, typeNumber: type, generation };
            assertSame(
              { rules, now, counts: bundle.counts },
              state,
              bundled,
              { code: presented, direction, gateId },
              seen,
            );
          }
  }
}
