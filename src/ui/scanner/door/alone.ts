// Decides without the door (rule D18): runs the door's own function over what the scanner knows of it. Pure.

import { admissionOf } from "../../../domain/door/terms.ts";
import type { Bundle } from "../../../domain/door/tickets/bundle.ts";
import { gateCounts } from "../../../domain/door/rows/counts.ts";
import { decide } from "../../../domain/door/decisions/decide.ts";
import type { Direction, PresentedCode, Verdict } from "../../../domain/door/scan.ts";
import { type TicketState, NEW_TICKET } from "../../../domain/door/tickets/ticket-state.ts";
import type { DeviceId, GateId, ScanId } from "../../../domain/ids.ts";

/** `own`: tickets as this scanner knows them better than its bundle. `insideMore`: how many it has let in of whom the door does not know. */
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
  /** Persons whom the scanner has taken from its lease for it (rule D12). */
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
    // What others hold no scanner knows; what it has taken itself the door keeps free for it.
    leases: { out: fromLease, own: fromLease },
  };
  const request = { code, direction, gateId, deviceId, alone: true, overrides: false };
  const decision = decide({ ticket: before, view, recent: null }, request, terms.rules, now);
  // Without a passage that is known by its scan there is nothing to repeat.
  const verdict: Verdict = decision.kind === "decided" ? decision.verdict : { verdict: "unreadable" };
  const after = passedBy(before, verdict, { at: now, gateId, deviceId }, scan.scanId);
  return { verdict, passed: after && { before, after } };
}

type Passage = NonNullable<TicketState["lastEntry"]>;

/** The ticket after this verdict; null where nobody passed. */
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

/** How many persons come in by a ticket of this type. */
export function personsOf({ bundle }: Pick<AloneFacts, "bundle">, typeNumber: number | null): number {
  return admissionOf(bundle.terms.rules, typeNumber).admits;
}
