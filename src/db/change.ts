// Changes and deletes rows of the catalogue: only in the version that was read, with the audit row, all or none.

import { getTableColumns, type InferSelectModel, type SQL, sql } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { OrganizationId } from "../domain/ids.ts";
import { type Audit, writeAudited } from "./audit/audit.ts";
import type { Db } from "./client.ts";
import type { events, gates, ticketTypes, venues } from "./schema/catalogue.ts";
import { every } from "./statements.ts";

type CatalogueTable = typeof venues | typeof gates | typeof events | typeof ticketTypes;

/** The row as the caller has read it: nothing is written once it has changed. */
export type RowVersion = { readonly id: string; readonly organization_id: OrganizationId; readonly version: number };

/** True while the row is as it was read. */
export function isUnchanged(table: CatalogueTable, row: RowVersion): SQL {
  return sql`${table.id} = ${row.id} AND ${table.organization_id} = ${row.organization_id}
    AND ${table.version} = ${row.version}`;
}

/**
 * Sets `fields` and raises the version while the row is as it was read and `condition` holds, in one batch with the audit
 * row (rule T7). False when a condition or a unique index refused it, and nothing was written; the caller reads which.
 * `also`: further statements, each conditional on `isWritten(audit)`.
 */
export function changeRow<T extends CatalogueTable>(
  db: Db,
  table: T,
  row: RowVersion,
  fields: Partial<InferSelectModel<T>>,
  condition: SQL | null,
  audit: Audit,
  also: readonly SQL[] = [],
): Promise<boolean> {
  const stamps = [sql`version = version + 1`, sql`updated_at = ${audit.at}`];
  // OR IGNORE, since a unique index that is violated must refuse this statement and not fail the batch.
  const update = sql`UPDATE OR IGNORE ${table} SET ${sql.join([...assignments(table, fields), ...stamps], sql`, `)}
    WHERE ${every(isUnchanged(table, row), condition)}`;
  return writeAudited(db, update, audit, also);
}

/** The assignments of an UPDATE of `table` that sets these columns. */
export function assignments(table: SQLiteTable, fields: object): SQL[] {
  const values = new Map<string, unknown>(Object.entries(fields));
  return Object.entries(getTableColumns(table))
    .filter(([key]) => values.has(key))
    .map(([key, column]) => sql`${sql.identifier(column.name)} = ${sql.param(values.get(key), column)}`);
}

/** Deletes the row while it is as it was read and `condition` holds; `before` goes first in its batch, on the same conditions; `also` as in `changeRow`. */
export function deleteRow(
  db: Db,
  table: CatalogueTable,
  row: RowVersion,
  condition: SQL | null,
  audit: Audit,
  before: readonly SQL[] = [],
  also: readonly SQL[] = [],
): Promise<boolean> {
  const deletion = sql`DELETE FROM ${table} WHERE ${every(isUnchanged(table, row), condition)}`;
  return writeAudited(db, deletion, audit, also, before);
}
