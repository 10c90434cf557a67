// Writes what a change owes the feeds of events (rules L3, T5), by statements in its batch. The version of a feed's sync row
// is a position in D1's history.

import { type SQL, sql } from "drizzle-orm";
import type { EventId, VenueId } from "../../domain/ids.ts";
import { type Audit, isWritten } from "../audit/audit.ts";
import { position } from "../events/feed.ts";
import { events } from "../schema/catalogue.ts";
import { every } from "../statements.ts";
import { insertSyncs } from "./outbox.ts";

/** The statement that writes sync rows for the feeds of the events of `which`, if the audited change was written. */
export function insertFeedSync(which: SQL, audit: Audit): SQL {
  return insertFeedSyncs(every(which, isWritten(audit)), audit.at);
}

/** The same, where `which` itself is conditional on the change. */
export function insertFeedSyncs(which: SQL, now: number): SQL {
  const rows = sql`FROM ${events} WHERE ${which}`;
  return insertSyncs({ subject: "feed", target: sql`${events.id}`, version: position, rows, now });
}

/** For the event that a batch is about to delete: its row cannot be read afterwards. */
export function insertFeedSyncOf(id: EventId, audit: Audit): SQL {
  const rows = sql`WHERE ${isWritten(audit)}`;
  return insertSyncs({ subject: "feed", target: sql`${id}`, version: position, rows, now: audit.at });
}

/** The events that somebody may follow now, at a venue. */
export function openEventsAt(venueId: VenueId): SQL {
  return sql`${events.venue_id} = ${venueId} AND ${events.status} IN ('published', 'live')`;
}
