// The shapes of SQL that more than one repository uses: writes that hold their own conditions, and pages.

import { and, desc, getTableColumns, type InferSelectModel, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";

/**
 * `INSERT … SELECT … WHERE condition`: the row is written only while `condition` holds, which the same statement
 * decides. The caller appends an `ON CONFLICT` where one is wanted.
 */
export function insertIf<T extends SQLiteTable>(table: T, row: InferSelectModel<T>, condition: SQL): SQL {
  const given = new Map<string, unknown>(Object.entries(row));
  const columns = Object.entries(getTableColumns(table));
  const names = columns.map(([, column]) => sql.identifier(column.name));
  const values = columns.map(([key, column]) => sql`${sql.param(given.get(key) ?? null, column)}`);
  return sql`INSERT INTO ${table} (${sql.join(names, sql`, `)}) SELECT ${sql.join(values, sql`, `)} WHERE ${condition}`;
}

/** True in the statement right after one that changed exactly one row. A batch that refuses writes nothing by it. */
export const previousWroteOne = sql`changes() = 1`;

/** All of them; there is always at least one. */
export function every(first: SQL, ...others: readonly (SQL | null)[]): SQL {
  return others.reduce<SQL>((all, condition) => (condition ? sql`${all} AND ${condition}` : all), sql`${first}`);
}

/** Where a page begins: after this row. Order: newest first by (created_at, id). */
export type Position = { readonly createdAt: number; readonly id: string };
export type PageQuery = { readonly limit: number; readonly before: Position | null };
export type Page<Row> = { readonly rows: readonly Row[]; readonly next: Position | null };

type Paged = { readonly created_at: SQLiteColumn; readonly id: SQLiteColumn };

/** The order of every list. */
export function newestFirst(table: Paged): SQL[] {
  return [desc(table.created_at), desc(table.id)];
}

/** The rows of `condition` that come after the page's beginning. */
export function fromPosition(table: Paged, before: Position | null, condition: SQL | undefined): SQL | undefined {
  if (!before) return condition;
  return and(condition, sql`(${table.created_at}, ${table.id}) < (${before.createdAt}, ${before.id})`);
}

/** Makes a page of up to `limit` rows from `limit + 1`: the one more says that there is a next page. */
export function toPage<Row extends { created_at: number; id: string }>(rows: readonly Row[], limit: number): Page<Row> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > limit && last ? { createdAt: last.created_at, id: last.id } : null };
}
