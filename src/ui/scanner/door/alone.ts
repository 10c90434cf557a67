// Decides a scan without the door (rule D18): runs the door's own decision function on the scanner's copy of the door.
// Pure.

import { admissionOf } from "../../../domain/door/terms.ts";
import type { Bundle } from "../../../domain/door/tickets/bundle.ts";
import { gateCounts } from "../../../domain/door/rows/counts.ts";
import { decide } from "../../../domain/door/decisions/decide.ts";
import type { Direction, PresentedCode, Verdict } from "../../../domain/door/scan.ts";
import { type TicketState, NEW_TICKET } from "../../../domain/door/tickets/ticket-state.ts";
import type { DeviceId, GateId, ScanId } from "../../../domain/ids.ts";

/**
 * `own`: the states of tickets that this scanner has changed itself, newer than those of its bundle. `insideMore`: how
 * many persons it has let in that the door does not know of yet.
 */
export type AloneFacts = {
  readonly bundle: Bundle;
  readonly own: ReadonlyMap<number, TicketState>;
  readonly insideMore: number;
};

export type AloneScan = {
  readonly scanId: ScanId;
  readonly code: PresentedCode;
  readonly direction: Direction;
  readonly gateId: GateId;
  readonly deviceId: DeviceId;
  /** How many persons the scanner has taken from its lease for this scan (rule D12). */
  readonly fromLease: number;
};

export type Alone = {
  readonly verdict: Verdict;
  readonly passed: { readonly before: TicketState; readonly after: TicketState } | null;
};

export function ticketOf({ bundle, own }: AloneFacts, serial: number): TicketState {
  return own.get(serial) ?? bundle.tickets.get(serial)?.state ?? NEW_TICKET;
}

/** `now`: epoch ms. */
export function decideAlone(facts: AloneFacts, scan: AloneScan, now: number): Alone {
  const { code, direction, gateId, deviceId, fromLease } = scan;
  const { counts, terms } = facts.bundle;
  const before = code.kind === "unreadable" ? NEW_TICKET : ticketOf(facts, code.serial);
  const view = {
    inside: counts.inside + facts.insideMore,
    insideBy: gateCounts(counts, gateId).insideBy + facts.insideMore,
    // A scanner does not know the leases of others. For what it has used of its own the door keeps room.
    leases: { out: fromLease, own: fromLease },
  };
  const request = { code, direction, gateId, deviceId, alone: true, overrides: false };
  const decision = decide({ ticket: before, view, recent: null }, request, terms.rules, now);
  // `recent` is null, so the decision cannot be a repeat; the fallback satisfies the type.
  const verdict: Verdict = decision.kind === "decided" ? decision.verdict : { verdict: "unreadable" };
  const after = passedBy(before, verdict, { at: now, gateId, deviceId }, scan.scanId);
  return { verdict, passed: after && { before, after } };
}

type Passage = NonNullable<TicketState["lastEntry"]>;

/** The state of the ticket after this verdict; null when nobody passed. */
export function passedBy(ticket: TicketState, verdict: Verdict, passage: Passage, scanId: ScanId): TicketState | null {
  const last = { scanId, at: passage.at };
  if (verdict.verdict === "exited" || verdict.verdict === "exit_unmatched")
    return { ...ticket, inside: 0, leaving: 0, insideGate: null, left: passage, last };
  if (verdict.verdict !== "admitted" && verdict.verdict !== "readmitted") return null;
  const inside = ticket.inside + verdict.adds;
  return {
    ...{ ...ticket, inside, leaving: inside, insideGate: passage.gateId, left: null, last },
    ...{ entries: ticket.entries + 1, entriesThatDay: ticket.entriesThatDay + 1 },
    ...{ firstEntry: ticket.firstEntry ?? passage, lastEntry: passage },
  };
}

/** How many persons a ticket of this type admits. */
export function personsOf({ bundle }: Pick<AloneFacts, "bundle">, typeNumber: number | null): number {
  return admissionOf(bundle.terms.rules, typeNumber).admits;
}
