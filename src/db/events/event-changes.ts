// Changes and deletes events (rules E1, E6, K3), with the sync rows that bring new terms to their ticket types (K6) and
// doors (D2).

import { and, eq, ne, type SQL, sql } from "drizzle-orm";
import { KEPT_AFTER_END_MS } from "../../domain/events/event.ts";
import type { TicketTypeId } from "../../domain/ids.ts";
import { type Bound, readBoundTypes, typesAdmitWithin, typesNameNoGate } from "../ticket-types/admission-rules.ts";
import { type Audit, isWritten } from "../audit/audit.ts";
import { changeRow, deleteRow, isUnchanged } from "../change.ts";
import type { Db } from "../client.ts";
import { insertDoorSyncOfDeleted, isEvent, queueDoorSyncs } from "../outbox/door-syncs.ts";
import { fitsVenue } from "./event-creation.ts";
import type { Event } from "./events.ts";
import { insertFeedSyncOf } from "../outbox/feed-syncs.ts";
import { isImageUsable, movedImage } from "../images/images.ts";
import { events, ticketTypes, venues } from "../schema/catalogue.ts";
import { devices } from "../schema/credentials.ts";
import { every } from "../statements.ts";
import { insertTermsSync, insertWipes } from "../outbox/terms-syncs.ts";
import { type TicketType, USED } from "../ticket-types/ticket-types.ts";
import type { Venue } from "../venues/venues.ts";

/** The fields of an event that its types' terms hold. */
const TERMS: readonly (keyof Event)[] = ["sale_start", "sale_end", "end_time", "hold_extension", "order_minutes"];
/** Those that the terms of its door hold. */
const DOOR_TERMS: readonly (keyof Event)[] = [
  "venue_id",
  "start_time",
  "end_time",
  "doors_open",
  "day_starts",
  "admission_capacity",
];

/**
 * Sets `fields` while the capacity fits between the types' totals and the venue's capacity (rule K3), and a new venue
 * is the organisation's, active, and the event a draft (rules V2, E6) whose types name no gate of the old one (rule D8),
 * and while new times leave each type ever open (rule K1) and each window of its admission (rule D8), and while a new
 * image is there (rule E11).
 */
export function updateEvent(db: Db, event: Event, fields: Partial<Event>, audit: Audit): Promise<boolean> {
  const next = { ...event, ...fields };
  const moves = fields.venue_id !== undefined;
  const venueTakesIt = sql`EXISTS (SELECT 1 FROM ${venues}
    WHERE ${venues.id} = ${next.venue_id} AND ${venues.organization_id} = ${event.organization_id}
      AND (${venues.status} = 'active' OR ${moves ? 0 : 1}) AND ${fitsVenue(next)})`;
  const typesFit = sql`(SELECT ${USED} FROM ${ticketTypes} WHERE ${ticketTypes.event_id} = ${event.id}) <= ${next.capacity}`;
  const isMovable = every(sql`${events.status} = 'draft'`, typesNameNoGate(event.id));
  const resized = fields.capacity !== undefined || moves;
  const sized = resized ? every(venueTakesIt, typesFit, moves ? isMovable : null) : null;
  const admitsMore = !resized && fields.admission_capacity !== undefined ? venueTakesIt : null;
  const rebound = fields.sale_start !== undefined || fields.sale_end !== undefined;
  const allOpen = rebound ? sql`NOT EXISTS (SELECT 1 FROM ${ticketTypes} WHERE ${neverOpen(next)})` : null;
  const image = fields.image_id ? isImageUsable(fields.image_id) : null;
  const condition = every(
    sql`1`,
    sized,
    admitsMore,
    allOpen,
    movesDoors(fields) ? typesAdmitWithin(next) : null,
    image,
  );
  const ofEvent = every(sql`${ticketTypes.event_id} = ${event.id}`, isWritten(audit));
  const terms = [
    sql`UPDATE ${ticketTypes} SET terms_version = terms_version + 1 WHERE ${ofEvent}`,
    insertTermsSync(ofEvent, audit.at),
  ];
  const touches = (names: readonly (keyof Event)[]) => names.some((name) => fields[name] !== undefined);
  const doors = touches(DOOR_TERMS) ? queueDoorSyncs(isEvent(event.id), audit) : [];
  const crew = fields.end_time === undefined ? [] : [moveEndOfCrew(next, audit)];
  const images = fields.image_id === undefined ? [] : movedImage(event.image_id, fields.image_id, audit);
  const also = [...(touches(TERMS) ? terms : []), ...doors, ...crew, ...images];
  return changeRow(db, events, event, fields, condition, audit, also);
}

/** Has the devices that were paired for the event end 7 days after its new end (rule D22). */
function moveEndOfCrew({ id, end_time }: Event, audit: Audit): SQL {
  return sql`UPDATE ${devices} SET expires_at = ${end_time + KEPT_AFTER_END_MS}
    WHERE event_id = ${id} AND ${isWritten(audit)}`;
}

/** Whether the time changes at which the event lets in (rule D9). */
export function movesDoors({ doors_open, start_time, end_time }: Partial<Event>): boolean {
  return doors_open !== undefined || start_time !== undefined || end_time !== undefined;
}

/** Of the types of an event with this window: whether one is never open in it. */
function neverOpen({ id, sale_start, sale_end }: Event): SQL {
  return sql`${ticketTypes.event_id} = ${id}
    AND (${ticketTypes.sale_start} >= ${sale_end} OR ${ticketTypes.sale_end} <= ${sale_start})`;
}

/** Why `updateEvent` may have refused; `venue` is null when it is not the organisation's. */
export async function readEventChangeObstacles(
  db: Db,
  next: Event,
): Promise<{
  readonly venue: Pick<Venue, "status" | "capacity"> | null;
  readonly slugTaken: boolean;
  readonly used: number;
  /** A type that would never be open. */
  readonly closed: Pick<TicketType, "id" | "sale_start" | "sale_end"> | null;
  /** A type that would not admit in one of its windows, and one that names gates. */
  readonly bound: { readonly closed: Bound | null; readonly atGates: Bound | null };
}> {
  const bound = await readBoundTypes(db, next);
  const [venue, sameSlug, totals, closed] = await db.batch([
    db
      .select({ status: venues.status, capacity: venues.capacity })
      .from(venues)
      .where(and(eq(venues.organization_id, next.organization_id), eq(venues.id, next.venue_id))),
    db
      .select({ id: events.id })
      .from(events)
      .where(and(eq(events.organization_id, next.organization_id), eq(events.slug, next.slug), ne(events.id, next.id))),
    db.select({ used: USED }).from(ticketTypes).where(eq(ticketTypes.event_id, next.id)),
    db
      .select({ id: ticketTypes.id, sale_start: ticketTypes.sale_start, sale_end: ticketTypes.sale_end })
      .from(ticketTypes)
      .where(neverOpen(next))
      .limit(1),
  ]);
  return {
    venue: venue[0] ?? null,
    slugTaken: sameSlug.length > 0,
    used: totals[0]?.used ?? 0,
    closed: closed[0] ?? null,
    bound,
  };
}

export async function readTicketTypeIds(db: Db, { id }: Event): Promise<TicketTypeId[]> {
  const rows = await db.select({ id: ticketTypes.id }).from(ticketTypes).where(eq(ticketTypes.event_id, id));
  return rows.map((row) => row.id);
}

/**
 * Deletes the event while it is a draft (rule E6), with its types. The sync rows by which its inventories are wiped,
 * and its door gets null terms, are in the same batch. A draft never sold, so until then its inventories only refuse.
 */
export function removeDraft(db: Db, draft: Event, audit: Audit): Promise<boolean> {
  const isDraft = sql`${events.status} = 'draft'`;
  const isSameDraft = every(isUnchanged(events, draft), isDraft);
  const ofDraft = sql`${ticketTypes.event_id} = ${draft.id} AND EXISTS (SELECT 1 FROM ${events} WHERE ${isSameDraft})`;
  const types = sql`DELETE FROM ${ticketTypes} WHERE ${ofDraft}`;
  return deleteRow(
    db,
    events,
    draft,
    isDraft,
    audit,
    [...insertWipes(ofDraft, audit.at), types, insertDoorSyncOfDeleted(isSameDraft, audit.at)],
    [insertFeedSyncOf(draft.id, audit), ...movedImage(draft.image_id, null, audit)],
  );
}
