// Declares the tables of the catalogue. Times are epoch ms, money is minor units, JSON columns hold text. `migrations/` is
// generated from the files of this folder: `npm run migrations:generate`.

import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import {
  DAY_STARTS,
  DEFAULT_HOLD_EXTENSION,
  EVENT_STATUSES,
  HOLD_EXTENSIONS,
  ORDER_MINUTES,
} from "../../domain/events/event.ts";
import type { AuditId, EventId, GateId, OrganizationId, TicketTypeId, VenueId } from "../../domain/ids.ts";
import type { ImageId } from "../../domain/image/image-id.ts";

const timestamps = {
  created_at: integer().notNull(),
  updated_at: integer().notNull(),
  version: integer().notNull().default(1),
};
const settings = text().notNull().default("{}");
/** How an event or an organisation looks (rules E10 to E12). The HTML is that of the description; the image's row is in images.ts. */
const look = {
  description: text(),
  description_html: text(),
  accent_color: text(),
  image_id: text().$type<ImageId>(),
  image_width: integer(),
  image_height: integer(),
  image_alt: text(),
};
export const organizationId = () =>
  text()
    .$type<OrganizationId>()
    .notNull()
    .references(() => organizations.id);

export const organizations = sqliteTable(
  "organizations",
  {
    id: text().$type<OrganizationId>().primaryKey(),
    name: text().notNull(),
    slug: text().notNull().unique(),
    status: text({ enum: ["active", "suspended"] })
      .notNull()
      .default("active"),
    settings,
    ...look,
    ...timestamps,
  },
  (table) => [
    index("organizations_by_change").on(table.updated_at),
    index("organizations_by_image").on(table.image_id).where(sql`image_id IS NOT NULL`),
  ],
);

export const venues = sqliteTable(
  "venues",
  {
    id: text().$type<VenueId>().primaryKey(),
    organization_id: organizationId(),
    name: text().notNull(),
    slug: text().notNull(),
    address: text().notNull(),
    city: text().notNull(),
    country: text().notNull(),
    postal_code: text(),
    timezone: text().notNull(),
    capacity: integer().notNull(),
    settings,
    status: text({ enum: ["active", "archived"] })
      .notNull()
      .default("active"),
    ...timestamps,
  },
  (table) => [
    uniqueIndex("venues_slug").on(table.organization_id, table.slug),
    index("venues_by_creation").on(table.organization_id, table.created_at, table.id),
    index("venues_by_change").on(table.updated_at),
    check("venues_capacity", sql`${table.capacity} BETWEEN 1 AND 1000000`),
  ],
);

export const gates = sqliteTable(
  "gates",
  {
    id: text().$type<GateId>().primaryKey(),
    venue_id: text()
      .$type<VenueId>()
      .notNull()
      .references(() => venues.id),
    organization_id: organizationId(),
    gate_code: text().notNull(),
    name: text().notNull(),
    status: text({ enum: ["open", "closed"] })
      .notNull()
      .default("open"),
    capacity: integer(),
    settings,
    ...timestamps,
  },
  (table) => [
    uniqueIndex("gates_code").on(table.venue_id, table.gate_code),
    index("gates_by_creation").on(table.venue_id, table.created_at, table.id),
    check("gates_capacity", sql`${table.capacity} IS NULL OR ${table.capacity} >= 1`),
  ],
);

export const events = sqliteTable(
  "events",
  {
    id: text().$type<EventId>().primaryKey(),
    organization_id: organizationId(),
    venue_id: text()
      .$type<VenueId>()
      .notNull()
      .references(() => venues.id),
    name: text().notNull(),
    slug: text().notNull(),
    ...look,
    status: text({ enum: EVENT_STATUSES }).notNull().default("draft"),
    start_time: integer().notNull(),
    end_time: integer().notNull(),
    sale_start: integer().notNull(),
    sale_end: integer().notNull(),
    capacity: integer().notNull(),
    hold_extension: text({ enum: HOLD_EXTENSIONS }).notNull().default(DEFAULT_HOLD_EXTENSION),
    order_minutes: integer().notNull().default(ORDER_MINUTES.standard),
    payment_instructions: text(),
    /** Null: `DOORS_BEFORE_MS` before the start (rule D9). */
    doors_open: integer(),
    /** `HH:MM` of the venue's clocks (rule D8). */
    day_starts: text().notNull().default(DAY_STARTS),
    /** Persons inside at one time (rule D11); null: what the venue holds. */
    admission_capacity: integer(),
    /** When each of these came, also by the clock, epoch ms; null: not yet, or a release did it that did not note it. */
    ended_at: integer(),
    archived_at: integer(),
    /** Raised by every change of what its door must know, in the same batch (rule D2). */
    door_version: integer().notNull().default(1),
    settings,
    ...timestamps,
  },
  (table) => [
    uniqueIndex("events_slug").on(table.organization_id, table.slug),
    index("events_by_creation").on(table.organization_id, table.created_at, table.id),
    index("events_by_start").on(table.organization_id, table.start_time, table.id),
    index("events_by_venue").on(table.venue_id),
    index("events_by_change").on(table.updated_at),
    index("events_starting").on(table.start_time).where(sql`status = 'published'`),
    index("events_ending").on(table.end_time).where(sql`status = 'live'`),
    index("events_by_image").on(table.image_id).where(sql`image_id IS NOT NULL`),
    check("events_times", sql`${table.start_time} < ${table.end_time}`),
    check("events_sale", sql`${table.sale_start} < ${table.sale_end} AND ${table.sale_end} <= ${table.end_time}`),
  ],
);

export const ticketTypes = sqliteTable(
  "ticket_types",
  {
    id: text().$type<TicketTypeId>().primaryKey(),
    event_id: text()
      .$type<EventId>()
      .notNull()
      .references(() => events.id),
    organization_id: organizationId(),
    name: text().notNull(),
    description: text(),
    price: integer().notNull(),
    currency: text().notNull().default("ZAR"),
    total_quantity: integer().notNull(),
    /** A lower total about which the inventory has yet to decide (rule K4); until then `total_quantity` stays. */
    pending_total: integer(),
    /** The audit row of the lowering that waits, as JSON: written by the batch that takes the total (rule T7). */
    pending_audit: text(),
    /** While the type is being deleted it is shown to its inventory as hidden; epoch ms, for the cron to reopen it. */
    deleting_since: integer(),
    sale_start: integer(),
    sale_end: integer(),
    /** The organiser's part of rule K2; `sold_out` is derived. */
    hidden: integer({ mode: "boolean" }).notNull().default(false),
    min_per_order: integer().notNull().default(1),
    max_per_order: integer().notNull().default(10),
    /** Rule H15; null: no limit. */
    max_unpaid_per_address: integer(),
    /** As `domain/door/admission.ts` writes it (rule D8); null: the standard one. */
    admission: text(),
    /** In its event, for the codes of tickets (rule N4): given once, by `giveNumber`. */
    number: integer(),
    settings,
    /** Raised by every change that terms hold, in the same batch (rule K6). */
    terms_version: integer().notNull().default(1),
    /** The projection (rule K5): written by the inventory object alone, as of ledger row `counts_seq`. */
    sold_count: integer().notNull().default(0),
    held_count: integer().notNull().default(0),
    withdrawn_count: integer().notNull().default(0),
    counts_seq: integer().notNull().default(0),
    /** The hash of that ledger row (rule T6); null while there is none. */
    counts_hash: text(),
    /** The ledger row that the inventory was at when the cron last compared positions. */
    seen_seq: integer().notNull().default(0),
    /** When the cron compares them next, epoch ms; null when never again. */
    look_at: integer().default(0),
    ...timestamps,
  },
  (table) => [
    index("ticket_types_by_event").on(table.event_id, table.created_at, table.id),
    index("ticket_types_by_look").on(table.look_at),
    index("ticket_types_by_change").on(table.updated_at),
    index("ticket_types_closed").on(table.deleting_since).where(sql`deleting_since IS NOT NULL`),
    uniqueIndex("ticket_types_number").on(table.event_id, table.number),
    // Has only types whose projection is behind, which is nearly always none, so it costs a sale no row.
    index("ticket_types_behind").on(table.organization_id).where(sql`seen_seq > counts_seq`),
    check("ticket_types_total", sql`${table.total_quantity} BETWEEN 1 AND 1000000`),
    check(
      "ticket_types_per_order",
      sql`1 <= ${table.min_per_order} AND ${table.min_per_order} <= ${table.max_per_order} AND ${table.max_per_order} <= 100`,
    ),
  ],
);

/** Append-only (rule T6). `changes`: a JSON object of the fields that were set or changed. */
export const auditLog = sqliteTable(
  "audit_log",
  {
    id: text().$type<AuditId>().primaryKey(),
    organization_id: text().$type<OrganizationId>().notNull(),
    actor_kind: text().notNull(),
    actor_id: text().notNull(),
    action: text().notNull(),
    resource_kind: text().notNull(),
    resource_id: text().notNull(),
    changes: text().notNull(),
    request_id: text().notNull(),
    created_at: integer().notNull(),
  },
  (table) => [index("audit_log_by_creation").on(table.organization_id, table.created_at, table.id)],
);
