// Declares the table of orders as their homes project them.

import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { EventId, HolderId, OrderId, OrganizationId } from "../../domain/ids.ts";
import { DEFAULT_LOCALE, LOCALES } from "../../domain/orders/contact.ts";
import { ORDER_STATUSES } from "../../domain/orders/order.ts";

/**
 * A projection of the inventory objects, for lists (rule K5): no foreign keys, and nothing is decided from it. The
 * migration makes it WITHOUT ROWID, which the schema's language cannot say.
 */
export const orders = sqliteTable(
  "orders",
  {
    id: text().$type<OrderId>().primaryKey(),
    organization_id: text().$type<OrganizationId>().notNull(),
    event_id: text().$type<EventId>().notNull(),
    user_id: text().$type<HolderId>().notNull(),
    status: text({ enum: ORDER_STATUSES }).notNull(),
    /** The items as JSON. */
    items: text().notNull(),
    total: integer().notNull(),
    currency: text().notNull(),
    expires_at: integer().notNull(),
    /** The ledger row at the order's home that this row was taken at. */
    seq: integer().notNull(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
    /** Whom it is for, as JSON; `{"erased": true}` once that was erased; null when there was none. */
    contact: text(),
    locale: text({ enum: LOCALES }).notNull().default(DEFAULT_LOCALE),
    /** Of the contact, for searches. */
    email: text(),
    name_key: text(),
  },
  // No column that changes is indexed: each would be one more row written at every change. A contact only ever goes.
  (table) => [
    index("orders_by_creation").on(table.organization_id, table.created_at, table.id),
    index("orders_by_buyer").on(table.user_id, table.created_at, table.id),
    index("orders_by_email")
      .on(table.organization_id, table.email, table.created_at, table.id)
      .where(sql`email IS NOT NULL`),
    index("orders_by_name").on(table.event_id, table.name_key).where(sql`name_key IS NOT NULL`),
  ],
);
