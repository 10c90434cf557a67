// Implements the store on the object's SQLite. It takes only the slice of the storage that it uses, so that the same SQL
// runs in Node.

import { PROJECTED_COLUMNS } from "../../db/projection/projection.ts";
import type { Hold } from "../../domain/orders/hold.ts";
import type { AttemptId } from "../../domain/ids.ts";
import { jsonArraysOf } from "../../domain/text/json-arrays.ts";
import type { StoredBook } from "../../domain/ledger/memory/book.ts";
import { type Draft, draftTerms, isNewVersion } from "../../domain/ledger/memory/draft.ts";
import { followersOf } from "../../domain/orders/order.ts";
import {
  columnsOf,
  openSteps,
  type ReadAll,
  type SqlRow,
  type SqlStorage,
  valuesOf,
} from "../../shared/objects/object-sql.ts";
import { STEPS, UNMAILED } from "./schema.ts";
import {
  type BoundRow,
  CLAIM_COLUMNS,
  claimValues,
  HOLD_COLUMNS,
  holdValues,
  LEDGER_COLUMNS,
  ledgerValues,
  ORDER_COLUMNS,
  orderValues,
  RETURN_COLUMNS,
  returnValues,
  toClaim,
  toCountsRow,
  toHold,
  toLedgerRow,
  toMailNote,
  toOrder,
  toOutboxMessage,
  toProjectionRow,
  toReturn,
  toSentOrder,
} from "./sql-rows.ts";
import type { HoldPage, HoldQuery, LedgerStore } from "./store.ts";
import { putMark, putSettled, readBook, readHead, readMark } from "./stored-book.ts";

/** For an order `o`: what the projection sends of it, and its id if its contact was erased. */
const SENT_ORDER = `json_array(${columnsOf("o", PROJECTED_COLUMNS)})`;
const ERASED = "CASE WHEN o.contact ->> 'erased' THEN o.id END AS erased";

const SQL = {
  putTerms: "INSERT INTO terms (id, body) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
  // Holds are read through `ran_out`, which changes their status. A join, since `IN` would first write the ids into a
  // temporary table.
  holdsByIds: `SELECT ${columnsOf("h", HOLD_COLUMNS)} FROM json_each(?) CROSS JOIN seen_holds h ON h.id = value`,
  // Each is found by the row that last changed it, which stays as long as the hold does (rule H13).
  holdsBySeqs: `SELECT ${columnsOf("h", HOLD_COLUMNS)} FROM json_each(?) CROSS JOIN ledger l ON l.seq = value
    CROSS JOIN seen_holds h ON h.id = l.hold_id`,
  ordersByIds: `SELECT ${columnsOf("o", ORDER_COLUMNS)} FROM json_each(?) CROSS JOIN orders o ON o.id = value`,
  claimsByIds: `SELECT ${columnsOf("c", CLAIM_COLUMNS)} FROM json_each(?) CROSS JOIN claims c ON c.order_id = value`,
  voidsByIds: "SELECT v.attempt FROM json_each(?) CROSS JOIN voids v ON v.attempt = value",
  returnsByIds: `SELECT ${columnsOf("r", RETURN_COLUMNS)} FROM json_each(?) CROSS JOIN returns r
    ON r.order_id = value ->> 'orderId' AND r.id = value ->> 'id'`,
  returnsOf: `SELECT ${RETURN_COLUMNS} FROM returns WHERE order_id = ? ORDER BY seq`,
  // JSON, since a batch's rows are then one value; binding each of their columns costs more than parsing it.
  putHolds: `INSERT INTO holds (${HOLD_COLUMNS}) SELECT ${valuesOf(HOLD_COLUMNS)} FROM json_each(?) WHERE true
    ON CONFLICT (id) DO UPDATE SET status = excluded.status, held_until = excluded.held_until,
      notes = CASE WHEN excluded.status IN ('active', 'converted') THEN notes END,
      extension_keys = excluded.extension_keys, updated_at = excluded.updated_at, order_id = excluded.order_id,
      replaced_by = excluded.replaced_by, seq = excluded.seq`,
  putOrders: `INSERT INTO orders (${ORDER_COLUMNS}) SELECT ${valuesOf(ORDER_COLUMNS)} FROM json_each(?) WHERE true
    ON CONFLICT (id) DO UPDATE SET status = excluded.status, items = excluded.items, updated_at = excluded.updated_at, seq = excluded.seq,
      history = excluded.history, contact = excluded.contact, counted = excluded.counted, marks = excluded.marks, pending = excluded.pending`,
  putClaims: `INSERT INTO claims (${CLAIM_COLUMNS}) SELECT ${valuesOf(CLAIM_COLUMNS)} FROM json_each(?) WHERE true
    ON CONFLICT (order_id) DO UPDATE SET attempt = excluded.attempt, user_id = excluded.user_id, holds = excluded.holds,
      state = excluded.state, deadline = excluded.deadline, revision = excluded.revision,
      started_seq = excluded.started_seq, counted = excluded.counted, unpaid = excluded.unpaid`,
  deleteClaims: "DELETE FROM claims WHERE order_id IN (SELECT value FROM json_each(?))",
  putVoids: `INSERT INTO voids (attempt, order_id, at) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)
    WHERE true ON CONFLICT DO NOTHING`,
  putReturns: `INSERT INTO returns (${RETURN_COLUMNS}) SELECT ${valuesOf(RETURN_COLUMNS)} FROM json_each(?)`,
  putOutbox: `INSERT INTO outbox (order_id, ticket_type_id, revision) SELECT value ->> 0, value ->> 1, value ->> 2
    FROM json_each(?) WHERE true ON CONFLICT (order_id, ticket_type_id) DO UPDATE SET revision = excluded.revision`,
  outbox: `SELECT x.ticket_type_id AS "to", ${columnsOf("o", ORDER_COLUMNS)} FROM outbox x CROSS JOIN orders o ON o.id = x.order_id
    WHERE x.ticket_type_id NOT IN (SELECT value FROM json_each(?)) LIMIT ?`,
  // The index is named, since the planner must use it: it has no more rows than there are mails to send.
  unmailed: `SELECT ${ORDER_COLUMNS} FROM orders INDEXED BY orders_to_mail
    WHERE ${UNMAILED} AND id NOT IN (SELECT value FROM json_each(?)) LIMIT ?`,
  pending: `SELECT ${ORDER_COLUMNS} FROM orders INDEXED BY orders_pending
    WHERE pending IS NOT NULL AND id NOT IN (SELECT value FROM json_each(?)) LIMIT ?`,
  markMailed: "UPDATE orders SET mailed = ? WHERE id = ?",
  mailAgain: "UPDATE orders SET mailed = ? WHERE id = ? AND mailed IS ?",
  mailNote: "SELECT mailed FROM orders WHERE id = ?",
  dropFromOutbox: "DELETE FROM outbox WHERE order_id = ? AND ticket_type_id = ? AND revision = ?",
  putRows: `INSERT INTO ledger (${LEDGER_COLUMNS}) SELECT ${valuesOf(LEDGER_COLUMNS)} FROM json_each(?)`,
  putRanOut: "INSERT INTO ran_out (seq, at, swept_id) VALUES (?, ?, '')",
  rowsAt: `SELECT ${columnsOf("l", LEDGER_COLUMNS)} FROM json_each(?) CROSS JOIN ledger l ON l.seq = value ORDER BY l.seq`,
  countsAt: "SELECT seq, at, total, sold, held, withdrawn FROM ledger WHERE seq = ?",
  rowsAfter: `SELECT ${LEDGER_COLUMNS} FROM ledger WHERE seq > ? ORDER BY seq LIMIT ?`,
  // JSON, since D1 is sent text, so no row has to become an object on the way. An order that changes again in a later row
  // is sent with that row.
  projectionAfter: `SELECT l.seq, l.sold, l.held, l.withdrawn, l.hash, CASE WHEN o.id IS NOT NULL THEN ${SENT_ORDER} END AS "order", ${ERASED}
    FROM ledger l LEFT JOIN orders o ON o.id = l.order_id AND o.seq = l.seq WHERE l.seq > ? ORDER BY l.seq LIMIT ?`,
  ordersUpTo: `SELECT o.id, ${SENT_ORDER} AS "order", ${ERASED} FROM orders o
    WHERE o.id > ? AND o.seq <= ? ORDER BY o.id LIMIT ?`,
  // Goes back from the head through the rows that placed holds. Their order is the order of time, so no index is needed.
  listHolds: `SELECT l.seq AS placed_seq, ${columnsOf("h", HOLD_COLUMNS)}
    FROM ledger l CROSS JOIN seen_holds h ON h.id = l.hold_id AND h.placed_seq = l.seq
    WHERE l.seq < ?1 AND l.seq >= ?2 AND l.kind = 'hold'
      AND (?3 IS NULL OR h.status = ?3) AND (?4 IS NULL OR h.user_id = ?4) AND (?5 IS NULL OR h.source = ?5)
    ORDER BY l.seq DESC LIMIT ?6`,
  holdsByTime: `SELECT ${HOLD_COLUMNS} FROM seen_holds WHERE status = ?1 AND (?2 IS NULL OR (created_at, id) < (?2, ?3))
    ORDER BY created_at DESC, id DESC LIMIT ?4`,
  placedFrom: "SELECT kept_from FROM retention WHERE id = 1",
  // All rows about holds may have been cut.
  touched: "SELECT 1 FROM ledger WHERE kind <> 'terms' UNION ALL SELECT 1 FROM retention WHERE seq > 0 LIMIT 1",
} as const;

const PROJECTED = "projected_seq";
const NOTHING_STORED: StoredBook = { terms: null, head: null, activeHolds: [], ranOut: null, orders: [], claims: [] };
/** How many ledger rows are read for one page of holds. */
export const WALK_ROWS = 10_000;

/**
 * `steps` are the numbered steps that create the tables. The steps that an older object has not run are run here, before
 * anything is read.
 */
export function openSqlStore(storage: SqlStorage, steps: readonly string[] = STEPS): LedgerStore {
  const all: ReadAll = (query, ...bindings) => storage.sql.exec(query, ...bindings).toArray();
  const tables = openSteps(storage, steps);

  function findBy<T>(query: string, keys: readonly unknown[], to: (row: SqlRow) => T): T[] {
    return tables.ready() && keys.length > 0 ? all(query, JSON.stringify(keys)).map(to) : [];
  }

  return {
    load: (expiring) => (tables.ready() ? readBook(all, expiring ?? null) : NOTHING_STORED),
    find: ({ holds = [], changedBy = [], orders = [], claims = [], voids = [], returns = [] }) => ({
      holds: [...findBy(SQL.holdsByIds, holds, toHold), ...findBy(SQL.holdsBySeqs, changedBy, toHold)],
      orders: findBy(SQL.ordersByIds, orders, toOrder),
      claims: findBy(SQL.claimsByIds, claims, toClaim),
      voids: findBy(SQL.voidsByIds, voids, ({ attempt }) => attempt as AttemptId),
      returns: findBy(SQL.returnsByIds, returns, toReturn),
    }),
    write(draft) {
      storage.transactionSync(() => {
        tables.take();
        writeRows(all, draft);
      });
      tables.taken();
    },
    rowsAfter: (seq, limit) => (tables.ready() ? all(SQL.rowsAfter, seq, limit).map(toLedgerRow) : []),
    countsAt: (seq) => (tables.ready() ? (all(SQL.countsAt, seq).map(toCountsRow)[0] ?? null) : null),
    rowsAt: (seqs) => (tables.ready() ? all(SQL.rowsAt, JSON.stringify(seqs)).map(toLedgerRow) : []),
    returnsOf: (orderId) => (tables.ready() ? all(SQL.returnsOf, orderId).map(toReturn) : []),
    projectionAfter: (seq, limit) => (tables.ready() ? all(SQL.projectionAfter, seq, limit).map(toProjectionRow) : []),
    ordersUpTo: (seq, after, limit) =>
      tables.ready() ? all(SQL.ordersUpTo, after ?? "", seq, limit).map(toSentOrder) : [],
    listHolds: (query) => (tables.ready() ? listHolds(all, query) : { holds: [], nextSeq: null }),
    holdsByTime({ status, before, limit }) {
      const { createdAt = null, id = null } = before ?? {};
      return tables.ready() ? all(SQL.holdsByTime, status, createdAt, id, limit).map(toHold) : [];
    },
    wasTouched: () => tables.ready() && all(SQL.touched).length > 0,
    forget: () => tables.forget(),
    projectedSeq: () => (tables.ready() ? readMark(all, PROJECTED) : 0),
    setProjectedSeq(seq, settled) {
      if (!tables.ready()) return;
      putMark(all, PROJECTED, seq);
      if (settled) putSettled(all, settled);
    },
    unmailed: (limit, except) => (tables.ready() ? all(SQL.unmailed, JSON.stringify(except), limit).map(toOrder) : []),
    markMailed(orderId, status) {
      if (tables.ready()) all(SQL.markMailed, status, orderId);
    },
    mailAgain(orderId, status, mark) {
      if (tables.ready()) all(SQL.mailAgain, mark, orderId, status);
    },
    mailNote: (orderId) => (tables.ready() ? toMailNote(all(SQL.mailNote, orderId)[0]) : null),
    pending: (limit, except) => (tables.ready() ? all(SQL.pending, JSON.stringify(except), limit).map(toOrder) : []),
    outbox: (limit, except) =>
      tables.ready() ? all(SQL.outbox, JSON.stringify(except), limit).map(toOutboxMessage) : [],
    dropFromOutbox(orderId, ticketTypeId, revision) {
      if (tables.ready()) all(SQL.dropFromOutbox, orderId, ticketTypeId, revision);
    },
  };
}

function listHolds(all: ReadAll, { status, userId, source, beforeSeq, limit }: HoldQuery): HoldPage {
  const before = beforeSeq ?? (readHead(all)?.seq ?? 0) + 1;
  const first = Number(all(SQL.placedFrom)[0]?.["kept_from"] ?? 1);
  const from = Math.max(first, before - WALK_ROWS);
  // One more than the limit is read, to know whether there is another page.
  const rows = all(SQL.listHolds, before, from, status ?? null, userId ?? null, source ?? null, limit + 1);
  const holds = rows.slice(0, limit).map(toHold);
  if (rows.length > limit) return { holds, nextSeq: Number(rows[limit - 1]?.["placed_seq"]) };
  return { holds, nextSeq: from > first ? from : null };
}

function writeRows(all: ReadAll, draft: Draft): void {
  if (draft.terms && draft.terms !== draft.base.terms) all(SQL.putTerms, JSON.stringify(draft.terms));
  // Split into several values, since any number of holds with long notes may have expired since the last batch, and all are
  // rows of this batch (rule H4).
  put(all, SQL.putHolds, [...draft.holds.values()], (hold) => writtenValues(draft, hold));
  put(all, SQL.putRows, draft.rows, ledgerValues);
  if (draft.ranOut) all(SQL.putRanOut, draft.ranOut.seq, draft.ranOut.at);
  if (draft.orders.size + draft.claims.size + draft.voids.size > 0) writeOrders(all, draft);
}

function writeOrders(all: ReadAll, draft: Draft): void {
  const terms = draftTerms(draft);
  const orders = [...draft.orders.values()];
  const claims = [...draft.claims];
  const written = claims.flatMap(([, claim]) => claim ?? []);
  const dropped = claims.flatMap(([orderId, claim]) => (claim ? [] : orderId));
  const changed = orders.filter((order) => isNewVersion(draft, order));
  const messages = changed.flatMap((order) => followersOf(order).map((type) => [order.id, type, order.seq]));
  put(all, SQL.putOrders, orders, (order) => orderValues(order, terms));
  put(all, SQL.putOutbox, messages, (message) => message);
  put(all, SQL.putReturns, [...draft.returns.values()], returnValues);
  put(all, SQL.putClaims, written, claimValues);
  put(all, SQL.deleteClaims, dropped, (orderId) => orderId);
  put(all, SQL.putVoids, [...draft.voids], ([attempt, orderId]) => [attempt, orderId, draft.now]);
}

function put<T>(all: ReadAll, query: string, items: readonly T[], rowOf: (item: T) => BoundRow | string): void {
  for (const rows of jsonArraysOf(items, rowOf)) all(query, rows);
}

/** Notes never change. A hold that has its row keeps them there, so they are not bound again. */
function writtenValues({ found }: Draft, hold: Hold): BoundRow {
  return holdValues(found.holds.has(hold.id) ? { ...hold, notes: null } : hold);
}
