// Declares the table of what doors project. It is apart from the catalogue, since no storefront request needs it.

import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { EventId } from "../../domain/ids.ts";
import { events } from "./catalogue.ts";

/** A projection (rule D10): who is inside and came in as of row `seq` of the door's log, in persons. Nothing is decided from it. */
export const doorCounts = sqliteTable("door_counts", {
  event_id: text()
    .$type<EventId>()
    .primaryKey()
    .references(() => events.id, { onDelete: "cascade" }),
  /** When that log began, epoch ms: a door that lost its storage begins another. */
  life: integer().notNull(),
  seq: integer().notNull(),
  as_of: integer().notNull(),
  inside: integer().notNull(),
  admitted: integer().notNull(),
  /** A JSON array of `[gate id, entries, exits, inside by]`. */
  gates: text().notNull(),
  /** Open conflicts that nobody has seen (rule D19). */
  alerts: integer().notNull().default(0),
});
