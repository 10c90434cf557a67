// Venues in D1 (rules V1, T1).

import { and, eq } from "drizzle-orm";
import type { OrganizationId, VenueId } from "../domain/ids.ts";
import type { Db } from "./client.ts";
import { createRow, type Provenance } from "./create.ts";
import { isOrganizationActive, selectOrganizationStatus } from "./organizations.ts";
import { venues } from "./schema.ts";
import { fromPosition, newestFirst, type PageQuery, type Placed, placed } from "./statements.ts";

export type Venue = typeof venues.$inferSelect;
export const VENUE_STATUSES = venues.status.enumValues;

export async function readVenue(db: Db, organizationId: OrganizationId, id: VenueId): Promise<Venue | null> {
  const rows = await db
    .select()
    .from(venues)
    .where(and(eq(venues.organization_id, organizationId), eq(venues.id, id)));
  return rows[0] ?? null;
}

export async function listVenues(
  db: Db,
  organizationId: OrganizationId,
  query: PageQuery & { readonly status?: Venue["status"] | undefined },
): Promise<Placed<Venue>[]> {
  const status = query.status && eq(venues.status, query.status);
  const wanted = and(eq(venues.organization_id, organizationId), status);
  const rows = await db
    .select()
    .from(venues)
    .where(fromPosition(venues, query.before, wanted))
    .orderBy(...newestFirst(venues))
    .limit(query.limit);
  return placed(rows);
}

/** Writes the venue while its organisation is active and the slug is free; false when it was not written. */
export function insertVenue(db: Db, venue: Venue, provenance: Provenance): Promise<boolean> {
  return createRow(db, venues, venue, isOrganizationActive(venue.organization_id), provenance);
}

/** What could have stood against `insertVenue`. */
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
