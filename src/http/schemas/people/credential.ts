// Defines API keys and devices on the wire (rule P2), without what is stored of their secrets.

import { z } from "@hono/zod-openapi";
import type { ApiKey as ApiKeyRow } from "../../../db/credentials/api-keys.ts";
import { permissionsOf } from "../../../db/credentials/credentials.ts";
import type { Device as DeviceRow } from "../../../db/crew/devices.ts";
import { KEY_PERMISSIONS, PERMISSIONS } from "../../../domain/people/policy.ts";
import { name } from "../catalogue/catalogue.ts";
import { idText, instant, instantText, toIso } from "../common.ts";

export const ApiKeyInput = z
  .strictObject({
    name: name.openapi({ example: "Box office" }),
    permissions: z
      .array(z.enum(KEY_PERMISSIONS))
      .min(1)
      .max(KEY_PERMISSIONS.length)
      .refine((given) => new Set(given).size === given.length, "A permission is named twice")
      .openapi({ example: ["manage_ticketing_and_pricing", "view_orders"] }),
    expires_at: instant.nullable().default(null).openapi({ description: "Null, or left out: it does not expire." }),
  })
  .openapi("ApiKeyInput");

export const DeviceInput = z
  .strictObject({ name: name.openapi({ example: "Scanner 1" }), gate_id: idText("gate") })
  .openapi("DeviceInput");

const creator = (limit: string) =>
  idText("usr")
    .nullable()
    .openapi({ description: `The member who made it: ${limit} Null when the operator's command made it.` });
const times = { revoked_at: instantText.nullable(), created_at: instantText };
const seen = instantText.nullable().openapi({ description: "To the minute; null while it was never used." });
const secret = (example: string) => ({
  secret: z.string().nullable().openapi({ example, description: "Shown only once: null in a repeat." }),
});

export const ApiKey = z
  .object({
    id: idText("key"),
    organization_id: idText("org"),
    name: z.string(),
    permissions: z.array(z.enum(PERMISSIONS)),
    creator_id: creator("it loses the permissions that they may no longer give."),
    expires_at: instantText.nullable().openapi({ description: "When it expires; null for never." }),
    last_used_at: seen,
    ...times,
  })
  .openapi("ApiKey");
export const NewApiKey = ApiKey.extend(secret("vgk_…")).openapi("NewApiKey");

export const Device = z
  .object({
    id: idText("dev"),
    organization_id: idText("org"),
    gate_id: idText("gate").nullable().openapi({ description: "Null when it scans at any gate of its event's venue." }),
    event_id: idText("evt")
      .nullable()
      .openapi({ description: "The event that it was paired for; null for all events of its gate's venue." }),
    crew_code_id: idText("crew")
      .nullable()
      .openapi({ description: "The crew code that it was paired by; null when it was made at a gate." }),
    name: z.string(),
    creator_id: creator("it works while they may manage devices, or crew codes if it was paired by one of theirs."),
    expires_at: instantText
      .nullable()
      .openapi({ description: "When it expires: 7 days after its event's end; null for never." }),
    last_seen_at: seen,
    ...times,
  })
  .openapi("Device");
export const NewDevice = Device.extend(secret("vgd_…")).openapi("NewDevice");

const orNull = (at: number | null) => (at === null ? null : toIso(at));

export function renderApiKey(row: ApiKeyRow): z.infer<typeof ApiKey> {
  return {
    id: row.id,
    organization_id: row.organization_id,
    name: row.name,
    permissions: permissionsOf(row.permissions),
    creator_id: row.creator_id,
    expires_at: orNull(row.expires_at),
    last_used_at: orNull(row.last_used_at),
    revoked_at: orNull(row.revoked_at),
    created_at: toIso(row.created_at),
  };
}

export function renderDevice(row: DeviceRow): z.infer<typeof Device> {
  return {
    id: row.id,
    organization_id: row.organization_id,
    gate_id: row.gate_id,
    event_id: row.event_id,
    crew_code_id: row.crew_code_id,
    name: row.name,
    creator_id: row.creator_id,
    expires_at: orNull(row.expires_at),
    last_seen_at: orNull(row.last_seen_at),
    revoked_at: orNull(row.revoked_at),
    created_at: toIso(row.created_at),
  };
}
