// Reads and writes venues (rules V1, T1).

import { and, eq, ne, type SQL, sql } from "drizzle-orm";
import type { EventId, OrganizationId, VenueId } from "../../domain/ids.ts";
import type { CatalogueReader } from "../../domain/people/policy.ts";
import type { Audit } from "../audit/audit.ts";
import { changeRow } from "../change.ts";
import type { Db } from "../client.ts";
import { createRow, type Provenance } from "../create.ts";
import { queueDoorSyncsAt } from "../outbox/door-syncs.ts";
import { isOrganizationActive, selectOrganizationStatus } from "../organizations/organizations.ts";
import { events, venues } from "../schema/catalogue.ts";
import { every, readPage, type PageQuery, type Placed, placed } from "../statements.ts";
import { visibleVenues } from "../visible.ts";

export type Venue = typeof venues.$inferSelect;
export const VENUE_STATUSES = venues.status.enumValues;

export async function readVenue(db: Db, reader: CatalogueReader, id: VenueId): Promise<Venue | null> {
  const rows = await db
    .select()
    .from(venues)
    .where(and(visibleVenues(reader), eq(venues.id, id)));
  return rows[0] ?? null;
}

export async function listVenues(
  db: Db,
  organizationId: OrganizationId,
  query: PageQuery & { readonly status?: Venue["status"] | undefined },
): Promise<Placed<Venue>[]> {
  const status = query.status && eq(venues.status, query.status);
  const wanted = and(eq(venues.organization_id, organizationId), status);
  return placed(await readPage(db.select().from(venues).$dynamic(), venues, wanted, query));
}

/** Writes the venue while its organisation is active and the slug is free; false when it was not written. */
export function insertVenue(db: Db, venue: Venue, provenance: Provenance): Promise<boolean> {
  return createRow(db, venues, venue, isOrganizationActive(venue.organization_id), provenance);
}

/** Why `insertVenue` may have refused. */
export async function readVenueObstacles(
  db: Db,
  venue: Venue,
): Promise<{ readonly suspended: boolean; readonly slugTaken: boolean }> {
  const [organization, sameSlug] = await db.batch([
    selectOrganizationStatus(db, venue.organization_id),
    db
      .select({ id: venues.id })
      .from(venues)
      .where(and(eq(venues.organization_id, venue.organization_id), eq(venues.slug, venue.slug))),
  ]);
  return { suspended: organization[0]?.status !== "active", slugTaken: sameSlug.length > 0 };
}

/**
 * Sets `fields` while no event there that is draft, published or live is larger than the new capacity or lets more in
 * (rule V3), and, when it is archived, none there is published or live (rule V2).
 */
export function updateVenue(db: Db, venue: Venue, fields: Partial<Venue>, audit: Audit): Promise<boolean> {
  const holdsAll = fields.capacity === undefined ? null : sql`NOT ${hasLargerEvent(venue.id, fields.capacity)}`;
  const isFree =
    fields.status === "archived" ? sql`NOT EXISTS (SELECT 1 FROM ${events} WHERE ${showsAt(venue.id)})` : null;
  // The fields of a venue that the doors of its events must know.
  const touchesDoors = fields.capacity !== undefined || fields.timezone !== undefined;
  const doorSyncs = touchesDoors ? queueDoorSyncsAt(venue.id, audit) : [];
  return changeRow(db, venues, venue, fields, every(sql`1`, holdsAll, isFree), audit, doorSyncs);
}

/** What an event needs of its venue: for its tickets (rule K3), or for those whom it lets in (rule D11). */
const LARGEST = sql`MAX(${events.capacity}, COALESCE(${events.admission_capacity}, 0))`;
const STANDING = sql.raw("('draft', 'published', 'live')");
const showsAt = (id: VenueId) => sql`${events.venue_id} = ${id} AND ${events.status} IN ('published', 'live')`;

/** Up to `limit` events there that are published or live. */
export async function listPublicEventsAt(db: Db, { id }: Venue, limit: number): Promise<EventId[]> {
  const rows = await db
    .select({ id: events.id })
    .from(events)
    .where(showsAt(id))
    .orderBy(events.start_time)
    .limit(limit);
  return rows.map((row) => row.id);
}

function hasLargerEvent(id: VenueId, capacity: number): SQL {
  return sql`EXISTS (SELECT 1 FROM ${events} WHERE ${events.venue_id} = ${id}
    AND ${events.status} IN ${STANDING} AND ${LARGEST} > ${capacity})`;
}

/** Why `updateVenue` may have refused: the largest event that the venue has to hold, and the owner of a slug. */
export async function readVenueChangeObstacles(
  db: Db,
  venue: Venue,
  slug: string,
): Promise<{ readonly largestEvent: number; readonly slugTaken: boolean }> {
  const [largest, sameSlug] = await db.batch([
    db
      .select({ capacity: sql<number>`COALESCE(MAX(${LARGEST}), 0)` })
      .from(events)
      .where(and(eq(events.venue_id, venue.id), sql`${events.status} IN ${STANDING}`)),
    db
      .select({ id: venues.id })
      .from(venues)
      .where(and(eq(venues.organization_id, venue.organization_id), eq(venues.slug, slug), ne(venues.id, venue.id))),
  ]);
  return { largestEvent: largest[0]?.capacity ?? 0, slugTaken: sameSlug.length > 0 };
}
