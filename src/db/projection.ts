// The projection of an inventory into D1 (rule K5): two statements, guarded by `seq`, harmless when repeated or reordered.

import { and, asc, eq, inArray, lt, sql } from "drizzle-orm";
import type { EventId, OrganizationId, TicketTypeId } from "../domain/ids.ts";
import type { Db } from "./client.ts";
import { events, ticketTypes } from "./schema.ts";
import { seatHolds } from "./schema-sales.ts";

/** What D1 is told of a hold, in this order; an object's own columns have the same names. `seq`: the row that it was last changed by. */
export const PROJECTED_COLUMNS =
  "id, user_id, quantity, status, held_until, source, notes, unit_price, order_id, seq, created_at, updated_at";

const PROJECTED_VALUES = PROJECTED_COLUMNS.split(", ")
  .map((_, index) => `value ->> ${index}`)
  .join(", ");

/** Counts as of ledger row `counts.seq`; each hold is a JSON array of its PROJECTED_COLUMNS. */
export type Projection = {
  readonly ticketTypeId: TicketTypeId;
  readonly eventId: EventId;
  readonly organizationId: OrganizationId;
  readonly currency: string;
  readonly counts: { readonly seq: number; readonly sold: number; readonly held: number };
  readonly holds: readonly string[];
};

/** Never touches `version` or `updated_at` of the ticket type: those are the organiser's. */
export async function projectInventory(db: Db, projection: Projection): Promise<void> {
  const { ticketTypeId, eventId, organizationId, currency, counts } = projection;
  const holds = `[${projection.holds.join(",")}]`;
  await db.batch([
    // Why every column: a key that is free again after a day (rule H8) makes a new hold of the old id.
    db.run(sql`INSERT INTO ${seatHolds} (ticket_type_id, event_id, organization_id, currency, ${sql.raw(PROJECTED_COLUMNS)})
      SELECT ${ticketTypeId}, ${eventId}, ${organizationId}, ${currency}, ${sql.raw(PROJECTED_VALUES)}
      FROM json_each(${holds}) WHERE true
      ON CONFLICT (id) DO UPDATE SET quantity = excluded.quantity, status = excluded.status, held_until = excluded.held_until, source = excluded.source,
        notes = excluded.notes, unit_price = excluded.unit_price, order_id = excluded.order_id, seq = excluded.seq, created_at = excluded.created_at, updated_at = excluded.updated_at
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
