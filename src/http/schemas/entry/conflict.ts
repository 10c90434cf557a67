// Defines a conflict at a door on the wire (docs/api.md, "Scans").

import { z } from "@hono/zod-openapi";
import { CONFLICT_KINDS, type DoorConflict } from "../../../domain/door/rows/conflicts.ts";
import { renderFound } from "../../../door/shown-conflict.ts";
import { idExample, idText, instantText, pageOf, toIso } from "../common.ts";

export const Conflict = z
  .object({
    id: z.string().openapi({ example: `double_entry.${idExample("scn")}` }),
    kind: z.enum(CONFLICT_KINDS).openapi({ example: "double_entry" }),
    at: instantText.openapi({ description: "When it happened, by the clock of the scanner or door that decided." }),
    scan_id: idText("scn").nullable().openapi({
      description:
        "The passage that it is about; for `over_capacity` the row that exceeded the capacity, null when new rules did.",
    }),
    other_scan_id: idText("scn").nullable().openapi({
      description: "The row that it conflicts with: an earlier entry, or a change of the ticket.",
    }),
    serial: z.string().nullable().openapi({
      description: "The ticket's serial; null for `over_capacity`.",
      example: "2GPSK-SFJ5J-M",
    }),
    gate_id: idText("gate").nullable(),
    device_id: z.string().openapi({ description: "Who scanned: a device, or an organiser." }),
    inside: z.int().nullable().openapi({ description: "`over_capacity`: persons inside at that time." }),
    capacity: z.int().nullable().openapi({ description: "`over_capacity`: the venue's capacity." }),
    found_at: instantText.openapi({ description: "When the door found it." }),
    gone_at: instantText.nullable().openapi({
      description:
        "Since when it no longer holds, because a row was undone or other rows arrived; null while it holds.",
    }),
    seen: z
      .object({ at: instantText, by: z.string() })
      .nullable()
      .openapi({ description: "When a supervisor first saw it, and who." }),
  })
  .openapi("DoorConflict");

export const Conflicts = pageOf(Conflict);

export function renderConflict(conflict: DoorConflict): z.infer<typeof Conflict> {
  const { foundAt, goneAt, seen } = conflict;
  return {
    ...renderFound(conflict),
    ...{ found_at: toIso(foundAt), gone_at: goneAt === null ? null : toIso(goneAt) },
    seen: seen && { at: toIso(seen.at), by: seen.by },
  };
}
