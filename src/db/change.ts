// The one way a row of the catalogue is changed or deleted: by the version that was read, with its audit row, all or none.

import { getTableColumns, type InferSelectModel, type SQL, sql } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { OrganizationId } from "../domain/ids.ts";
import { type Audit, writeAudited } from "./audit/audit.ts";
import type { Db } from "./client.ts";
import type { events, gates, ticketTypes, venues } from "./schema/catalogue.ts";
import { every } from "./statements.ts";

type CatalogueTable = typeof venues | typeof gates | typeof events | typeof ticketTypes;

/** The row as its reader saw it: nothing is written once it is another. */
export type Seen = { readonly id: string; readonly organization_id: OrganizationId; readonly version: number };

/** True while the row stands as it was seen. */
export function stillStands(table: CatalogueTable, seen: Seen): SQL {
  return sql`${table.id} = ${seen.id} AND ${table.organization_id} = ${seen.organization_id}
    AND ${table.version} = ${seen.version}`;
}

/**
 * Sets `fields` and raises the version while the row stands as seen and `condition` holds, in one batch with the audit
 * row (rule T7). False when nothing was written: a condition or a unique index stood against it; the caller reads which.
 * `also`: further statements, each conditional on `isWritten(audit)`.
 */
export function changeRow<T extends CatalogueTable>(
  db: Db,
  table: T,
  seen: Seen,
  fields: Partial<InferSelectModel<T>>,
  condition: SQL | null,
  audit: Audit,
  also: readonly SQL[] = [],
): Promise<boolean> {
  const stamps = [sql`version = version + 1`, sql`updated_at = ${audit.at}`];
  // Why OR IGNORE: a unique index that stands against it refuses this statement, and must not fail the batch.
  const update = sql`UPDATE OR IGNORE ${table} SET ${sql.join([...assignments(table, fields), ...stamps], sql`, `)}
    WHERE ${every(stillStands(table, seen), condition)}`;
  return writeAudited(db, update, audit, also);
}

/** What sets these of its columns, for an UPDATE of `table`. */
export function assignments(table: SQLiteTable, fields: object): SQL[] {
  const given = new Map<string, unknown>(Object.entries(fields));
  return Object.entries(getTableColumns(table))
    .filter(([key]) => given.has(key))
    .map(([key, column]) => sql`${sql.identifier(column.name)} = ${sql.param(given.get(key), column)}`);
}

/** Deletes the row while it stands as seen and `condition` holds; `before` goes first in its batch, on the same conditions; `also` as in `changeRow`. */
export function deleteRow(
  db: Db,
  table: CatalogueTable,
  seen: Seen,
  condition: SQL | null,
  audit: Audit,
  before: readonly SQL[] = [],
  also: readonly SQL[] = [],
): Promise<boolean> {
  const gone = sql`DELETE FROM ${table} WHERE ${every(stillStands(table, seen), condition)}`;
  return writeAudited(db, gone, audit, also, before);
}
