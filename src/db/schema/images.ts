// Declares the table of images (rule E11): which of them KV has. Their bytes are in KV alone.

import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { OrganizationId } from "../../domain/ids.ts";
import type { ImageId } from "../../domain/image/image-id.ts";
import { organizations } from "./catalogue.ts";

export const images = sqliteTable(
  "images",
  {
    id: text().$type<ImageId>().primaryKey(),
    organization_id: text()
      .$type<OrganizationId>()
      .notNull()
      .references(() => organizations.id),
    bytes: integer().notNull(),
    created_at: integer().notNull(),
    /** Since when neither the organisation nor an event of it refers to it, epoch ms; null while one does. */
    unused_since: integer(),
    /** When the sweep began to delete it: from then on nothing may refer to it. */
    swept_at: integer(),
  },
  (table) => [
    index("images_by_organization").on(table.organization_id, table.created_at),
    index("images_unused").on(table.unused_since).where(sql`unused_since IS NOT NULL`),
  ],
);
