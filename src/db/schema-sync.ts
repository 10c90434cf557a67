// The tables of D1 that tell of what is still to be told, and of restores. See schema.ts for the rest.

import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { TicketTypeId } from "../domain/ids.ts";

/**
 * What an object must still be told, at least once (rules K6 and O3). `target` is the object's ticket type;
 * `subject` is "terms", delivered up to `version`, or the id of an order whose outcome is to be settled (version 0).
 */
export const syncRows = sqliteTable(
  "sync_rows",
  {
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
