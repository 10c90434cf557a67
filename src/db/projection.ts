// The projection of an inventory into D1 (rule K5): three statements, guarded by `seq`, harmless when repeated or
// reordered.

import { and, asc, eq, inArray, lt, sql } from "drizzle-orm";
import type { Hold } from "../domain/hold.ts";
import type { EventId, OrganizationId, TicketTypeId } from "../domain/ids.ts";
import type { Db } from "./client.ts";
import { events, ticketTypes } from "./schema.ts";
import { seatHolds } from "./schema-sales.ts";

/** Counts as of ledger row `counts.seq`; each hold carries the row that it was last changed by. */
export type Projection = {
  readonly ticketTypeId: TicketTypeId;
  readonly eventId: EventId;
  readonly organizationId: OrganizationId;
  readonly currency: string;
  readonly counts: { readonly seq: number; readonly sold: number; readonly held: number };
  readonly holds: readonly Hold[];
};

/** Never touches `version` or `updated_at` of the ticket type: those are the organiser's. */
export async function projectInventory(db: Db, projection: Projection): Promise<void> {
  const { ticketTypeId, eventId, organizationId, currency, counts } = projection;
  const holds = JSON.stringify(projection.holds);
  await db.batch([
    // Why: a key that is free again after a day (rule H8) makes a new hold of the old id, with all its columns its own.
    db.run(sql`DELETE FROM ${seatHolds} WHERE id IN (SELECT old.id FROM json_each(${holds}) JOIN ${seatHolds} old
      ON old.id = value ->> 'id' WHERE old.created_at < value ->> 'createdAt')`),
    db.run(sql`INSERT INTO ${seatHolds} (id, ticket_type_id, event_id, organization_id, user_id, quantity, status, held_until, source, notes, unit_price, currency, order_id, seq, created_at, updated_at)
      SELECT value ->> 'id', ${ticketTypeId}, ${eventId}, ${organizationId}, value ->> 'userId', value ->> 'quantity', value ->> 'status', value ->> 'heldUntil', value ->> 'source', value ->> 'notes', value ->> 'unitPrice', ${currency}, value ->> '$.claim.orderId', value ->> 'seq', value ->> 'createdAt', value ->> 'updatedAt'
      FROM json_each(${holds}) WHERE true
      ON CONFLICT (id) DO UPDATE SET status = excluded.status, order_id = excluded.order_id, seq = excluded.seq, updated_at = excluded.updated_at
      WHERE excluded.seq > seat_holds.seq`),
    db.run(sql`UPDATE ${ticketTypes} SET sold_count = ${counts.sold}, held_count = ${counts.held}, counts_seq = ${counts.seq}
      WHERE id = ${ticketTypeId} AND counts_seq < ${counts.seq}`),
  ]);
}

/** Ticket types of events that may still sell or settle, not checked since `before`, oldest check first. */
export async function listUnchecked(
  db: Db,
  before: number,
  limit: number,
): Promise<{ id: TicketTypeId; countsSeq: number }[]> {
  return db
    .select({ id: ticketTypes.id, countsSeq: ticketTypes.counts_seq })
    .from(ticketTypes)
    .innerJoin(events, eq(events.id, ticketTypes.event_id))
    .where(and(lt(ticketTypes.checked_at, before), inArray(events.status, ["published", "live", "ended"])))
    .orderBy(asc(ticketTypes.checked_at))
    .limit(limit);
}

export async function markChecked(db: Db, ids: readonly TicketTypeId[], now: number): Promise<void> {
  await db.run(
    sql`UPDATE ${ticketTypes} SET checked_at = ${now} WHERE id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
  );
}
