// Reads what an event's feed shows of D1, as of a position in D1's history (rules L2, T5), and which events may be
// followed. The deliveries to feeds are queued in outbox/feed-syncs.ts.

import { and, desc, eq, gt, ne, or, sql } from "drizzle-orm";
import { KEPT_AFTER_END_MS } from "../../domain/events/event.ts";
import type { EventId, OrganizationId, UserId } from "../../domain/ids.ts";
import { sha256Hex } from "../../shared/sha256.ts";
import type { Db } from "../client.ts";
import { EPOCH } from "../epoch.ts";
import { auditLog, events, gates, ticketTypes } from "../schema/catalogue.ts";
import { members } from "../schema/people.ts";

/**
 * Every change of the catalogue writes an audit row in its own batch, and none is ever deleted: the last one's rowid is
 * a position in D1's history, and what was read at a later one is the later state.
 */
export const position = sql<number>`(SELECT COALESCE(MAX(rowid), 0) FROM ${auditLog})`;

/** D1's state of an event for its feed, as of one position; null when there is no such event. */
export async function readFeedCatalogue(db: Db, id: EventId) {
  return (await readFeedCatalogues(db, [id])).get(id) ?? null;
}

export type FeedCatalogue = NonNullable<Awaited<ReturnType<typeof readFeedCatalogue>>>;

/** The same of many, as of the same position; those that do not exist are left out. */
export async function readFeedCatalogues(db: Db, ids: readonly EventId[]) {
  const wanted = sql`${events.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  const [rows, places, types] = await db.batch([
    db
      .select({
        position: position.as("position"),
        epoch: EPOCH.as("epoch"),
        organizationId: events.organization_id,
        venueId: events.venue_id,
        id: events.id,
        status: events.status,
        version: events.version,
      })
      .from(events)
      .where(wanted),
    db
      .select({
        venueId: gates.venue_id,
        id: gates.id,
        gate_code: gates.gate_code,
        status: gates.status,
        version: gates.version,
      })
      .from(gates)
      .where(sql`${gates.venue_id} IN (SELECT venue_id FROM ${events} WHERE ${wanted})`)
      .orderBy(gates.gate_code),
    db
      .select({ eventId: ticketTypes.event_id, id: ticketTypes.id })
      .from(ticketTypes)
      .where(sql`${ticketTypes.event_id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`)
      .orderBy(ticketTypes.id),
  ]);
  const gatesOf = grouped(places, ({ venueId }) => venueId);
  const typesOf = grouped(types, ({ eventId }) => eventId);
  return new Map(
    rows.map(({ id: eventId, status, version, position: at, epoch, ...owners }) => {
      const catalogue = {
        ...owners,
        event: { id: eventId, status, version },
        gates: (gatesOf.get(owners.venueId) ?? []).map(({ venueId: _, ...gate }) => gate),
        ticketTypeIds: (typesOf.get(eventId) ?? []).map((type) => type.id),
      };
      return [eventId, { ...catalogue, position: at, epoch, hash: sha256Hex(JSON.stringify(catalogue)) }] as const;
    }),
  );
}

function grouped<Row, Key>(rows: readonly Row[], keyOf: (row: Row) => Key): Map<Key, Row[]> {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}

type Followers = { readonly organizationId: OrganizationId } | { readonly userId: UserId };

/**
 * The events whose feeds or doors may have sockets of an organisation's credentials, or of a person's sessions in any
 * organisation, at `now`; those that start last come first. A door keeps them for a week after the end (rule D9).
 */
export async function listFollowedEvents(db: Db, of: Followers, now: number, limit: number): Promise<EventId[]> {
  const theirs =
    "userId" in of
      ? sql`${events.organization_id} IN (SELECT organization_id FROM ${members} WHERE user_id = ${of.userId})`
      : eq(events.organization_id, of.organizationId);
  const rows = await db
    .select({ id: events.id })
    .from(events)
    .where(and(theirs, or(ne(events.status, "archived"), gt(events.end_time, now - KEPT_AFTER_END_MS))))
    .orderBy(desc(events.start_time))
    .limit(limit);
  return rows.map((row) => row.id);
}
