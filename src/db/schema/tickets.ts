// Declares the tables of tickets, as the homes of orders project them, and of the keys of events.

import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { KEY_STATUSES } from "../../domain/door/tickets/code.ts";
import { TICKET_STATUSES } from "../../domain/door/tickets/ticket.ts";
import type { EventId, OrderId, OrganizationId } from "../../domain/ids.ts";

/**
 * A projection of the orders that were confirmed (rule N2): a row a ticket, found by its serial, and nothing is decided
 * from it. It has no code (rule N6). The migration makes it WITHOUT ROWID, and so `ticket_keys`.
 */
export const tickets = sqliteTable(
  "tickets",
  {
    organization_id: text().$type<OrganizationId>().notNull(),
    serial: integer().notNull(),
    order_id: text().$type<OrderId>().notNull(),
    /** Of the ticket in its order: with that the ticket's id. */
    number: integer().notNull(),
    status: text({ enum: TICKET_STATUSES }).notNull(),
  },
  // No index: a ticket's row is one row written.
  (table) => [primaryKey({ columns: [table.organization_id, table.serial] })],
);

/** The public keys of events (rule N5). Private ones are derived when they sign, and are stored nowhere. */
export const ticketKeys = sqliteTable(
  "ticket_keys",
  {
    event_id: text().$type<EventId>().notNull(),
    n: integer().notNull(),
    /** Ed25519, base64url. */
    public_key: text().notNull(),
    status: text({ enum: KEY_STATUSES }).notNull(),
    /** Which secret it was derived from: the first 4 bytes of that one's SHA-256, hex. */
    secret_id: text().notNull(),
    created_at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.event_id, table.n] })],
);
