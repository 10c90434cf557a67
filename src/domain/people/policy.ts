// Implements table P of docs/rules.md: who may do what. Anything that is not in it is refused.

import { type EventStatus, isListedAtDoors } from "../events/event.ts";
import type { HoldActor, OrderReader } from "../ledger/command.ts";
import { RECENT_PASSWORD_MS } from "../limits.ts";
import {
  type ApiKeyId,
  type DeviceId,
  type EventId,
  type GateId,
  type OrderId,
  orderOfTicket,
  type OrganizationId,
  type ShopperId,
  type TicketId,
  type UserId,
  type VenueId,
} from "../ids.ts";

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

/** The permissions that an API key can have at all (rule P2). */
export const KEY_PERMISSIONS = PERMISSIONS.filter((permission) => !NEVER_BY_KEY.includes(permission));

/** The most that an API key made by a member with `role` may have (rule P2). */
export function keyPermissions(role: Role): Permission[] {
  return ROLE_PERMISSIONS[role].filter((permission) => !NEVER_BY_KEY.includes(permission));
}

/** Permissions that are implied by the right to manage users, although roles that have that right do not list them. */
const LESSER: readonly Permission[] = ["view_limited_analytics", "view_read_only", "perform_scans"];

/**
 * The most that a key made by somebody with these permissions may have: the same without the two that no key has, and with
 * the lesser ones for those who manage users (rule P2).
 */
export function grantable({ permissions }: Pick<Organiser, "permissions">): Permission[] {
  const lesser = permissions.includes("manage_tenant_users") ? LESSER : [];
  return KEY_PERMISSIONS.filter((permission) => permissions.includes(permission) || lesser.includes(permission));
}

/** What a key may do while its creator has this role: what it was made with, as far as they may still give it (rule P2). */
export function cutToCreator(granted: readonly Permission[], role: Role): Permission[] {
  const most = grantable({ permissions: ROLE_PERMISSIONS[role] });
  return granted.filter((permission) => most.includes(permission));
}

/** The permission that crew codes, and the devices that were paired by them, depend on (rule P2). */
export const CREW_PERMISSION = "manage_ticketing_and_pricing" satisfies Permission;

/** The roles that have the permission. */
export function rolesWith(permission: Permission): Role[] {
  return ROLES.filter((role) => ROLE_PERMISSIONS[role].includes(permission));
}

/** The roles whose members a member with `role` may add and change. */
export function rolesManagedBy(role: Role): Role[] {
  if (!ROLE_PERMISSIONS[role].includes("manage_tenant_users")) return [];
  return ROLES.filter((managed) => role === "owner" || managed !== "owner");
}

/** The text as a permission, or null: an unknown permission that is stored grants nothing. */
export function parsePermission(text: string): Permission | null {
  return PERMISSIONS.find((permission) => permission === text) ?? null;
}

/** `permissions` are those of the role for a user (`memberOf`), and those that it was made with for a key. */
export type Actor =
  | {
      readonly kind: "user";
      readonly id: UserId;
      readonly organizationId: OrganizationId;
      readonly role: Role;
      readonly permissions: readonly Permission[];
      /** The session. When it ends, the sockets that it opened are closed (rule T5). It is not the cookie's secret. */
      readonly sessionId: string;
    }
  | {
      readonly kind: "api_key";
      readonly id: ApiKeyId;
      readonly organizationId: OrganizationId;
      readonly permissions: readonly Permission[];
    }
  | {
      readonly kind: "device";
      readonly id: DeviceId;
      readonly organizationId: OrganizationId;
      /** Null: any gate of the venue (rule D21). */
      readonly gateId: GateId | null;
      readonly venueId: VenueId;
      /** The one event that it was paired for (rule D22); null for all events of the venue. */
      readonly eventId: EventId | null;
    }
  | { readonly kind: "shopper"; readonly id: ShopperId }
  | OrderLink
  | TicketLink
  | { readonly kind: "system"; readonly id: "system" };
/** The holder of an order's link (rule O13), who reads this order and its tickets, and makes their links. */
export type OrderLink = { readonly kind: "order_link"; readonly id: OrderId };
/** The holder of a ticket's link (rule N7), who reads this ticket at this generation, and does nothing else. */
export type TicketLink = { readonly kind: "ticket_link"; readonly id: TicketId; readonly generation: number };
export type Organiser = Extract<Actor, { kind: "user" | "api_key" }>;
/** Who buys: a shopper, or an organiser in a door sale (rule H12). */
export type Buyer = Extract<Actor, { kind: "shopper" }> | Organiser;
export type Device = Extract<Actor, { kind: "device" }>;

export function isOrganiser(actor: Actor): actor is Organiser {
  return actor.kind === "user" || actor.kind === "api_key";
}

/** Who reads the catalogue of its organisation: an organiser all of it, a device what concerns its gate. */
export type CatalogueReader = Organiser | Device;

/** The member of an organisation that has this role in it, acting by a session. */
export function memberOf(
  organizationId: OrganizationId,
  id: UserId,
  role: Role,
  sessionId: string,
): Extract<Actor, { kind: "user" }> {
  return { kind: "user", id, organizationId, role, permissions: ROLE_PERMISSIONS[role], sessionId };
}

/** What a buyer acts on: a shopper on its own holds and orders, an organiser on its organisation's (rules T2, H10). */
export function actingOnHolds(buyer: Buyer): HoldActor {
  return { id: buyer.id, organizationId: buyer.kind === "shopper" ? null : buyer.organizationId };
}

/** By what right an order is read: by its link as the holder of the link, in every other case as a buyer. */
export function readingOrders(reader: Buyer | OrderLink | TicketLink): OrderReader {
  if (reader.kind === "order_link") return { id: reader.id, organizationId: null };
  if (reader.kind === "ticket_link") return { id: orderOfTicket(reader.id), organizationId: null };
  return actingOnHolds(reader);
}

/** Whether the actor, who may act on the order, is shown its contact (rule O11): its buyer, and who reads orders. */
export function seesContact(buyer: Buyer | OrderLink, order: { readonly userId: string }): boolean {
  return order.userId === buyer.id || can(buyer, "order.read");
}

/** What a device may do: the column `scanner_only`. */
export const DEVICE_PERMISSIONS: readonly Permission[] = ROLE_PERMISSIONS.scanner_only;

const CATALOGUE_READERS = PERMISSIONS.filter((permission) => permission !== "perform_scans");
const DESK_READERS = ["perform_scans", "view_read_only", "manage_ticketing_and_pricing"] as const;

/** The permissions of each action, any one of which suffices. */
const NEEDS = {
  "organization.read": CATALOGUE_READERS,
  "organization.write": ["manage_tenant_users"],
  "catalogue.read": CATALOGUE_READERS,
  "venue.write": ["manage_events_and_venues"],
  "gate.write": ["manage_events_and_venues"],
  "event.write": ["manage_events_and_venues", "manage_ticketing_and_pricing"],
  "event.transition": ["manage_events_and_venues"],
  "ticket_type.write": ["manage_ticketing_and_pricing"],
  "hold.list": ["manage_ticketing_and_pricing", "view_read_only"],
  "hold.release": ["manage_ticketing_and_pricing"],
  "hold.extend": ["manage_ticketing_and_pricing"],
  "hold.door_sale": ["manage_ticketing_and_pricing"],
  "order.settle": ["manage_ticketing_and_pricing"],
  "order.read": ["view_orders"],
  "order.erase_contact": ["manage_ticketing_and_pricing"],
  "ticket.show": ["manage_ticketing_and_pricing"],
  "ticket.change": ["manage_ticketing_and_pricing"],
  "member.list": ["manage_tenant_users"],
  "member.manage": ["manage_tenant_users"],
  "api_key.manage": ["manage_tenant_users"],
  "device.manage": ["manage_devices"],
  "crew.manage": ["manage_ticketing_and_pricing"],
  "crew_device.manage": ["manage_devices", "manage_ticketing_and_pricing"],
  "audit.read": ["view_full_analytics"],
  "scanner.follow": DESK_READERS,
  "desk.read": DESK_READERS,
  "desk.heartbeat": ["perform_scans"],
  "desk.notice": ["manage_ticketing_and_pricing"],
  "door.scan": ["manage_ticketing_and_pricing"],
  "door.override": ["manage_ticketing_and_pricing"],
  "door.read": ["view_read_only", "manage_ticketing_and_pricing"],
  "door.log": ["view_orders"],
} as const satisfies Record<string, readonly Permission[]>;
export type Action = keyof typeof NEEDS;

/** What a device may do (table P) whatever the resource. */
const BY_DEVICE: readonly Action[] = ["scanner.follow", "desk.read", "desk.heartbeat", "door.scan", "door.read"];

/**
 * The resource of an action, when the table depends on it: a gate or an event (also of its ticket types) that is read,
 * which a device sees for some time (its end and now, epoch ms), and the highest role that a member or an invitation has
 * before or after the change.
 */
export type Resource =
  | { readonly kind: "gate"; readonly id: GateId; readonly venueId: VenueId }
  | {
      readonly kind: "event";
      readonly id: EventId;
      readonly venueId: VenueId;
      readonly status: EventStatus;
      readonly endTime: number;
      readonly now: number;
    }
  | { readonly kind: "member"; readonly role: Role };

/** Whether the actor may do `action` in its own organisation. Whose `resource` is, the query checks (rule T1). */
export function can(actor: Actor, action: Action, resource?: Resource): boolean {
  switch (actor.kind) {
    case "user":
    case "api_key":
      return holds(actor, action) && (action !== "member.manage" || mayManage(actor, resource));
    case "device":
      return action === "catalogue.read" ? isAtItsGate(actor, resource) : BY_DEVICE.includes(action);
    case "shopper":
    case "order_link":
    case "ticket_link":
    case "system":
      return false;
    default:
      // Refused rather than `never`, since a value that gets past the types must be refused, not thrown at.
      return false;
  }
}

function holds({ permissions }: Organiser, action: Action): boolean {
  // `hasOwn`, since `NEEDS` also has the names that every object has, such as `toString`.
  const needed: readonly Permission[] = Object.hasOwn(NEEDS, action) ? NEEDS[action] : [];
  return needed.some((permission) => permissions.includes(permission));
}

/** The permissions any one of which would suffice for `action`, if this organiser has none of them; null if it has one. */
export function lacking(organiser: Organiser, action: Action): readonly Permission[] | null {
  return holds(organiser, action) ? null : NEEDS[action];
}

/** Whether no API key can ever do it (rule P2). */
export function isForMembersAlone(action: Action): boolean {
  return NEEDS[action].every((permission) => NEVER_BY_KEY.includes(permission));
}

/** Whether a session for which the password was given at `givenAt` needs it again at `now` (rule P8). */
export function needsPassword(givenAt: number | null, now: number): boolean {
  return givenAt === null || now >= givenAt + RECENT_PASSWORD_MS;
}

const CATALOGUE_CHANGES: readonly Action[] = [
  ...(["venue.write", "gate.write", "event.write", "event.transition", "ticket_type.write"] as const),
];

/** Whether it changes venues, gates, events or ticket types, which nobody may while D1 is restored (rule X6). */
export function changesCatalogue(action: Action): boolean {
  return CATALOGUE_CHANGES.includes(action);
}

/** Owners manage everybody, admins everybody but owners. Keys never have the permission, and have no role. */
function mayManage(actor: Organiser, resource: Resource | undefined): boolean {
  return actor.kind === "user" && resource?.kind === "member" && rolesManagedBy(actor.role).includes(resource.role);
}

/** A device reads its gate or its venue's, and its event or its venue's, while their doors may be staffed (rule D9). */
function isAtItsGate({ gateId, venueId, eventId }: Device, resource: Resource | undefined): boolean {
  if (resource?.kind === "member" || resource?.venueId !== venueId) return false;
  if (resource.kind === "gate") return gateId === null || resource.id === gateId;
  return (eventId === null || resource.id === eventId) && isListedAtDoors(resource, resource.now);
}
