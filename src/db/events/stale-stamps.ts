// Lists events whose entry in the cache may be older than D1 (rule E7): by what has changed, or by venue or organisation.

import { inArray, sql } from "drizzle-orm";
import type { EventId, OrganizationId, VenueId } from "../../domain/ids.ts";
import type { Db } from "../client.ts";
import { LOOK_SOON_MS } from "../projection/projection.ts";
import { events, organizations, ticketTypes, venues } from "../schema/catalogue.ts";
import { selectStamps, type PublicStamp } from "./public-stamps.ts";

/** What ended longer ago is in no cache any more; changes younger than `RECENT_MS` are checked first. */
const ENTRY_MS = 65 * 60 * 1_000;
const RECENT_MS = 5 * 60 * 1_000;

const isOpen = inArray(events.status, ["published", "live"]);

/**
 * The events of which a cache may hold an older state: something changed while an entry may live, or a type sells,
 * since it may have sold out. First those that changed last, then the others by id, beginning at `from` and going
 * round.
 */
export function listPublicStamps(
  db: Db,
  { now, from, limit }: { readonly now: number; readonly from: EventId; readonly limit: number },
): Promise<PublicStamp[]> {
  const since = now - ENTRY_MS;
  // UNION ALL and CROSS JOIN, so that the few that have changed are found first, each by its index, and no table is scanned.
  const changed = sql`(SELECT DISTINCT id FROM (SELECT id FROM ${events} WHERE updated_at > ${since}
    UNION ALL SELECT event_id FROM ${ticketTypes} WHERE updated_at > ${since}
    UNION ALL SELECT event_id FROM ${ticketTypes} WHERE look_at <= ${now + LOOK_SOON_MS}
    UNION ALL SELECT owned.id FROM ${organizations} CROSS JOIN ${events} AS owned
      ON owned.organization_id = ${organizations.id} WHERE ${organizations.updated_at} > ${since}
    UNION ALL SELECT held.id FROM ${venues} CROSS JOIN ${events} AS held
      ON held.venue_id = ${venues.id} WHERE ${venues.updated_at} > ${since})) AS changed
    CROSS JOIN ${events} ON ${events.id} = changed.id
    CROSS JOIN ${organizations} ON ${organizations.id} = ${events.organization_id}
    CROSS JOIN ${venues} ON ${venues.id} = ${events.venue_id}`;
  const changedAt = sql`max(${events.updated_at}, ${organizations.updated_at}, ${venues.updated_at},
    coalesce((SELECT max(updated_at) FROM ${ticketTypes} WHERE event_id = ${events.id}), 0))`;
  return selectStamps(
    db,
    changed,
    sql`(${isOpen} OR ${events.updated_at} > ${since})`,
    sql`(${changedAt} > ${now - RECENT_MS}) DESC, (${events.id} >= ${from}) DESC, ${events.id}`,
    limit,
  );
}

/** The published and live events of a venue or an organisation, soonest first. */
export async function listPublicEventsOf(db: Db, owner: VenueId | OrganizationId, limit: number): Promise<EventId[]> {
  const rows = await db
    .select({ id: events.id })
    .from(events)
    .where(sql`${isOpen} AND (${events.venue_id} = ${owner} OR ${events.organization_id} = ${owner})`)
    .orderBy(events.start_time)
    .limit(limit);
  return rows.map((row) => row.id);
}
