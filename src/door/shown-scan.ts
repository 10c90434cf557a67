// Converts a scan's verdict to its wire format, which is the same over HTTP and over the socket: every verdict with the
// facts beside its name (rules D6, D7). It is the one map from the domain's verdicts.

import type { ScanResult } from "../domain/door/command.ts";
import type { OtherEvent, Passage, Verdict } from "../domain/door/scan.ts";
import { showSerial } from "../domain/door/tickets/serial.ts";
import { toIso } from "../domain/time/instant.ts";
import type { PassageShown, ScanShown, VerdictFactsShown } from "../sockets/door-protocol.ts";

type Name = Verdict["verdict"];
/** The member of the union that has this name, perhaps among others. */
type Of<N extends Name, V extends Verdict = Verdict> = V extends Verdict ? (N extends V["verdict"] ? V : never) : never;
type Facts = VerdictFactsShown;

const nothing = (): Facts => ({});
const stopped = ({ since, note }: Of<"void">): Facts => ({ since: toIso(since), note });
const outsideWindow = ({ window }: Of<"too_early">): Facts => ({
  window: window && { from: toIso(window.from), until: toIso(window.until) },
});
const limited = ({ limit, freeAt }: Of<"day_limit">): Facts => ({
  limit,
  free_at: freeAt === null ? null : toIso(freeAt),
});
const letIn = ({ adds, inside, insideBy, attention, against, fromLease }: Of<"admitted">): Facts => ({
  ...{ persons: adds, inside, inside_by: insideBy },
  ...{ attention, against, from_lease: fromLease },
});

/** The facts of each verdict. Nothing else of a verdict goes over the wire. */
const FACTS = {
  unreadable: nothing,
  unknown_key: nothing,
  forged: nothing,
  typed_needs_network: nothing,
  wrong_event: ({ event: other }) => ({ event: shownEvent(other) }),
  void: stopped,
  superseded: stopped,
  blocked: stopped,
  not_open_yet: ({ opensAt }) => ({ opens_at: toIso(opensAt) }),
  event_over: ({ endedAt }) => ({ ended_at: toIso(endedAt) }),
  gate_closed: ({ openGates }) => ({ open_gates: [...openGates] }),
  wrong_gate: (verdict) => ({ gates: [...verdict.gates] }),
  too_early: outsideWindow,
  too_late: outsideWindow,
  already_inside: ({ entered }) => ({ entered: shownPassage(entered) }),
  used: ({ entered, left }) => ({ entered: shownPassage(entered), left: left && shownPassage(left) }),
  day_limit: limited,
  entry_limit: limited,
  too_soon: limited,
  gate_full: ({ inside, capacity }) => ({ inside, capacity }),
  venue_full: ({ inside, capacity, hard }) => ({ inside, capacity, hard }),
  lease_used_up: ({ left }) => ({ left_of_lease: left }),
  admitted: letIn,
  readmitted: letIn,
  exited: ({ persons }) => ({ persons }),
  exit_unmatched: ({ persons }) => ({ persons }),
} satisfies { readonly [N in Name]: (verdict: Of<N>) => Facts };

/** The verdicts that a door's log can have. */
export const VERDICTS = Object.keys(FACTS) as Name[];
/** The verdicts that the reply to a scan can have. */
export const ANSWERS = [...VERDICTS, "repeat"] as const;

/**
 * Rows 1 to 3 of rule D6: such a code is not of this event, or its signature is missing or false, so its numbers prove
 * nothing.
 */
const PROVES_NOTHING: readonly string[] = ["unreadable", "wrong_event", "unknown_key", "forged"] satisfies Name[];

export function renderScan(answer: ScanResult): ScanShown<(typeof ANSWERS)[number]> {
  const { scanId: scan_id, verdict, again, at, serial, ticketTypeId: ticket_type_id } = answer;
  return {
    scan_id,
    verdict: verdict.verdict,
    let_in: letsIn(verdict),
    again,
    at: toIso(at),
    serial: serial === null ? null : showSerial(serial),
    ticket_type_id: isOfEvent(verdict) ? ticket_type_id : null,
    ...factsOf(verdict),
  };
}

function letsIn({ verdict }: ScanResult["verdict"]): boolean {
  return verdict === "admitted" || verdict === "readmitted";
}

function isOfEvent({ verdict }: ScanResult["verdict"]): boolean {
  return !PROVES_NOTHING.includes(verdict);
}

/** The facts of a verdict. There are none for a `repeat` (rule D5), nor for what a scanner has decided alone. */
export function factsOf(verdict: ScanResult["verdict"]): Facts {
  if (verdict.verdict === "repeat" || "alone" in verdict) return {};
  // TypeScript cannot see that the entry under a verdict's name takes that verdict.
  const factsFor = FACTS[verdict.verdict] as (verdict: Verdict) => Facts;
  return factsFor(verdict);
}

function shownEvent({ eventId, name, startsAt }: OtherEvent): NonNullable<Facts["event"]> {
  return { id: eventId, name, start_time: toIso(startsAt) };
}

function shownPassage({ at, gateId, deviceId }: Passage): PassageShown {
  return { at: toIso(at), gate_id: gateId, device_id: deviceId };
}
