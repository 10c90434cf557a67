// Reads what a wake needs of an inventory's rows: everything live, found from stored marks on, and nothing else (rule X7).

import {
  inventoryNow,
  type RanOut,
  type Settled,
  type StoredBook,
  type StoredTerms,
} from "../../domain/ledger/memory/book.ts";
import { EMPTY_HEAD, type LedgerRow } from "../../domain/ledger/chain.ts";
import { DOUBT_MS } from "../../domain/limits.ts";
import { LEDGER_COLUMNS, liveFromJson, liveHoldsFromJson, toLedgerRow } from "./sql-rows.ts";
import type { ReadAll, SqlRow, SqlValue } from "../../shared/objects/object-sql.ts";
import type { Expiring } from "./store.ts";

/** How many rows are read as one text; each is less than 400 bytes long, and MAX_BOUND_BYTES limits results too. */
const LIVE_A_PAGE = 4_000;
/**
 * Up to so many ledger rows after the mark, each row's hold is looked up by its random key. Beyond that a scan of all
 * holds is quicker, since only those of a day are there (rule H13).
 */
export const FOLLOWED_ROWS = 20_000;

/** What an active hold adds to its shopper's quantity (rule H7), the same as `countedHold`. */
const COUNTED = "CASE source WHEN 'web' THEN quantity ELSE 0 END";

/**
 * Active holds that no row gave back together with many others. ?2 is the latest time of such a row, and few other holds
 * expire before it. After a row that a wrong clock wrote (rule H3), these are only the holds that were placed later.
 */
const LIVE = `h.status = 'active' AND (h.held_until > ?2
  OR NOT EXISTS (SELECT 1 FROM ran_out r WHERE r.at >= h.held_until AND r.seq > h.seq))`;

/** Finds the active holds `h` after ?1 by the row that last changed them, since that row says whether a hold is active. */
const WAYS = {
  follow: {
    key: "l.seq",
    from: `ledger l CROSS JOIN holds h ON h.id = l.hold_id AND h.seq = l.seq
      WHERE l.seq > ?1 AND ${LIVE}`,
  },
  scan: { key: "h.id", from: `holds h WHERE h.id > ?1 AND ${LIVE}` },
} as const;

// Many rows as JSON in one text, so that a wake does not read a hundred thousand rows.
const AS_JSON = `json_group_array(json_array(user_id, ${COUNTED}, held_until, seq, quantity, address))`;

/**
 * `due` has the holds that have expired by ?3. `active` reads all in one pass: those that have not expired, and the sum of
 * those that have.
 */
const statementsOf = ({ key, from }: { readonly key: string; readonly from: string }) => ({
  active: `SELECT MAX(key) AS last, ${AS_JSON} FILTER (WHERE held_until > ?3) AS live,
      COUNT(*) FILTER (WHERE held_until <= ?3) AS count, SUM(quantity) FILTER (WHERE held_until <= ?3) AS quantity,
      MIN(held_until) FILTER (WHERE held_until <= ?3) AS first
    FROM (SELECT ${key} AS key, h.* FROM ${from} ORDER BY ${key} LIMIT ${LIVE_A_PAGE})`,
  due: `SELECT MAX(key) AS last, ${AS_JSON} AS live
    FROM (SELECT ${key} AS key, h.* FROM ${from} AND h.held_until <= ?3 ORDER BY ${key} LIMIT ${LIVE_A_PAGE})`,
});

const SQL = {
  terms: "SELECT body FROM terms WHERE id = 1",
  head: `SELECT ${LEDGER_COLUMNS} FROM ledger ORDER BY seq DESC LIMIT 1`,
  follow: statementsOf(WAYS.follow),
  scan: statementsOf(WAYS.scan),
  // Found through the ledger, each by its first row: oldest first, and without an index.
  liveOrders: `SELECT MAX(seq) AS last, json_group_array(json_array(id, user_id, counted, expires_at, seq, json(unpaid))) AS live
    FROM (SELECT l.seq, o.id, o.user_id, o.counted, o.expires_at, o.unpaid FROM ledger l CROSS JOIN orders o ON o.id = l.order_id
      WHERE l.seq > ? AND l.kind = 'checkout' AND o.status = 'reserved' AND o.history ->> 0 = l.seq
      ORDER BY l.seq LIMIT ${LIVE_A_PAGE})`,
  liveClaims: `SELECT MAX(seq) AS last, json_group_array(json_array(order_id, user_id, counted, deadline, seq, json(unpaid))) AS live
    FROM (SELECT l.seq, c.order_id, c.user_id, c.counted, IIF(c.state = 'doubt', MIN(c.deadline, ?2), c.deadline) AS deadline,
        c.unpaid
      FROM ledger l CROSS JOIN claims c ON c.order_id = l.order_id
      WHERE l.seq > ?1 AND l.kind = 'claim' AND c.state IN ('doubt', 'reserved') AND c.started_seq = l.seq
      ORDER BY l.seq LIMIT ${LIVE_A_PAGE})`,
  ranOutBefore: "SELECT MAX(at) AS at FROM ran_out",
  mark: "SELECT value FROM marks WHERE name = ?",
  putMark: "INSERT INTO marks (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
} as const;

/** The mark is stored again only once it is this much further, to save rows. */
const SETTLED_STEP = 1_000;
const MARKS = { orders: "settled_seq", holds: "settled_holds_seq" } as const;

/** The last row of the ledger. */
export function readHead(all: ReadAll): LedgerRow | null {
  return all(SQL.head).map(toLedgerRow)[0] ?? null;
}

export function readMark(all: ReadAll, name: string): number {
  const value = all(SQL.mark, name)[0]?.["value"];
  return typeof value === "number" ? value : 0;
}

export function putMark(all: ReadAll, name: string, value: number): void {
  all(SQL.putMark, name, value);
}

/** Stores from which row on a wake has to read, once that is worth a row. */
export function putSettled(all: ReadAll, settled: Settled): void {
  for (const kind of ["orders", "holds"] as const) {
    if (settled[kind] >= readMark(all, MARKS[kind]) + SETTLED_STEP) putMark(all, MARKS[kind], settled[kind]);
  }
}

export function readBook(all: ReadAll, expiring: Expiring | null): StoredBook {
  const body = all(SQL.terms)[0]?.["body"];
  const head = readHead(all);
  const ordersAfter = readMark(all, MARKS.orders);
  const holdsAfter = readMark(all, MARKS.holds);
  const isNear = (head?.seq ?? 0) - holdsAfter <= FOLLOWED_ROWS;
  const [way, first] = isNear ? [SQL.follow, holdsAfter] : [SQL.scan, ""];
  /** What expired by then has been given back, whatever its own row says. */
  const ranOutBefore = Number(all(SQL.ranOutBefore)[0]?.["at"] ?? 0);
  const now = expiring && inventoryNow({ head: head ?? EMPTY_HEAD }, expiring.clock);
  // All pages are read at once, as texts, since only the last says how many have expired.
  const active = [...pagesOf((after) => all(way.active, after, ranOutBefore, now ?? 0), first)];
  const ranOut = now === null ? null : sumOf(active, now, expiring?.most ?? 0);
  const due = (after: SqlValue) => all(way.due, after, ranOutBefore, now ?? 0);
  const hasDue = ranOut === null && active.some(({ count }) => Number(count) > 0);
  // A doubt that lasts longer than doubts may was begun by a wrong clock, so its home is queried as if it began now.
  const doubtEndsBy = now === null ? Number.MAX_SAFE_INTEGER : now + DOUBT_MS;
  return {
    terms: typeof body === "string" ? (JSON.parse(body) as StoredTerms) : null,
    head,
    activeHolds: parsed(hasDue ? [active, pagesOf(due, first)] : [active], liveHoldsFromJson),
    ranOut,
    orders: parsed([pagesOf((after) => all(SQL.liveOrders, after), ordersAfter)], liveFromJson),
    claims: parsed([pagesOf((after) => all(SQL.liveClaims, after, doubtEndsBy), ordersAfter)], liveFromJson),
  };
}

/** Null when they are so few that they are read like the others. */
function sumOf(pages: readonly SqlRow[], at: number, most: number): RanOut | null {
  const all = pages.filter(({ count }) => Number(count) > 0);
  const sum = (name: string): number => all.reduce((total, page) => total + Number(page[name]), 0);
  if (sum("count") <= most) return null;
  return { at, quantity: sum("quantity"), firstHeldUntil: Math.min(...all.map(({ first }) => Number(first))) };
}

/** Each page is one text, `live`; its `last` says where the next begins. Pages are read lazily. */
function pagesOf(read: (after: SqlValue) => SqlRow[], from: SqlValue): Iterable<SqlRow> {
  return {
    *[Symbol.iterator]() {
      for (let last = from; last !== null; ) {
        const page: SqlRow | undefined = read(last)[0];
        if (page) yield page;
        last = page?.["last"] ?? null;
      }
    },
  };
}

/** Parses one page at a time, so that only one is in memory. */
function parsed<T>(pages: readonly Iterable<SqlRow>[], parse: (text: string) => T[]): Iterable<T> {
  return {
    *[Symbol.iterator]() {
      for (const each of pages) for (const { live } of each) yield* parse(String(live));
    },
  };
}
