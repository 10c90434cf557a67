// Selects the rows of the catalogue that an actor may read (rule T1, table P), by a condition of the very statement
// that reads them, so that pages are full and nothing else is read. `can` (domain/people/policy.ts) decides the same
// about one row.

import { and, eq, inArray, or, type SQL, sql } from "drizzle-orm";
import { EVENT_STATUSES, KEPT_AFTER_END_MS } from "../domain/events/event.ts";
import type { CatalogueReader, Device } from "../domain/people/policy.ts";
import { events, gates, ticketTypes, venues } from "./schema/catalogue.ts";

/** At the doors: the same as `isListedAtDoors` (domain/events/event.ts), which an archived one is for a while. */
const AT_DOORS = EVENT_STATUSES.filter((status) => status !== "draft" && status !== "archived");

/** A device sees the venue of its gate or event. It may not read the venue itself, but its gates. */
export function visibleVenues(reader: CatalogueReader): SQL | undefined {
  return and(
    eq(venues.organization_id, reader.organizationId),
    reader.kind === "device" ? eq(venues.id, reader.venueId) : undefined,
  );
}

/** An organiser sees the gates of its organisation; a device sees its own gate, or without one those of its venue. */
export function visibleGates(reader: CatalogueReader): SQL | undefined {
  return and(
    eq(gates.organization_id, reader.organizationId),
    reader.kind === "device"
      ? and(eq(gates.venue_id, reader.venueId), reader.gateId === null ? undefined : eq(gates.id, reader.gateId))
      : undefined,
  );
}

/** A device's are those of its venue, or the one that it was paired for, from their publishing until they are archived, and at least 7 days after their end (rule D9). `now`: epoch ms. */
export function visibleEvents(reader: CatalogueReader, now: number): SQL | undefined {
  return and(
    eq(events.organization_id, reader.organizationId),
    reader.kind === "device" ? isAtItsVenue(reader, now) : undefined,
  );
}

/** A device's are those of the events that it sees, hidden ones too. */
export function visibleTicketTypes(reader: CatalogueReader, now: number): SQL | undefined {
  const eventIsSeen = sql`EXISTS (SELECT 1 FROM ${events}
    WHERE ${events.id} = ${ticketTypes.event_id} AND ${visibleEvents(reader, now)})`;
  return and(
    eq(ticketTypes.organization_id, reader.organizationId),
    reader.kind === "device" ? eventIsSeen : undefined,
  );
}

function isAtItsVenue({ venueId, eventId }: Device, now: number): SQL | undefined {
  const isKept = sql`${events.status} = 'archived' AND ${events.end_time} > ${now - KEPT_AFTER_END_MS}`;
  const isIts = eventId === null ? undefined : eq(events.id, eventId);
  return and(eq(events.venue_id, venueId), isIts, or(inArray(events.status, AT_DOORS), isKept));
}
