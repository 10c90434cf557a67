// Reads what the public may see of the catalogue (rule P3): published and live events, and their types that are not hidden.
// Only here is read without an organisation from a credential, since the public has none.

import { and, asc, eq, gt, inArray, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { PriceRange } from "../../domain/events/price-range.ts";
import type { EventId, OrganizationId } from "../../domain/ids.ts";
import { canBeBought } from "../ticket-types/buyable.ts";
import type { Db } from "../client.ts";
import { events, organizations, ticketTypes, venues } from "../schema/catalogue.ts";

const isPublicEvent = inArray(events.status, ["published", "live"]);

type Looking = typeof events | typeof organizations;
const lookOf = ({ accent_color, image_id, image_width, image_height, image_alt }: Looking) => ({
  ...{ accent_color, image_id, image_width, image_height, image_alt },
});

const shownEvent = {
  id: events.id,
  name: events.name,
  slug: events.slug,
  description: events.description,
  status: events.status,
  start_time: events.start_time,
  end_time: events.end_time,
  doors_open: events.doors_open,
  sale_start: events.sale_start,
  sale_end: events.sale_end,
  hold_extension: events.hold_extension,
  order_minutes: events.order_minutes,
  ...lookOf(events),
  organization: {
    ...{ id: organizations.id, name: organizations.name, slug: organizations.slug },
    ...lookOf(organizations),
  },
  venue: {
    id: venues.id,
    name: venues.name,
    address: venues.address,
    city: venues.city,
    country: venues.country,
    timezone: venues.timezone,
  },
};

/** Of an event: the prices of its types that are not hidden and can still be bought (rule E8), in minor units. */
export function pricesAt(now: number) {
  const of = sql`FROM ${ticketTypes} WHERE ${ticketTypes.event_id} = ${events.id}
    AND ${ticketTypes.hidden} = 0 AND ${canBeBought(now)}`;
  return {
    price_from: sql<number | null>`(SELECT MIN(${ticketTypes.price}) ${of})`,
    price_to: sql<number | null>`(SELECT MAX(${ticketTypes.price}) ${of})`,
  };
}

function selectShown<S extends object>(db: Db, more: S) {
  return db
    .select({ ...shownEvent, ...more })
    .from(events)
    .innerJoin(organizations, eq(organizations.id, events.organization_id))
    .innerJoin(venues, eq(venues.id, events.venue_id))
    .$dynamic();
}

export type PublicEvent = Awaited<ReturnType<typeof selectShown<object>>>[number];
/** An event of the list, with the fields that only the list reads from D1. */
export type ListedEvent = PublicEvent & PriceRange;

/** Null when there is no such organisation. */
export async function findOrganizationBySlug(db: Db, slug: string) {
  const [row] = await db
    .select({ id: organizations.id, name: organizations.name })
    .from(organizations)
    .where(eq(organizations.slug, slug))
    .limit(1);
  return row ?? null;
}

/** An organisation's public events that are not over, soonest first by (start_time, id); `after`: the page before. */
export async function listPublicEvents(
  db: Db,
  query: {
    readonly organizationId: OrganizationId;
    readonly limit: number;
    readonly now: number;
    readonly after: { readonly startTime: number; readonly id: string } | null;
  },
): Promise<ListedEvent[]> {
  const { after } = query;
  const beyond = after ? sql`(${events.start_time}, ${events.id}) > (${after.startTime}, ${after.id})` : undefined;
  return selectShown(db, pricesAt(query.now))
    .where(and(eq(events.organization_id, query.organizationId), isPublicEvent, gt(events.end_time, query.now), beyond))
    .orderBy(asc(events.start_time), asc(events.id))
    .limit(query.limit);
}

const shownType = {
  id: ticketTypes.id,
  name: ticketTypes.name,
  description: ticketTypes.description,
  price: ticketTypes.price,
  currency: ticketTypes.currency,
  sale_start: ticketTypes.sale_start,
  sale_end: ticketTypes.sale_end,
  total_quantity: ticketTypes.total_quantity,
  sold_count: ticketTypes.sold_count,
  withdrawn_count: ticketTypes.withdrawn_count,
  min_per_order: ticketTypes.min_per_order,
  max_per_order: ticketTypes.max_per_order,
};

function selectShownTypes(db: Db, ids: readonly EventId[]) {
  return db
    .select({ ...shownType, eventId: ticketTypes.event_id })
    .from(ticketTypes)
    .where(and(isAmong(ticketTypes.event_id, ids), eq(ticketTypes.hidden, false)))
    .orderBy(asc(ticketTypes.created_at), asc(ticketTypes.id));
}

function isAmong(column: SQLiteColumn, ids: readonly EventId[]): SQL {
  return sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
}

export type PublicTicketType = Omit<Awaited<ReturnType<typeof selectShownTypes>>[number], "eventId">;

/** With what its list leaves out. */
export type WholeEvent = PublicEvent & { readonly description_html: string | null };
export type PublishedEvent = {
  readonly event: WholeEvent;
  readonly ticketTypes: readonly PublicTicketType[];
};

/** A public event with its types that are not hidden, in the order they were made; null when the public may not see it. */
export async function readPublicEvent(db: Db, id: EventId): Promise<PublishedEvent | null> {
  return (await readPublicEvents(db, [id])).get(id) ?? null;
}

/** The same of many; those that the public may not see are left out. */
export async function readPublicEvents(db: Db, ids: readonly EventId[]): Promise<Map<EventId, PublishedEvent>> {
  // No batch, since D1 returns its rows by column name, and the joined tables share names.
  const [found, types] = await Promise.all([
    selectShown(db, { description_html: events.description_html }).where(and(isAmong(events.id, ids), isPublicEvent)),
    selectShownTypes(db, ids),
  ]);
  const shown = new Map(found.map((event) => [event.id, { event, ticketTypes: [] as PublicTicketType[] }]));
  for (const { eventId, ...type } of types) shown.get(eventId)?.ticketTypes.push(type);
  return shown;
}
