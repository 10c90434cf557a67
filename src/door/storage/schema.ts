// The tables of a door, as numbered steps: each runs once, in order, in the transaction that needs it. A step that was
// released never changes; a new one is added at the end.

export const DOOR_STEPS: readonly string[] = [
  // A scan is in the first index alone, by which it is found when it is repeated; the other indexes have only rare rows. A
  // ticket's row has everything that the door knows of it, so that a scan reads one row and writes three.
  `CREATE TABLE log (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('terms', 'entry', 'exit', 'undo', 'count', 'set', 'sweep')),
    scan_id TEXT,
    actor TEXT NOT NULL,
    request_id TEXT NOT NULL,
    gate_id TEXT,
    serial INTEGER,
    type_number INTEGER,
    generation INTEGER,
    source TEXT,
    decided TEXT,
    verdict TEXT,
    detail TEXT,
    reason TEXT,
    let_in INTEGER NOT NULL,
    ref TEXT,
    inside INTEGER NOT NULL,
    admitted INTEGER NOT NULL CHECK (admitted >= 0),
    gates TEXT NOT NULL,
    hash TEXT NOT NULL
  );
  CREATE INDEX log_by_scan ON log (scan_id) WHERE scan_id IS NOT NULL;
  CREATE INDEX log_by_ref ON log (ref) WHERE ref IS NOT NULL;
  CREATE INDEX log_barriers ON log (seq) WHERE kind IN ('set', 'sweep');
  CREATE TABLE tickets (serial INTEGER PRIMARY KEY, body TEXT NOT NULL);
  CREATE TABLE terms (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL);`,
  // Adds rows of the kind `revoke`. SQLite cannot change a CHECK, so the log is copied into a new table.
  `CREATE TABLE log_next (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('terms', 'entry', 'exit', 'undo', 'count', 'set', 'sweep', 'revoke')),
    scan_id TEXT,
    actor TEXT NOT NULL,
    request_id TEXT NOT NULL,
    gate_id TEXT,
    serial INTEGER,
    type_number INTEGER,
    generation INTEGER,
    source TEXT,
    decided TEXT,
    verdict TEXT,
    detail TEXT,
    reason TEXT,
    let_in INTEGER NOT NULL,
    ref TEXT,
    inside INTEGER NOT NULL,
    admitted INTEGER NOT NULL CHECK (admitted >= 0),
    gates TEXT NOT NULL,
    hash TEXT NOT NULL
  );
  INSERT INTO log_next SELECT * FROM log;
  DROP TABLE log;
  ALTER TABLE log_next RENAME TO log;
  CREATE INDEX log_by_scan ON log (scan_id) WHERE scan_id IS NOT NULL;
  CREATE INDEX log_by_ref ON log (ref) WHERE ref IS NOT NULL;
  CREATE INDEX log_barriers ON log (seq) WHERE kind IN ('set', 'sweep');`,
  // Until when the credentials of open sockets are checked.
  "CREATE TABLE sockets (id INTEGER PRIMARY KEY CHECK (id = 1), watch_until INTEGER NOT NULL);",
  // Conflicts (rule D19) in the order in which they were found. Each costs three rows, but there are few.
  `CREATE TABLE conflicts (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL,
    found_at INTEGER NOT NULL,
    gone_at INTEGER,
    seen_at INTEGER,
    seen_by TEXT,
    CHECK ((seen_at IS NULL) = (seen_by IS NULL))
  );
  CREATE INDEX conflicts_unseen ON conflicts (n) WHERE seen_at IS NULL;`,
  // Adds rows of the kind `lease`, and the leases as of a row of the log (rule D12).
  `CREATE TABLE log_next (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    kind TEXT NOT NULL
      CHECK (kind IN ('terms', 'entry', 'exit', 'undo', 'count', 'set', 'sweep', 'revoke', 'lease')),
    scan_id TEXT,
    actor TEXT NOT NULL,
    request_id TEXT NOT NULL,
    gate_id TEXT,
    serial INTEGER,
    type_number INTEGER,
    generation INTEGER,
    source TEXT,
    decided TEXT,
    verdict TEXT,
    detail TEXT,
    reason TEXT,
    let_in INTEGER NOT NULL,
    ref TEXT,
    inside INTEGER NOT NULL,
    admitted INTEGER NOT NULL CHECK (admitted >= 0),
    gates TEXT NOT NULL,
    hash TEXT NOT NULL
  );
  INSERT INTO log_next SELECT * FROM log;
  DROP TABLE log;
  ALTER TABLE log_next RENAME TO log;
  CREATE INDEX log_by_scan ON log (scan_id) WHERE scan_id IS NOT NULL;
  CREATE INDEX log_by_ref ON log (ref) WHERE ref IS NOT NULL;
  CREATE INDEX log_barriers ON log (seq) WHERE kind IN ('set', 'sweep');
  CREATE TABLE leases (device_id TEXT PRIMARY KEY, seq INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;`,
  // For a door that was emptied (rule D25): its last row, and whether everything behind it is deleted.
  `CREATE TABLE emptied (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    inside INTEGER NOT NULL,
    admitted INTEGER NOT NULL,
    gates TEXT NOT NULL,
    hash TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    is_done INTEGER NOT NULL CHECK (is_done IN (0, 1))
  );`,
];
