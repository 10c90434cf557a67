// The store on the object's SQLite. Takes the slice of the storage that it uses, so that the same SQL runs in Node.

import { PROJECTED_COLUMNS } from "../db/projection.ts";
import { countsAsHeld, type Hold } from "../domain/hold.ts";
import type { StoredTerms } from "../domain/ledger/book.ts";
import type { Draft } from "../domain/ledger/draft.ts";
import { jsonArraysOf } from "../domain/json-arrays.ts";
import { STEPS } from "./schema.ts";
import {
  HOLD_COLUMNS,
  holdsFromJson,
  holdValues,
  LEDGER_COLUMNS,
  ledgerValues,
  type SqlRow,
  type SqlValue,
  toHold,
  toLedgerRow,
  toOutboxRow,
} from "./sql-rows.ts";
import type { LedgerStore } from "./store.ts";

export type SqlStorage = {
  readonly sql: { exec(query: string, ...bindings: SqlValue[]): { toArray(): SqlRow[] } };
  transactionSync<T>(work: () => T): T;
};

/** With the longest notes, every character an escape of six bytes, some 1.65 MB: MAX_BOUND_BYTES is for results as well. */
const HOLDS_A_PAGE = 500;

const SQL = {
  steps: "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'steps'",
  countSteps: "SELECT COUNT(*) AS done FROM steps",
  createSteps: "CREATE TABLE steps (id INTEGER PRIMARY KEY)",
  insertStep: "INSERT INTO steps (id) VALUES (?)",
  terms: "SELECT body FROM terms WHERE id = 1",
  putTerms: "INSERT INTO terms (id, body) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
  head: `SELECT ${LEDGER_COLUMNS} FROM ledger ORDER BY seq DESC LIMIT 1`,
  // Why JSON, and many in one text: on wake a hundred thousand of them are not as many rows of fourteen values.
  liveHolds: `SELECT MAX(id) AS last, json_group_array(json_array(${HOLD_COLUMNS})) AS holds FROM (SELECT * FROM holds
    WHERE id > ? AND (status = 'active' OR claim_state IN ('doubt', 'reserved')) ORDER BY id LIMIT ${HOLDS_A_PAGE})`,
  // Why a join: `IN` would first write the ids into a table of its own.
  holdsByIds: `SELECT ${columnsOf("h", HOLD_COLUMNS)} FROM json_each(?) CROSS JOIN holds h ON h.id = value`,
  // Why JSON: a batch's rows are one value, and binding each of their columns costs more than parsing it.
  putHolds: `INSERT INTO holds (${HOLD_COLUMNS}) SELECT ${valuesOf(HOLD_COLUMNS)} FROM json_each(?) WHERE true
    ON CONFLICT (id) DO UPDATE SET status = excluded.status, updated_at = excluded.updated_at, order_id = excluded.order_id,
      claim_state = excluded.claim_state, claim_deadline = excluded.claim_deadline, seq = excluded.seq`,
  putRows: `INSERT INTO ledger (${LEDGER_COLUMNS}) SELECT ${valuesOf(LEDGER_COLUMNS)} FROM json_each(?)`,
  rowsAfter: `SELECT ${LEDGER_COLUMNS} FROM ledger WHERE seq > ? ORDER BY seq LIMIT ?`,
  // Why JSON: D1 is sent text, so that no row has to become an object on the way. A hold that changes again in a later
  // row is sent with that one.
  outboxAfter: `SELECT l.seq, l.sold, l.held, CASE WHEN h.id IS NOT NULL THEN json_array(${columnsOf("h", PROJECTED_COLUMNS)}) END AS hold
    FROM ledger l LEFT JOIN holds h ON h.id = l.hold_id AND h.seq = l.seq WHERE l.seq > ? ORDER BY l.seq LIMIT ?`,
  // From the head back, through the rows that placed holds: whose order is the order of time, at no index's cost.
  listHolds: `SELECT l.seq AS placed_seq, ${columnsOf("h", HOLD_COLUMNS)}
    FROM ledger l CROSS JOIN holds h ON h.id = l.hold_id AND h.created_at = l.at
    WHERE l.seq < ?1 AND l.seq >= ?2 AND l.kind = 'hold'
      AND (?3 IS NULL OR h.status = ?3) AND (?4 IS NULL OR h.user_id = ?4) AND (?5 IS NULL OR h.source = ?5)
    ORDER BY l.seq DESC LIMIT ?6`,
  placedFrom: "SELECT kept_from FROM retention WHERE id = 1",
  // Why either: what was cut may have been all that told of holds.
  touched: "SELECT 1 FROM ledger WHERE kind <> 'terms' UNION ALL SELECT 1 FROM retention WHERE seq > 0 LIMIT 1",
  mark: "SELECT value FROM marks WHERE name = ?",
  putMark: "INSERT INTO marks (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
} as const;

/** The columns as those of one table of a join. */
function columnsOf(table: string, columns: string): string {
  return columns
    .split(", ")
    .map((column) => `${table}.${column}`)
    .join(", ");
}

/** The columns' values, each by its place in a row of `json_each`. */
function valuesOf(columns: string): string {
  return columns
    .split(", ")
    .map((_, index) => `value ->> ${index}`)
    .join(", ");
}

const PROJECTED = "projected_seq";
/** How many ledger rows one page of holds looks at. */
export const WALK_ROWS = 10_000;

/** `steps` are the tables' numbered steps: an older object's missing ones are made up for here, before anything is read. */
export function openSqlStore(storage: SqlStorage, steps: readonly string[] = STEPS): LedgerStore {
  const all = (query: string, ...bindings: SqlValue[]): SqlRow[] => storage.sql.exec(query, ...bindings).toArray();
  // Why only looked at: an object that is never given terms must leave no storage behind (rule X5).
  let ready = all(SQL.steps).length > 0;
  if (ready) storage.transactionSync(() => takeSteps(all, steps));

  function writeRows(draft: Draft): void {
    if (!ready) {
      all(SQL.createSteps);
      takeSteps(all, steps);
    }
    if (draft.terms && draft.terms !== draft.base.terms) all(SQL.putTerms, JSON.stringify(draft.terms));
    // Why cut: however many ran out since the last batch, and whatever their notes, they are this batch's rows (rule H4).
    for (const rows of jsonArraysOf([...draft.holds.values()], (hold) => writtenValues(draft, hold)))
      all(SQL.putHolds, rows);
    for (const rows of jsonArraysOf(draft.rows, ledgerValues)) all(SQL.putRows, rows);
  }

  function readLiveHolds(): Hold[] {
    const pages: Hold[][] = [];
    for (let last: SqlValue = ""; last !== null; ) {
      const page: SqlRow | undefined = all(SQL.liveHolds, last)[0];
      pages.push(holdsFromJson(String(page?.["holds"])));
      last = page?.["last"] ?? null;
    }
    return pages.flat().filter(countsAsHeld);
  }

  return {
    load() {
      if (!ready) return { terms: null, head: null, liveHolds: [] };
      const body = all(SQL.terms)[0]?.["body"];
      const head = all(SQL.head)[0];
      return {
        terms: typeof body === "string" ? (JSON.parse(body) as StoredTerms) : null,
        head: head ? toLedgerRow(head) : null,
        liveHolds: readLiveHolds(),
      };
    },
    write(draft) {
      storage.transactionSync(() => writeRows(draft));
      ready = true;
    },
    rowsAfter: (seq, limit) => (ready ? all(SQL.rowsAfter, seq, limit).map(toLedgerRow) : []),
    outboxAfter: (seq, limit) => (ready ? all(SQL.outboxAfter, seq, limit).map(toOutboxRow) : []),
    findHolds: (ids) => (ready ? all(SQL.holdsByIds, JSON.stringify(ids)).map(toHold) : []),
    listHolds({ status, userId, source, beforeSeq, limit }) {
      if (!ready) return { holds: [], nextSeq: null };
      const before = beforeSeq ?? Number(all(SQL.head)[0]?.["seq"] ?? 0) + 1;
      const first = Number(all(SQL.placedFrom)[0]?.["kept_from"] ?? 1);
      const from = Math.max(first, before - WALK_ROWS);
      // Why one more: whether there is another is known only by it.
      const rows = all(SQL.listHolds, before, from, status ?? null, userId ?? null, source ?? null, limit + 1);
      const holds = rows.slice(0, limit).map(toHold);
      if (rows.length > limit) return { holds, nextSeq: Number(rows[limit - 1]?.["placed_seq"]) };
      return { holds, nextSeq: from > first ? from : null };
    },
    wasTouched: () => ready && all(SQL.touched).length > 0,
    forget() {
      ready = false;
    },
    projectedSeq() {
      const value = ready ? all(SQL.mark, PROJECTED)[0]?.["value"] : 0;
      return typeof value === "number" ? value : 0;
    },
    setProjectedSeq(seq) {
      if (ready) all(SQL.putMark, PROJECTED, seq);
    },
  };
}

/** Notes never change: a hold that has its row keeps them there, and they are not bound again. */
function writtenValues({ base, found }: Draft, hold: Hold): SqlValue[] {
  const hasRow = base.holds.has(hold.id) || found.has(hold.id);
  return holdValues(hasRow ? { ...hold, notes: null } : hold);
}

function takeSteps(all: (query: string, ...bindings: SqlValue[]) => SqlRow[], steps: readonly string[]): void {
  const done = Number(all(SQL.countSteps)[0]?.["done"]);
  for (const [index, step] of steps.entries()) {
    if (index < done) continue;
    all(step);
    all(SQL.insertStep, index + 1);
  }
}
