// Plays an evening at the gates with the network up: the counts follow from the door's verdicts, and no capacity is
// exceeded (rules D10, D11).

import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import { addCounts, gateCounts, NO_COUNTS, subtractCounts } from "../../../../src/domain/door/rows/counts.ts";
import type { PassRow } from "../../../../src/domain/door/rows/rows.ts";
import type { Direction } from "../../../../src/domain/door/scan.ts";
import type { DoorTerms } from "../../../../src/domain/door/terms.ts";
import type { DeviceId, GateId } from "../../../../src/domain/ids.ts";
import { MINUTE, START } from "../../builders.ts";
import type { Door } from "./harness.ts";
import { device, gate, scanIdOf, terms } from "./histories.ts";
import { naiveEvent } from "./naive-door.ts";

type Step = {
  readonly serial: number;
  readonly direction: Direction;
  readonly gateId: GateId;
  readonly deviceId: DeviceId;
  readonly later: number;
};

export type Evening = { readonly terms: DoorTerms; readonly steps: readonly Step[] };

/** Doors are open, and of the gates' and types' limits most are there. */
export const evening: fc.Arbitrary<Evening> = fc.noBias(
  fc.record({
    terms: terms.map(
      (any): DoorTerms => ({ ...any, eventStatus: "live", doorsOpen: START, endTime: START + 60 * MINUTE }),
    ),
    steps: fc.array(
      fc.record({
        serial: fc.nat({ max: 5 }),
        direction: fc.constantFrom<Direction[]>("in", "in", "in", "out"),
        gateId: gate,
        deviceId: device,
        later: fc.constantFrom(1, 1, MINUTE),
      }),
      { minLength: 5, maxLength: 30, size: "max" },
    ),
  }),
);

export function playEvening(door: Door, { terms, steps }: Evening, seen: (what: string) => void): void {
  const rows = new Map<number, PassRow[]>();
  let [counts, now] = [NO_COUNTS, START];
  for (const [index, { serial, direction, gateId, deviceId, later }] of steps.entries()) {
    now += later;
    const typeNumber = 1 + (serial % 2);
    const known = rows.get(serial) ?? [];
    const before = door.foldTicket(known, [], terms.days);
    const view = { inside: counts.inside, insideBy: gateCounts(counts, gateId).insideBy, leases: { out: 0, own: 0 } };
    const code = { kind: "code", key: "active", signed: true, other: null, serial, typeNumber, generation: 1 } as const;
    const scan = { code, direction, gateId, deviceId, alone: false, overrides: false };
    const decision = door.decide({ ticket: before.state, view, recent: null }, scan, terms, now);
    if (decision.kind !== "decided") throw new Error("no scan of the evening is a repeat");
    const { verdict } = decision;
    seen(verdict.verdict);
    if (!("adds" in verdict) && !("persons" in verdict)) continue;
    const rules = terms.types.find(({ number }) => number === typeNumber)?.admission;
    const row: PassRow = {
      ...{
        scanId: scanIdOf(index),
        at: now,
        deviceId,
        counter: index,
        gateId,
        decided: "door",
        generation: 1,
        breaches: [],
      },
      ...{ kind: direction === "in" ? "entry" : "exit", entry: rules?.entry ?? "once", persons: rules?.admits ?? 1 },
    };
    rows.set(serial, [...known, row]);
    const { part } = door.foldTicket([...known, row], [], terms.days);
    const after = addCounts(counts, subtractCounts(part, before.part));
    if ("adds" in verdict) {
      deepStrictEqual([verdict.inside, verdict.insideBy], [after.inside, gateCounts(after, gateId).insideBy]);
      deepStrictEqual(after.inside - counts.inside, verdict.adds);
      const most = terms.gates.find(({ id }) => id === gateId)?.capacity ?? Infinity;
      if (after.inside > Math.min(terms.softCapacity, terms.hardCapacity) && verdict.adds > 0)
        throw new Error("too full");
      if (verdict.insideBy > most && verdict.insideBy > view.insideBy) throw new Error("a gate is too full");
    } else {
      deepStrictEqual(counts.inside - after.inside, verdict.verdict === "exited" ? verdict.persons : 0);
    }
    counts = after;
  }
  deepStrictEqual(counts, naiveEvent([...rows.values()], [], []));
}
