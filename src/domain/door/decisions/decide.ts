// Decides the verdict of a scan (rules D5, D6, D7, D15): one function for the door and for a scanner alone with its bundle.
// It reads and writes nothing: the caller passes what is known of the ticket and the counts, and writes the row.

import { addsToGate, addsToVenue, AT_THE_GATE, type Case, type DoorView, REVOKED, type Rule } from "./refusals.ts";
import type { Admitted, Decision, PresentedCode, Recent, Refused, Scan, Verdict } from "../scan.ts";
import { admissionOf, type DoorTerms } from "../terms.ts";
import type { TicketState } from "../tickets/ticket-state.ts";

/** For this long a verdict whose reply may have been lost is given again (rule D5). */
const UNDELIVERED_MS = 30_000;
/** For this long a scan whose verdict has reached its scanner is a `repeat`. */
const REPEAT_MS = 10_000;

/**
 * What is known when a scan is decided. `ticket` is the state of the code's serial, `recent` its last passage by this
 * device.
 */
export type DoorState = {
  readonly ticket: TicketState;
  readonly view: DoorView;
  readonly recent: Recent | null;
};

/**
 * The verdict of `scan` at `now`, epoch ms: for an entry the first in the order of rule D6 that applies, for an exit rule
 * D7.
 */
export function decide(state: DoorState, scan: Scan, terms: DoorTerms, now: number): Decision {
  const { code, direction } = scan;
  if (code.kind === "unreadable") return decided({ verdict: "unreadable" });
  const unproven = unprovenBy(code, direction === "out");
  if (unproven !== null) return decided(unproven);
  const { generation, typeNumber } = code;
  const admission = admissionOf(terms, typeNumber);
  const scanCase: Case = {
    scan,
    terms,
    now,
    ticket: state.ticket,
    view: atLeastNobody(state.view),
    generation,
    admission,
  };
  const recent = recentDecision(state, scan, now);
  return direction === "out" ? (recent ?? decided(exit(scanCase))) : enter(scanCase, recent);
}

function enter(scanCase: Case, recent: Decision | null): Decision {
  let against: Refused["verdict"] | null = null;
  const applies = ({ overridable, check }: Rule): Refused | null => {
    const refused = check(scanCase);
    if (refused === null || !overridable || !scanCase.scan.overrides) return refused;
    against ??= refused.verdict;
    return null;
  };
  const revoked = applies(REVOKED);
  if (revoked !== null) return decided(revoked);
  if (recent !== null) return recent;
  for (const rule of AT_THE_GATE) {
    const refused = applies(rule);
    if (refused !== null) return decided(refused);
  }
  return decided(admit(scanCase, against));
}

/**
 * Rows 2 and 3 of rule D6: the code does not prove to be of a ticket of this event. For an exit, keys of any status do
 * (rule D7).
 */
function unprovenBy(code: Exclude<PresentedCode, { kind: "unreadable" }>, isExit: boolean): Refused | null {
  if (code.kind === "typed") return code.check === "wrong" ? { verdict: "forged" } : null;
  if (code.kind === "party") return null;
  const { key, signed, other } = code;
  const isAccepted = key === "active" || key === "accepted" || (key === "refused" && isExit);
  if (isAccepted && signed && other !== null) return { verdict: "wrong_event", event: other };
  if (!isAccepted) return { verdict: "unknown_key" };
  return signed ? null : { verdict: "forged" };
}

/**
 * Rule D5, as long as that passage is still the ticket's last one: a ticket that has left, or whose passage was undone,
 * is decided afresh. A refusal is never given again, since it had no effect.
 */
function recentDecision({ recent, ticket }: DoorState, scan: Scan, now: number): Decision | null {
  if (recent === null || recent.deviceId !== scan.deviceId || recent.direction !== scan.direction) return null;
  const { scanId, verdict } = recent;
  if (ticket.last?.scanId !== scanId) return null;
  const age = now - recent.at;
  if (recent.acked) return age < REPEAT_MS ? { kind: "repeat", scanId } : null;
  return age < UNDELIVERED_MS ? { kind: "again", scanId, verdict } : null;
}

function admit(scanCase: Case, against: Admitted["against"]): Admitted {
  const { ticket, view } = scanCase;
  const adds = addsToVenue(scanCase);
  return {
    verdict: ticket.entries === 0 ? "admitted" : "readmitted",
    adds,
    fromLease: Math.min(view.leases.own, adds),
    inside: view.inside + adds,
    insideBy: view.insideBy + addsToGate(scanCase),
    attention: ticket.attention,
    against,
  };
}

function exit({ ticket, admission }: Case): Verdict {
  if (ticket.inside === 0) return { verdict: "exit_unmatched", persons: admission.admits };
  return { verdict: "exited", persons: ticket.leaving };
}

/** A clicker may have counted out more persons than were in. */
function atLeastNobody(view: DoorView): DoorView {
  return { ...view, inside: Math.max(0, view.inside), insideBy: Math.max(0, view.insideBy) };
}

function decided(verdict: Verdict): Decision {
  return { kind: "decided", verdict };
}
