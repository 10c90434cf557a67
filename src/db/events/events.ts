// Reads events (rules E1, T1). event-creation.ts creates them, event-changes.ts changes them, and their transitions are in
// event-transitions.ts.

import { and, eq, gte, lt } from "drizzle-orm";
import type { EventStatus } from "../../domain/events/event.ts";
import type { EventId, VenueId } from "../../domain/ids.ts";
import type { CatalogueReader } from "../../domain/people/policy.ts";
import type { Db } from "../client.ts";
import { events } from "../schema/catalogue.ts";
import { readPage, type PageQuery, type Placed, placed } from "../statements.ts";
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
