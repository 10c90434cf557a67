// The tables of D1 that tell of what is still to be told, and of restores.

import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { TicketTypeId } from "../../domain/ids.ts";

/**
 * What an object must still be told, at least once (rules K6, L3, D2). `target` is the object's ticket type, for the
 * subjects "terms", delivered up to `version`, and "wipe"; or its event, for those of event-syncs.ts.
 */
export const syncRows = sqliteTable(
  "sync_rows",
  {
    // The type of those of ticket types: the others are written and read by statements of their own.
    target: text().$type<TicketTypeId>().notNull(),
    subject: text().notNull(),
    version: integer().notNull(),
    created_at: integer().notNull(),
  },
  // No index by age: there are rows for moments alone, and each would be written twice.
  (table) => [primaryKey({ columns: [table.target, table.subject] })],
);

/** A row a restore of D1 (rule X6). `epoch`: the operator's clock then, epoch ms, or one more than the epoch before. */
export const restores = sqliteTable("restores", { epoch: integer().primaryKey() });
