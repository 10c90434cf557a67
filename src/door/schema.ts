// The tables of a door, as numbered steps: each runs once, in order, in the transaction that needs it. A step that was
// released never changes; a new one is added at the end.

export const DOOR_STEPS: readonly string[] = [
  // The one index: a scan that comes again is found by its id. A ticket's row has all that the door knows of it, so that a
  // scan reads one row and writes three.
  `CREATE TABLE log (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('terms', 'entry', 'exit')),
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
    inside INTEGER NOT NULL,
    admitted INTEGER NOT NULL CHECK (admitted >= 0),
    gates TEXT NOT NULL,
    hash TEXT NOT NULL
  );
  CREATE INDEX log_by_scan ON log (scan_id) WHERE scan_id IS NOT NULL;
  CREATE TABLE tickets (serial INTEGER PRIMARY KEY, body TEXT NOT NULL);
  CREATE TABLE terms (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL);`,
];
