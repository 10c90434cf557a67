// Lists everything that can refuse an entry, in the order of rule D6.

import type { OtherEvent } from "../../../src/domain/door/scan.ts";
import type { Stop } from "../../../src/domain/door/tickets/ticket-state.ts";
import type { ScanId } from "../../../src/domain/ids.ts";
import { EVENT, HOUR, MINUTE } from "../builders.ts";
import { A_MINUTE_AGO, entered, inside, NOW, OTHER_PHONE, type Parts, SOUTH } from "./cases.ts";

export const OTHER: OtherEvent = { eventId: EVENT, name: "Matinee", startsAt: NOW + HOUR };
export const STOP: Stop = { since: A_MINUTE_AGO, note: "see the box office", by: "scan-stop" as ScanId };
const DAY = 24 * HOUR;
export const [EARLY, LATE] = [
  { from: NOW + 1, until: NOW + HOUR },
  { from: NOW - HOUR, until: NOW },
];
export const TYPED = { kind: "typed", check: "unchecked", serial: 7, typeNumber: 1, generation: 1 } as const;

/** The row of the table, what makes a scan meet it, and the whole verdict. */
export type Against = readonly [
  row: number,
  parts: Parts,
  verdict: { readonly verdict: string; readonly hard?: boolean; readonly [fact: string]: unknown },
];

/** In the order of D6: what refuses an entry, and the whole verdict. */
export const AGAINST: readonly Against[] = [
  [1, { scan: { code: { kind: "unreadable" } } }, { verdict: "unreadable" }],
  [2, { code: { other: OTHER } }, { verdict: "wrong_event", event: OTHER }],
  [3, { code: { key: "unknown" } }, { verdict: "unknown_key" }],
  [3, { code: { signed: false } }, { verdict: "forged" }],
  [4, { ticket: { voided: STOP } }, { verdict: "void", since: STOP.since, note: STOP.note }],
  [
    4,
    { ticket: { generation: 2, reissued: { ...STOP, note: null } } },
    { verdict: "superseded", since: STOP.since, note: null },
  ],
  [4, { ticket: { blocked: STOP } }, { verdict: "blocked", since: STOP.since, note: STOP.note }],
  [5, { terms: { doorsOpen: NOW + 1 } }, { verdict: "not_open_yet", opensAt: NOW + 1 }],
  [5, { terms: { endTime: NOW } }, { verdict: "event_over", endedAt: NOW }],
  [6, { gate: { status: "closed" } }, { verdict: "gate_closed", openGates: [SOUTH] }],
  [7, { admission: { gates: [SOUTH] } }, { verdict: "wrong_gate", gates: [SOUTH] }],
  [8, { admission: { windows: [EARLY] } }, { verdict: "too_early", window: EARLY }],
  [8, { admission: { windows: [LATE] } }, { verdict: "too_late", window: null }],
  [
    9,
    { ticket: inside(A_MINUTE_AGO) },
    { verdict: "already_inside", entered: { at: A_MINUTE_AGO, gateId: SOUTH, deviceId: OTHER_PHONE } },
  ],
  [
    10,
    { ticket: entered(A_MINUTE_AGO), admission: { entry: "once" } },
    { verdict: "used", entered: { at: A_MINUTE_AGO, gateId: SOUTH, deviceId: OTHER_PHONE }, left: null },
  ],
  [
    11,
    { ticket: entered(NOW), admission: { per_day: 1 }, terms: { days: [NOW - DAY, NOW + DAY] } },
    { verdict: "day_limit", limit: 1, freeAt: NOW + DAY },
  ],
  [11, { ticket: entered(NOW), admission: { max_entries: 1 } }, { verdict: "entry_limit", limit: 1, freeAt: null }],
  [
    11,
    { ticket: entered(NOW), admission: { gap_minutes: 5 } },
    { verdict: "too_soon", limit: 5, freeAt: NOW + 5 * MINUTE },
  ],
  [12, { gate: { capacity: 5 } }, { verdict: "gate_full", inside: 5, capacity: 5 }],
  [12, { view: { inside: 100 } }, { verdict: "venue_full", inside: 100, capacity: 100, hard: true }],
  [12, { view: { inside: 80 } }, { verdict: "venue_full", inside: 80, capacity: 80, hard: false }],
  [13, { scan: { alone: true } }, { verdict: "lease_used_up", left: 0 }],
  [13, { scan: { code: TYPED } }, { verdict: "typed_needs_network" }],
];

export const nameOf = ([, , { verdict }]: Against): string => verdict;
