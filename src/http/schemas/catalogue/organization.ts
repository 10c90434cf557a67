// Defines an organisation, and who acts in it, on the wire (rule T8).

import { z } from "@hono/zod-openapi";
import {
  ORGANIZATION_STATUSES,
  type Organization as OrganizationRow,
} from "../../../db/organizations/organizations.ts";
import type { PublicOrganization as PublicRow } from "../../../db/organizations/public-organizations.ts";
import { type Actor, DEVICE_PERMISSIONS, PERMISSIONS, ROLES } from "../../../domain/people/policy.ts";
import { changed, renderSettings, renderStamps, settingsText, stamps } from "./catalogue.ts";
import { idText } from "../common.ts";
import { accentColor, wholeLook, renderLook } from "./look-input.ts";

export const OrganizationChange = z
  .strictObject({
    name: changed.name,
    description: changed.description,
    accent_color: accentColor.optional(),
    settings: changed.settings,
  })
  .openapi("OrganizationChange");

export const Organization = z
  .object({
    id: idText("org"),
    name: z.string(),
    slug: z.string(),
    status: z.enum(ORGANIZATION_STATUSES),
    ...wholeLook,
    settings: settingsText,
    ...stamps,
  })
  .openapi("Organization");

export function renderOrganization(row: OrganizationRow): z.infer<typeof Organization> {
  return {
    id: row.id,
    name: row.name,
    slug: row.slug,
    status: row.status,
    ...renderLook(row),
    settings: renderSettings(row.settings),
    ...renderStamps(row),
  };
}

export const PublicOrganization = z
  .object({ id: idText("org"), name: z.string(), slug: z.string(), ...wholeLook })
  .openapi("PublicOrganization");

export function renderPublicOrganization(row: PublicRow): z.infer<typeof PublicOrganization> {
  return { id: row.id, name: row.name, slug: row.slug, ...renderLook(row) };
}

export const Me = z
  .object({
    kind: z.enum(["user", "api_key", "device"]),
    id: idText("key"),
    organization: z.object({
      id: idText("org"),
      name: z.string(),
      slug: z.string(),
      status: z.enum(ORGANIZATION_STATUSES),
    }),
    permissions: z.array(z.enum(PERMISSIONS)),
    role: z.enum(ROLES).nullable().openapi({ description: "The role of a member; null for keys and devices." }),
    gate_id: idText("gate").nullable().openapi({
      description: "The gate of a device; null for a device that moves between gates, and for other callers.",
    }),
  })
  .openapi("Me");

type MemberActor = Extract<Actor, { kind: "user" | "api_key" | "device" }>;

export function renderMe(actor: MemberActor, { id, name, slug, status }: OrganizationRow): z.infer<typeof Me> {
  return {
    kind: actor.kind,
    id: actor.id,
    organization: { id, name, slug, status },
    permissions: [...(actor.kind === "device" ? DEVICE_PERMISSIONS : actor.permissions)],
    role: actor.kind === "user" ? actor.role : null,
    gate_id: actor.kind === "device" ? actor.gateId : null,
  };
}
