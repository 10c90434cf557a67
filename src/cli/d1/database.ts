// D1 as the local commands use it: complete statements, written in one batch.

import type { SQL } from "drizzle-orm";
import { SQLiteSyncDialect } from "drizzle-orm/sqlite-core";
import { drizzle } from "drizzle-orm/sqlite-proxy";

export type Statement = { readonly sql: string; readonly params: readonly unknown[] };

export type Database = {
  /** Writes all statements or none. */
  write(statements: readonly Statement[]): Promise<void>;
  read(statement: Statement): Promise<readonly Record<string, unknown>[]>;
};

/** Builds statements from the Drizzle schema, without a connection. */
export const statements = drizzle(() => Promise.reject(new Error("this builder has no database")));

export function insert<T extends Parameters<typeof statements.insert>[0]>(table: T, row: T["$inferInsert"]): Statement {
  return statements.insert(table).values(row).toSQL();
}

const dialect = new SQLiteSyncDialect();

export function textOf(statement: SQL): Statement {
  return dialect.sqlToQuery(statement);
}

/** A statement as SQL text with its values as literals, for a file of SQL. */
export function literal({ sql, params }: Statement): string {
  let next = 0;
  // Every ? is a parameter: Drizzle quotes names with ", and writes no text literals that could contain one.
  return `${sql.replaceAll("?", () => literalValue(params[next++]))};`;
}

function literalValue(value: unknown): string {
  if (value === null) return "NULL";
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  throw new Error(`no SQL literal for a ${typeof value}`);
}
