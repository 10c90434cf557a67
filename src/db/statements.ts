// Builds the SQL that several files of db/ share: writes with their own conditions, and pages.

import { and, desc, getTableColumns, type InferSelectModel, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteSelect, SQLiteTable } from "drizzle-orm/sqlite-core";

/**
 * `INSERT … SELECT … WHERE condition`: the row is written only while `condition` holds, which the same statement
 * decides. The caller appends an `ON CONFLICT` where one is wanted.
 */
export function insertIf<T extends SQLiteTable>(table: T, row: InferSelectModel<T>, condition: SQL): SQL {
  const fields = new Map<string, unknown>(Object.entries(row));
  const columns = Object.entries(getTableColumns(table));
  const names = columns.map(([, column]) => sql.identifier(column.name));
  const values = columns.map(([key, column]) => sql`${sql.param(fields.get(key) ?? null, column)}`);
  return sql`INSERT INTO ${table} (${sql.join(names, sql`, `)}) SELECT ${sql.join(values, sql`, `)} WHERE ${condition}`;
}

/** True in the statement right after one that changed exactly one row, so that a batch that refuses writes nothing. */
export const previousWroteOne = sql`changes() = 1`;

/** All of them; there is always at least one. */
export function every(first: SQL, ...others: readonly (SQL | null)[]): SQL {
  return others.reduce<SQL>((all, condition) => (condition ? sql`${all} AND ${condition}` : all), sql`${first}`);
}

/** Where a page begins: after this row. Order: newest first by (created_at, id). */
export type PageQuery = {
  readonly limit: number;
  readonly before: { readonly createdAt: number; readonly id: string } | null;
};

type Paged = SQLiteTable & { readonly created_at: SQLiteColumn; readonly id: SQLiteColumn };

/** The page of the rows of `wanted`: what `select` reads of `table`, in the order of every list. */
export function readPage<Q extends SQLiteSelect>(
  select: Q,
  table: Paged,
  wanted: SQL | undefined,
  { before, limit }: PageQuery,
) {
  const after = before && sql`(${table.created_at}, ${table.id}) < (${before.createdAt}, ${before.id})`;
  return select
    .where(and(wanted, after ?? undefined))
    .orderBy(desc(table.created_at), desc(table.id))
    .limit(limit);
}

/** A row of a list, with its position. */
export type Placed<Row> = Row & { readonly createdAt: number };

export function placed<Row extends { readonly created_at: number }>(rows: readonly Row[]): Placed<Row>[] {
  return rows.map((row) => ({ ...row, createdAt: row.created_at }));
}
