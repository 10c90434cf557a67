// The projection of an inventory into D1 (rule K5): two statements, guarded by `seq`, harmless when repeated or reordered.

import { and, asc, eq, inArray, lt, sql } from "drizzle-orm";
import type { EventId, OrganizationId, TicketTypeId } from "../domain/ids.ts";
import type { Db } from "./client.ts";
import { events, ticketTypes } from "./schema.ts";
import { orders } from "./schema-sales.ts";

/** What D1 is told of an order, in this order; an object's own columns have the same names. `seq`: its version. */
export const PROJECTED_COLUMNS = "id, user_id, status, items, total, expires_at, seq, created_at, updated_at";

const PROJECTED_VALUES = PROJECTED_COLUMNS.split(", ")
  .map((_, index) => `value ->> ${index}`)
  .join(", ");

/**
 * Counts as of ledger row `counts.seq`, of an inventory that has told D1 of all up to row `counts.from`; null: orders
 * alone. Each order is a JSON array of its PROJECTED_COLUMNS.
 */
export type Projection = {
  readonly ticketTypeId: TicketTypeId;
  readonly eventId: EventId;
  readonly organizationId: OrganizationId;
  readonly currency: string;
  readonly counts: {
    readonly from: number;
    readonly seq: number;
    readonly sold: number;
    readonly held: number;
  } | null;
  readonly orders: readonly string[];
};

/**
 * Never touches `version` or `updated_at` of the ticket type: those are the organiser's. Counts are not taken where D1
 * has not been told of what came before them, since it was restored: the position that it still has lets the inventory
 * go back there (rule X6).
 */
export async function projectInventory(db: Db, projection: Projection): Promise<void> {
  const { ticketTypeId, eventId, organizationId, currency, counts } = projection;
  const projected = `[${projection.orders.join(",")}]`;
  const takeOrders = sql`INSERT INTO ${orders} (event_id, organization_id, currency, ${sql.raw(PROJECTED_COLUMNS)})
    SELECT ${eventId}, ${organizationId}, ${currency}, ${sql.raw(PROJECTED_VALUES)} FROM json_each(${projected}) WHERE true
    ON CONFLICT (id) DO UPDATE SET status = excluded.status, items = excluded.items, seq = excluded.seq, updated_at = excluded.updated_at
    WHERE excluded.seq > orders.seq`;
  if (counts === null) {
    await db.run(takeOrders);
    return;
  }
  await db.batch([
    db.run(takeOrders),
    db.run(sql`UPDATE ${ticketTypes} SET sold_count = ${counts.sold}, held_count = ${counts.held}, counts_seq = ${counts.seq}
      WHERE id = ${ticketTypeId} AND counts_seq < ${counts.seq} AND counts_seq >= ${counts.from}`),
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
