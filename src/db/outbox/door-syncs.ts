// Writes what a change owes the door of its event (rule D2): `door_version` counts the changes of the terms (door-terms.ts).
// Each batch that changes them has these two statements, one after the other and on the same conditions, so that a refused
// change raises no version and writes no sync row.

import { type SQL, sql } from "drizzle-orm";
import { KEPT_AFTER_END_MS } from "../../domain/events/event.ts";
import type { EventId, VenueId } from "../../domain/ids.ts";
import { type Audit, isWritten } from "../audit/audit.ts";
import { events } from "../schema/catalogue.ts";
import { every } from "../statements.ts";
import { insertSyncs } from "./outbox.ts";

/** The statements that raise the version of the events of `which` and write their sync rows, if the audited change was written. */
export function queueDoorSyncs(which: SQL, audit: Audit): readonly [SQL, SQL] {
  const written = every(which, isWritten(audit));
  return [raiseDoorVersion(written), insertDoorSync(written, audit.at)];
}

/** The same of the events at a venue whose doors may still take something (rule D9): all, until they are archived and a week over. */
export function queueDoorSyncsAt(venueId: VenueId, audit: Audit): readonly [SQL, SQL] {
  const mayHaveDoor = sql`(${events.status} <> 'archived' OR ${events.end_time} > ${audit.at - KEPT_AFTER_END_MS})`;
  return queueDoorSyncs(sql`${events.venue_id} = ${venueId} AND ${mayHaveDoor}`, audit);
}

export function raiseDoorVersion(which: SQL): SQL {
  return sql`UPDATE ${events} SET door_version = door_version + 1 WHERE ${which}`;
}

/** The statement that writes sync rows for the doors of the events of `which`, with the version that they have by then. */
export function insertDoorSync(which: SQL, now: number): SQL {
  return insertSync(which, sql`${events.door_version}`, now);
}

/** For events that the batch is about to delete: no delivery that is under way acknowledges this version. */
export function insertDoorSyncOfDeleted(which: SQL, now: number): SQL {
  return insertSync(which, sql`${events.door_version} + 1`, now);
}

function insertSync(which: SQL, version: SQL, now: number): SQL {
  const rows = sql`FROM ${events} WHERE ${which}`;
  return insertSyncs({ subject: "door", target: sql`${events.id}`, version, rows, now });
}

export function isEvent(id: EventId): SQL {
  return sql`${events.id} = ${id}`;
}
