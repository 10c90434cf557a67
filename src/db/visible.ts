// Which rows of the catalogue an actor reads (rule T1, table P), as a condition of the very statement that reads them: so
// pages stay whole, and nothing is read that must not be seen. Of one row `can` (domain/policy.ts) says the same.

import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import { EVENT_STATUSES, isPublic } from "../domain/event.ts";
import type { CatalogueReader, Device } from "../domain/policy.ts";
import { events, gates, ticketTypes, venues } from "./schema.ts";

const SHOWN = EVENT_STATUSES.filter(isPublic);

/** A device's is that of its gate: not to be read itself, but to ask for its gates. */
export function visibleVenues(reader: CatalogueReader): SQL | undefined {
  return and(
    eq(venues.organization_id, reader.organizationId),
    reader.kind === "device" ? eq(venues.id, reader.venueId) : undefined,
  );
}

/** An organiser's are its organisation's; a device's the gate that it stands at. */
export function visibleGates(reader: CatalogueReader): SQL | undefined {
  return and(
    eq(gates.organization_id, reader.organizationId),
    reader.kind === "device" ? eq(gates.id, reader.gateId) : undefined,
  );
}

/** A device's are those of its gate's venue that are published or live. */
export function visibleEvents(reader: CatalogueReader): SQL | undefined {
  return and(
    eq(events.organization_id, reader.organizationId),
    reader.kind === "device" ? isShownAtItsVenue(reader) : undefined,
  );
}

/** A device's are those of the events that it sees, hidden ones too. */
export function visibleTicketTypes(reader: CatalogueReader): SQL | undefined {
  const eventIsSeen = sql`EXISTS (SELECT 1 FROM ${events}
    WHERE ${events.id} = ${ticketTypes.event_id} AND ${visibleEvents(reader)})`;
  return and(
    eq(ticketTypes.organization_id, reader.organizationId),
    reader.kind === "device" ? eventIsSeen : undefined,
  );
}

function isShownAtItsVenue({ venueId }: Device): SQL | undefined {
  return and(eq(events.venue_id, venueId), inArray(events.status, SHOWN));
}
