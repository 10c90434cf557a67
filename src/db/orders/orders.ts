// Reads orders as their homes project them (rule K5): for lists; nothing is decided from them. Each search has its index,
// and a `+` keeps SQLite from another one (test/workers/orders/organiser/search.test.ts checks the plans).

import { and, desc, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import type { StoredContact } from "../../domain/orders/contact.ts";
import type { EventId, OrderId, OrganizationId, ShopperId } from "../../domain/ids.ts";
import type { OrderItem, OrderStatus } from "../../domain/orders/order.ts";
import type { Db } from "../client.ts";
import { events, ticketTypes } from "../schema/catalogue.ts";
import { orders } from "../schema/sales.ts";

/**
 * Newest first by (created_at, id); times epoch ms, `since` included, `until` not. `reference`: its ten characters.
 * `nameKey`: a prefix, with `eventId`. `serial`: of one of its tickets.
 */
export type OrderQuery = {
  readonly organizationId: OrganizationId;
  readonly limit: number;
  readonly before: { readonly createdAt: number; readonly id: string } | null;
  readonly status?: OrderStatus | undefined;
  readonly eventId?: EventId | undefined;
  readonly userId?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly reference?: string | undefined;
  readonly email?: string | undefined;
  readonly nameKey?: string | undefined;
  readonly serial?: number | undefined;
  readonly id?: OrderId | undefined;
};

export type ProjectedOrder = ReturnType<typeof toOrder>;
/** `behind`: when positions were last compared, an object of the organisation was ahead of D1, and D1 has not caught up. */
export type OrderList = { readonly orders: readonly ProjectedOrder[]; readonly behind: boolean };

export async function listOrders(db: Db, query: OrderQuery): Promise<OrderList> {
  const [rows, behind] = await db.batch([selectOrders(db, query), selectBehind(db, query.organizationId)]);
  return { orders: rows.map(toOrder), behind: behind.length > 0 };
}

/** Exported for the test that checks its query plan. */
export function selectOrders(db: Db, query: OrderQuery) {
  const { before, status, eventId, userId, since, until, limit } = query;
  return db
    .select()
    .from(orders)
    .where(
      and(
        ...searched(query),
        before ? sql`(${orders.created_at}, ${orders.id}) < (${before.createdAt}, ${before.id})` : undefined,
        status && eq(orders.status, status),
        eventId && eq(orders.event_id, eventId),
        userId ? sql`${orders.user_id} = ${userId}` : undefined,
        since === undefined ? undefined : gte(orders.created_at, since),
        until === undefined ? undefined : lt(orders.created_at, until),
      ),
    )
    .orderBy(desc(orders.created_at), desc(orders.id))
    .limit(limit);
}

/** The part of a query that searches: for one order, or for those of one person. */
export type OrderSearched = Pick<OrderQuery, "organizationId" | "reference" | "email" | "nameKey" | "serial" | "id">;

/** The organisation's orders, by the search that finds the fewest. */
export function searched({ organizationId, reference, email, nameKey, serial, id }: OrderSearched): SQL[] {
  const own = eq(orders.organization_id, organizationId);
  const filtered = sql`+${orders.organization_id} = ${organizationId}`;
  const named = nameKey === undefined ? [] : [beginsWith(sql`${orders.name_key}`, nameKey)];
  const others = email === undefined ? [] : [eq(orders.email, email)];
  const found = [
    ...(id === undefined ? [] : [eq(orders.id, id)]),
    ...(serial === undefined ? [] : [sql`${orders.id} = (${ofSerial(organizationId, serial)})`]),
    ...(reference === undefined ? [] : [sql`${orders.id} IN (${ofReference(organizationId, reference)})`]),
  ];
  if (found.length > 0) return [filtered, ...found, ...others, ...named];
  if (email !== undefined) return [own, eq(orders.email, email), ...named];
  return nameKey === undefined ? [own] : [filtered, ...named];
}

/**
 * An order's id is its home and then its reference, so that a reference is a range of the primary key for each ticket
 * type of the organisation: it has no column, and no index that each order would have to write.
 */
function ofReference(organizationId: OrganizationId, reference: string): SQL {
  const begins = sql`'ord_' || substr(t.id, 4) || ${reference}`;
  return sql`SELECT o.id FROM ${events} e CROSS JOIN ${ticketTypes} t ON t.event_id = e.id
    CROSS JOIN ${orders} o ON o.id >= ${begins} AND o.id < ${begins} || '~' WHERE e.organization_id = ${organizationId}`;
}

/** The order of the ticket that has this serial. */
function ofSerial(organizationId: OrganizationId, serial: number): SQL {
  return sql`SELECT order_id FROM tickets WHERE organization_id = ${organizationId} AND serial = ${serial}`;
}

function beginsWith(column: SQL, prefix: string): SQL {
  return sql`${column} >= ${prefix} AND ${column} < ${prefix} || char(1114111)`;
}

export function selectBehind(db: Db, organizationId: OrganizationId) {
  return db.all<{ id: string }>(sql`SELECT id FROM ${ticketTypes}
    WHERE organization_id = ${organizationId} AND seen_seq > counts_seq LIMIT 1`);
}

/** D1's row, for an order that its home no longer has. */
export async function findOrder(db: Db, id: OrderId): Promise<ProjectedOrder | null> {
  const [row] = await db.select().from(orders).where(eq(orders.id, id));
  return row ? toOrder(row) : null;
}

/** A shopper's own, newest first. */
export async function listOwnOrders(
  db: Db,
  query: { readonly userId: ShopperId } & Pick<OrderQuery, "limit" | "before">,
): Promise<ProjectedOrder[]> {
  return (await selectOwnOrders(db, query)).map(toOrder);
}

/** Exported for the test that checks its query plan. */
export function selectOwnOrders(
  db: Db,
  { userId, before, limit }: { readonly userId: ShopperId } & Pick<OrderQuery, "limit" | "before">,
) {
  const after = before && sql`(${orders.created_at}, ${orders.id}) < (${before.createdAt}, ${before.id})`;
  return db
    .select()
    .from(orders)
    .where(and(eq(orders.user_id, userId), after ?? undefined))
    .orderBy(desc(orders.created_at), desc(orders.id))
    .limit(limit);
}

/** The row as it is read. */
export function toOrder(row: typeof orders.$inferSelect) {
  return {
    id: row.id,
    organizationId: row.organization_id,
    eventId: row.event_id,
    userId: row.user_id,
    status: row.status,
    // The two casts: the columns are made of typed rows by the order's home.
    items: JSON.parse(row.items) as OrderItem[],
    contact: (row.contact === null ? null : JSON.parse(row.contact)) as StoredContact,
    locale: row.locale,
    total: row.total,
    currency: row.currency,
    expiresAt: row.expires_at,
    seq: row.seq,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
