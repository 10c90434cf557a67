// Every verdict of the door on the wire, with what it says beside its name (rules D6, D7): the one map from the domain's.

import { z } from "@hono/zod-openapi";
import type { ScanAnswer } from "../../domain/door/command.ts";
import type { OtherEvent, Passage, Verdict } from "../../domain/door/scan.ts";
import { idText, instantText, toIso } from "./common.ts";

type Name = Verdict["verdict"];
/** The arm of the union that has this name, perhaps beside others. */
type Of<N extends Name, V extends Verdict = Verdict> = V extends Verdict ? (N extends V["verdict"] ? V : never) : never;

const event = z.object({ id: idText("evt"), name: z.string(), start_time: instantText });
const passage = z.object({
  at: instantText,
  gate_id: idText("gate").nullable(),
  device_id: z.string().nullable().openapi({ description: "A device, or the organiser who scanned." }),
});
const gates = z.array(idText("gate"));

/** Which verdicts say it stands in front of each; with any other it is left out. */
export const VerdictFacts = z
  .object({
    event: event.openapi({ description: "`wrong_event`: the one that the ticket is for." }),
    since: instantText.openapi({ description: "`void`, `superseded`, `blocked`." }),
    note: z.string().nullable().openapi({ description: "`void`, `superseded`, `blocked`: for the gate." }),
    opens_at: instantText.openapi({ description: "`not_open_yet`." }),
    ended_at: instantText.openapi({ description: "`event_over`." }),
    open_gates: gates.openapi({ description: "`gate_closed`: those that are open to this ticket." }),
    gates: gates.openapi({ description: "`wrong_gate`: those of this ticket." }),
    window: z.object({ from: instantText, until: instantText }).nullable().openapi({
      description: "`too_early`, `too_late`: when it lets in next; null: never again.",
    }),
    entered: passage.openapi({ description: "`already_inside`, `used`: when and where." }),
    left: passage.nullable().openapi({ description: "`used`." }),
    limit: z.int().openapi({ description: "`day_limit`, `entry_limit`: entries; `too_soon`: minutes." }),
    free_at: instantText.nullable().openapi({
      description: "`day_limit`, `entry_limit`, `too_soon`: from when on it lets in again; null: never.",
    }),
    inside: z.int().openapi({
      description: "`admitted`, `readmitted`, `venue_full`: persons at the event; `gate_full`: those who came in here.",
    }),
    inside_by: z.int().openapi({ description: "`admitted`, `readmitted`: of them, those who came in here last." }),
    capacity: z.int().openapi({ description: "`gate_full`, `venue_full`." }),
    hard: z.boolean().openapi({ description: "`venue_full`: nobody may override it." }),
    attention: z.string().nullable().openapi({ description: "`admitted`, `readmitted`: what the gate should know." }),
    persons: z.int().openapi({
      description:
        "`admitted`, `readmitted`: who come in, 0 when they were inside; `exited`, `exit_unmatched`: who leave.",
    }),
    against: z.string().nullable().openapi({
      description: "`admitted`, `readmitted`: the verdict that a supervisor let in against; null: none.",
    }),
    left_of_lease: z.int().openapi({ description: "`lease_used_up`: of a scanner alone." }),
  })
  .partial();
type Facts = z.infer<typeof VerdictFacts>;

const nothing = (): Facts => ({});
const stopped = ({ since, note }: Of<"void">): Facts => ({ since: toIso(since), note });
const outsideWindow = ({ window }: Of<"too_early">): Facts => ({
  window: window && { from: toIso(window.from), until: toIso(window.until) },
});
const limited = ({ limit, freeAt }: Of<"day_limit">): Facts => ({
  limit,
  free_at: freeAt === null ? null : toIso(freeAt),
});
const letIn = ({ adds, inside, insideBy, attention, against }: Of<"admitted">): Facts => ({
  ...{ persons: adds, inside, inside_by: insideBy },
  ...{ attention, against },
});

/** What each says. Nothing else of a verdict goes over the wire: what a lease had room for is for who holds one. */
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

export function letsIn({ verdict }: ScanAnswer["verdict"]): boolean {
  return verdict === "admitted" || verdict === "readmitted";
}

/** Rows 1 to 3 of rule D6: the numbers in such a code are not of this event, or nobody has signed them. */
const PROVES_NOTHING: readonly string[] = ["unreadable", "wrong_event", "unknown_key", "forged"] satisfies Name[];

export function isOfEvent({ verdict }: ScanAnswer["verdict"]): boolean {
  return !PROVES_NOTHING.includes(verdict);
}

/** What the verdict says beside its name; nothing of a `repeat` (rule D5). */
export function factsOf(verdict: ScanAnswer["verdict"]): Facts {
  if (verdict.verdict === "repeat") return {};
  // The cast that TypeScript cannot do itself: what is found by a verdict's name takes that verdict.
  const tell = FACTS[verdict.verdict] as (verdict: Verdict) => Facts;
  return tell(verdict);
}

function shownEvent({ eventId, name, startsAt }: OtherEvent): z.infer<typeof event> {
  return { id: eventId, name, start_time: toIso(startsAt) };
}

function shownPassage({ at, gateId, deviceId }: Passage): z.infer<typeof passage> {
  return { at: toIso(at), gate_id: gateId, device_id: deviceId };
}
