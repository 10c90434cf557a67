// The tables of D1 that tell of sales: holds as they are projected, orders and their voids. See schema.ts for the rest.

import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { HOLD_SOURCES, HOLD_STATUSES } from "../domain/hold.ts";
import type { EventId, HolderId, HoldId, OrderId, OrganizationId, TicketTypeId } from "../domain/ids.ts";
import { ORDER_STATUSES } from "../domain/order.ts";

/** A projection of the inventory objects: no foreign keys, and nothing is decided from it (rule K5). */
export const seatHolds = sqliteTable(
  "seat_holds",
  {
    id: text().$type<HoldId>().primaryKey(),
    ticket_type_id: text().$type<TicketTypeId>().notNull(),
    event_id: text().$type<EventId>().notNull(),
    organization_id: text().$type<OrganizationId>().notNull(),
    user_id: text().$type<HolderId>().notNull(),
    quantity: integer().notNull(),
    status: text({ enum: HOLD_STATUSES }).notNull(),
    held_until: integer().notNull(),
    source: text({ enum: HOLD_SOURCES }).notNull(),
    notes: text(),
    unit_price: integer().notNull(),
    currency: text().notNull(),
    order_id: text().$type<OrderId>(),
    /** The ledger row that this row was taken at. */
    seq: integer().notNull(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
  },
  (table) => [index("seat_holds_by_event").on(table.event_id, table.created_at, table.id)],
);

export const orders = sqliteTable(
  "orders",
  {
    id: text().$type<OrderId>().primaryKey(),
    organization_id: text().$type<OrganizationId>().notNull(),
    event_id: text().$type<EventId>().notNull(),
    user_id: text().$type<HolderId>().notNull(),
    idempotency_key: text().notNull(),
    status: text({ enum: ORDER_STATUSES }).notNull(),
    total: integer().notNull(),
    currency: text().notNull(),
    expires_at: integer().notNull(),
    /** The request that last changed the row: later statements of the same batch tell their own change by it. */
    request_id: text().notNull(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
  },
  (table) => [
    uniqueIndex("orders_key").on(table.user_id, table.idempotency_key),
    index("orders_by_creation").on(table.organization_id, table.created_at, table.id),
    index("orders_due").on(table.status, table.expires_at),
  ],
);

export const orderItems = sqliteTable(
  "order_items",
  {
    order_id: text()
      .$type<OrderId>()
      .notNull()
      .references(() => orders.id),
    hold_id: text().$type<HoldId>().notNull(),
    ticket_type_id: text().$type<TicketTypeId>().notNull(),
    quantity: integer().notNull(),
    unit_price: integer().notNull(),
    amount: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.order_id, table.hold_id] })],
);

/** An order id that will never be an order (rule O2): in this table or in `orders`, never in both. */
export const orderVoids = sqliteTable("order_voids", {
  order_id: text().$type<OrderId>().primaryKey(),
  created_at: integer().notNull(),
});
