// Table P of docs/rules.md: who may do what. What it does not know, it refuses.

import type { ApiKeyId, DeviceId, GateId, OrganizationId, ShopperId } from "./ids.ts";

export const PERMISSIONS = [
  "manage_tenant_users",
  "manage_events_and_venues",
  "manage_ticketing_and_pricing",
  "manage_financials",
  "view_financials",
  "manage_devices",
  "view_orders",
  "view_full_analytics",
  "view_limited_analytics",
  "view_read_only",
  "perform_scans",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const ROLES = ["owner", "admin", "staff", "viewer", "scanner_only"] as const;
export type Role = (typeof ROLES)[number];

const MANAGER: readonly Permission[] = [
  "manage_tenant_users",
  "manage_events_and_venues",
  "manage_ticketing_and_pricing",
  "manage_devices",
  "view_orders",
  "view_full_analytics",
];

export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  owner: [...MANAGER, "manage_financials"],
  admin: [...MANAGER, "view_financials"],
  staff: ["manage_ticketing_and_pricing", "view_orders", "view_limited_analytics"],
  viewer: ["view_read_only"],
  scanner_only: ["perform_scans"],
};

const NEVER_BY_KEY: readonly Permission[] = ["manage_tenant_users", "manage_financials"];

/** What an API key made by somebody of `role` may carry at most (rule P2). */
export function keyPermissions(role: Role): Permission[] {
  return ROLE_PERMISSIONS[role].filter((permission) => !NEVER_BY_KEY.includes(permission));
}

/** The text as a permission, or null: what is stored but unknown grants nothing. */
export function parsePermission(text: string): Permission | null {
  return PERMISSIONS.find((permission) => permission === text) ?? null;
}

export type Actor =
  | {
      readonly kind: "api_key";
      readonly id: ApiKeyId;
      readonly organizationId: OrganizationId;
      readonly permissions: readonly Permission[];
    }
  | { readonly kind: "device"; readonly id: DeviceId; readonly organizationId: OrganizationId; readonly gateId: GateId }
  | { readonly kind: "shopper"; readonly id: ShopperId }
  | { readonly kind: "system"; readonly id: "system" };
export type Organiser = Extract<Actor, { kind: "api_key" }>;

const CATALOGUE_READERS = PERMISSIONS.filter((permission) => permission !== "perform_scans");

/** Each action with the permissions of which any one suffices. */
const NEEDS = {
  "catalogue.read": CATALOGUE_READERS,
  "venue.write": ["manage_events_and_venues"],
  "gate.write": ["manage_events_and_venues"],
  "event.write": ["manage_events_and_venues", "manage_ticketing_and_pricing"],
  "event.transition": ["manage_events_and_venues"],
  "ticket_type.write": ["manage_ticketing_and_pricing"],
  "hold.list": ["manage_ticketing_and_pricing", "view_read_only"],
  "hold.release": ["manage_ticketing_and_pricing"],
  "hold.door_sale": ["manage_ticketing_and_pricing"],
  "order.settle": ["manage_ticketing_and_pricing"],
  "order.read": ["view_orders"],
} as const satisfies Record<string, readonly Permission[]>;
export type Action = keyof typeof NEEDS;

/** Whether an organiser's credential may do `action` in its own organisation. Shoppers and devices may do none of them. */
export function can(actor: Actor, action: Action): boolean {
  if (actor.kind !== "api_key") return false;
  // Why own: `NEEDS` also answers to the names that every object has, such as `toString`.
  const needed: readonly Permission[] = Object.hasOwn(NEEDS, action) ? NEEDS[action] : [];
  return needed.some((permission) => actor.permissions.includes(permission));
}
