// Implements the part of a Durable Object's storage that the store uses on node:sqlite, so that the same SQL runs in
// Node, within the platform's limits.

import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { SqlRow, SqlStorage, SqlValue } from "../../../src/shared/objects/object-sql.ts";
import { assertRow, assertTaken } from "./platform-limits.ts";

export type NodeSqlite = SqlStorage & {
  /** While failing, a transaction does all its work and then fails, as a commit may: nothing of it may stay. */
  setFailing(failing: boolean): void;
  tables(): string[];
  close(): void;
};

export function openNodeSqlite(file = ":memory:"): NodeSqlite {
  const database = new DatabaseSync(file);
  const prepared = new Map<string, StatementSync>();
  let failing = false;

  function exec(query: string, ...bindings: SqlValue[]): { toArray(): SqlRow[] } {
    assertTaken(query, bindings);
    // As in the object's exec, one call may hold several statements; `prepare` would run only the first.
    if (bindings.length === 0 && !query.startsWith("SELECT")) {
      database.exec(query);
      return { toArray: () => [] };
    }
    const statement = prepared.get(query) ?? database.prepare(query);
    prepared.set(query, statement);
    const rows = statement.all(...bindings).map(toSqlRow);
    return { toArray: () => rows };
  }

  return {
    sql: { exec },
    transactionSync(work) {
      database.exec("BEGIN");
      try {
        const result = work();
        if (failing) throw new Error("the commit failed");
        database.exec("COMMIT");
        return result;
      } catch (fault) {
        database.exec("ROLLBACK");
        throw fault;
      }
    },
    setFailing(value) {
      failing = value;
    },
    tables: () =>
      exec("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        .toArray()
        .map((row) => String(row["name"])),
    close: () => database.close(),
  };
}

function toSqlRow(row: Record<string, unknown>): SqlRow {
  const copy: SqlRow = {};
  for (const [name, value] of Object.entries(row)) {
    if (typeof value !== "string" && typeof value !== "number" && value !== null)
      throw new Error(`no column holds a ${typeof value}`);
    copy[name] = value;
  }
  assertRow(Object.values(copy));
  return copy;
}
