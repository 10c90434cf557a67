// Defines uploads on the wire: scans that a scanner decided alone, and the outcome of each (docs/api.md, "Scans").

import { z } from "@hono/zod-openapi";
import type { UploadedScans } from "../../../app/door/upload-scans.ts";
import { CONFLICT_KINDS } from "../../../domain/door/rows/conflicts.ts";
import { CODE_SOURCES } from "../../../domain/door/rows/door-log.ts";
import { parseSerial } from "../../../domain/door/tickets/serial.ts";
import { letsPass } from "../../../domain/door/decisions/upload.ts";
import { MAX_OVERRIDE_REASON, MAX_UPLOADS } from "../../../domain/limits.ts";
import { MAX_GENERATION } from "../../../domain/orders/ticket-change.ts";
import { UPLOAD_OUTCOMES } from "../../../domain/door/command.ts";
import { idExample, idText, instant, instantText, line, toIso } from "../common.ts";
import { CompanionInput, DIRECTIONS, fromLease, scanId, ScanInput } from "./door.ts";
import { VERDICTS } from "../../../door/shown-scan.ts";

const serial = z.string().transform((text, context) => {
  const read = parseSerial(text);
  if (read !== null) return read;
  context.addIssue({ code: "custom", message: "Not the serial of a ticket, such as 2GPSK-SFJ5J-M" });
  return z.NEVER;
});
const byCode = (description: string) => ({ description: `As in the code. Null when ${description}.`, example: 1 });

export const UploadInput = z
  .strictObject({
    scan_id: scanId.openapi({
      type: "string",
      description: "The scan's own id, also if the scan was sent to the door before. A repeat has the same id.",
      example: idExample("scn"),
    }),
    serial: serial.nullable().openapi({
      type: ["string", "null"],
      description: "As in the code. Null when nothing could be read.",
      example: "2GPSK-SFJ5J-M",
    }),
    type_number: z.int().min(1).max(255).nullable().openapi(byCode("the code was typed or could not be read")),
    generation: z
      .int()
      .min(1)
      .max(MAX_GENERATION)
      .nullable()
      .openapi(byCode("the code was typed or could not be read")),
    direction: z.enum(DIRECTIONS).openapi({ example: "in" }),
    source: z.enum(CODE_SOURCES).openapi({ example: "camera" }),
    gate_id: z.string().openapi({
      description: "The gate of the scan. A device that belongs to a gate names that gate.",
      example: idExample("gate"),
    }),
    at: instant.openapi({ type: "string", description: "By the scanner's clock." }),
    clock_unsure: z.boolean().default(false).openapi({
      description:
        "Whether `at` comes from a wall clock, and not from the door's last time and the time that passed since.",
    }),
    counter: z
      .int()
      .min(1)
      .openapi({ description: "The scanner's own count of its actions, in their order: 1, 2, 3, …", example: 1 }),
    verdict: z.enum(VERDICTS).openapi({ description: "The verdict that the scanner showed.", example: "admitted" }),
    override: z
      .strictObject({ reason: line(MAX_OVERRIDE_REASON) })
      .nullable()
      .default(null)
      .openapi({
        description:
          "Set when a supervisor admitted somebody against the scanner's verdict, with the reason. Never by a device.",
        example: null,
      }),
    from_lease: fromLease,
    after: scanId
      .nullable()
      .default(null)
      .openapi({
        type: ["string", "null"],
        description: "The last scan, undo or click of this scanner that the door had answered before this one.",
        example: null,
      }),
  })
  .superRefine(({ verdict, direction, serial: read, override }, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    const passes = letsPass(verdict);
    if (passes && !letsPass(verdict, direction)) refuse("verdict", `This verdict lets nobody ${direction}`);
    if (passes && read === null) refuse("serial", "Nobody passes without a ticket");
    if (override !== null && !letsPass(verdict, "in")) refuse("override", "This verdict lets nobody in");
  })
  .openapi("UploadInput");

export const UploadsInput = z
  .strictObject({
    uploads: z.array(UploadInput).min(1).max(MAX_UPLOADS).openapi({ description: "In any order." }),
  })
  .openapi("UploadsInput");

type Scanned = z.infer<typeof ScanInput> | z.infer<typeof CompanionInput> | z.infer<typeof UploadsInput>;

/**
 * A scan of a code, a scan of a ticket without its code, or a batch of uploads. The field `uploads` or `ticket_id` of
 * the body selects the schema, so that each fault is reported at its own path.
 */
export const ScansInput = z
  .looseObject({})
  .transform((body, context): Scanned => {
    const one = "ticket_id" in body ? CompanionInput : ScanInput;
    const parsed = ("uploads" in body ? UploadsInput : one).safeParse(body);
    if (parsed.success) return parsed.data;
    // The cast changes nothing: the issues are passed on as they were found.
    for (const issue of parsed.error.issues) context.issues.push(issue as (typeof context.issues)[number]);
    return z.NEVER;
  })
  .openapi("ScansInput", {
    type: "object",
    oneOf: ["ScanInput", "CompanionInput", "UploadsInput"].map((name) => ({ $ref: `#/components/schemas/${name}` })),
  });

export const Uploads = z
  .object({
    at: instantText.openapi({ description: "The door's time." }),
    uploads: z
      .array(
        z.object({
          scan_id: idText("scn"),
          outcome: z.enum(UPLOAD_OUTCOMES).openapi({
            description:
              "`taken`: the scan is now in the log. `repeat`: the log had it already. The others have no row in the log, and a repeat will have none either. `scan_id_reused`: the id belongs to a scan of another ticket, gate or direction. `forbidden`: the gate is not the device's own, or a device sent an override. `not_found`: the event neither has nor had this gate. `ticket_full`: the ticket has 1,000 rows.",
          }),
          conflicts: z
            .array(
              z.object({
                id: z.string().openapi({ example: `double_entry.${idExample("scn")}` }),
                kind: z.enum(CONFLICT_KINDS).openapi({ example: "double_entry" }),
              }),
            )
            .openapi({ description: "The conflicts of this row as of now." }),
          from_lease: z.int().optional().openapi({
            description:
              "Only of a scan that is in the log, and by which nobody passed at the scanner: how many persons of the scanner's lease the door has used for it. The rest of what the scanner took for it is free again.",
          }),
        }),
      )
      .openapi({ description: "One for each upload, in the order in which they were sent." }),
  })
  .openapi("Uploads");

export function renderUploads({ at, uploads }: UploadedScans): z.infer<typeof Uploads> {
  const shown = uploads.map(({ scanId: scan_id, outcome, conflicts, fromLease }) => ({
    ...{ scan_id, outcome, conflicts: conflicts.map(({ id, kind }) => ({ id, kind })) },
    ...(fromLease !== undefined && { from_lease: fromLease }),
  }));
  return { at: toIso(at), uploads: shown };
}
