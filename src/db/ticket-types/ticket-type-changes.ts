// Changes and deletes ticket types (rules K1, K3, K4), with the sync rows that bring the new terms to their inventory (K6)
// and to the door of their event (D2).

import { and, eq, lte, ne, type SQL, sql } from "drizzle-orm";
import { takesAdmission } from "./admission-rules.ts";
import { type Audit, isWritten, waitingAudit } from "../audit/audit.ts";
import { changeRow, deleteRow, isUnchanged } from "../change.ts";
import type { Db } from "../client.ts";
import { isEvent, queueDoorSyncs } from "../outbox/door-syncs.ts";
import { insertFeedSync } from "../outbox/feed-syncs.ts";
import { events, ticketTypes } from "../schema/catalogue.ts";
import { every, previousWroteOne } from "../statements.ts";
import { insertTermsSync, insertWipes } from "../outbox/terms-syncs.ts";
import { EVENT_BOUNDS, type EventBounds, opensWithin, type TicketType, USED } from "./ticket-types.ts";

/** The fields that are not terms; all others are, and the inventory gets them. */
const NO_TERMS: readonly string[] = ["name", "description", "settings", "admission"];

/**
 * Sets `fields` while a new total, which is never a lower one, fits into the event's capacity (rule K3), and new bounds
 * of the sale leave it ever open within the event's window (rule K1), and the event takes a new admission (rule D8).
 */
export function updateTicketType(
  db: Db,
  type: TicketType,
  fields: Partial<TicketType>,
  audit: Audit,
): Promise<boolean> {
  const total = fields.total_quantity;
  const fits = total === undefined ? null : every(eventTakes(type, total), sql`pending_total IS NULL`);
  const changesSale = fields.sale_start !== undefined || fields.sale_end !== undefined;
  const admits = fields.admission === undefined ? null : eventOfType(type, takesAdmission(fields.admission));
  const opens = changesSale ? eventOfType(type, opensWithin({ ...type, ...fields })) : null;
  const condition = every(sql`1`, fits, opens, admits);
  const ofType = every(sql`${ticketTypes.id} = ${type.id}`, isWritten(audit));
  const raise = sql`UPDATE ${ticketTypes} SET terms_version = terms_version + 1 WHERE ${ofType}`;
  const changesTerms = Object.keys(fields).some((name) => !NO_TERMS.includes(name));
  const terms = changesTerms ? [raise, insertTermsSync(ofType, audit.at)] : [];
  const doors = fields.admission === undefined ? [] : queueDoorSyncs(isEvent(type.event_id), audit);
  return changeRow(db, ticketTypes, type, fields, condition, audit, [...terms, ...doors]);
}

function eventTakes(type: TicketType, total: number): SQL {
  return sql`(SELECT ${USED} FROM ${ticketTypes} WHERE ${ticketTypes.event_id} = ${type.event_id}
      AND ${ticketTypes.id} <> ${type.id}) + ${total}
    <= (SELECT ${events.capacity} FROM ${events} WHERE ${events.id} = ${type.event_id})`;
}

/** That this holds of the type's event. */
function eventOfType({ event_id }: TicketType, condition: SQL | null): SQL {
  return sql`EXISTS (SELECT 1 FROM ${events} WHERE ${every(sql`${events.id} = ${event_id}`, condition)})`;
}

type Room = EventBounds & { readonly used: number };

/** What the event holds its types to, and what the others take of its capacity. */
export async function readRoom(db: Db, type: TicketType): Promise<Room | null> {
  const [others, event] = await db.batch([
    db
      .select({ used: USED })
      .from(ticketTypes)
      .where(and(eq(ticketTypes.event_id, type.event_id), ne(ticketTypes.id, type.id))),
    db.select(EVENT_BOUNDS).from(events).where(eq(events.id, type.event_id)),
  ]);
  return event[0] ? { used: others[0]?.used ?? 0, ...event[0] } : null;
}

/**
 * Proposes a lower total to the inventory (rule K4): nothing visible changes before it has agreed, and then the audit row
 * is written with the total (`settleDeliveries`). False when the type has changed meanwhile, or another total waits.
 */
export async function proposeLowerTotal(db: Db, type: TicketType, total: number, audit: Audit): Promise<boolean> {
  const pending = sql`pending_total = ${total}, pending_audit = ${waitingAudit(audit)}`;
  return raiseTerms(db, pending, every(isUnchanged(ticketTypes, type), sql`pending_total IS NULL`), type, audit.at);
}

/** Makes the type hidden for its inventory, since it is to be deleted. False when it has changed meanwhile. */
export function closeForDeletion(db: Db, type: TicketType, now: number): Promise<boolean> {
  return raiseTerms(db, sql`deleting_since = ${now}`, isUnchanged(ticketTypes, type), type, now);
}

/** A type that `closeForDeletion` closed, and when. */
export type Closed = Pick<TicketType, "id" | "deleting_since">;

/** Undoes that very `closeForDeletion`; a later one stays. */
export function reopen(db: Db, type: Closed, now: number): Promise<boolean> {
  const closed = sql`${ticketTypes.id} = ${type.id} AND deleting_since = ${type.deleting_since}`;
  return raiseTerms(db, sql`deleting_since = NULL`, closed, type, now);
}

async function raiseTerms(
  db: Db,
  set: SQL,
  condition: SQL,
  { id }: Pick<TicketType, "id">,
  now: number,
): Promise<boolean> {
  const [, raised] = await db.batch([
    db.run(sql`UPDATE ${ticketTypes} SET ${set}, terms_version = terms_version + 1 WHERE ${condition}`),
    db.all<{ target: string }>(
      sql`${insertTermsSync(every(sql`${ticketTypes.id} = ${id}`, previousWroteOne), now)} RETURNING target`,
    ),
  ]);
  return raised.length === 1;
}

/** Types whose deletion began at or before `since` and did not end. */
export async function listClosed(db: Db, since: number, limit: number): Promise<Closed[]> {
  return db
    .select({ id: ticketTypes.id, deleting_since: ticketTypes.deleting_since })
    .from(ticketTypes)
    .where(and(sql`${ticketTypes.deleting_since} IS NOT NULL`, lte(ticketTypes.deleting_since, since)))
    .limit(limit);
}

/**
 * Deletes a type whose inventory has confirmed just these terms, in which it is closed, and writes the sync row that wipes
 * that inventory. It refuses where there are newer terms, which may have reopened the type.
 */
export function removeTicketType(db: Db, closed: TicketType, audit: Audit): Promise<boolean> {
  const asClosed = sql`deleting_since IS NOT NULL AND ${ticketTypes.terms_version} = ${closed.terms_version}`;
  const ofType = every(isUnchanged(ticketTypes, closed), asClosed);
  const ofEvent = isEvent(closed.event_id);
  const feedAndDoors = [insertFeedSync(ofEvent, audit), ...queueDoorSyncs(ofEvent, audit)];
  return deleteRow(db, ticketTypes, closed, asClosed, audit, insertWipes(ofType, audit.at), feedAndDoors);
}
