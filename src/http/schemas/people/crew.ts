// Defines crew codes, and the devices that are paired by them, on the wire (rule D22), without what is stored of a code.

import { z } from "@hono/zod-openapi";
import { CREW_CODE } from "../../../auth/crew-codes.ts";
import type { CrewCode as CrewCodeRow } from "../../../db/crew/crew-code-columns.ts";
import { CREW_CODE_USES } from "../../../domain/people/crew-code.ts";
import { parseId } from "../../../domain/ids.ts";
import { name } from "../catalogue/catalogue.ts";
import { idExample, idText, instant, instantText, toIso } from "../common.ts";
import { Device } from "./credential.ts";

export const CrewCodeInput = z
  .strictObject({
    uses: z
      .int()
      .min(CREW_CODE_USES.min)
      .max(CREW_CODE_USES.max)
      .openapi({ description: "How many devices it pairs.", example: 20 }),
    gate_id: idText("gate")
      .nullable()
      .default(null)
      .openapi({ description: "The gate where they scan. Null, or left out: any gate of the event's venue." }),
    expires_at: instant
      .nullable()
      .default(null)
      .openapi({ description: "At most 48 hours from now. Null, or left out: in 48 hours.", example: null }),
  })
  .openapi("CrewCodeInput");

export const CrewCode = z
  .object({
    id: idText("crew"),
    organization_id: idText("org"),
    event_id: idText("evt"),
    gate_id: idText("gate").nullable().openapi({ description: "Null: any gate of the event's venue." }),
    uses: z.int(),
    uses_left: z.int(),
    creator_id: idText("usr").nullable().openapi({
      description: "The member who made it: it works while they may give it. Null when the operator's command made it.",
    }),
    expires_at: instantText,
    ended_at: instantText.nullable().openapi({ description: "When it was ended early." }),
    created_at: instantText,
  })
  .openapi("CrewCode");

export const NewCrewCode = CrewCode.extend({
  secret: z.string().nullable().openapi({
    example: "vgc_…",
    description: "The text that the crew's phones read. Shown only once: null in a repeat.",
  }),
  qr_svg: z.string().nullable().openapi({
    example: "<svg …>",
    description: "The same text as a QR code, an SVG.",
  }),
}).openapi("NewCrewCode");

export const PairingInput = z
  .strictObject({
    code: z.string().regex(CREW_CODE, "Not a crew code").openapi({ example: "vgc_4c9n0q2r8k3f7t5v1x6y0z9m2d" }),
    pairing_id: z
      .string()
      .refine((text) => parseId("pair", text) !== null, "Not a pairing id")
      .openapi({
        description: "128 random bits that the phone draws and keeps secret. A repeat with it is the same device.",
        example: idExample("pair"),
      }),
    name: name.openapi({ example: "Phone at the north gate" }),
  })
  .openapi("PairingInput");

export const PairedDevice = Device.extend({
  secret: z.string().openapi({ example: "vgd_…", description: "Its token. A repeat returns it again." }),
}).openapi("PairedDevice");

export function renderCrewCode(row: CrewCodeRow): z.infer<typeof CrewCode> {
  return {
    id: row.id,
    organization_id: row.organization_id,
    event_id: row.event_id,
    gate_id: row.gate_id,
    uses: row.uses,
    uses_left: row.uses - row.used,
    creator_id: row.creator_id,
    expires_at: toIso(row.expires_at),
    ended_at: row.ended_at === null ? null : toIso(row.ended_at),
    created_at: toIso(row.created_at),
  };
}
