// Rows 4 to 13 of rule D6: each is a function that returns the refusal if it applies to a case. decide.ts calls them in
// their order. Times are epoch ms, counts persons.

import type { Admission } from "../admission.ts";
import type { Refused, Scan } from "../scan.ts";
import { dayOf, type DoorTerms, nextDay } from "../terms.ts";
import type { TicketState } from "../tickets/ticket-state.ts";

/**
 * What is known beside the ticket. `leases.out`: how many persons all scanners' leases reserve; `leases.own`: how many of
 * these this scanner's lease has for this scan (rule D12).
 */
export type DoorView = {
  readonly inside: number;
  /** The gate that scans. */
  readonly insideBy: number;
  readonly leases: { readonly out: number; readonly own: number };
};

export type Case = {
  readonly scan: Scan;
  readonly terms: DoorTerms;
  readonly now: number;
  readonly ticket: TicketState;
  readonly view: DoorView;
  readonly generation: number | null;
  readonly admission: Admission;
};

/** `overridable`: a supervisor may let in against it (rule D15). */
export type Rule = { readonly overridable: boolean; readonly check: (scanCase: Case) => Refused | null };

const MINUTE_MS = 60_000;

/** Row 4. */
export const REVOKED: Rule = { overridable: true, check: revoked };

/** Rows 5 to 13, in their order. */
export const AT_THE_GATE: readonly Rule[] = [
  { overridable: true, check: outsideHours },
  { overridable: true, check: gateClosed },
  { overridable: true, check: wrongGate },
  { overridable: true, check: outsideWindows },
  { overridable: true, check: alreadyInside },
  { overridable: true, check: used },
  { overridable: true, check: overLimit },
  { overridable: true, check: gateFull },
  { overridable: false, check: (scanCase) => venueFull(scanCase, scanCase.terms.hardCapacity, true) },
  { overridable: true, check: (scanCase) => venueFull(scanCase, scanCase.terms.softCapacity, false) },
  { overridable: false, check: leaseUsedUp },
  { overridable: false, check: typedNeedsNetwork },
];

/** How many persons this entry would add to those inside: 0 when a `free` ticket is inside already. */
export function addsToVenue({ admission, ticket }: Case): number {
  return isFreeInside(admission, ticket) ? 0 : admission.admits;
}

/** The same for this gate: a `free` ticket takes along the persons whom it let in at another gate. */
export function addsToGate({ admission, ticket, scan }: Case): number {
  if (!isFreeInside(admission, ticket)) return admission.admits;
  return ticket.insideGate === scan.gateId ? 0 : ticket.leaving;
}

function isFreeInside(admission: Admission, ticket: TicketState): boolean {
  return admission.entry === "free" && ticket.inside > 0;
}

function revoked({ ticket, generation }: Case): Refused | null {
  const { voided, blocked, reissued } = ticket;
  if (voided !== null) return { verdict: "void", since: voided.since, note: voided.note };
  if (reissued !== null && generation !== null && generation < ticket.generation)
    return { verdict: "superseded", since: reissued.since, note: reissued.note };
  return blocked === null ? null : { verdict: "blocked", since: blocked.since, note: blocked.note };
}

/** Half-open, as all windows are: the doors are open while `doorsOpen <= now < endTime`. */
function outsideHours({ terms, now }: Case): Refused | null {
  const { eventStatus, doorsOpen, endTime } = terms;
  const endedAt = Math.min(endTime, terms.endedAt ?? endTime);
  if (eventStatus === "ended" || eventStatus === "archived") return { verdict: "event_over", endedAt };
  if (eventStatus === "draft" || now < doorsOpen) return { verdict: "not_open_yet", opensAt: doorsOpen };
  return now >= endTime ? { verdict: "event_over", endedAt } : null;
}

/** A gate that is not in the terms is closed. */
function gateClosed({ scan, terms, admission }: Case): Refused | null {
  const open = terms.gates.filter(({ status }) => status === "open").map(({ id }) => id);
  if (open.includes(scan.gateId)) return null;
  return { verdict: "gate_closed", openGates: open.filter((id) => admission.gates?.includes(id) ?? true) };
}

function wrongGate({ scan, admission: { gates } }: Case): Refused | null {
  return gates === null || gates.includes(scan.gateId) ? null : { verdict: "wrong_gate", gates };
}

/** Between two windows it is too early for the next; after the last it is too late, and there is no next one. */
function outsideWindows({ now, admission: { windows } }: Case): Refused | null {
  if (windows === null || windows.some(({ from, until }) => from <= now && now < until)) return null;
  const next = windows.find(({ from }) => now < from);
  return next === undefined ? { verdict: "too_late", window: null } : { verdict: "too_early", window: next };
}

function alreadyInside({ admission, ticket: { inside, lastEntry } }: Case): Refused | null {
  if (inside === 0 || lastEntry === null || admission.entry === "free") return null;
  return { verdict: "already_inside", entered: lastEntry };
}

function used({ admission, ticket: { firstEntry, left } }: Case): Refused | null {
  if (admission.entry !== "once" || firstEntry === null) return null;
  return { verdict: "used", entered: firstEntry, left };
}

function overLimit({ admission, ticket, terms, now }: Case): Refused | null {
  const { per_day: perDay, max_entries: maxEntries, gap_minutes: gap } = admission;
  const { lastEntry, entriesThatDay, entries, last } = ticket;
  const isSameDay = lastEntry !== null && dayOf(terms.days, lastEntry.at) === dayOf(terms.days, now);
  if (perDay !== null && isSameDay && entriesThatDay >= perDay)
    return { verdict: "day_limit", limit: perDay, freeAt: nextDay(terms.days, now) };
  if (maxEntries !== null && entries >= maxEntries) return { verdict: "entry_limit", limit: maxEntries, freeAt: null };
  if (gap === null || last === null) return null;
  const freeAt = last.at + gap * MINUTE_MS;
  return now < freeAt ? { verdict: "too_soon", limit: gap, freeAt } : null;
}

function gateFull(scanCase: Case): Refused | null {
  const { scan, terms, view } = scanCase;
  const capacity = terms.gates.find(({ id }) => id === scan.gateId)?.capacity ?? null;
  const adds = addsToGate(scanCase);
  if (capacity === null || adds === 0 || view.insideBy + adds <= capacity) return null;
  return { verdict: "gate_full", inside: view.insideBy, capacity };
}

/**
 * Room that other scanners' leases reserve is not free; room that this scanner's own lease has for this scan is (rule D12).
 */
function venueFull(scanCase: Case, capacity: number, hard: boolean): Refused | null {
  const { inside, leases } = scanCase.view;
  const adds = addsToVenue(scanCase);
  if (adds === 0 || inside + leases.out - leases.own + adds <= capacity) return null;
  return { verdict: "venue_full", inside, capacity, hard };
}

/** This also refuses a `free` ticket that its scanner takes for inside: it may have left by another gate since. */
function leaseUsedUp({ scan, admission, view }: Case): Refused | null {
  const left = view.leases.own;
  return scan.alone && admission.admits > left ? { verdict: "lease_used_up", left } : null;
}

function typedNeedsNetwork({ scan }: Case): Refused | null {
  const isUnchecked = scan.code.kind === "typed" && scan.code.check === "unchecked";
  return isUnchecked ? { verdict: "typed_needs_network" } : null;
}
