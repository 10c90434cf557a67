// Reads the terms of an event's door (rule D2). Content and version come from one snapshot, so that a version never
// names other content. Changes of the content, except of nearby events, raise `door_version` by the statements in
// door-syncs.ts.

import { type SQL, sql } from "drizzle-orm";
import { admissionFrom } from "../../domain/door/admission.ts";
import type { PublicKey } from "../../domain/door/tickets/code.ts";
import { dayStarts } from "../../domain/door/days.ts";
import { type EventTerms, hashEventTerms, type NearbyEvent } from "../../domain/door/event-terms.ts";
import type { DoorTerms } from "../../domain/door/terms.ts";
import { doorsOpenOf, KEPT_AFTER_END_MS } from "../../domain/events/event.ts";
import type { EventId } from "../../domain/ids.ts";
import { sha256Hex } from "../../shared/sha256.ts";
import type { Db } from "../client.ts";
import { EPOCH } from "../epoch.ts";
import { ticketKeys } from "../schema/tickets.ts";
import { events, gates, ticketTypes, venues } from "../schema/catalogue.ts";

/** An event's door knows the tickets of those other events of the organisation that start within this time of it. */
const NEARBY_MS = 60 * 24 * 60 * 60_000;
const MAX_NEARBY = 200;
/**
 * The days of an event beyond this length are sent as one day, since each day costs time to compute and bytes to send.
 */
const MAX_DAYS_MS = 1_000 * 24 * 60 * 60_000;

/** Events in one batch: with 200 nearby events each, its result is 2 MB at most. */
const A_BATCH = 20;

/** The terms of one event's door, as `readEventTermsOf` reads them; null when there is no such event. */
export async function readEventTerms(db: Db, eventId: EventId, now: number): Promise<EventTerms | null> {
  return (await readEventTermsOf(db, [eventId], now)).get(eventId) ?? null;
}

/**
 * The terms of the doors of those events of `ids` that exist, read 20 events in a batch, so that the queries of a cron
 * run grow with its pages. `now`, epoch ms, is noted as the time at which the nearby events were read. A ticket type
 * without a number is left out: no code names it, and the statement that gives it a number raises the version.
 */
export async function readEventTermsOf(
  db: Db,
  ids: readonly EventId[],
  now: number,
): Promise<ReadonlyMap<EventId, EventTerms>> {
  const parts = Array.from({ length: Math.ceil(ids.length / A_BATCH) }, (_, n) =>
    readBatch(db, ids.slice(n * A_BATCH, (n + 1) * A_BATCH), now),
  );
  return new Map((await Promise.all(parts)).flat().map((terms) => [terms.eventId, terms]));
}

async function readBatch(db: Db, ids: readonly EventId[], now: number): Promise<EventTerms[]> {
  const wanted = sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  const [rows, places, types, keys, nearby] = await db.batch([
    selectEvents(db, wanted),
    db
      .select({ of: gates.venue_id, id: gates.id, status: gates.status, capacity: gates.capacity })
      .from(gates)
      .where(sql`${gates.venue_id} IN (SELECT venue_id FROM ${events} WHERE ${events.id} IN ${wanted})`)
      .orderBy(gates.gate_code),
    db
      .select({
        ...{ of: ticketTypes.event_id, id: ticketTypes.id },
        // The type excludes null because the condition below does.
        number: sql<number>`${ticketTypes.number}`.as("number"),
        admission: ticketTypes.admission,
      })
      .from(ticketTypes)
      .where(sql`${ticketTypes.event_id} IN ${wanted} AND ${ticketTypes.number} IS NOT NULL`)
      .orderBy(ticketTypes.number),
    db
      .select({
        ...{ of: ticketKeys.event_id, n: ticketKeys.n },
        ...{ publicKey: ticketKeys.public_key, status: ticketKeys.status },
      })
      .from(ticketKeys)
      .where(sql`${ticketKeys.event_id} IN ${wanted}`)
      .orderBy(ticketKeys.n),
    db.all<Nearby>(selectNearby(wanted)),
  ]);
  const [gatesOf, typesOf, keysOf, nearbyOf] = [group(places), group(types), group(keys), group(nearby)];
  return rows.map((event) => {
    const { eventId, organizationId, venueId, version, epoch } = event;
    const numbered = typesOf(eventId);
    const terms = {
      ...{ eventId, organizationId, venueId },
      rules: {
        ...rulesOf(event),
        gates: gatesOf(venueId),
        types: numbered.map(({ number, admission }) => ({ number, admission: admissionFrom(admission) })),
      },
      typeIds: numbered.map(({ number, id }) => ({ number, id })),
      keys: keysOf(eventId),
      nearby: nearbyOf(eventId).map(nearbyEvent),
      nearbyAt: now,
    };
    return { ...terms, version, epoch, hash: hashEventTerms(terms, sha256Hex) };
  });
}

/** The rows of each owner, without its name, in the order in which they came. */
function group<Row extends { readonly of: string }>(rows: readonly Row[]): (owner: Row["of"]) => Omit<Row, "of">[] {
  const groups = Map.groupBy(rows, (row) => row.of);
  return (owner) => (groups.get(owner) ?? []).map(({ of: _, ...row }) => row);
}

/** Each column has a unique name, since a batch returns rows as objects. */
function selectEvents(db: Db, wanted: SQL) {
  return db
    .select({
      eventId: events.id,
      organizationId: events.organization_id,
      venueId: events.venue_id,
      version: events.door_version,
      epoch: EPOCH.as("epoch"),
      eventStatus: events.status,
      start_time: events.start_time,
      endTime: events.end_time,
      doors_open: events.doors_open,
      dayStarts: events.day_starts,
      endedAt: noted(sql`${events.ended_at}`, sql`('ended', 'archived')`).as("ended"),
      archivedAt: noted(sql`${events.archived_at}`, sql`('archived')`).as("archived"),
      softCapacity: sql<number>`COALESCE(${events.admission_capacity}, ${venues.capacity})`.as("soft"),
      hardCapacity: venues.capacity,
      timezone: venues.timezone,
    })
    .from(events)
    .innerJoin(venues, sql`${venues.id} = ${events.venue_id}`)
    .where(sql`${events.id} IN ${wanted}`);
}

/** When the event reached one of these statuses; where that was not noted, the time of its last change. */
function noted(at: SQL, statuses: SQL) {
  return sql<number | null>`COALESCE(${at}, CASE WHEN ${events.status} IN ${statuses} THEN ${events.updated_at} END)`;
}

type EventRow = Awaited<ReturnType<typeof selectEvents>>[number];

function rulesOf(event: EventRow): Omit<DoorTerms, "gates" | "types"> {
  const { eventStatus, endTime, endedAt, archivedAt, softCapacity, hardCapacity } = event;
  const doorsOpen = doorsOpenOf(event);
  const until = Math.min(endTime + KEPT_AFTER_END_MS, doorsOpen + MAX_DAYS_MS);
  const days = dayStarts(doorsOpen, until, event.dayStarts, event.timezone);
  return { eventStatus, doorsOpen, endTime, endedAt, archivedAt, softCapacity, hardCapacity, days };
}

/** An event near the event `of`. `keys`: its keys as JSON, each `[n, public key, status]`, in the order of `n`. */
type Nearby = {
  readonly of: EventId;
  readonly id: EventId;
  readonly name: string;
  readonly startsAt: number;
  readonly keys: string;
};

/** For each event the others of its organisation that start within 60 days of it and have keys, the nearest first. */
function selectNearby(wanted: SQL): SQL {
  const isNear = sql`other.organization_id = this.organization_id AND other.id <> this.id
    AND other.start_time BETWEEN this.start_time - ${NEARBY_MS} AND this.start_time + ${NEARBY_MS}`;
  const placed = sql`SELECT this.id AS "of", other.id AS id, other.name AS name, other.start_time AS startsAt,
      ROW_NUMBER() OVER (PARTITION BY this.id ORDER BY ABS(other.start_time - this.start_time), other.id) AS place
    FROM ${events} AS this CROSS JOIN ${events} AS other
    WHERE this.id IN ${wanted} AND ${isNear} AND EXISTS (SELECT 1 FROM ${ticketKeys} WHERE event_id = other.id)`;
  const keys = sql`(SELECT json_group_array(json_array(n, public_key, status)) FROM
    (SELECT n, public_key, status FROM ${ticketKeys} WHERE event_id = near.id ORDER BY n))`;
  return sql`SELECT "of", id, name, startsAt, ${keys} AS keys FROM (${placed}) AS near
    WHERE place <= ${MAX_NEARBY} ORDER BY "of", place`;
}

function nearbyEvent({ id, name, startsAt, keys }: Omit<Nearby, "of">): NearbyEvent {
  // The cast holds because `selectNearby` composes this JSON.
  const listed = JSON.parse(keys) as [PublicKey["n"], PublicKey["publicKey"], PublicKey["status"]][];
  return { eventId: id, name, startsAt, keys: listed.map(([n, publicKey, status]) => ({ n, publicKey, status })) };
}
