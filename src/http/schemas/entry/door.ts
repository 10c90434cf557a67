// Defines a scan, the door's reply and its counts on the wire (docs/api.md, "Scans").

import { z } from "@hono/zod-openapi";
import { CODE_SOURCES, type GateInRow } from "../../../domain/door/rows/door-log.ts";
import type { DoorCounts, UndoResult } from "../../../domain/door/command.ts";
import { countsForPeople } from "../../../domain/door/rows/counts.ts";
import { MAX_ADMITS, MAX_NAMED } from "../../../domain/door/admission.ts";
import type { Direction } from "../../../domain/door/scan.ts";
import { parseId } from "../../../domain/ids.ts";
import { MAX_ACKED, MAX_CAPACITY, MAX_CLICKED, MAX_OVERRIDE_REASON, MAX_SCANNED } from "../../../domain/limits.ts";
import { ANSWERS } from "../../../door/shown-scan.ts";
import { VerdictFacts } from "./verdict.ts";
import { idExample, idText, instantText, line, toIso } from "../common.ts";
import { ticketIdText } from "./ticket.ts";

export const DIRECTIONS = ["in", "out"] as const satisfies readonly Direction[];

/** The id that a scanner has drawn for a scan. */
export const scanId = z.string().transform((text, context) => {
  const id = parseId("scn", text);
  if (id !== null) return id;
  context.addIssue({ code: "custom", message: "Not the id of a scan: scn_ and 26 characters, drawn at random" });
  return z.NEVER;
});

/** How many persons of its lease the scanner has taken for the scan. */
export const fromLease = z.int().min(0).max(MAX_ADMITS).default(0).openapi({
  description: "How many persons the scanner has taken from its lease for this scan.",
  example: 0,
});

const asked = {
  scan_id: scanId.openapi({
    type: "string",
    description:
      "128 random bits that the scanner draws, and stores before it shows anything. A repeat has the same id.",
    example: idExample("scn"),
  }),
  gate_id: z
    .string()
    .openapi({ description: "A device that belongs to a gate names that gate.", example: idExample("gate") }),
  acked: z
    .array(scanId)
    .max(MAX_ACKED)
    .default([])
    .openapi({
      type: "array",
      items: { type: "string" },
      description: "The scans whose verdicts have reached this scanner since its last request.",
      example: [],
    }),
  from_lease: fromLease,
  override: z
    .strictObject({ reason: line(MAX_OVERRIDE_REASON) })
    .nullable()
    .default(null)
    .openapi({
      description: "Set when a supervisor lets in against the door's verdict, with the reason. Never by a device.",
      example: null,
    }),
};

export const ScanInput = z
  .strictObject({
    ...asked,
    code: z
      .string()
      .max(MAX_SCANNED)
      .openapi({
        description: "What the reader delivered, unchanged, or what was typed.",
        example: `VG1${"0".repeat(128)}`,
      }),
    direction: z.enum(DIRECTIONS).openapi({ example: "in" }),
    source: z.enum(CODE_SOURCES).openapi({ example: "camera" }),
  })
  .openapi("ScanInput");

export const CompanionInput = z
  .strictObject({
    ...asked,
    ticket_id: ticketIdText.openapi({
      description: "A ticket of the same order as one that this scanner has just let in.",
    }),
    direction: z.literal("in").openapi({ example: "in" }),
    source: z.literal("party").openapi({ example: "party" }),
  })
  .openapi("CompanionInput");

const reason = line(MAX_OVERRIDE_REASON).openapi({ description: "The reason, which the door's log records." });
const ownId = scanId.openapi({
  type: "string",
  description: "128 random bits, like the id of a scan. A repeat has the same id, and counts once.",
  example: idExample("scn"),
});

export const UndoInput = z.strictObject({ scan_id: ownId }).openapi("UndoInput");

export const Undo = z
  .object({
    scan_id: idText("scn"),
    at: instantText,
    outcome: z.enum(["undone", "awaited", "nothing"]).openapi({
      description:
        "`awaited`: the scan has not arrived yet, and will not count when it does. `nothing`: it let nobody pass, or was undone already.",
    }),
  })
  .openapi("Undo");

export const CountsInput = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("click").openapi({ example: "click" }),
      scan_id: ownId,
      gate_id: z
        .string()
        .openapi({ description: "A device that belongs to a gate names that gate.", example: idExample("gate") }),
      count: z
        .int()
        .min(-MAX_CLICKED)
        .max(MAX_CLICKED)
        .refine((count) => count !== 0, "Not 0")
        .openapi({ description: "Persons in, or negative for persons out.", example: 1 }),
    }),
    z.strictObject({
      kind: z.literal("set").openapi({ example: "set" }),
      scan_id: ownId,
      gates: z
        .array(
          z.strictObject({
            gate_id: z.string().openapi({ example: idExample("gate") }),
            inside_by: z.int().min(0).max(MAX_CAPACITY),
          }),
        )
        .max(MAX_NAMED)
        .refine(
          (gates) => new Set(gates.map(({ gate_id }) => gate_id)).size === gates.length,
          "Must name each gate once",
        )
        .openapi({
          description: "The persons inside, by the gates at which they came in last; 0 for a gate that is left out.",
        }),
      reason,
    }),
    z.strictObject({ kind: z.literal("sweep").openapi({ example: "sweep" }), scan_id: ownId, reason }),
  ])
  .openapi("DoorCountsInput");

export function renderUndo({ scanId: scan_id, at, outcome }: UndoResult): z.infer<typeof Undo> {
  return { scan_id, at: toIso(at), outcome };
}

export const Scan = z
  .object({
    scan_id: idText("scn").openapi({
      description:
        "The id under which it was decided: not the one that was sent if `again` is true or `verdict` is `repeat`.",
    }),
    verdict: z.enum(ANSWERS).openapi({
      description:
        "`repeat`: this passage was decided before, and its verdict has reached this scanner; no facts are returned.",
    }),
    let_in: z.boolean().openapi({ description: "Whether the guest may enter now: `admitted` and `readmitted`." }),
    again: z.boolean().openapi({
      description:
        "Whether it is the verdict of an earlier scan of the same passage, which the scanner has not acknowledged.",
    }),
    at: instantText.openapi({ description: "When it was decided, by the door's clock." }),
    serial: z
      .string()
      .nullable()
      .openapi({ description: "The ticket's serial, as in the code.", example: "2GPSK-SFJ5J-M" }),
    ticket_type_id: idText("tt")
      .nullable()
      .openapi({ description: "Null also when the code proves no ticket of this event." }),
  })
  .extend(VerdictFacts.shape)
  .openapi("Scan");

export const GateCounts = z
  .object({
    gate_id: idText("gate"),
    entries: z.int().openapi({ description: "Persons who came in here, counted each time." }),
    exits: z.int(),
    inside_by: z.int().openapi({ description: "Persons inside whose last entry was here." }),
  })
  .openapi("GateCounts");

export const Door = z
  .object({
    event_id: idText("evt"),
    seq: z.int().openapi({ description: "The seq of the last row of the door's log that is counted." }),
    at: instantText,
    inside: z.int().openapi({ description: "Persons inside." }),
    admitted: z.int().openapi({ description: "Persons who ever came in, each ticket counted once." }),
    capacity: z.object({
      soft: z.int().openapi({ description: "The capacity beyond which a supervisor may still let in." }),
      hard: z.int().openapi({ description: "Where nobody may." }),
    }),
    gates: z.array(GateCounts).openapi({
      description: "The gates of the venue, and removed ones at which people passed.",
    }),
  })
  .openapi("Door");

export function renderGateCounts({
  id: gate_id,
  entries,
  exits,
  insideBy: inside_by,
}: GateInRow): z.infer<typeof GateCounts> {
  return { gate_id, entries, exits, inside_by };
}

export function renderDoor({ eventId, seq, at, counts, gateIds, ...capacities }: DoorCounts): z.infer<typeof Door> {
  const { inside, admitted, gates } = countsForPeople(counts, gateIds);
  const capacity = { soft: capacities.softCapacity, hard: capacities.hardCapacity };
  return {
    ...{ event_id: eventId, seq, at: toIso(at), inside, admitted, capacity },
    gates: gates.map(renderGateCounts),
  };
}
