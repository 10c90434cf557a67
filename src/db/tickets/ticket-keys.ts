// Keeps what the codes of tickets need (rules N4, N5): the public keys of an event, and the numbers of its ticket types.

import { and, eq, ne, type SQL, sql } from "drizzle-orm";
import type { EventId, TicketTypeId } from "../../domain/ids.ts";
import { every, insertIf, previousWroteOne } from "../statements.ts";
import type { Db } from "../client.ts";
import { insertDoorSync, isEvent, raiseDoorVersion } from "../outbox/door-syncs.ts";
import { events, ticketTypes } from "../schema/catalogue.ts";
import { ticketKeys } from "../schema/tickets.ts";

export type TicketKey = typeof ticketKeys.$inferSelect;

/** The event's keys, refused ones too, by their numbers. */
export function listKeys(db: Db, eventId: EventId): Promise<TicketKey[]> {
  return db.select().from(ticketKeys).where(eq(ticketKeys.event_id, eventId)).orderBy(ticketKeys.n);
}

/**
 * Makes an event's next key, unless it has that number by now, or a key of the same secret that is not refused. The key
 * that was active is accepted from then on, and a sync row delivers both to the event's door (rule D2). Of several
 * concurrent calls one makes a key; the caller reads which.
 */
export async function insertKey(db: Db, key: TicketKey): Promise<void> {
  const ofSecret = and(
    eq(ticketKeys.event_id, key.event_id),
    eq(ticketKeys.secret_id, key.secret_id),
    ne(ticketKeys.status, "refused"),
  );
  const isNew = sql`NOT EXISTS (SELECT 1 FROM ${ticketKeys} WHERE ${ofSecret})
    AND NOT EXISTS (SELECT 1 FROM ${ticketKeys} WHERE event_id = ${key.event_id} AND n = ${key.n})`;
  const ofEvent = every(isEvent(key.event_id), isNew);
  await db.batch([
    // First, on the condition of the key, which is not there yet.
    db.run(raiseDoorVersion(ofEvent)),
    db.run(insertDoorSync(ofEvent, key.created_at)),
    db.run(sql`${insertIf(ticketKeys, key, isNew)} ON CONFLICT DO NOTHING`),
    db.run(sql`UPDATE ${ticketKeys} SET status = 'accepted'
      WHERE event_id = ${key.event_id} AND n <> ${key.n} AND status = 'active' AND ${previousWroteOne}`),
  ]);
}

/**
 * The statement that gives a ticket type its number, once (rule N4): the lowest that none of its event has. An event has
 * at most 100 types, and a number that a deleted one had was in no code.
 */
export function giveNumber(id: TicketTypeId, condition: SQL): SQL {
  const taken = sql`SELECT t.number FROM ${ticketTypes} t WHERE t.event_id = ticket_types.event_id AND t.number IS NOT NULL`;
  return sql`UPDATE ${ticketTypes} SET number =
      (SELECT MIN(free) FROM (SELECT 1 AS free UNION ALL SELECT number + 1 FROM (${taken})) WHERE free NOT IN (${taken}))
    WHERE id = ${id} AND number IS NULL AND ${condition}`;
}

/**
 * The number of a ticket type in its event. A type of a release without numbers gets one now (`now`: epoch ms), which
 * is then delivered to the event's door. Null: no such type.
 */
export async function readNumber(db: Db, id: TicketTypeId, now: number): Promise<number | null> {
  const found = await selectNumber(db, id);
  if (found.length === 0 || typeof found[0]?.number === "number") return found[0]?.number ?? null;
  const ofType = sql`${events.id} = (SELECT event_id FROM ${ticketTypes} WHERE ${ticketTypes.id} = ${id})`;
  const [, , , given] = await db.batch([
    db.run(giveNumber(id, sql`TRUE`)),
    db.run(raiseDoorVersion(every(ofType, previousWroteOne))),
    db.run(insertDoorSync(every(ofType, previousWroteOne), now)),
    selectNumber(db, id),
  ]);
  return given[0]?.number ?? null;
}

function selectNumber(db: Db, id: TicketTypeId) {
  return db.select({ number: ticketTypes.number }).from(ticketTypes).where(eq(ticketTypes.id, id));
}
