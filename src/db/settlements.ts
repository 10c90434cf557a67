// The sync rows of settled orders: what an inventory must still be told (rule O3).

import { asc, eq, ne, sql } from "drizzle-orm";
import type { OrderId, TicketTypeId } from "../domain/ids.ts";
import type { FinalOrderStatus, OrderStatus } from "../domain/order.ts";
import type { Db } from "./client.ts";
import { syncRows } from "./schema.ts";
import { orders } from "./schema-sales.ts";

export type Settlement = {
  readonly ticketTypeId: TicketTypeId;
  readonly orderId: OrderId;
  readonly status: FinalOrderStatus;
};

/** A place in the order of age. */
export type SettlementPosition = Pick<Settlement, "ticketTypeId" | "orderId"> & { readonly createdAt: number };
export type WaitingSettlement = Settlement & SettlementPosition;

/** The settlements of one order that wait. */
export async function settlementsOf(db: Db, orderId: OrderId): Promise<Settlement[]> {
  return (await selectSettlements(db).where(eq(orders.id, orderId))).filter(isSettlement);
}

/** Up to `limit` settlements that wait, of all orders, oldest first, after `position`. */
export async function listSettlements(
  db: Db,
  position: SettlementPosition | null,
  limit: number,
): Promise<WaitingSettlement[]> {
  const after =
    position &&
    sql`AND (sync_rows.created_at, target, subject) > (${position.createdAt}, ${position.ticketTypeId}, ${position.orderId})`;
  const rows = await selectSettlements(db)
    .where(sql`${ne(syncRows.subject, "terms")} ${after ?? sql``}`)
    .orderBy(asc(syncRows.created_at), asc(syncRows.target), asc(syncRows.subject))
    .limit(limit);
  return rows.filter(isSettlement);
}

function selectSettlements(db: Db) {
  return db
    .select({
      ticketTypeId: syncRows.target,
      orderId: orders.id,
      status: orders.status,
      createdAt: syncRows.created_at,
    })
    .from(syncRows)
    .innerJoin(orders, eq(orders.id, syncRows.subject));
}

/** A sync row is written with the end of its order, so that the order is final. */
function isSettlement<Row extends { readonly status: OrderStatus }>(
  row: Row,
): row is Row & { readonly status: FinalOrderStatus } {
  return row.status !== "reserved";
}

/** Their inventories have followed. */
export async function dropSettlements(db: Db, settlements: readonly Settlement[]): Promise<void> {
  if (settlements.length === 0) return;
  const pairs = JSON.stringify(settlements.map(({ ticketTypeId, orderId }) => [ticketTypeId, orderId]));
  await db.run(sql`DELETE FROM ${syncRows}
    WHERE (target, subject) IN (SELECT value ->> 0, value ->> 1 FROM json_each(${pairs}))`);
}
