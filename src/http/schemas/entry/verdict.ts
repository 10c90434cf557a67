// Defines the facts beside a verdict for the API's document (rules D6, D7). door/shown-scan.ts writes them.

import { z } from "@hono/zod-openapi";
import { idText, instantText } from "../common.ts";

const event = z.object({ id: idText("evt"), name: z.string(), start_time: instantText });
const passage = z.object({
  at: instantText,
  gate_id: idText("gate").nullable(),
  device_id: z.string().nullable().openapi({ description: "A device, or the organiser who scanned." }),
});
const gates = z.array(idText("gate"));

/** The description of each field begins with the verdicts that have it; any other leaves it out. */
export const VerdictFacts = z
  .object({
    event: event.openapi({ description: "`wrong_event`: the event that the ticket is for." }),
    since: instantText.openapi({ description: "`void`, `superseded`, `blocked`." }),
    note: z.string().nullable().openapi({ description: "`void`, `superseded`, `blocked`: the note for the gate." }),
    opens_at: instantText.openapi({ description: "`not_open_yet`." }),
    ended_at: instantText.openapi({ description: "`event_over`." }),
    open_gates: gates.openapi({ description: "`gate_closed`: the gates that are open to this ticket." }),
    gates: gates.openapi({ description: "`wrong_gate`: the gates of this ticket." }),
    window: z.object({ from: instantText, until: instantText }).nullable().openapi({
      description: "`too_early`, `too_late`: when it lets in next; null for never again.",
    }),
    entered: passage.openapi({ description: "`already_inside`, `used`: when and where." }),
    left: passage.nullable().openapi({ description: "`used`." }),
    limit: z.int().openapi({ description: "`day_limit`, `entry_limit`: entries; `too_soon`: minutes." }),
    free_at: instantText.nullable().openapi({
      description: "`day_limit`, `entry_limit`, `too_soon`: from when on it lets in again; null for never.",
    }),
    inside: z.int().openapi({
      description: "`admitted`, `readmitted`, `venue_full`: persons at the event; `gate_full`: those who came in here.",
    }),
    inside_by: z.int().openapi({ description: "`admitted`, `readmitted`: how many of them last came in here." }),
    capacity: z.int().openapi({ description: "`gate_full`, `venue_full`: the capacity." }),
    hard: z.boolean().openapi({ description: "`venue_full`: nobody may override it." }),
    attention: z.string().nullable().openapi({ description: "`admitted`, `readmitted`: what the gate should know." }),
    persons: z.int().openapi({
      description:
        "`admitted`, `readmitted`: how many come in, 0 when they were inside; `exited`, `exit_unmatched`: how many leave.",
    }),
    against: z.string().nullable().openapi({
      description: "`admitted`, `readmitted`: the verdict that a supervisor overrode; null for none.",
    }),
    from_lease: z.int().openapi({
      description:
        "`admitted`, `readmitted`: how many of them the door took from the scanner's lease, by the scan that `scan_id` names.",
    }),
    left_of_lease: z.int().openapi({ description: "`lease_used_up`: only from a scanner alone." }),
  })
  .partial();
