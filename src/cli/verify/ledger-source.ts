// Reads a ledger to be verified: from an object's own database in a state folder that no server uses, or from a file of
// JSON lines as the API serves them. It writes nothing.

import { createHash, createHmac } from "node:crypto";
import { createReadStream, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { type Checkpoint, LEDGER_KINDS, type LedgerRow } from "../../domain/ledger/chain.ts";
import type { NotedHead } from "../../domain/ledger/verify.ts";
import { LEDGER_COLUMNS, toLedgerRow } from "../../inventory/storage/sql-rows.ts";
import type { SqlRow } from "../../shared/objects/object-sql.ts";
import { databaseFiles } from "../d1/stored-d1.ts";

/** A line of an exported ledger: a row, or before the first row the checkpoint. */
export type Line = { readonly row: LedgerRow } | { readonly checkpoint: Checkpoint };

/** The rows after `checkpoint`, null when nothing was cut. `liveQuantity`: the sum of the live holds. */
export type StoredLedger = {
  readonly checkpoint: Checkpoint | null;
  readonly rows: Iterable<LedgerRow>;
  readonly liveQuantity: number;
};

const OBJECTS = join("v3", "do");

/** The databases of all inventory objects that the local runtime keeps in `stateDir`. */
export function inventoryFiles(stateDir: string): string[] {
  return filesOf(stateDir, "TicketTypeInventory");
}

/** The databases of all doors. */
export function doorFiles(stateDir: string): string[] {
  return filesOf(stateDir, "EventDoor");
}

function filesOf(stateDir: string, className: ObjectClass): string[] {
  return namespacesIn(stateDir, className).flatMap((namespace) => {
    const names = readdirSync(join(stateDir, OBJECTS, namespace));
    return names
      .filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name))
      .map((name) => join(stateDir, OBJECTS, namespace, name));
  });
}

/** The database of one ticket type's object, or null when it has none. */
export function inventoryFile(stateDir: string, ticketTypeId: string): string | null {
  const files = namespacesIn(stateDir, "TicketTypeInventory").map((namespace) =>
    join(stateDir, objectPath(namespace, ticketTypeId)),
  );
  return files.find((file) => existsSync(file)) ?? null;
}

/**
 * The path where the local runtime keeps an object of that name: the file's name is a hash of it, keyed by the namespace.
 */
export function objectPath(namespace: string, name: string): string {
  const key = createHash("sha256").update(namespace).digest();
  const half = (of: string | Buffer) => createHmac("sha256", key).update(of).digest().subarray(0, 16);
  const first = half(name);
  return join(OBJECTS, namespace, `${Buffer.concat([first, half(first)]).toString("hex")}.sqlite`);
}

type ObjectClass = "TicketTypeInventory" | "EventDoor";

/** The folders named after the Worker and the class. */
function namespacesIn(stateDir: string, className: ObjectClass): string[] {
  const folder = join(stateDir, OBJECTS);
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(`-${className}`)) : [];
}

/** What is held: active holds, and what live orders of this home and live claims for others have taken. */
const LIVE = `SELECT
    (SELECT COALESCE(SUM(quantity), 0) FROM seen_holds WHERE status = 'active')
    + (SELECT COALESCE(SUM(i.value ->> 'quantity'), 0) FROM orders o, json_each(o.items) i
      WHERE o.status = 'reserved' AND substr(i.value ->> 'ticketTypeId', 4) = substr(o.id, 5, 26))
    + (SELECT COALESCE(SUM(i.value ->> 'quantity'), 0) FROM claims c, json_each(c.holds) i
      WHERE c.state IN ('doubt', 'reserved')) AS quantity`;

/** Opens an object's database while `work` runs; null when no ledger was ever written there. */
export function withLedger<T>(file: string, work: (ledger: StoredLedger) => T): T | null {
  const database = new DatabaseSync(file);
  try {
    database.exec("PRAGMA query_only = 1");
    // The cast: node:sqlite's own type of a row allows blobs and big integers, and a ledger has none.
    const rows = (sql: string) => database.prepare(sql).iterate() as Iterable<SqlRow>;
    const tables = [...rows("SELECT name FROM sqlite_master WHERE type = 'table'")].map(({ name }) => name);
    if (!tables.includes("ledger")) return null;
    const cut = "SELECT seq, at, total, sold, held, withdrawn, hash FROM retention WHERE seq > 0";
    const [checkpoint] = tables.includes("retention") ? [...rows(cut)] : [];
    const [live] = rows(LIVE);
    return work({
      checkpoint: checkpoint ? (checkpoint as Checkpoint) : null,
      rows: ledgerRows(rows(`SELECT ${LEDGER_COLUMNS} FROM ledger ORDER BY seq`)),
      liveQuantity: Number(live?.["quantity"] ?? 0),
    });
  } finally {
    database.close();
  }
}

/**
 * The row of a ticket type's ledger that the D1 of `stateDir` has noted; null when it has no such type, or has noted none.
 */
export function readNotedHead(stateDir: string, ticketTypeId: string): NotedHead | null {
  for (const file of databaseFiles(stateDir)) {
    const database = new DatabaseSync(file);
    try {
      database.exec("PRAGMA query_only = 1");
      if (!database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'ticket_types'").get()) continue;
      return toNoted(database.prepare("SELECT * FROM ticket_types WHERE id = ?").get(ticketTypeId));
    } finally {
      database.close();
    }
  }
  return null;
}

const projected = z.object({ counts_seq: z.int(), counts_hash: z.string().nullable() });

function toNoted(value: unknown): NotedHead | null {
  const found = projected.safeParse(value);
  if (!found.success || found.data.counts_hash === null) return null;
  return { by: "D1", seq: found.data.counts_seq, hash: found.data.counts_hash };
}

function* ledgerRows(rows: Iterable<SqlRow>): Generator<LedgerRow> {
  for (const row of rows) yield toLedgerRow(row);
}

const instant = z.iso.datetime({ precision: 3 }).transform((text) => Date.parse(text));
const counts = { total: z.int(), sold: z.int(), held: z.int(), withdrawn: z.int(), hash: z.string() };
const checkpointLine = z.object({ checkpoint: z.object({ seq: z.int(), at: instant, ...counts }) });
const rowLine = z.object({
  ...{ seq: z.int(), at: instant, kind: z.enum(LEDGER_KINDS), quantity: z.int() },
  ...{ hold_id: z.string().nullable(), order_id: z.string().nullable() },
  ...{ actor: z.string(), request_id: z.string().nullable(), ...counts },
});

/** Throws when a text is not a line of a ledger. */
function parseLine(text: string): Line {
  const value: unknown = JSON.parse(text);
  const first = checkpointLine.safeParse(value);
  return first.success ? first.data : { row: toRow(rowLine.parse(value)) };
}

function toRow({ hold_id, order_id, request_id, ...rest }: z.infer<typeof rowLine>): LedgerRow {
  // The cast: ids are branded where they are made; here they are text that the chain covers.
  return { ...rest, holdId: hold_id, orderId: order_id, requestId: request_id } as LedgerRow;
}

/** Reads the lines of a file, without empty ones; a line that is not of a ledger is named by its number. */
export async function* readFileLines(file: string): AsyncGenerator<Line | { readonly unreadable: number }> {
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(file, "utf8"), crlfDelay: Infinity })) {
    number += 1;
    if (text.trim() === "") continue;
    try {
      yield parseLine(text);
    } catch {
      yield { unreadable: number };
    }
  }
}

const page = z.object({
  data: z.array(rowLine),
  checkpoint: checkpointLine.shape.checkpoint.nullable(),
  next_cursor: z.string().nullable(),
});

/** The row that the D1 of a running Worker has noted; null when there is none. Throws when the Worker refuses. */
export async function readServedNotedHead(
  baseUrl: string,
  ticketTypeId: string,
  apiKey: string,
): Promise<NotedHead | null> {
  return toNoted(await readServed(`${baseUrl}/v1/ticket-types/${encodeURIComponent(ticketTypeId)}`, apiKey));
}

async function readServed(url: string, apiKey: string): Promise<unknown> {
  const answer = await fetch(url, { headers: { Authorization: `Bearer ${apiKey}` } });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return answer.json();
}

/** Reads the ledger from a running Worker, page by page. Throws when it refuses. */
export async function* readServedLines(baseUrl: string, ticketTypeId: string, apiKey: string): AsyncGenerator<Line> {
  let afterSeq = 0;
  for (let more = true; more; ) {
    const url = `${baseUrl}/v1/ticket-types/${encodeURIComponent(ticketTypeId)}/ledger?limit=100&after_seq=${afterSeq}`;
    const { data, checkpoint, next_cursor } = page.parse(await readServed(url, apiKey));
    if (checkpoint && afterSeq < checkpoint.seq) yield { checkpoint };
    for (const row of data) yield { row: toRow(row) };
    afterSeq = data.at(-1)?.seq ?? afterSeq;
    more = next_cursor !== null;
  }
}

/** The inverse of `readFileLines`: a row's text is what the API serves of it. */
export function renderLine(line: Line): string {
  if ("checkpoint" in line)
    return JSON.stringify({ checkpoint: { ...line.checkpoint, at: toIso(line.checkpoint.at) } });
  const { seq, at, kind, holdId: hold_id, orderId: order_id, requestId: request_id, ...rest } = line.row;
  return JSON.stringify({ seq, at: toIso(at), kind, hold_id, order_id, request_id, ...rest });
}

function toIso(at: number): string {
  return new Date(at).toISOString();
}
