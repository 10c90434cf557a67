// The public events of all organisations that are not over (rule P3), for the front page of the shop and for search engines.

import { asc, eq, type SQL, sql } from "drizzle-orm";
import { canBeBought } from "../ticket-types/buyable.ts";
import type { Db } from "../client.ts";
import { events, organizations, ticketTypes, venues } from "../schema/catalogue.ts";

/** Those that have begun first, then the soonest; at most `limit` of each. `now` epoch ms. */
export async function listUpcoming(db: Db, query: { readonly now: number; readonly limit: number }) {
  const { now, limit } = query;
  // Each by an index of its status alone (db/schema/catalogue.ts).
  const [live, published] = await Promise.all([
    select(db, now, sql`${events.status} = 'live' AND ${events.end_time} > ${now}`)
      .orderBy(asc(events.end_time))
      .limit(limit),
    select(db, now, sql`${events.status} = 'published'`).orderBy(asc(events.start_time)).limit(limit),
  ]);
  return [...live, ...published].filter(({ end_time }) => end_time > now);
}

export type UpcomingEvent = Awaited<ReturnType<typeof listUpcoming>>[number];

function select(db: Db, now: number, condition: SQL) {
  const prices = sql`FROM ${ticketTypes}
    WHERE ${ticketTypes.event_id} = ${events.id} AND ${ticketTypes.hidden} = 0 AND ${canBeBought(now)}`;
  return db
    .select({
      id: events.id,
      name: events.name,
      slug: events.slug,
      start_time: events.start_time,
      end_time: events.end_time,
      updated_at: events.updated_at,
      price_from: sql<number | null>`(SELECT MIN(${ticketTypes.price}) ${prices})`,
      price_to: sql<number | null>`(SELECT MAX(${ticketTypes.price}) ${prices})`,
      organization: { name: organizations.name, slug: organizations.slug },
      venue: {
        name: venues.name,
        address: venues.address,
        city: venues.city,
        country: venues.country,
        timezone: venues.timezone,
      },
    })
    .from(events)
    .innerJoin(organizations, eq(organizations.id, events.organization_id))
    .innerJoin(venues, eq(venues.id, events.venue_id))
    .where(condition)
    .$dynamic();
}

/** What an organisation is called whose slug this is; null when there is none. */
export async function readOrganizerName(db: Db, slug: string): Promise<string | null> {
  const [row] = await db
    .select({ name: organizations.name })
    .from(organizations)
    .where(eq(organizations.slug, slug))
    .limit(1);
  return row?.name ?? null;
}
