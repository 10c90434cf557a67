// Scans that scanners decided alone, on the wire, and what becomes of them (docs/api.md, "Scans").

import { z } from "@hono/zod-openapi";
import type { UploadedScans } from "../../app/door/upload-scans.ts";
import { CONFLICT_KINDS } from "../../domain/door/conflicts.ts";
import { CODE_SOURCES } from "../../domain/door/door-log.ts";
import { parseSerial } from "../../domain/door/serial.ts";
import { letsPass } from "../../domain/door/upload.ts";
import { MAX_OVERRIDE_REASON, MAX_UPLOADS } from "../../domain/limits.ts";
import { MAX_GENERATION } from "../../domain/ticket-change.ts";
import { UPLOAD_OUTCOMES } from "../../domain/door/command.ts";
import { idExample, idText, instant, instantText, line, toIso } from "./common.ts";
import { CompanionInput, DIRECTIONS, fromLease, scanId, ScanInput } from "./door.ts";
import { VERDICTS } from "../../door/shown-scan.ts";

const serial = z.string().transform((text, context) => {
  const read = parseSerial(text);
  if (read !== null) return read;
  context.addIssue({ code: "custom", message: "Not the serial of a ticket, such as 2GPSK-SFJ5J-M" });
  return z.NEVER;
});
const byCode = (description: string) => ({ description: `As the code says; null: ${description}.`, example: 1 });

export const UploadInput = z
  .strictObject({
    scan_id: scanId.openapi({
      type: "string",
      description: "The scan's own, also if it was sent to the door before. A repeat has the same.",
      example: idExample("scn"),
    }),
    serial: serial.nullable().openapi({
      type: ["string", "null"],
      description: "As the code says; null: nothing could be read.",
      example: "2GPSK-SFJ5J-M",
    }),
    type_number: z.int().min(1).max(255).nullable().openapi(byCode("it was typed, or not read")),
    generation: z.int().min(1).max(MAX_GENERATION).nullable().openapi(byCode("it was typed, or not read")),
    direction: z.enum(DIRECTIONS).openapi({ example: "in" }),
    source: z.enum(CODE_SOURCES).openapi({ example: "camera" }),
    gate_id: z.string().openapi({ description: "A device's is its own.", example: idExample("gate") }),
    at: instant.openapi({ type: "string", description: "By the scanner's clock." }),
    clock_unsure: z
      .boolean()
      .default(false)
      .openapi({ description: "It is by a wall clock, not by the door's last time and what passed since." }),
    counter: z
      .int()
      .min(1)
      .openapi({ description: "The scanner's own: 1, 2, 3, … in the order of what it did.", example: 1 }),
    verdict: z.enum(VERDICTS).openapi({ description: "What it showed.", example: "admitted" }),
    override: z
      .strictObject({ reason: line(MAX_OVERRIDE_REASON) })
      .nullable()
      .default(null)
      .openapi({
        description: "A supervisor let in against what the scanner would have shown, and says why. Never by a device.",
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
    if (passes && !letsPass(verdict, direction)) refuse("verdict", `Lets nobody ${direction}`);
    if (passes && read === null) refuse("serial", "Nobody passes without a ticket");
    if (override !== null && !letsPass(verdict, "in")) refuse("override", "Nobody was let in");
  })
  .openapi("UploadInput");

export const UploadsInput = z
  .strictObject({
    uploads: z.array(UploadInput).min(1).max(MAX_UPLOADS).openapi({ description: "In any order." }),
  })
  .openapi("UploadsInput");

type Scanned = z.infer<typeof ScanInput> | z.infer<typeof CompanionInput> | z.infer<typeof UploadsInput>;

/**
 * One scan, of a code or of a ticket without one, or a batch of uploads: which a body is, its `uploads` or `ticket_id` says, so
 * that a fault is named at its own path.
 */
export const ScansInput = z
  .looseObject({})
  .transform((body, context): Scanned => {
    const one = "ticket_id" in body ? CompanionInput : ScanInput;
    const parsed = ("uploads" in body ? UploadsInput : one).safeParse(body);
    if (parsed.success) return parsed.data;
    // The cast: issues are handed on as they were found.
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
              "`taken`: it is in the log; `repeat`: the door has it already. No row, now or later: `scan_id_reused`, of another ticket, gate or direction; `forbidden`, at another gate than the device's own, or an override by a device; `not_found`, at no gate that the event has or had; `ticket_full`, of a ticket that has 1,000 rows.",
          }),
          conflicts: z
            .array(
              z.object({
                id: z.string().openapi({ example: `double_entry.${idExample("scn")}` }),
                kind: z.enum(CONFLICT_KINDS).openapi({ example: "double_entry" }),
              }),
            )
            .openapi({ description: "Those of this row that stand by now." }),
        }),
      )
      .openapi({ description: "One for each that was sent, in their order." }),
  })
  .openapi("Uploads");

export function renderUploads({ at, uploads }: UploadedScans): z.infer<typeof Uploads> {
  const shown = uploads.map(({ scanId: scan_id, outcome, conflicts }) => ({
    ...{ scan_id, outcome, conflicts: conflicts.map(({ id, kind }) => ({ id, kind })) },
  }));
  return { at: toIso(at), uploads: shown };
}
