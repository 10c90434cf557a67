// What the objects of events must still be told: sync rows whose target is an event and whose subject is one of these. They
// are written with the change (feed.ts, door-syncs.ts), and deleted only up to what was told.

import { type SQL, sql } from "drizzle-orm";
import type { EventId } from "../../domain/ids.ts";
import type { Db } from "../client.ts";
import { syncRows } from "../schema/sync.ts";
import { events } from "../schema/catalogue.ts";

/** The event's feed, and its door. */
export type EventSubject = "feed" | "door";

/** `version`: up to which its object must be told. */
export type EventSync = { readonly eventId: EventId; readonly version: number };

/**
 * Up to `limit` events whose objects are still to be told, those of `ids` only when it is given: first those whose doors
 * and sales may be open, of these and of the others the oldest.
 */
export function listEventSyncs(
  db: Db,
  subject: EventSubject,
  ids: readonly EventId[] | null,
  limit: number,
): Promise<EventSync[]> {
  const wanted = ids && sql`AND target IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  return db.all<EventSync>(sql`SELECT target AS eventId, ${syncRows.version} AS version
    FROM ${syncRows} LEFT JOIN ${events} ON ${events.id} = target
    WHERE subject = ${subject} ${wanted ?? sql``}
    ORDER BY COALESCE(${events.status} IN ('published', 'live'), 0) DESC, ${syncRows.created_at}, target LIMIT ${limit}`);
}

/** A part of what waits, in the order of the events: after `after`, and up to `until` unless that is null. */
export type EventRange = { readonly after: EventId | ""; readonly until: EventId | null; readonly limit: number };

export function pageEventSyncs(
  db: Db,
  subject: EventSubject,
  { after, until, limit }: EventRange,
): Promise<EventSync[]> {
  const bound = until === null ? sql`` : sql`AND target <= ${until}`;
  return db.all<EventSync>(sql`SELECT target AS eventId, version FROM ${syncRows}
    WHERE subject = ${subject} AND target > ${after} ${bound} ORDER BY target LIMIT ${limit}`);
}

/** Their objects have been told: a row goes unless it asks for something newer. */
export async function dropEventSyncs(db: Db, subject: EventSubject, told: readonly EventSync[]): Promise<void> {
  if (told.length === 0) return;
  await db.run(deleteTold(subject, JSON.stringify(told)));
}

/** By the rows that were named: to look at every row that waits, for each of them, takes its square. */
function deleteTold(subject: EventSubject, told: string): SQL {
  return sql`DELETE FROM ${syncRows} WHERE subject = ${subject}
    AND target IN (SELECT value ->> 'eventId' FROM json_each(${told}))
    AND EXISTS (SELECT 1 FROM json_each(${told}) AS told
      WHERE told.value ->> 'eventId' = target AND ${syncRows.version} <= told.value ->> 'version')`;
}
