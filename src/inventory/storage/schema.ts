// The tables of an inventory object, as numbered steps: each runs once, in order, in the transaction that needs it.
// A step that was released never changes; a new one is added at the end.

/** The condition of the index: an order with a contact that is to be mailed that it was made, confirmed or cancelled. */
export const UNMAILED =
  "contact IS NOT NULL AND contact ->> 'erased' IS NULL AND status <> 'expired' AND mailed IS NOT status";

export const STEPS: readonly string[] = [
  // There is no secondary index, since each would be one more row written for a hold. Live holds are read in one scan on
  // wake. Final holds are found through the ledger, for their deletion and for lists.
  `CREATE TABLE holds (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    status TEXT NOT NULL CHECK (status IN ('active', 'expired', 'converted', 'cancelled')),
    source TEXT NOT NULL CHECK (source IN ('web', 'scanner')),
    notes TEXT,
    unit_price INTEGER NOT NULL,
    held_until INTEGER NOT NULL,
    first_placed_at INTEGER NOT NULL,
    extension_keys TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    order_id TEXT,
    replaces TEXT,
    replaced_by TEXT,
    basket TEXT,
    address INTEGER,
    placed_seq INTEGER NOT NULL,
    seq INTEGER NOT NULL
  ) WITHOUT ROWID;
  -- Ledger rows that gave back many holds at once, until these are deleted (rules H4, H13): a hold whose row says that it
  -- is active has expired by the first of them at or after its time that was written after the hold's own last row.
  CREATE TABLE ran_out (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, swept_id TEXT NOT NULL);
  CREATE VIEW seen_holds AS SELECT
    id, user_id, quantity,
    CASE WHEN status = 'active' AND held_until <= (SELECT MAX(at) FROM ran_out)
      AND EXISTS (SELECT 1 FROM ran_out r WHERE r.at >= held_until AND r.seq > holds.seq)
      THEN 'expired' ELSE status END AS status,
    source, notes, unit_price, held_until, first_placed_at, extension_keys, created_at,
    CASE WHEN status = 'active' AND held_until <= (SELECT MAX(at) FROM ran_out)
      THEN COALESCE((SELECT r.at FROM ran_out r WHERE r.at >= held_until AND r.seq > holds.seq ORDER BY r.seq LIMIT 1), updated_at)
      ELSE updated_at END AS updated_at,
    order_id, replaces, replaced_by, basket, address, placed_seq,
    CASE WHEN status = 'active' AND held_until <= (SELECT MAX(at) FROM ran_out)
      THEN COALESCE((SELECT r.seq FROM ran_out r WHERE r.at >= held_until AND r.seq > holds.seq ORDER BY r.seq LIMIT 1), seq)
      ELSE seq END AS seq
    FROM holds;
  CREATE TABLE ledger (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('terms', 'hold', 'release', 'expire', 'extend', 'swap', 'checkout', 'claim', 'unclaim', 'confirm', 'cancel', 'expire_order', 'lapse', 'return', 'withdraw', 'contact')),
    hold_id TEXT,
    order_id TEXT,
    quantity INTEGER NOT NULL,
    total INTEGER NOT NULL,
    sold INTEGER NOT NULL CHECK (sold >= 0),
    held INTEGER NOT NULL CHECK (held >= 0),
    withdrawn INTEGER NOT NULL CHECK (withdrawn >= 0 AND sold + held + withdrawn <= total),
    actor TEXT NOT NULL,
    request_id TEXT,
    hash TEXT NOT NULL
  );
  CREATE TABLE terms (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL);
  CREATE TABLE marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;`,
  // One row that says what was deleted (rule H13): up to where holds were, from where on some are left, up to which id
  // orders were, and the ledger's checkpoint.
  `CREATE TABLE retention (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    swept_seq INTEGER NOT NULL,
    kept_from INTEGER NOT NULL,
    orders_to TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    total INTEGER NOT NULL,
    sold INTEGER NOT NULL,
    held INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL,
    hash TEXT NOT NULL
  );`,
  // No secondary index of all orders here either: live orders and claims are found through the ledger, from the mark
  // `settled_seq` on. `counted` is what a live order adds to its buyer's quantity (rule H7), `unpaid` what it adds to those
  // of addresses (rule H15).
  `CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('reserved', 'confirmed', 'cancelled', 'expired')),
    attempt TEXT NOT NULL,
    items TEXT NOT NULL,
    total INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    history TEXT NOT NULL,
    contact TEXT,
    locale TEXT NOT NULL,
    counted INTEGER NOT NULL,
    unpaid TEXT NOT NULL,
    mailed TEXT
  ) WITHOUT ROWID;
  -- Orders whose contact has not been mailed of their status (rule O14). The one index: it has rows of these alone, so that
  -- an order without a contact costs nothing by it.
  CREATE INDEX orders_to_mail ON orders (id) WHERE ${UNMAILED};
  CREATE TABLE claims (
    order_id TEXT PRIMARY KEY,
    attempt TEXT NOT NULL,
    user_id TEXT NOT NULL,
    holds TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('doubt', 'reserved', 'confirmed', 'cancelled', 'expired')),
    deadline INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    started_seq INTEGER NOT NULL,
    counted INTEGER NOT NULL,
    unpaid TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE voids (attempt TEXT PRIMARY KEY, order_id TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE returns (
    order_id TEXT NOT NULL,
    id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (order_id, id)
  ) WITHOUT ROWID;
  CREATE TABLE outbox (
    order_id TEXT NOT NULL,
    ticket_type_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (order_id, ticket_type_id)
  ) WITHOUT ROWID;`,
  // What differs between the tickets of an order (rules N8, N10), and the change of them that their door has not judged yet
  // (rule N9). The index has only rows with such a change.
  `ALTER TABLE orders ADD COLUMN marks TEXT;
  ALTER TABLE orders ADD COLUMN pending TEXT;
  CREATE INDEX orders_pending ON orders (id) WHERE pending IS NOT NULL;`,
];
