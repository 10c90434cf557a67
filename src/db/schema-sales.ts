// The table of D1 that tells of sales: orders as their homes project them. See schema.ts for the rest.

import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { EventId, HolderId, OrderId, OrganizationId } from "../domain/ids.ts";
import { ORDER_STATUSES } from "../domain/order.ts";

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
  },
  // No column that changes is indexed: each would be one more row written at every change.
  (table) => [index("orders_by_creation").on(table.organization_id, table.created_at, table.id)],
);
