// Events in D1: created and read (rules E1, T1). Their transitions are in event-transitions.ts, changes in event-changes.ts.

import { and, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import type { EventStatus } from "../../domain/event.ts";
import type { EventId, VenueId } from "../../domain/ids.ts";
import type { CatalogueReader } from "../../domain/policy.ts";
import type { Db } from "../client.ts";
import { createRow, type Provenance } from "../create.ts";
import { isOrganizationActive, selectOrganizationStatus } from "../organizations/organizations.ts";
import { events, venues } from "../schema/catalogue.ts";
import { every, readPage, type PageQuery, type Placed, placed } from "../statements.ts";
import type { Venue } from "../venues/venues.ts";
import { visibleEvents } from "../visible.ts";

export type Event = typeof events.$inferSelect;

/** `now`: epoch ms, for a device sees some events for a time. */
export async function readEvent(db: Db, reader: CatalogueReader, id: EventId, now: number): Promise<Event | null> {
  const rows = await db
    .select()
    .from(events)
    .where(and(visibleEvents(reader, now), eq(events.id, id)));
  return rows[0] ?? null;
}

/** Times epoch ms: `startsAfter` included, `startsBefore` not. */
export type EventFilters = {
  readonly status?: EventStatus | undefined;
  readonly venueId?: VenueId | undefined;
  readonly startsAfter?: number | undefined;
  readonly startsBefore?: number | undefined;
};

export async function listEvents(
  db: Db,
  reader: CatalogueReader,
  query: PageQuery & EventFilters & { readonly now: number },
): Promise<Placed<Event>[]> {
  const { status, venueId, startsAfter, startsBefore, now } = query;
  const wanted = and(
    visibleEvents(reader, now),
    status && eq(events.status, status),
    venueId && eq(events.venue_id, venueId),
    startsAfter === undefined ? undefined : gte(events.start_time, startsAfter),
    startsBefore === undefined ? undefined : lt(events.start_time, startsBefore),
  );
  return placed(await readPage(db.select().from(events).$dynamic(), events, wanted, query));
}

/**
 * Writes the event while its venue is the organisation's, active and large enough (rules V2, K3, D11), the organisation
 * active and the slug free.
 */
export function insertEvent(db: Db, event: Event, provenance: Provenance): Promise<boolean> {
  const venueTakesIt = sql`EXISTS (SELECT 1 FROM ${venues}
    WHERE ${venues.id} = ${event.venue_id} AND ${venues.organization_id} = ${event.organization_id}
      AND ${venues.status} = 'active' AND ${fitsVenue(event)})`;
  return createRow(db, events, event, every(venueTakesIt, isOrganizationActive(event.organization_id)), provenance);
}

/** That the venue is large enough for what the event sells and lets in (rules K3, D11), in a query of venues. */
export function fitsVenue({ capacity, admission_capacity }: Pick<Event, "capacity" | "admission_capacity">): SQL {
  return sql`${Math.max(capacity, admission_capacity ?? 0)} <= ${venues.capacity}`;
}

/** What could have stood against `insertEvent`; `venue` is null when it is not the organisation's. */
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
