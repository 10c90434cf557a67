// Makes the transitions of events (rules E2, E3, E4): one conditional update on the status, and in its batch the audit row
// and the sync rows of every ticket type, the feed and the door (rules T7, K6, L3, D2).

import { and, asc, eq, type SQL, sql } from "drizzle-orm";
import { type EventStatus, type Transition, TRANSITIONS } from "../../domain/events/event.ts";
import type { EventId, OrganizationId, TicketTypeId } from "../../domain/ids.ts";
import { type Audit, insertAudit, insertAudits, isWritten, selectWritten } from "../audit/audit.ts";
import type { Db } from "../client.ts";
import { insertDoorSync, isEvent } from "../outbox/door-syncs.ts";
import { canBeBought } from "../ticket-types/buyable.ts";
import type { Event } from "./events.ts";
import { isOrganizationActive, selectOrganizationStatus } from "../organizations/organizations.ts";
import { auditLog, events, ticketTypes, venues } from "../schema/catalogue.ts";
import { every } from "../statements.ts";
import { insertFeedSync, insertFeedSyncs } from "../outbox/feed-syncs.ts";
import { insertTermsSync } from "../outbox/terms-syncs.ts";

/** `from` and `version`: as the event was when it was read. */
export type Change = {
  readonly id: EventId;
  readonly organizationId: OrganizationId;
  readonly from: EventStatus;
  readonly transition: Transition;
  readonly version: number;
  readonly now: number;
};

/** Makes the transition if its conditions hold, and returns the event with its types; null when nothing was written. */
export async function writeTransition(
  db: Db,
  change: Change,
  audit: Audit,
): Promise<{ readonly event: Event; readonly ticketTypeIds: readonly TicketTypeId[] } | null> {
  const ofEvent = every(sql`${ticketTypes.event_id} = ${change.id}`, isWritten(audit));
  const [, , , , written, rows, types] = await db.batch([
    db.run(sql`UPDATE ${events} SET ${moving(change.transition, change.now)} WHERE ${conditionOf(change)}`),
    db.run(insertAudit(audit)),
    db.run(sql`UPDATE ${ticketTypes} SET terms_version = terms_version + 1 WHERE ${ofEvent}`),
    db.run(insertTermsSync(ofEvent, change.now)),
    selectWritten(db, audit),
    db.select().from(events).where(eq(events.id, change.id)),
    db.select({ id: ticketTypes.id }).from(ticketTypes).where(eq(ticketTypes.event_id, change.id)),
    db.run(insertFeedSync(isEvent(change.id), audit)),
    db.run(insertDoorSync(every(isEvent(change.id), isWritten(audit)), change.now)),
  ]);
  const event = rows[0];
  return written.length === 1 && event ? { event, ticketTypeIds: types.map((type) => type.id) } : null;
}

/** The fields that a transition sets. The door must know each of them. */
function moving(transition: Transition, now: number): SQL {
  const column = { publish: null, start: null, end: "ended_at", archive: "archived_at" }[transition];
  const at = column === null ? sql`` : sql`, ${sql.identifier(column)} = ${now}`;
  return sql`status = ${TRANSITIONS[transition]}, version = version + 1, door_version = door_version + 1,
    updated_at = ${now}${at}`;
}

function conditionOf({ id, organizationId, from, transition, version, now }: Change): SQL {
  const isUnchanged = sql`${events.id} = ${id} AND ${events.organization_id} = ${organizationId}
    AND ${events.status} = ${from} AND ${events.version} = ${version}`;
  if (transition !== "publish") return isUnchanged;
  const publishable = sql`${events.end_time} > ${now}
    AND EXISTS (SELECT 1 FROM ${ticketTypes} WHERE ${ticketTypes.event_id} = ${id} AND ${canBeBought(now)})
    AND EXISTS (SELECT 1 FROM ${venues} WHERE ${venues.id} = ${events.venue_id} AND ${venues.status} = 'active')`;
  return every(isUnchanged, publishable, isOrganizationActive(organizationId));
}

/** Why a transition may be refused; null when the event is not the organisation's. */
export async function readTransitionFacts(
  db: Db,
  organizationId: OrganizationId,
  id: EventId,
  now: number,
): Promise<{
  readonly event: Event;
  readonly venueActive: boolean;
  readonly hasTicketTypes: boolean;
  /** Whether one of them can still be bought. */
  readonly hasOpenSale: boolean;
  readonly suspended: boolean;
} | null> {
  const isEvent = and(eq(events.organization_id, organizationId), eq(events.id, id));
  // No join, since a batch returns rows as objects, in which columns of one name overwrite each other.
  const [organization, found, venue, types, open] = await db.batch([
    selectOrganizationStatus(db, organizationId),
    db.select().from(events).where(isEvent),
    db.select({ status: venues.status }).from(venues).where(sql`id = (SELECT venue_id FROM events WHERE ${isEvent})`),
    db.select({ id: ticketTypes.id }).from(ticketTypes).where(eq(ticketTypes.event_id, id)).limit(1),
    db
      .select({ id: ticketTypes.id })
      .from(ticketTypes)
      .innerJoin(events, eq(events.id, ticketTypes.event_id))
      .where(and(eq(ticketTypes.event_id, id), canBeBought(now)))
      .limit(1),
  ]);
  const event = found[0];
  if (!event) return null;
  return {
    event,
    venueActive: venue[0]?.status === "active",
    hasTicketTypes: types.length > 0,
    hasOpenSale: open.length > 0,
    suspended: organization[0]?.status !== "active",
  };
}

export type Due = Pick<Event, "id" | "organization_id">;
type ByTheClock = "start" | "end";

function isDue(transition: ByTheClock, now: number): SQL {
  // Literals, since SQLite's settings decide whether an index of published events alone also serves a bound status.
  return transition === "start"
    ? sql`${events.status} = 'published' AND ${events.start_time} <= ${now}`
    : sql`${events.status} = 'live' AND ${events.end_time} <= ${now}`;
}

/** Up to `limit` events that the clock moves by `transition` (rule E4), longest due first. */
export async function listDue(db: Db, transition: ByTheClock, now: number, limit: number): Promise<Due[]> {
  return db
    .select({ id: events.id, organization_id: events.organization_id })
    .from(events)
    .where(isDue(transition, now))
    .orderBy(asc(transition === "start" ? events.start_time : events.end_time))
    .limit(limit);
}

/**
 * Moves those of the audited events that are still due, in one batch, however many they are: the audit rows come first,
 * each only of an event that is due, and all else is conditional on them.
 */
export async function writeDue(db: Db, transition: ByTheClock, audits: readonly Audit[], now: number): Promise<void> {
  const moved = sql`(SELECT resource_id FROM ${auditLog} WHERE ${auditLog.id} IN
    (SELECT value FROM json_each(${JSON.stringify(audits.map(({ id }) => id))})))`;
  const ofMoved = sql`${ticketTypes.event_id} IN ${moved}`;
  await db.batch([
    db.run(
      insertAudits(
        audits,
        sql`EXISTS (SELECT 1 FROM ${events} WHERE ${events.id} = value ->> 'resource_id' AND ${isDue(transition, now)})`,
      ),
    ),
    db.run(sql`UPDATE ${events} SET ${moving(transition, now)} WHERE ${events.id} IN ${moved}`),
    db.run(sql`UPDATE ${ticketTypes} SET terms_version = terms_version + 1 WHERE ${ofMoved}`),
    db.run(insertTermsSync(ofMoved, now)),
    db.run(insertFeedSyncs(sql`${events.id} IN ${moved}`, now)),
    db.run(insertDoorSync(sql`${events.id} IN ${moved}`, now)),
  ]);
}
