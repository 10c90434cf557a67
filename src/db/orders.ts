// Orders as their homes project them (rule K5): for the organisation's lists, and nothing is decided from them.

import { and, desc, eq, gte, lt, sql } from "drizzle-orm";
import type { EventId, OrganizationId } from "../domain/ids.ts";
import type { OrderItem, OrderStatus } from "../domain/order.ts";
import type { Db } from "./client.ts";
import { orders } from "./schema-sales.ts";

/** Newest first by (created_at, id); times epoch ms, `since` included, `until` not. */
export type OrderQuery = {
  readonly organizationId: OrganizationId;
  readonly limit: number;
  readonly before: { readonly createdAt: number; readonly id: string } | null;
  readonly status?: OrderStatus | undefined;
  readonly eventId?: EventId | undefined;
  readonly userId?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
};

export type ProjectedOrder = ReturnType<typeof toOrder>;

export async function listOrders(db: Db, query: OrderQuery): Promise<ProjectedOrder[]> {
  const { before, status, eventId, userId, since, until } = query;
  const rows = await db
    .select()
    .from(orders)
    .where(
      and(
        eq(orders.organization_id, query.organizationId),
        before ? sql`(${orders.created_at}, ${orders.id}) < (${before.createdAt}, ${before.id})` : undefined,
        status && eq(orders.status, status),
        eventId && eq(orders.event_id, eventId),
        userId ? sql`${orders.user_id} = ${userId}` : undefined,
        since === undefined ? undefined : gte(orders.created_at, since),
        until === undefined ? undefined : lt(orders.created_at, until),
      ),
    )
    .orderBy(desc(orders.created_at), desc(orders.id))
    .limit(query.limit);
  return rows.map(toOrder);
}

function toOrder(row: typeof orders.$inferSelect) {
  return {
    id: row.id,
    organizationId: row.organization_id,
    eventId: row.event_id,
    userId: row.user_id,
    status: row.status,
    // The one cast: the column is made of typed rows by the order's home.
    items: JSON.parse(row.items) as OrderItem[],
    total: row.total,
    currency: row.currency,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
