// The sync rows of settled orders: what an inventory must still be told (rule O3).

import { and, asc, eq, ne } from "drizzle-orm";
import type { OrderId, TicketTypeId } from "../domain/ids.ts";
import type { FinalOrderStatus } from "../domain/order.ts";
import type { Db } from "./client.ts";
import { syncRows } from "./schema.ts";
import { orders } from "./schema-sales.ts";

export type Settlement = {
  readonly ticketTypeId: TicketTypeId;
  readonly orderId: OrderId;
  readonly status: FinalOrderStatus;
};

/** The oldest settlements that wait, of all orders or of one. */
export async function listSettlements(db: Db, limit: number, orderId?: OrderId): Promise<Settlement[]> {
  const rows = await db
    .select({ ticketTypeId: syncRows.target, orderId: orders.id, status: orders.status })
    .from(syncRows)
    .innerJoin(orders, eq(orders.id, syncRows.subject))
    .where(orderId ? eq(orders.id, orderId) : ne(syncRows.subject, "terms"))
    .orderBy(asc(syncRows.created_at))
    .limit(limit);
  return rows.flatMap(({ ticketTypeId, orderId, status }) =>
    status === "reserved" ? [] : [{ ticketTypeId, orderId, status }],
  );
}

/** The inventory has followed. */
export async function dropSettlement(db: Db, { ticketTypeId, orderId }: Settlement): Promise<void> {
  await db.delete(syncRows).where(and(eq(syncRows.target, ticketTypeId), eq(syncRows.subject, orderId)));
}
