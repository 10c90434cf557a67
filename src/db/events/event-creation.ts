// Creates events (rules E1, V2, K3, D11).

import { and, eq, type SQL, sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import { createRow, type Provenance } from "../create.ts";
import type { Event } from "./events.ts";
import { isOrganizationActive, selectOrganizationStatus } from "../organizations/organizations.ts";
import { events, venues } from "../schema/catalogue.ts";
import { every } from "../statements.ts";
import type { Venue } from "../venues/venues.ts";

/** That the event's venue is the organisation's, active and large enough (rules V2, K3, D11), and the organisation active. */
export function eventIsTaken(event: Event): SQL {
  const venueTakesIt = sql`EXISTS (SELECT 1 FROM ${venues}
    WHERE ${venues.id} = ${event.venue_id} AND ${venues.organization_id} = ${event.organization_id}
      AND ${venues.status} = 'active' AND ${fitsVenue(event)})`;
  return every(venueTakesIt, isOrganizationActive(event.organization_id));
}

/**
 * Writes the event while its venue is the organisation's, active and large enough (rules V2, K3, D11), the organisation
 * active and the slug free.
 */
export function insertEvent(db: Db, event: Event, provenance: Provenance): Promise<boolean> {
  return createRow(db, events, event, eventIsTaken(event), provenance);
}

/** That the venue is large enough for what the event sells and lets in (rules K3, D11), in a query of venues. */
export function fitsVenue({ capacity, admission_capacity }: Pick<Event, "capacity" | "admission_capacity">): SQL {
  return sql`${Math.max(capacity, admission_capacity ?? 0)} <= ${venues.capacity}`;
}

/** Why `insertEvent` may have refused; `venue` is null when it is not the organisation's. */
export async function readEventObstacles(
  db: Db,
  event: Event,
): Promise<{
  readonly venue: Pick<Venue, "status" | "capacity"> | null;
  readonly suspended: boolean;
  readonly slugTaken: boolean;
}> {
  const [organization, venue, sameSlug] = await db.batch([
    selectOrganizationStatus(db, event.organization_id),
    db
      .select({ status: venues.status, capacity: venues.capacity })
      .from(venues)
      .where(and(eq(venues.organization_id, event.organization_id), eq(venues.id, event.venue_id))),
    db
      .select({ id: events.id })
      .from(events)
      .where(and(eq(events.organization_id, event.organization_id), eq(events.slug, event.slug))),
  ]);
  return {
    venue: venue[0] ?? null,
    suspended: organization[0]?.status !== "active",
    slugTaken: sameSlug.length > 0,
  };
}
