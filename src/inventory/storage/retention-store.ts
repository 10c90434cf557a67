// The SQL of deletion (rule H13). Final holds are found through the ledger, whose order is the order of time: no index.

import { type Checkpoint, EMPTY_HEAD, FINAL_KINDS } from "../../domain/ledger/chain.ts";
import { ALL_ORDERS, type Retained } from "../../domain/ledger/retention.ts";
import type { SqlRow, SqlStorage } from "../../shared/objects/object-sql.ts";

/** Requires the tables, so it is called only for an inventory with terms. */
export type RetentionStore = {
  read(): Retained;
  /**
   * The first row after `seq` that is about holds. If its time lies after `now`, the earliest time of it and the rows after
   * it.
   */
  nextHoldRow(seq: number, now: number): { readonly seq: number; readonly at: number } | null;
  /**
   * Deletes the holds that ended in the next `limit` rows, up to `toSeq` and to the time `at`, and the voids up to that
   * time; then looks through as many rows for the first hold that is left. A row that gave back many holds at once takes
   * one or more steps of its own, each of which looks at `limit` holds. One transaction; returns what is then kept.
   */
  sweep(retained: Retained, toSeq: number, at: number, limit: number): Retained;
  /** Deletes the ledger rows up to `seq`, and keeps the hash and counts of that row. One transaction. */
  cut(retained: Retained, seq: number): Retained;
  /** Deletes the next `limit` orders by their ids; all of them are final. One transaction. */
  cutOrders(retained: Retained, limit: number): Retained;
};

const SQL = {
  read: "SELECT swept_seq, kept_from, orders_to, seq, at, total, sold, held, withdrawn, hash FROM retention WHERE id = 1",
  put: `INSERT INTO retention (id, swept_seq, kept_from, orders_to, seq, at, total, sold, held, withdrawn, hash)
    VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET swept_seq = excluded.swept_seq,
      kept_from = excluded.kept_from, orders_to = excluded.orders_to, seq = excluded.seq, at = excluded.at,
      total = excluded.total, sold = excluded.sold, held = excluded.held, withdrawn = excluded.withdrawn,
      hash = excluded.hash`,
  nextHoldRow: `SELECT seq, at FROM ledger WHERE seq > ? AND (hold_id IS NOT NULL OR kind = 'expire')
    ORDER BY seq LIMIT 1`,
  // A row that lies ahead was written by a wrong clock (rule H3); the rows after it give an upper bound of its time.
  notLaterThan: "SELECT MIN(at) AS at FROM (SELECT at FROM ledger WHERE seq >= ? ORDER BY seq LIMIT 1000)",
  nextRanOut: "SELECT seq, at, swept_id FROM ran_out ORDER BY seq LIMIT 1",
  lastOfPage: "SELECT MAX(id) AS id FROM (SELECT id FROM holds WHERE id > ? ORDER BY id LIMIT ?)",
  deleteRanOut: "DELETE FROM holds WHERE id > ? AND id <= ? AND status = 'active' AND held_until <= ? AND seq < ?",
  sweptTo: "UPDATE ran_out SET swept_id = ? WHERE seq = ?",
  dropRanOut: "DELETE FROM ran_out WHERE seq = ?",
  // The LIMIT is inside, so that a row that is too young ends the search instead of prolonging it.
  lastOld: `SELECT MAX(seq) AS seq FROM (SELECT seq, at FROM ledger WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?4)
    WHERE at <= ?3`,
  // `seq` of the hold is compared too: a hold that changed after these rows must not be deleted with them.
  deleteHolds: `DELETE FROM holds WHERE seq <= ?2 AND id IN (SELECT hold_id FROM ledger
    WHERE seq > ?1 AND seq <= ?2 AND kind IN (${FINAL_KINDS.map((kind) => `'${kind}'`).join(", ")}))`,
  deleteVoids: "DELETE FROM voids WHERE at <= ?",
  // The id may have been used again since, by a hold with a row of its own.
  firstKept: `SELECT l.seq FROM ledger l CROSS JOIN holds h ON h.id = l.hold_id AND h.placed_seq = l.seq
    WHERE l.seq >= ?1 AND l.seq <= ?2 AND l.kind = 'hold' ORDER BY l.seq LIMIT 1`,
  row: "SELECT seq, at, total, sold, held, withdrawn, hash FROM ledger WHERE seq = ?",
  lastOrder: "SELECT MAX(id) AS id FROM (SELECT id FROM orders WHERE id > ? ORDER BY id LIMIT ?)",
  deleteOrders: "DELETE FROM orders WHERE id > ? AND id <= ?",
  deleteReturns: "DELETE FROM returns WHERE order_id > ? AND order_id <= ?",
  deleteRows: "DELETE FROM ledger WHERE seq <= ?",
} as const;

export function openRetentionStore(storage: SqlStorage): RetentionStore {
  const all = (query: string, ...bindings: (number | string)[]): SqlRow[] =>
    storage.sql.exec(query, ...bindings).toArray();

  const notLaterThan = (seq: number): number => Number(all(SQL.notLaterThan, seq)[0]?.["at"]);

  function put(retained: Retained): Retained {
    const { seq, at, total, sold, held, withdrawn, hash } = retained.checkpoint;
    const counts = [total, sold, held, withdrawn];
    storage.sql.exec(SQL.put, retained.sweptSeq, retained.keptFrom, retained.ordersTo, seq, at, ...counts, hash);
    return retained;
  }

  /** Deletes a page of the holds that this row gave back; returns whether that was the last page. */
  function sweepRanOut({ seq, at, swept_id: sweptId }: SqlRow, limit: number): boolean {
    const last = all(SQL.lastOfPage, String(sweptId), limit)[0]?.["id"] ?? null;
    if (last === null) all(SQL.dropRanOut, Number(seq));
    else {
      all(SQL.deleteRanOut, String(sweptId), last, Number(at), Number(seq));
      all(SQL.sweptTo, last, Number(seq));
    }
    return last === null;
  }

  return {
    read() {
      const row = all(SQL.read)[0];
      if (!row) return { sweptSeq: 0, keptFrom: 1, ordersTo: "", checkpoint: EMPTY_HEAD };
      const [sweptSeq, keptFrom] = [Number(row["swept_seq"]), Number(row["kept_from"])];
      return { sweptSeq, keptFrom, ordersTo: String(row["orders_to"]), checkpoint: toCheckpoint(row) };
    },
    nextHoldRow(after, now) {
      const row = all(SQL.nextHoldRow, after)[0];
      if (!row) return null;
      const [seq, at] = [Number(row["seq"]), Number(row["at"])];
      return { seq, at: at <= now ? at : notLaterThan(seq) };
    },
    sweep: (kept, toSeq, at, limit) =>
      storage.transactionSync(() => {
        const ranOut = all(SQL.nextRanOut)[0];
        const stopSeq = Number(ranOut?.["seq"] ?? Infinity);
        const isNext = kept.sweptSeq === stopSeq - 1 && stopSeq <= toSeq;
        const isDue = ranOut && isNext && (Number(ranOut["at"]) <= at || notLaterThan(stopSeq) <= at);
        const to = isDue && sweepRanOut(ranOut, limit) ? stopSeq : Math.min(toSeq, stopSeq - 1);
        const sweptSeq = Number(all(SQL.lastOld, kept.sweptSeq, to, at, limit)[0]?.["seq"] ?? kept.sweptSeq);
        if (sweptSeq > kept.sweptSeq) all(SQL.deleteHolds, kept.sweptSeq, sweptSeq);
        all(SQL.deleteVoids, at);
        // It reads twice as far as it deletes, so that it catches up after a long-lived hold has held it up.
        const looked = Math.min(sweptSeq, kept.keptFrom + 2 * limit - 1);
        const keptFrom = Number(all(SQL.firstKept, kept.keptFrom, looked)[0]?.["seq"] ?? looked + 1);
        const moved = sweptSeq > kept.sweptSeq || keptFrom > kept.keptFrom;
        return moved ? put({ ...kept, sweptSeq, keptFrom }) : kept;
      }),
    cut: (kept, seq) =>
      storage.transactionSync(() => {
        const row = all(SQL.row, seq)[0];
        if (!row) throw new Error(`no ledger row ${seq} to cut behind`);
        all(SQL.deleteRows, seq);
        return put({ ...kept, checkpoint: toCheckpoint(row) });
      }),
    cutOrders: (kept, limit) =>
      storage.transactionSync(() => {
        const last = all(SQL.lastOrder, kept.ordersTo, limit)[0]?.["id"] ?? null;
        if (last !== null) for (const query of [SQL.deleteOrders, SQL.deleteReturns]) all(query, kept.ordersTo, last);
        return put({ ...kept, ordersTo: String(last ?? ALL_ORDERS) });
      }),
  };
}

function toCheckpoint(row: SqlRow): Checkpoint {
  return {
    seq: Number(row["seq"]),
    at: Number(row["at"]),
    total: Number(row["total"]),
    sold: Number(row["sold"]),
    held: Number(row["held"]),
    withdrawn: Number(row["withdrawn"]),
    hash: String(row["hash"]),
  };
}
