// Everything that a refused request must leave as it was: every row of D1, and every row of the inventories.

import { env } from "cloudflare:workers";
import { PROJECTED_COLUMNS } from "../../../../src/db/projection/projection.ts";
import { parseId, type TicketTypeId } from "../../../../src/domain/ids.ts";
import { must } from "../../../../src/domain/result.ts";
import { projectNext } from "../../../../src/inventory/projection/project.ts";
import { openSqlStore } from "../../../../src/inventory/storage/sql-store.ts";
import { inventories } from "../fixture.ts";
import { inside } from "../object.ts";

/** Rows as JSON, by the table that they are in; an inventory's by its id and the table. */
export type Trace = ReadonlyMap<string, string>;

type Row = Record<string, unknown>;

const TABLES = must(
  await env.DB.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'")
    .all<{ name: string }>()
    // Doors send their counts to D1 by themselves, also after the first read of their terms (rule D10).
    .then(({ results }) =>
      results.map((each) => each.name).filter((each) => !/^(sqlite|d1)_|^door_counts$/.test(each)),
    ),
  "D1 has tables",
);

async function rowsOf(...queries: string[]): Promise<Row[][]> {
  const found = await env.DB.batch<Row>(queries.map((query) => env.DB.prepare(query)));
  return found.map(({ results }) => results);
}

function idOf(row: Row): TicketTypeId {
  return must(parseId("tt", String(row["id"])), "D1 holds ids of ticket types");
}

/**
 * All rows of an inventory except `marks`, how far D1 has confirmed the projection, which its own alarm writes (rule
 * K5).
 */
function rowsInside(id: TicketTypeId): Promise<[string, Row[]][]> {
  return inside(id, (_, { storage: { sql } }) =>
    sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('terms', 'holds', 'ledger', 'orders', 'claims', 'voids', 'returns', 'outbox')",
      )
      .toArray()
      .map(({ name }) => [name, sql.exec<Record<string, SqlStorageValue>>(`SELECT * FROM ${name}`).toArray()]),
  );
}

/** Nothing else is left out: what else may write to D1 is done by `settle`. */
export async function traceOf(): Promise<Trace> {
  const found = await rowsOf(...TABLES.map((name) => `SELECT * FROM ${name}`));
  const trace = new Map(TABLES.map((name, at) => [name, JSON.stringify(found[at])]));
  for (const type of found[TABLES.indexOf("ticket_types")] ?? []) {
    for (const [name, rows] of await rowsInside(idOf(type))) trace.set(`${idOf(type)} ${name}`, JSON.stringify(rows));
  }
  return trace;
}

/** The tables whose rows are others now. */
export function changedTables(before: Trace, after: Trace): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));
}

/**
 * Does now what would be done after the responses at any time, so that nothing is left to do: projects every ledger
 * from its first row to its last (rule K5: what an alarm that runs meanwhile writes is then what is there), notes the
 * use of every credential (for a minute nobody notes it again), and takes every feed and door as up to date. Returns
 * the trace after it.
 */
export async function settle(): Promise<Trace> {
  const now = Date.now();
  await rowsOf(
    `UPDATE api_keys SET last_used_at = ${now}`,
    `UPDATE devices SET last_seen_at = ${now}`,
    "DELETE FROM sync_rows WHERE subject IN ('feed', 'door')",
  );
  const [types = []] = await rowsOf("SELECT id FROM ticket_types");
  for (const type of types) {
    await inside(idOf(type), async ({ ledger, ports }, { storage }) => {
      let step = { seq: 0, more: true };
      while (step.more) step = await projectNext(ledger.book(), openSqlStore(storage), step.seq, ports);
    });
  }
  return traceOf();
}

type Books = { readonly counts: readonly unknown[]; readonly orders: readonly unknown[] };

/** What D1 shows of each type and its orders, and what their inventories have: rule K5 makes them one. */
export async function booksOfBoth(): Promise<{ readonly shown: Books; readonly kept: Books }> {
  const columns = PROJECTED_COLUMNS;
  const [types = [], orders = []] = await rowsOf(
    "SELECT id, counts_seq, sold_count, held_count, withdrawn_count FROM ticket_types ORDER BY id",
    `SELECT ${columns} FROM orders ORDER BY id`,
  );
  const kept = { counts: [] as unknown[], orders: [] as Row[] };
  for (const id of types.map(idOf)) {
    const [head, rows] = await inside(id, ({ ledger }, { storage: { sql } }) => [
      ledger.book().head,
      ledger.book().terms ? sql.exec<Record<string, SqlStorageValue>>(`SELECT ${columns} FROM orders`).toArray() : [],
    ]);
    const { seq: counts_seq, sold: sold_count, held: held_count, withdrawn: withdrawn_count } = head;
    kept.counts.push({ id, counts_seq, sold_count, held_count, withdrawn_count });
    kept.orders.push(...rows);
  }
  kept.orders.sort((a, b) => (String(a["id"]) < String(b["id"]) ? -1 : 1));
  return { shown: { counts: types, orders }, kept };
}

/** Leaves D1 empty and no inventory behind whose alarm would write to it later. */
export async function clear(): Promise<void> {
  const [types = []] = await rowsOf("SELECT id FROM ticket_types");
  await rowsOf("PRAGMA defer_foreign_keys = on", ...TABLES.map((name) => `DELETE FROM ${name}`));
  for (const id of types.map(idOf)) must((await inventories(id).wipe()).ok || null, "D1 has no such type");
}
