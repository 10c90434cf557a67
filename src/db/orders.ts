// Orders and voids: D1 is the one arbiter of what an order id is (rules O2 and O4). One function, one statement or batch.

import { and, desc, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import type { EventId, HolderId, OrderId, OrganizationId } from "../domain/ids.ts";
import type { FinalOrderStatus, Order, OrderItem, OrderStatus, Verdict } from "../domain/order.ts";
import { must } from "../domain/result.ts";
import { type Audit, insertAudit } from "./audit.ts";
import type { Db } from "./client.ts";
import { auditExpiredOrders, recordSettlements } from "./order-ends.ts";
import { orderItems, orders, orderVoids } from "./schema-sales.ts";

const among = (ids: readonly OrderId[]): SQL => sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`;

/**
 * The commit point of a checkout: inserts the order unless its id is void, with items and audit, in one batch.
 * Answers what the id is now; null when neither, since the key names another order. Rejects when the outcome is not
 * known: then it may be repeated, and must never be taken for a refusal.
 */
export async function insertOrder(
  db: Db,
  order: Order,
  audit: Audit,
): Promise<{ verdict: Verdict | null; inserted: boolean }> {
  const items = JSON.stringify(order.items);
  const [insert, , , verdicts] = await db.batch([
    db.run(sql`INSERT INTO orders (id, organization_id, event_id, user_id, idempotency_key, status, total, currency, expires_at, request_id, created_at, updated_at)
      SELECT ${order.id}, ${order.organizationId}, ${order.eventId}, ${order.userId}, ${order.idempotencyKey}, ${order.status}, ${order.total}, ${order.currency}, ${order.expiresAt}, ${audit.requestId}, ${order.createdAt}, ${order.updatedAt}
      WHERE NOT EXISTS (SELECT 1 FROM order_voids WHERE order_id = ${order.id}) ON CONFLICT DO NOTHING`),
    db.run(insertAudit(audit)),
    db.run(sql`INSERT INTO order_items (order_id, hold_id, ticket_type_id, quantity, unit_price, amount)
      SELECT ${order.id}, value ->> 'holdId', value ->> 'ticketTypeId', value ->> 'quantity', value ->> 'unitPrice', value ->> 'amount'
      FROM json_each(${items}) WHERE changes() = 1`),
    verdictsOf(db, [order.id]),
  ]);
  return { verdict: verdicts.map(toVerdict)[0] ?? null, inserted: insert.meta.changes === 1 };
}

type VerdictRow = { id: OrderId; status: OrderStatus | "void"; expires_at: number };

function verdictsOf(db: Db, ids: readonly OrderId[]) {
  return db.all<VerdictRow>(sql`SELECT id, status, expires_at FROM orders WHERE id IN ${among(ids)}
    UNION ALL SELECT order_id, 'void', 0 FROM order_voids WHERE order_id IN ${among(ids)}`);
}

function toVerdict({ id, status, expires_at }: VerdictRow): Verdict {
  if (status === "void") return { kind: "void", orderId: id };
  return { kind: "order", orderId: id, status, expiresAt: expires_at };
}

/** What these ids are; one that is neither order nor void is left out. */
export async function readVerdicts(db: Db, ids: readonly OrderId[]): Promise<Verdict[]> {
  return (await verdictsOf(db, ids)).map(toVerdict);
}

/** Gives up on ids: each that is not an order is void from now on. Answers what each is now (rule O2). */
export async function arbitrate(db: Db, ids: readonly OrderId[], now: number): Promise<Verdict[]> {
  const [, verdicts] = await db.batch([
    db.run(sql`INSERT INTO order_voids (order_id, created_at) SELECT value, ${now} FROM json_each(${JSON.stringify(ids)})
      WHERE NOT EXISTS (SELECT 1 FROM orders WHERE id = value) ON CONFLICT DO NOTHING`),
    verdictsOf(db, ids),
  ]);
  return verdicts.map(toVerdict);
}

/** Expires those of `ids` that are reserved and due at `now`, with audit and what the inventories must hear (rule O4). */
export async function expireOrders(db: Db, ids: readonly OrderId[], now: number): Promise<Verdict[]> {
  // Why an id of its own: the later statements find by it the rows that this very update changed.
  const requestId = `expire:${crypto.randomUUID()}`;
  const [, , , verdicts] = await db.batch([
    db.run(sql`UPDATE orders SET status = 'expired', updated_at = ${now}, request_id = ${requestId}
      WHERE id IN ${among(ids)} AND status = 'reserved' AND expires_at <= ${now}`),
    db.run(auditExpiredOrders(ids, requestId, now)),
    db.run(recordSettlements(sql`o.id IN ${among(ids)} AND o.request_id = ${requestId}`, now)),
    verdictsOf(db, ids),
  ]);
  return verdicts.map(toVerdict);
}

/**
 * Confirms or cancels, if the order is reserved and not past its time at the audit's: of several at once, one wins
 * (rule O4). Answers the order as it is after that, whoever won.
 */
export async function settleOrder(
  db: Db,
  id: OrderId,
  to: Exclude<FinalOrderStatus, "expired">,
  audit: Audit,
): Promise<Order> {
  const now = audit.at;
  const [, , , after] = await db.batch([
    db.run(sql`UPDATE orders SET status = ${to}, updated_at = ${now}, request_id = ${audit.requestId}
      WHERE id = ${id} AND status = 'reserved' AND expires_at > ${now}`),
    db.run(insertAudit(audit)),
    db.run(recordSettlements(sql`o.id = ${id} AND changes() = 1`, now)),
    db.select(withItems).from(orders).where(eq(orders.id, id)),
  ]);
  return toOrder(must(after[0], "an order is never deleted"));
}

const withItems = {
  order: orders,
  items: sql<string>`(SELECT json_group_array(json_object('ticketTypeId', i.ticket_type_id, 'holdId', i.hold_id, 'quantity', i.quantity, 'unitPrice', i.unit_price, 'amount', i.amount) ORDER BY i.rowid) FROM ${orderItems} i WHERE i.order_id = ${orders.id})`,
};

function toOrder({ order, items }: { order: typeof orders.$inferSelect; items: string }): Order {
  return {
    id: order.id,
    organizationId: order.organization_id,
    eventId: order.event_id,
    userId: order.user_id,
    idempotencyKey: order.idempotency_key,
    status: order.status,
    // The one cast: the column is made of typed rows by the statement above.
    items: JSON.parse(items) as OrderItem[],
    total: order.total,
    currency: order.currency,
    expiresAt: order.expires_at,
    createdAt: order.created_at,
    updatedAt: order.updated_at,
  };
}

/** Whose orders are asked for (rules T1, T3, H10): all others do not exist. */
export type OrdersOf = { readonly organizationId: OrganizationId } | { readonly userId: HolderId };

/** What this actor may see: a shopper its own orders, an organiser those of its organisation. */
export function ordersOf(actor: { readonly id: HolderId; readonly organizationId?: OrganizationId }): OrdersOf {
  return actor.organizationId === undefined ? { userId: actor.id } : { organizationId: actor.organizationId };
}

export async function readOrder(db: Db, id: OrderId, of: OrdersOf): Promise<Order | null> {
  const own = "userId" in of ? eq(orders.user_id, of.userId) : eq(orders.organization_id, of.organizationId);
  const row = (
    await db
      .select(withItems)
      .from(orders)
      .where(and(eq(orders.id, id), own))
  )[0];
  return row ? toOrder(row) : null;
}

/** What a checkout must know before it touches anything: the order of its key, and which of its ids are void. */
export async function readCheckout(
  db: Db,
  userId: HolderId,
  idempotencyKey: string,
  attempts: readonly OrderId[],
): Promise<{ order: Order | null; voids: ReadonlySet<OrderId> }> {
  const [known, voided] = await db.batch([
    db
      .select(withItems)
      .from(orders)
      .where(and(eq(orders.user_id, userId), eq(orders.idempotency_key, idempotencyKey))),
    db
      .select({ id: orderVoids.order_id })
      .from(orderVoids)
      .where(sql`${orderVoids.order_id} IN ${among(attempts)}`),
  ]);
  return { order: known[0] ? toOrder(known[0]) : null, voids: new Set(voided.map(({ id }) => id)) };
}

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

export async function listOrders(db: Db, query: OrderQuery): Promise<Order[]> {
  const { before, status, eventId, userId, since, until } = query;
  const rows = await db
    .select(withItems)
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
