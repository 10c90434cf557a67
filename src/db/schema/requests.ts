// Declares the table of the catalogue's creates that may be repeated (db/idempotency.ts).

import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * One successful create of the catalogue a row, kept 24 h, written in the batch that created. WITHOUT ROWID, as
 * `sync_rows` and `attempts` are, which a migration says, since the schema's language cannot.
 */
export const idempotencyKeys = sqliteTable(
  "idempotency_keys",
  {
    /** An API key's id; a member's with the organisation before it, since a person may be a member of several. */
    actor_id: text().notNull(),
    route: text().notNull(),
    key: text().notNull(),
    body_hash: text().notNull(),
    resource_id: text().notNull(),
    created_at: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.actor_id, table.route, table.key] }),
    index("idempotency_keys_by_age").on(table.created_at),
  ],
);
