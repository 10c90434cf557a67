// A catalogue in D1 for tests of the inventory, and short ways to act on it.

import { createHash } from "node:crypto";
import { env } from "cloudflare:workers";
import type { Context } from "../../../src/app/context.ts";
import { newId } from "../../../src/app/context.ts";
import { openDb } from "../../../src/db/client.ts";
import { events, organizations, ticketTypes, venues } from "../../../src/db/schema/catalogue.ts";
import {
  type EventId,
  holdIdFrom,
  type HolderId,
  type HoldId,
  type OrganizationId,
  type TicketTypeId,
} from "../../../src/domain/ids.ts";
import type { Buyer } from "../../../src/domain/people/policy.ts";
import { type Desks, openDesks } from "../../../src/desk/client.ts";
import { type Doors, openDoors } from "../../../src/door/client.ts";
import { type Inventories, openInventories } from "../../../src/inventory/client.ts";
import { type Feeds, openFeeds } from "../../../src/feed/client.ts";
import { PLACE, timesOnSale } from "../../support/server/catalogue/bodies.ts";

export const db = openDb(env.DB);
export const inventories: Inventories = openInventories(env.INVENTORY);
export const feeds: Feeds = openFeeds(env.EVENT_FEED);
export const desks: Desks = openDesks(env.DOOR_DESK);
export const doors: Doors = openDoors(env.EVENT_DOOR);
export const HOUR = 3_600_000;

/** What a verb reaches the outside by; its work after the response is awaited by nobody. */
export const PORTS = {
  ...{ db, inventories, feeds, desks, doors, catalogueCache: env.CATALOGUE_CACHE },
  waitUntil: () => undefined,
};

export type Show = {
  readonly organizationId: OrganizationId;
  readonly eventId: EventId;
  readonly typeIds: readonly TicketTypeId[];
};
type TypeFields = Partial<typeof ticketTypes.$inferInsert> & { readonly total: number };

export async function newOrganization(): Promise<OrganizationId> {
  const id = newId("org");
  const stamps = { created_at: Date.now(), updated_at: Date.now() };
  await db.insert(organizations).values({ id, name: "Organisation", slug: id, ...stamps });
  return id;
}

/** An event on sale with one ticket type for each of `types`. */
export async function seedShow(
  types: readonly TypeFields[],
  event: Partial<typeof events.$inferInsert> = {},
): Promise<Show> {
  const now = Date.now();
  const stamps = { created_at: now, updated_at: now };
  const organizationId = await newOrganization();
  const venueId = newId("ven");
  const eventId = newId("evt");
  await db.insert(venues).values({
    id: venueId,
    organization_id: organizationId,
    name: "Venue",
    slug: "venue",
    ...PLACE,
    capacity: 50_000,
    ...stamps,
  });
  await db.insert(events).values({
    id: eventId,
    organization_id: organizationId,
    venue_id: venueId,
    name: "Event",
    slug: "event",
    status: "published",
    ...timesOnSale(now),
    capacity: 50_000,
    ...stamps,
    ...event,
  });
  const typeIds: TicketTypeId[] = [];
  for (const { total, ...fields } of types) {
    const id = newId("tt");
    await db.insert(ticketTypes).values({
      id,
      event_id: eventId,
      organization_id: organizationId,
      name: "Type",
      price: 15_000,
      total_quantity: total,
      ...stamps,
      ...fields,
    });
    typeIds.push(id);
  }
  return { organizationId, eventId, typeIds };
}

/** An event on sale with one ticket type of `total`. */
export async function seedType(
  total: number,
  fields: Partial<typeof ticketTypes.$inferInsert> = {},
): Promise<Show & { typeId: TicketTypeId }> {
  const show = await seedShow([{ total, ...fields }]);
  const [typeId] = show.typeIds;
  if (!typeId) throw new Error("the show has one type");
  return { ...show, typeId };
}

/** Places a hold of `quantity` as `holder`; `key` is the idempotency key, a fresh one by default. */
export function placeHold(typeId: TicketTypeId, holder: HolderId, quantity: number, key: string = crypto.randomUUID()) {
  return inventories(typeId).hold({
    holdId: holdIdOf(typeId, holder, key),
    holder: { id: holder, organizationId: null },
    quantity,
    source: "web",
    notes: null,
    actor: holder,
    requestId: "test",
  });
}

export function holdIdOf(typeId: TicketTypeId, holder: HolderId, key: string): HoldId {
  return holdIdFrom(typeId, holder, key, (text) => createHash("sha256").update(text).digest());
}

/** A hold that must succeed; its id. */
export async function held(typeId: TicketTypeId, holder: HolderId, quantity: number, key?: string): Promise<HoldId> {
  const reply = await placeHold(typeId, holder, quantity, key);
  if (!reply.ok) throw new Error(`refused: ${JSON.stringify(reply.refusal)}`);
  return reply.value.hold.id;
}

export async function countsOf(
  typeId: TicketTypeId,
): Promise<{ total: number; sold: number; held: number; available: number }> {
  const reply = await inventories(typeId).counts();
  if (!reply.ok) throw new Error(`refused: ${JSON.stringify(reply.refusal)}`);
  const { total, sold, held: heldNow, available } = reply.value;
  return { total, sold, held: heldNow, available };
}

/** The status of a hold as its inventory says it. */
export async function statusOf(typeId: TicketTypeId, holder: HolderId, holdId: HoldId): Promise<string> {
  const reply = await inventories(typeId).read({ holdIds: [holdId], by: { id: holder, organizationId: null } });
  if (!reply.ok) return reply.refusal.code;
  return reply.value.holds[0]?.status ?? "none";
}

/** A verb's context for `actor`. */
export function contextFor(actor: Buyer, parts: Partial<Context> = {}): Context<Buyer> {
  return {
    actor,
    requestId: crypto.randomUUID(),
    now: Date.now(),
    ...PORTS,
    ...parts,
  } as Context<Buyer>;
}

export function aShopper(): Extract<Buyer, { kind: "shopper" }> {
  return { kind: "shopper", id: newId("shp") };
}

export function staffOf(organizationId: OrganizationId): Extract<Buyer, { kind: "api_key" }> {
  return {
    kind: "api_key",
    id: newId("key"),
    organizationId,
    permissions: ["manage_ticketing_and_pricing", "view_orders"],
  };
}

/** The object's inside, for tests that move its clock or take D1 away. */
export function objectOf(typeId: TicketTypeId) {
  return env.INVENTORY.getByName(typeId);
}
