// Reads the stamp of an event: the versions of everything that the public sees of it, as one text, which changes with
// any of them.

import { type SQL, sql } from "drizzle-orm";
import type { EventId } from "../../domain/ids.ts";
import type { Db } from "../client.ts";
import { events, organizations, ticketTypes, venues } from "../schema/catalogue.ts";

// With the counts, since a type that sells out is shown as such, which raises no version (rule K5).
const stamp = sql`${events.version} || '.' || ${organizations.version} || '.' || ${venues.version} || '.' ||
  coalesce((SELECT group_concat(part) FROM (
    SELECT id || ':' || version || ':' || (sold_count + withdrawn_count >= total_quantity) AS part
    FROM ${ticketTypes} WHERE event_id = ${events.id} ORDER BY id)), '')`;

const shown = sql`${events}
  JOIN ${organizations} ON ${organizations.id} = ${events.organization_id}
  JOIN ${venues} ON ${venues.id} = ${events.venue_id}`;

export type PublicStamp = { readonly id: EventId; readonly stamp: string };

/** Null when there is no such event. */
export async function readPublicStamp(db: Db, id: EventId): Promise<string | null> {
  return (await readPublicStamps(db, [id])).get(id) ?? null;
}

/** Those that do not exist are left out. */
export async function readPublicStamps(db: Db, ids: readonly EventId[]): Promise<Map<EventId, string>> {
  const wanted = sql`${events.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  const rows = await selectStamps(db, shown, wanted, sql`1`, ids.length);
  return new Map(rows.map(({ id, stamp }) => [id, stamp]));
}

/** By the slugs of an organisation and of its event; null when there is no such event. */
export async function readStampByNames(
  db: Db,
  names: { readonly organization: string; readonly event: string },
): Promise<PublicStamp | null> {
  const named = sql`${organizations.slug} = ${names.organization} AND ${events.slug} = ${names.event}`;
  const [row] = await selectStamps(db, shown, named, sql`1`, 1);
  return row ?? null;
}

/** Events of `from` with their stamps; `from` has these tables. */
export function selectStamps(db: Db, from: SQL, condition: SQL, order: SQL, limit: number): Promise<PublicStamp[]> {
  return db.all<PublicStamp>(
    sql`SELECT ${events.id} AS id, ${stamp} AS stamp FROM ${from} WHERE ${condition} ORDER BY ${order} LIMIT ${limit}`,
  );
}
