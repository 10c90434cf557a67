// Is a D1 in memory, on node:sqlite: the surface of D1Database that Drizzle uses, with D1's own rules (a batch is one
// transaction, `changes()` is the statement before, equal column names overwrite each other in objects) and limits. The
// caller's `send` carries every call, and decides whether it arrives, late or never. test/workers/db/d1-contract.ts
// compares it with D1.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { Statement } from "../../../src/cli/d1/database.ts";
import { PROJECT } from "../../support/server/commands.ts";
import { assertRow, assertTaken } from "../../support/sqlite/platform-limits.ts";

/**
 * Carries a query to D1 and its result back: `run` is to be called when the query has arrived, if it does. `what`: its
 * SQL.
 */
export type Send = <T>(what: string, run: () => T) => Promise<T>;

export type SimulatedD1 = {
  /** The binding as one caller has it. */
  bindingFor(send: Send): D1Database;
  /** For checks: at once, and past all faults. */
  look(query: string, ...values: SQLInputValue[]): Record<string, unknown>[];
  /** The same, of a statement that one of the project's commands has made. */
  ask(statement: Statement): Record<string, unknown>[];
  /** Keeps the present as a point that D1 can be put back to: the first is 0. */
  keepPoint(): void;
  points(): number;
  /** Back to that point, as often as is wanted; the points after it are gone. */
  restore(point: number): void;
  /** Back to the empty tables. `maxValueBytes`: the platform's limit of a value, unless it is given. */
  reset(maxValueBytes?: number): void;
};

type Bound = { readonly query: string; readonly values: readonly SQLInputValue[] };
type Answer = {
  readonly success: true;
  readonly results: Record<string, unknown>[];
  readonly meta: { changes: number; size_after: number };
};

const READS = /^\s*(?:SELECT|WITH|PRAGMA)\b/i;

export function openSimulatedD1(): SimulatedD1 {
  const database = new DatabaseSync(":memory:");
  migrate(database);
  database.exec("BEGIN");
  const prepared = new Map<string, StatementSync>();
  const totalChanges = database.prepare("SELECT total_changes() AS n");
  const bounds = new WeakMap<object, Bound>();
  let points = 0;
  let most: number | undefined;

  function statementOf(query: string, asArrays: boolean): StatementSync {
    const key = asArrays ? `arrays ${query}` : query;
    const known = prepared.get(key);
    if (known) return known;
    const statement = database.prepare(query);
    if (asArrays) statement.setReturnArrays(true);
    prepared.set(key, statement);
    return statement;
  }

  function rowsOf({ query, values }: Bound, asArrays: boolean): Record<string, unknown>[] {
    assertTaken(query, values, most);
    const rows = statementOf(query, asArrays).all(...values);
    for (const row of rows) assertRow(Object.values(row), most);
    return rows;
  }

  function execute({ query, values }: Bound): Answer {
    const reads = READS.test(query);
    const before = reads ? 0 : Number(totalChanges.get()?.["n"]);
    const results = rowsOf({ query, values }, false);
    return {
      success: true,
      results,
      meta: { size_after: 0, changes: reads ? 0 : Number(totalChanges.get()?.["n"]) - before },
    };
  }

  function atomically<T>(work: () => T): T {
    database.exec("SAVEPOINT call");
    try {
      const result = work();
      database.exec("RELEASE call");
      return result;
    } catch (fault) {
      database.exec("ROLLBACK TO call");
      database.exec("RELEASE call");
      throw fault;
    }
  }

  function bindingFor(send: Send): D1Database {
    const statementFor = (bound: Bound): object => {
      const statement = {
        bind: (...values: unknown[]) => statementFor({ query: bound.query, values: values.map(toInput) }),
        all: () => send(bound.query, () => marked(() => execute(bound))),
        run: () => send(bound.query, () => marked(() => execute(bound))),
        first: async () => (await send(bound.query, () => marked(() => execute(bound)))).results[0] ?? null,
        raw: () => send(bound.query, () => marked(() => rowsOf(bound, true))),
      };
      bounds.set(statement, bound);
      return statement;
    };
    const binding = {
      prepare: (query: string) => statementFor({ query, values: [] }),
      batch(statements: readonly object[]) {
        const all = statements.map(boundOf);
        return send(all.map(({ query }) => query).join(";\n"), () => marked(() => atomically(() => all.map(execute))));
      },
    };
    // The one cast: the rest of the binding is not used, and a call of it would throw.
    return binding as unknown as D1Database;
  }

  function boundOf(statement: object): Bound {
    const bound = bounds.get(statement);
    if (!bound) throw new Error("a batch is made of this binding's own statements");
    return bound;
  }

  return {
    bindingFor,
    look: (query, ...values) => statementOf(query, false).all(...values),
    ask: ({ sql, params }) => statementOf(sql, false).all(...params.map(toInput)),
    keepPoint() {
      database.exec(`SAVEPOINT point${points}`);
      points += 1;
    },
    points: () => points,
    restore(point) {
      database.exec(`ROLLBACK TO point${point}`);
      points = point + 1;
    },
    reset(maxValueBytes) {
      points = 0;
      most = maxValueBytes;
      database.exec("ROLLBACK");
      database.exec("BEGIN");
    },
  };
}

/** D1 marks its own errors. */
function marked<T>(work: () => T): T {
  try {
    return work();
  } catch (fault) {
    throw new Error(`D1_ERROR: ${fault instanceof Error ? fault.message : "?"}: SQLITE_ERROR`, { cause: fault });
  }
}

function toInput(value: unknown): SQLInputValue {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value === null || typeof value === "string" || typeof value === "number") return value;
  throw new Error(`D1_TYPE_ERROR: Type '${typeof value}' not supported for value '${String(value)}'`);
}

function migrate(database: DatabaseSync): void {
  const folder = join(PROJECT, "migrations");
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort();
  for (const file of files) database.exec(readFileSync(join(folder, file), "utf8"));
}
