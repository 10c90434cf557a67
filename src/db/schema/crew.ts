// Declares the table of crew codes (rule D22). It is apart from the catalogue, since no storefront request needs it.

import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { CrewCodeId, EventId, GateId, OrganizationId, UserId } from "../../domain/ids.ts";
import { events, gates, organizations } from "./catalogue.ts";

/** Its uses are its devices: `devices.crew_code_id`. */
export const crewCodes = sqliteTable(
  "crew_codes",
  {
    id: text().$type<CrewCodeId>().primaryKey(),
    organization_id: text()
      .$type<OrganizationId>()
      .notNull()
      .references(() => organizations.id),
    event_id: text()
      .$type<EventId>()
      .notNull()
      .references(() => events.id),
    /** Where its devices scan; null: at any gate of the event's venue. */
    gate_id: text()
      .$type<GateId>()
      .references(() => gates.id),
    /** SHA-256 of the whole code, hex. */
    code_hash: text().notNull().unique(),
    /** How many devices it makes. */
    uses: integer().notNull(),
    /** Whose right to give it rests on (rule P2); null: a key that the operator's command made. */
    creator_id: text().$type<UserId>(),
    expires_at: integer().notNull(),
    /** When it was ended early; null: it was not. */
    ended_at: integer(),
    created_at: integer().notNull(),
  },
  (table) => [
    index("crew_codes_by_creation").on(table.event_id, table.created_at, table.id),
    index("crew_codes_by_gate").on(table.gate_id).where(sql`gate_id IS NOT NULL`),
    check("crew_codes_uses", sql`${table.uses} BETWEEN 1 AND 200`),
  ],
);
