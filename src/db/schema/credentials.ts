// Declares the tables of API keys and devices, each with the hash of its secret.

import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { ApiKeyId, CrewCodeId, DeviceId, EventId, GateId, UserId } from "../../domain/ids.ts";
import { events, gates, organizationId } from "./catalogue.ts";

export const apiKeys = sqliteTable(
  "api_keys",
  {
    id: text().$type<ApiKeyId>().primaryKey(),
    organization_id: organizationId(),
    name: text().notNull(),
    /** SHA-256 of the whole key, hex. */
    key_hash: text().notNull().unique(),
    /** A JSON array of permissions. */
    permissions: text().notNull(),
    /** Whose permissions it never goes beyond (rule P2); null: the operator's command made it. */
    creator_id: text().$type<UserId>(),
    /** From then on it is no key any more (rule P2); null: never. */
    expires_at: integer(),
    last_used_at: integer(),
    revoked_at: integer(),
    created_at: integer().notNull(),
  },
  (table) => [index("api_keys_by_organization").on(table.organization_id)],
);

export const devices = sqliteTable(
  "devices",
  {
    id: text().$type<DeviceId>().primaryKey(),
    organization_id: organizationId(),
    /** Null: it was paired for all gates of its event's venue (rule D22). */
    gate_id: text()
      .$type<GateId>()
      .references(() => gates.id),
    name: text().notNull(),
    /** SHA-256 of the whole token, hex. */
    token_hash: text().notNull().unique(),
    /** Whose right to give it rests on (rule P2); null: the operator's command made it, or a key or code that it made. */
    creator_id: text().$type<UserId>(),
    /** The crew code that it was paired by, and the one event that it is for (rule D22); null: it was made at a gate. */
    crew_code_id: text().$type<CrewCodeId>(),
    event_id: text()
      .$type<EventId>()
      .references(() => events.id),
    /** From then on it is refused: 7 days after its event's end, and changed with that. Null: never. */
    expires_at: integer(),
    last_seen_at: integer(),
    revoked_at: integer(),
    created_at: integer().notNull(),
  },
  (table) => [
    index("devices_by_creation").on(table.organization_id, table.created_at, table.id),
    index("devices_by_gate").on(table.gate_id),
    index("devices_by_code").on(table.crew_code_id).where(sql`crew_code_id IS NOT NULL`),
    index("devices_by_event").on(table.event_id, table.created_at, table.id).where(sql`event_id IS NOT NULL`),
  ],
);
