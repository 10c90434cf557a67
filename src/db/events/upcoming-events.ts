// Lists the public events of all organisations that are not over (rule P3), for the shop's front page and search engines.

import { asc, eq, type SQL, sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import { events, organizations, venues } from "../schema/catalogue.ts";
import { pricesAt } from "./public-events.ts";

type UpcomingQuery = {
  readonly now: number;
  readonly limit: number;
  /** Whether prices are read, which takes a look-up for each event; otherwise they are null. */
  readonly priced: boolean;
};

/** Those that have begun first, then the soonest; at most `limit` of each. `now` epoch ms. */
export async function listUpcoming(db: Db, asked: UpcomingQuery) {
  const { now, limit } = asked;
  // Each by an index of its status alone (db/schema/catalogue.ts).
  const [live, published] = await Promise.all([
    select(db, asked, sql`${events.status} = 'live' AND ${events.end_time} > ${now}`)
      .orderBy(asc(events.end_time))
      .limit(limit),
    select(db, asked, sql`${events.status} = 'published' AND ${events.end_time} > ${now}`)
      .orderBy(asc(events.start_time))
      .limit(limit),
  ]);
  return [...live, ...published];
}

export type UpcomingEvent = Awaited<ReturnType<typeof listUpcoming>>[number];

const NO_PRICES = { price_from: sql<number | null>`NULL`, price_to: sql<number | null>`NULL` };

function select(db: Db, { now, priced }: UpcomingQuery, condition: SQL) {
  return db
    .select({
      id: events.id,
      name: events.name,
      slug: events.slug,
      start_time: events.start_time,
      end_time: events.end_time,
      updated_at: events.updated_at,
      ...(priced ? pricesAt(now) : NO_PRICES),
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
