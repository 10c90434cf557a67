// Declares the tables of the outbox and of restores.

import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { EventId, TicketTypeId } from "../../domain/ids.ts";

/**
 * The outbox: what D1 owes an object, delivered at least once (rules K6, K3, L3, D2). `target` and `subject` are those of
 * db/outbox/outbox.ts, and `version` is up to which it is owed.
 */
export const syncRows = sqliteTable(
  "sync_rows",
  {
    target: text().$type<TicketTypeId | EventId>().notNull(),
    subject: text().$type<"terms" | "wipe" | "feed" | "door">().notNull(),
    version: integer().notNull(),
    created_at: integer().notNull(),
    /** Rounds of the cron that have failed since the last change. */
    attempts: integer().notNull().default(0),
    /** The cron does not try before, epoch ms. */
    parked_until: integer().notNull().default(0),
  },
  // No index by age: there are rows for moments alone, and each would be written twice.
  (table) => [primaryKey({ columns: [table.target, table.subject] })],
);

/** A row a restore of D1 (rule X6). `epoch`: the operator's clock then, epoch ms, or one more than the epoch before. */
export const restores = sqliteTable("restores", { epoch: integer().primaryKey() });
