// Defines the projected counts of a door on the wire, for reports (rule D10).

import { z } from "@hono/zod-openapi";
import type { ProjectedDoor } from "../../../db/door/door-counts.ts";
import type { EventId } from "../../../domain/ids.ts";
import { idText, instantText, toIso } from "../common.ts";
import { GateCounts, renderGateCounts } from "./door.ts";

export const DoorReport = z
  .object({
    event_id: idText("evt"),
    inside: z.int().openapi({ description: "Persons inside." }),
    admitted: z.int().openapi({ description: "Persons who ever came in, each ticket counted once." }),
    gates: z.array(GateCounts),
    seq: z.int().openapi({ description: "The seq of the last row of the door's log that is counted; 0 for none." }),
    as_of: instantText.nullable().openapi({ description: "When that row was written." }),
  })
  .openapi("DoorReport");

/** `door` is null when nothing was projected yet. */
export function renderDoorReport(event_id: EventId, door: ProjectedDoor | null): z.infer<typeof DoorReport> {
  if (door === null) return { event_id, inside: 0, admitted: 0, gates: [], seq: 0, as_of: null };
  const { inside, admitted, seq, asOf } = door;
  return { event_id, inside, admitted, gates: door.gates.map(renderGateCounts), seq, as_of: toIso(asOf) };
}
