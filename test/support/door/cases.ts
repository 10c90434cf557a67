// Decides a scan that is admitted, to which a test adds what refuses it.

import type { Admission } from "../../../src/domain/door/admission.ts";
import { DEFAULT_ADMISSION } from "../../../src/domain/door/admission.ts";
import { decide } from "../../../src/domain/door/decisions/decide.ts";
import type { Decision, PresentedCode, Recent, Scan } from "../../../src/domain/door/scan.ts";
import type { DoorGate, DoorTerms } from "../../../src/domain/door/terms.ts";
import { type TicketState, NEW_TICKET } from "../../../src/domain/door/tickets/ticket-state.ts";
import type { ScanId } from "../../../src/domain/ids.ts";
import { HOUR, idOf, MINUTE, START } from "../builders.ts";

export const [NORTH, SOUTH] = [idOf("gate", "north"), idOf("gate", "south")];
export const [PHONE, OTHER_PHONE] = [idOf("dev", "phone"), idOf("dev", "other phone")];
export const NOW = START;
export const SCAN = "scan-before" as ScanId;

export type Code = Extract<PresentedCode, { kind: "code" }>;
export type Parts = {
  readonly now?: number;
  readonly ticket?: Partial<TicketState>;
  readonly admission?: Partial<Admission>;
  readonly terms?: Partial<DoorTerms>;
  readonly gate?: Partial<DoorGate>;
  readonly scan?: Partial<Scan>;
  readonly code?: Partial<Code>;
  readonly view?: { inside?: number; insideBy?: number; out?: number; own?: number };
  readonly recent?: Partial<Recent>;
};

export const CODE: Code = {
  ...{ kind: "code", key: "active", signed: true, other: null, serial: 7, typeNumber: 1, generation: 1 },
};

export const TERMS: DoorTerms = {
  eventStatus: "live",
  doorsOpen: NOW - HOUR,
  endTime: NOW + HOUR,
  endedAt: null,
  archivedAt: null,
  softCapacity: 80,
  hardCapacity: 100,
  gates: [],
  types: [],
  days: [],
};

/** What is decided of a scan that would be admitted but for `parts`. */
export function decisionOf(parts: Parts): Decision {
  const { ticket, admission, terms, gate, scan, code, view = {}, recent, now = NOW } = parts;
  const gates: DoorGate[] = [
    { id: NORTH, status: "open", capacity: null, ...gate },
    { id: SOUTH, status: "open", capacity: null },
  ];
  const rules: Admission = { ...DEFAULT_ADMISSION, entry: "reentry", ...admission };
  const last: Recent = {
    ...{ scanId: SCAN, deviceId: PHONE, direction: "in", at: NOW, acked: true },
    verdict: { verdict: "exited", persons: 1 },
    ...recent,
  };
  return decide(
    {
      ticket: { ...NEW_TICKET, ...ticket },
      view: {
        inside: view.inside ?? 10,
        insideBy: view.insideBy ?? 5,
        leases: { out: view.out ?? view.own ?? 0, own: view.own ?? 0 },
      },
      recent: recent ? last : null,
    },
    {
      code: { ...CODE, ...code },
      ...{ direction: "in", gateId: NORTH, deviceId: PHONE, alone: false, overrides: false },
      ...scan,
    },
    { ...TERMS, gates, types: [{ number: 1, admission: rules }], ...terms },
    now,
  );
}

/** The verdict, or `again` or `repeat`. */
export function verdictOf(parts: Parts): string {
  const decision = decisionOf(parts);
  return decision.kind === "decided" ? decision.verdict.verdict : decision.kind;
}

/** Both of two parts; of what both name the second. Lists of windows are put together. */
export function both(a: Parts, b: Parts): Parts {
  const windows = [...(a.admission?.windows ?? []), ...(b.admission?.windows ?? [])].sort((x, y) => x.from - y.from);
  return {
    ...{ ...a, ...b },
    ticket: { ...a.ticket, ...b.ticket },
    admission: { ...a.admission, ...b.admission, ...(windows.length > 0 && { windows }) },
    terms: { ...a.terms, ...b.terms },
    gate: { ...a.gate, ...b.gate },
    scan: { ...a.scan, ...b.scan },
    code: { ...a.code, ...b.code },
    view: { ...a.view, ...b.view },
  };
}

export const entered = (at: number): Partial<TicketState> => {
  const passage = { at, gateId: SOUTH, deviceId: OTHER_PHONE };
  return { entries: 1, entriesThatDay: 1, firstEntry: passage, lastEntry: passage, last: { scanId: SCAN, at } };
};
export const inside = (at: number): Partial<TicketState> => ({
  ...{ ...entered(at), inside: 1, leaving: 1, insideGate: SOUTH },
});
export const A_MINUTE_AGO = NOW - MINUTE;
export const DAY_MS = 24 * HOUR;
