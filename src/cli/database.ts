// D1 as the local commands use it: whole statements, written in one batch.

import type { SQL } from "drizzle-orm";
import { SQLiteSyncDialect } from "drizzle-orm/sqlite-core";
import { drizzle } from "drizzle-orm/sqlite-proxy";

export type Statement = { readonly sql: string; readonly params: readonly unknown[] };

export type Database = {
  /** All statements or none. */
  write(statements: readonly Statement[]): Promise<void>;
  read(statement: Statement): Promise<readonly Record<string, unknown>[]>;
};

/** Builds statements from the Drizzle schema; it is connected to nothing. */
export const statements = drizzle(() => Promise.reject(new Error("this builder has no database")));

export function insert<T extends Parameters<typeof statements.insert>[0]>(table: T, row: T["$inferInsert"]): Statement {
  return statements.insert(table).values(row).toSQL();
}

const dialect = new SQLiteSyncDialect();

export function textOf(statement: SQL): Statement {
  return dialect.sqlToQuery(statement);
}

/** A statement with its values written into it, for a file of SQL. */
export function literal({ sql, params }: Statement): string {
  let next = 0;
  // Why: Drizzle quotes names with ", so a ? outside of text literals (of which it writes none) is a parameter.
  return `${sql.replaceAll("?", () => literalValue(params[next++]))};`;
}

function literalValue(value: unknown): string {
  if (value === null) return "NULL";
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  throw new Error(`no SQL literal for a ${typeof value}`);
}
