// Holds a type's admission (rule D8) to other rows: its gates are gates of the event's venue, and its windows meet the time
// at which the event lets in (D9). The statements that write check this; the reads here find why one refused.

import { and, eq, type SQL, sql } from "drizzle-orm";
import { type Admission, admissionFrom, type Window } from "../../domain/door/admission.ts";
import { DOORS_BEFORE_MS, doorsOpenOf } from "../../domain/events/event.ts";
import type { EventId } from "../../domain/ids.ts";
import type { Db } from "../client.ts";
import type { Event } from "../events/events.ts";
import { events, gates, ticketTypes } from "../schema/catalogue.ts";

const DOORS_OPEN = sql`COALESCE(${events.doors_open}, ${events.start_time} - ${DOORS_BEFORE_MS})`;

/** That the event accepts these rules, in a query of events; null: any event does. */
export function takesAdmission(admission: string | null): SQL | null {
  if (admission === null) return null;
  const unknown = sql`SELECT 1 FROM json_each(${admission}, '$.gates') AS named WHERE named.value IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM ${gates} WHERE ${gates.id} = named.value AND ${gates.venue_id} = ${events.venue_id})`;
  return sql`NOT EXISTS (${unknown}) AND NOT ${hasClosedWindow(sql`${admission}`, { from: DOORS_OPEN, until: sql`${events.end_time}` })}`;
}

/** That every type of an event with these times admits in each of its windows. */
export function typesAdmitWithin(event: Event): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM ${ticketTypes} WHERE ${isClosedWithin(event)})`;
}

/** That no type of the event names a gate, since another venue has other gates. */
export function typesNameNoGate(id: EventId): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM ${ticketTypes} WHERE ${namesGates(id)})`;
}

function isClosedWithin(event: Event): SQL {
  const { from, until } = doorsOf(event);
  const closed = hasClosedWindow(sql`${ticketTypes.admission}`, { from: sql`${from}`, until: sql`${until}` });
  return sql`${ticketTypes.event_id} = ${event.id} AND ${closed}`;
}

function namesGates(id: EventId): SQL {
  return sql`${ticketTypes.event_id} = ${id} AND ${ticketTypes.admission} ->> '$.gates' IS NOT NULL`;
}

/** The same as `closedWindows` (domain/door/admission.ts). */
function hasClosedWindow(admission: SQL, { from, until }: { readonly from: SQL; readonly until: SQL }): SQL {
  return sql`EXISTS (SELECT 1 FROM json_each(${admission}, '$.windows') AS open
    WHERE open.value ->> 'from' >= ${until} OR open.value ->> 'until' <= ${from})`;
}

/** When the event lets in: half-open, epoch ms. */
export function doorsOf(event: Pick<Event, "doors_open" | "start_time" | "end_time">): Window {
  return { from: doorsOpenOf(event), until: event.end_time };
}

/** A type because of which its event may not have new times or a new venue. */
export type Bound = { readonly id: string; readonly admission: Admission };

/** Of the event's types one that a change of its times would close, and one that names gates. */
export async function readBoundTypes(
  db: Db,
  next: Event,
): Promise<{ readonly closed: Bound | null; readonly atGates: Bound | null }> {
  const select = () => db.select({ id: ticketTypes.id, admission: ticketTypes.admission }).from(ticketTypes);
  const [closed, atGates] = await db.batch([
    select().where(isClosedWithin(next)).limit(1),
    select().where(namesGates(next.id)).limit(1),
  ]);
  return { closed: boundOf(closed[0]), atGates: boundOf(atGates[0]) };
}

function boundOf(row: { readonly id: string; readonly admission: string | null } | undefined): Bound | null {
  return row ? { id: row.id, admission: admissionFrom(row.admission) } : null;
}

/** The place in `named` of the first that is no gate of the event's venue; null when all are. */
export async function findUnknownGate(db: Db, eventId: EventId, named: Admission["gates"]): Promise<number | null> {
  if (named === null) return null;
  const rows = await db
    .select({ id: gates.id })
    .from(gates)
    .innerJoin(events, and(eq(events.venue_id, gates.venue_id), eq(events.id, eventId)))
    .where(sql`${gates.id} IN (SELECT value FROM json_each(${JSON.stringify(named)}))`);
  const gateIds = new Set(rows.map(({ id }) => id));
  const index = named.findIndex((id) => !gateIds.has(id));
  return index < 0 ? null : index;
}

/** Whether a type's admission names the gate, in any query; types of events at its venue alone can. */
export function isNamedByTypes(gate: Place): SQL {
  return sql`EXISTS (${selectNaming(gate)})`;
}

type Place = Pick<typeof gates.$inferSelect, "id" | "venue_id">;

function selectNaming({ id, venue_id }: Place): SQL {
  return sql`SELECT DISTINCT ${events.id} AS id FROM ${events}
    JOIN ${ticketTypes} ON ${ticketTypes.event_id} = ${events.id}
    JOIN json_each(${ticketTypes.admission}, '$.gates') AS named
    WHERE ${events.venue_id} = ${venue_id} AND named.value = ${id}`;
}

/** Up to `limit` events whose types name the gate. */
export async function listEventsNaming(db: Db, gate: Place, limit: number): Promise<EventId[]> {
  const rows = await db.all<{ id: EventId }>(sql`${selectNaming(gate)} ORDER BY 1 LIMIT ${limit}`);
  return rows.map((row) => row.id);
}
