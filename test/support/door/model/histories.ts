// Generates random tickets, events and scans of a door. It uses few gates, devices and minutes, and times at, just
// before and just after them, so that rows collide and every boundary is met.

import fc from "fast-check";
import type { Admission, EntryKind, Window } from "../../../../src/domain/door/admission.ts";
import type { DoorState } from "../../../../src/domain/door/decisions/decide.ts";
import type {
  BarrierRow,
  Breach,
  CountRow,
  PassRow,
  RevokeRow,
  TicketRow,
  UndoRow,
} from "../../../../src/domain/door/rows/rows.ts";
import { BREACHES } from "../../../../src/domain/door/rows/rows.ts";
import type { PresentedCode, Recent, Scan } from "../../../../src/domain/door/scan.ts";
import type { DoorTerms } from "../../../../src/domain/door/terms.ts";
import type { ScanId } from "../../../../src/domain/ids.ts";
import { EVENT, idOf, MINUTE, START } from "../../builders.ts";

export const GATES = [idOf("gate", "north"), idOf("gate", "south"), idOf("gate", "vip")] as const;
export const DEVICES = [idOf("dev", "one"), idOf("dev", "two"), idOf("dev", "three")] as const;
const MINUTES = 24;

export const scanIdOf = (n: number): ScanId => `scan${String(n).padStart(4, "0")}` as ScanId;
export const gate = fc.constantFrom(...GATES);
export const device = fc.constantFrom(...DEVICES);
/** A time of the first minutes of the event, mostly at a minute's boundary. */
export const time = fc
  .tuple(fc.nat({ max: MINUTES }), fc.constantFrom(-1, 0, 0, 0, 1))
  .map(([minute, off]) => START + minute * MINUTE + off);
/** When the doors of most events are open. */
const during = fc
  .tuple(fc.integer({ min: 4, max: 13 }), fc.constantFrom(-1, 0, 0, 1))
  .map(([minute, off]) => START + minute * MINUTE + off);
const minute = fc.nat({ max: MINUTES }).map((n) => START + n * MINUTE);
/** Null in half of all cases. */
const maybe = <T>(arb: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arb, { freq: 2 });

const windows: fc.Arbitrary<Window[]> = fc
  .uniqueArray(minute, { minLength: 2, maxLength: 4 })
  .map((marks) => marks.sort((a, b) => a - b))
  .map((marks) => marks.flatMap((from, at) => (at % 2 === 0 ? [{ from, until: marks[at + 1] ?? from + MINUTE }] : [])));

const entry = fc.constantFrom<EntryKind>("once", "reentry", "free");
const limit = maybe(fc.integer({ min: 1, max: 3 }));
export const admission: fc.Arbitrary<Admission> = fc
  .record({
    entry,
    gates: maybe(fc.uniqueArray(gate, { minLength: 1, maxLength: 2 })),
    windows: maybe(windows),
    per_day: limit,
    max_entries: limit,
    gap_minutes: maybe(fc.constantFrom(1, 1, 2)),
    admits: fc.constantFrom(1, 1, 2, 3),
  })
  .map((rules) => (rules.entry === "once" ? { ...rules, per_day: null, max_entries: null, gap_minutes: null } : rules));

const statuses = fc.constantFrom(...(["published", "live", "live", "live"] as const), "draft", "ended", "archived");
export const terms: fc.Arbitrary<DoorTerms> = fc.record({
  eventStatus: fc.oneof({ weight: 9, arbitrary: fc.constant("live" as const) }, { weight: 1, arbitrary: statuses }),
  doorsOpen: fc.nat({ max: 3 }).map((n) => START + n * MINUTE),
  endTime: fc.integer({ min: 14, max: MINUTES }).map((n) => START + n * MINUTE),
  endedAt: maybe(minute),
  archivedAt: fc.constant(null),
  softCapacity: fc.integer({ min: 6, max: 12 }),
  hardCapacity: fc.integer({ min: 6, max: 12 }),
  gates: fc
    .array(fc.record({ isOpen: fc.constantFrom(true, true, true, true, false), capacity: maybe(fc.nat({ max: 8 })) }), {
      ...{ minLength: 3, maxLength: 3 },
    })
    .map((list) =>
      list.flatMap(({ isOpen, capacity }, at) => {
        const id = GATES[at];
        return id ? [{ id, status: isOpen ? ("open" as const) : ("closed" as const), capacity }] : [];
      }),
    ),
  types: fc.tuple(admission, admission).map((list) => list.map((rules, at) => ({ number: at + 1, admission: rules }))),
  days: fc.uniqueArray(minute, { maxLength: 2 }).map((days) => days.sort((a, b) => a - b)),
});

const breaches = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Breach[]>([]) },
  { weight: 1, arbitrary: fc.subarray([...BREACHES]) },
);
const who = { at: time, deviceId: device, counter: fc.nat({ max: 3 }) };
type WithoutId<R> = R extends unknown ? Omit<R, "scanId"> : never;

const pass: fc.Arbitrary<WithoutId<PassRow>> = fc.record({
  ...who,
  kind: fc.constantFrom("entry", "entry", "exit"),
  gateId: gate,
  decided: fc.constantFrom("door", "door", "alone", "override"),
  generation: fc.constantFrom(1, 1, 2, null),
  entry,
  persons: fc.integer({ min: 1, max: 3 }),
  breaches,
});
const revoke: fc.Arbitrary<WithoutId<RevokeRow>> = fc.oneof(
  fc.record({
    ...who,
    kind: fc.constant("revoke"),
    action: fc.constant("void"),
    note: maybe(fc.constant("refunded")),
    unlessEntered: fc.boolean(),
  }),
  fc.record({ ...who, kind: fc.constant("revoke"), action: fc.constant("block"), note: maybe(fc.constant("stolen")) }),
  fc.record({ ...who, kind: fc.constant("revoke"), action: fc.constant("unblock") }),
  fc.record({ ...who, kind: fc.constant("revoke"), action: fc.constant("reissue"), generation: fc.constantFrom(2, 3) }),
  fc.record({
    ...who,
    kind: fc.constant("revoke"),
    action: fc.constant("attention"),
    text: maybe(fc.constant("check id")),
  }),
);
const undo = fc.record({
  ...who,
  kind: fc.constant("undo"),
  ref: fc.nat({ max: 5 }).map(scanIdOf),
  bySupervisor: fc.boolean(),
});

const numbered = <R>(rows: readonly R[], from: number): (R & { readonly scanId: ScanId })[] =>
  rows.map((row, at) => ({ ...row, scanId: scanIdOf(from + at) }));

/** Rows of one ticket. Of a scan that the door let in there may be a second one, of its scanner alone. */
export const ticketRows: fc.Arbitrary<TicketRow[]> = fc
  .record({
    passes: fc.array(pass, { maxLength: 6 }),
    undos: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(undo, { maxLength: 3 }) },
    ),
    revokes: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(revoke, { maxLength: 3 }) },
    ),
    twice: fc.boolean(),
  })
  .map(({ passes, undos, revokes, twice }) => {
    const rows: PassRow[] = numbered(passes, 0);
    const [first] = rows;
    const isTwice = twice && first && first.decided !== "alone";
    const again = isTwice ? [{ ...first, decided: "alone" as const, at: first.at + MINUTE }] : [];
    return [...rows, ...again, ...numbered(undos, 100), ...(numbered(revokes, 200) as RevokeRow[])];
  });

const barrier: fc.Arbitrary<WithoutId<BarrierRow>> = fc.oneof(
  fc.record({ ...who, kind: fc.constant("sweep") }),
  fc.record({
    ...who,
    kind: fc.constant("set"),
    inside: fc.nat({ max: 6 }),
    gates: fc.array(fc.tuple(gate, fc.integer({ min: 1, max: 4 })), { maxLength: 2 }).map((gates) => new Map(gates)),
  }),
);
export const barriers: fc.Arbitrary<BarrierRow[]> = fc
  .oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(barrier, { maxLength: 2 }) })
  .map((rows) => numbered(rows, 300) as BarrierRow[]);

const FIRST_CLICK = 400;
const click = fc.record({
  ...{ ...who, kind: fc.constant("count"), gateId: gate },
  by: fc.constantFrom(1, 2, -1, -3, 50),
});
/** Rows of the clickers, and of what takes them back. */
export const clicks: fc.Arbitrary<(CountRow | UndoRow)[]> = fc
  .record({
    counted: fc.array(click, { maxLength: 4 }),
    undone: fc.array(fc.record({ ...who, ref: fc.nat({ max: 3 }), bySupervisor: fc.boolean() }), { maxLength: 1 }),
  })
  .map(({ counted, undone }) => [
    ...numbered(counted, FIRST_CLICK),
    ...undone.map(({ ref, ...row }, at) => ({
      ...row,
      ...{ kind: "undo" as const, scanId: scanIdOf(500 + at), ref: scanIdOf(FIRST_CLICK + ref) },
    })),
  ]);

const NONE = [null, null, null, null, null] as const;
const known = { serial: fc.constant(7), typeNumber: fc.constantFrom(1, 1, 1, 2, 9) };
const code: fc.Arbitrary<PresentedCode> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("unreadable") }) },
  {
    weight: 20,
    arbitrary: fc.record({
      ...known,
      kind: fc.constant("code"),
      key: fc.constantFrom(
        "active",
        "active",
        "active",
        "active",
        "active",
        "accepted",
        "accepted",
        "refused",
        "unknown",
      ),
      signed: fc.integer({ min: 0, max: 11 }).map((n) => n > 0),
      other: fc.constantFrom(...NONE, ...NONE, ...NONE, { eventId: EVENT, name: "Matinee", startsAt: START }),
      generation: fc.constantFrom(1, 2, 3),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      ...known,
      kind: fc.constant("typed"),
      check: fc.constantFrom("right", "unchecked", "wrong"),
      typeNumber: fc.constantFrom(1, 2, null),
      generation: fc.constantFrom(1, 2, null),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ ...known, kind: fc.constant("party"), generation: fc.constantFrom(1, 2, 3) }),
  },
);

export const scan: fc.Arbitrary<Scan> = fc.record({
  code,
  direction: fc.constantFrom("in", "in", "in", "in", "out"),
  gateId: gate,
  deviceId: device,
  alone: fc.constantFrom(false, false, true),
  overrides: fc.constantFrom(false, false, true),
});

/** A scan with all that the verdict depends on; `recent` is of the ticket's last passage, or of another one. */
export type ScanCase = {
  readonly rows: TicketRow[];
  readonly barriers: BarrierRow[];
  readonly terms: DoorTerms;
  readonly scan: Scan;
  /** When it is scanned: then, or so long after the ticket's last passage. */
  readonly time: number;
  readonly isAfterLast: boolean;
  readonly off: number;
  readonly view: DoorState["view"];
  readonly recent: (Pick<Recent, "acked" | "deviceId" | "direction"> & { age: number; isLast: boolean }) | null;
};

const leases = fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })).map(([own, others]) => ({ own, out: own + others }));
const anyCase: fc.Arbitrary<ScanCase> = fc.record({
  rows: fc.oneof({ weight: 1, arbitrary: fc.constant<TicketRow[]>([]) }, { weight: 3, arbitrary: ticketRows }),
  ...{ barriers, terms, scan },
  isAfterLast: fc.boolean(),
  off: fc.tuple(fc.constantFrom(0, 1, 1, 2), fc.constantFrom(-1, 0, 1)).map(([minutes, ms]) => minutes * MINUTE + ms),
  time: fc.oneof({ weight: 1, arbitrary: time }, { weight: 3, arbitrary: during }),
  view: fc.record({ inside: fc.integer({ min: -1, max: 10 }), insideBy: fc.integer({ min: -1, max: 7 }), leases }),
  recent: maybe(
    fc.record({
      age: fc.constantFrom(0, 9_999, 10_000, 29_999, 30_000),
      acked: fc.boolean(),
      isLast: fc.constantFrom(true, true, false),
      deviceId: device,
      direction: fc.constantFrom("in", "in", "out"),
    }),
  ),
});

/** A case in which only the ticket's past and the venue's capacity can refuse the scan. */
function asPlain({ rows, terms, scan, ...rest }: ScanCase): ScanCase {
  const open = { eventStatus: "live", doorsOpen: START - MINUTE, endTime: START + 60 * MINUTE } as const;
  const gates = terms.gates.map(({ id }) => ({ id, status: "open" as const, capacity: null }));
  const types = terms.types.map(({ number, admission: rules }) => ({
    ...{ number, admission: { ...rules, gates: null, windows: null } },
  }));
  const code = {
    kind: "code",
    key: "active",
    signed: true,
    other: null,
    serial: 7,
    typeNumber: 1,
    generation: 3,
  } as const;
  return {
    ...{ ...rest, recent: null, rows: rows.filter(({ kind }) => kind !== "revoke") },
    terms: { ...terms, ...open, gates, types },
    scan: { ...scan, code, direction: "in" },
  };
}

export const scanCase: fc.Arbitrary<ScanCase> = fc.noBias(
  fc.tuple(anyCase, fc.boolean()).map(([given, isPlain]) => (isPlain ? asPlain(given) : given)),
);
