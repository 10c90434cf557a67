// A scan's answer on the wire, over HTTP and over the socket alike: every verdict with what it says beside its name (rules D6,
// D7), the one map from the domain's.

import type { ScanAnswer } from "../domain/door/command.ts";
import type { OtherEvent, Passage, Verdict } from "../domain/door/scan.ts";
import { showSerial } from "../domain/door/serial.ts";
import { toIso } from "../domain/instant.ts";
import type { PassageShown, ScanShown, VerdictFactsShown } from "../sockets/door-protocol.ts";

type Name = Verdict["verdict"];
/** The arm of the union that has this name, perhaps beside others. */
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

/** What each says. Nothing else of a verdict goes over the wire. */
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

/** Those that stand in the log of a door. */
export const VERDICTS = Object.keys(FACTS) as Name[];
/** Those that a scan is answered with. */
export const ANSWERS = [...VERDICTS, "repeat"] as const;

/** Rows 1 to 3 of rule D6: the numbers in such a code are not of this event, or nobody has signed them. */
const PROVES_NOTHING: readonly string[] = ["unreadable", "wrong_event", "unknown_key", "forged"] satisfies Name[];

export function renderScan(answer: ScanAnswer): ScanShown<(typeof ANSWERS)[number]> {
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

function letsIn({ verdict }: ScanAnswer["verdict"]): boolean {
  return verdict === "admitted" || verdict === "readmitted";
}

function isOfEvent({ verdict }: ScanAnswer["verdict"]): boolean {
  return !PROVES_NOTHING.includes(verdict);
}

/** What the verdict says beside its name; nothing of a `repeat` (rule D5), and of what a scanner has decided alone. */
export function factsOf(verdict: ScanAnswer["verdict"]): Facts {
  if (verdict.verdict === "repeat" || "alone" in verdict) return {};
  // The cast that TypeScript cannot do itself: what is found by a verdict's name takes that verdict.
  const tell = FACTS[verdict.verdict] as (verdict: Verdict) => Facts;
  return tell(verdict);
}

function shownEvent({ eventId, name, startsAt }: OtherEvent): NonNullable<Facts["event"]> {
  return { id: eventId, name, start_time: toIso(startsAt) };
}

function shownPassage({ at, gateId, deviceId }: Passage): PassageShown {
  return { at: toIso(at), gate_id: gateId, device_id: deviceId };
}
