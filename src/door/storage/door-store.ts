// Stores the rows of a door in its object's SQLite. It takes only the slice of the storage that it uses, so that the same
// SQL runs in Node.

import type { DoorActor } from "../../domain/door/command.ts";
import {
  type DoorBook,
  type FindScans,
  type FoundScans,
  NOTHING_FOUND,
  type TicketRecord,
} from "../../domain/door/book.ts";
import { barrierFrom } from "../../domain/door/decisions/decide-counts.ts";
import {
  type DecidedBy,
  type DoorCheckpoint,
  type DoorRow,
  EMPTY_DOOR,
  FULL_ROW_EVERY,
  headAfter,
} from "../../domain/door/rows/door-log.ts";
import type { DoorConflict } from "../../domain/door/rows/conflicts.ts";
import type { DoorDraft } from "../../domain/door/draft.ts";
import type { EventTerms } from "../../domain/door/event-terms.ts";
import { leasesAfter, leasesToStore } from "../../domain/door/leases/door-leases.ts";
import type { ScanId } from "../../domain/ids.ts";
import { jsonArraysOf } from "../../domain/text/json-arrays.ts";
import { must } from "../../domain/result.ts";
import { columnsOf, openSteps, type ReadAll, type SqlStorage, valuesOf } from "../../shared/objects/object-sql.ts";
import {
  type ConflictPage,
  type ConflictQuery,
  countUnseen,
  readConflicts,
  seeConflict,
  writeConflicts,
} from "./conflict-rows.ts";
import { deleteRows, isRowLeft, putCheckpoint, readCheckpoint } from "./emptied-rows.ts";
import { readLeases, writeLeases } from "./lease-rows.ts";
import { DOOR_STEPS } from "./schema.ts";
import { LOG_COLUMNS, logValues, recordFrom, recordText, toDoorRow } from "./sql-rows.ts";

/** Selects rows of the log: those after `afterSeq`, in their order. A filter that is null lets all through. */
export type DoorLogQuery = {
  readonly by: DoorActor;
  readonly afterSeq: number;
  readonly limit: number;
  /** Absent when a Worker of an earlier release calls. */
  readonly decided?: DecidedBy | null;
  readonly verdict: string | null;
  readonly gateId: string | null;
  readonly deviceId: string | null;
};
/**
 * `nextSeq` is the row to go on after; null when there are no more rows. `checkpoint` is the row behind which all were
 * deleted (rule D25); null when the log is whole, absent from a door of an earlier release.
 */
export type DoorLogPage = {
  readonly rows: readonly DoorRow[];
  readonly nextSeq: number | null;
  readonly checkpoint?: DoorCheckpoint | null;
};

export type DoorStore = {
  /** The terms are null when nobody was ever scanned here. */
  load(): DoorBook;
  readonly find: FindScans;
  /** Writes the draft in one transaction. If it throws, nothing is written. */
  write(draft: DoorDraft): void;
  /** Rows in their order, at most `limit`. `lookedTo` is the last row that was read. */
  log(query: Omit<DoorLogQuery, "by">): { readonly rows: readonly DoorRow[]; readonly lookedTo: number };
  /** The newest first. */
  conflicts(query: ConflictQuery): ConflictPage;
  /** Counts the conflicts that hold and that nobody has seen. */
  unseen(): number;
  /** Marks a conflict as seen, once, and returns it; null when there is none. `by` is who has seen it. */
  see(id: string, by: string, now: number): DoorConflict | null;
  /** Whether tickets were ever judged here (rules N8 to N10). Reads all rows, so it is called only when there are few. */
  hasJudged(): boolean;
  /** When the first row of the log was written, epoch ms; 0 where there is none. */
  begunAt(): number;
  /** The last row that changed a ticket or a count; 0 when there is none. */
  lastChange(): number;
  /**
   * When the alarm stops checking the credentials of open sockets, epoch ms; 0 when it never did
   * (sockets/credential-watch.ts).
   */
  watchUntil(): number;
  /** Requires terms. */
  keepWatch(until: number): void;
  /** Marks the door as emptied up to this row: its rows count no more (rule D25). Throws when that fails. */
  empty(checkpoint: DoorCheckpoint): void;
  /** Whether rows of an emptied door may be left. */
  isRowLeft(): boolean;
  /** Deletes at most `limit` of them; returns whether more may be left. */
  deleteRows(limit: number): boolean;
  /** To be called when the storage is deleted, or about to be. */
  forget(): void;
};

/** How many rows are read for one page of a filtered log. */
export const LOOKED_AT = 10_000;

const SQL = {
  terms: "SELECT body FROM terms WHERE id = 1",
  putTerms: "INSERT INTO terms (id, body) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
  // From the last row that has all gates; in an emptied door, after the checkpoint.
  lastRows: `SELECT ${LOG_COLUMNS} FROM log
    WHERE seq >= (SELECT COALESCE(MAX(seq), 0) / ${FULL_ROW_EVERY} * ${FULL_ROW_EVERY} FROM log) AND seq > ?
    ORDER BY seq`,
  // Joins, since `IN` would first write the keys into a temporary table.
  scans: `SELECT ${columnsOf("l", LOG_COLUMNS)} FROM json_each(?)
    CROSS JOIN log l INDEXED BY log_by_scan ON l.scan_id = value ORDER BY l.seq DESC`,
  undos: `SELECT ${columnsOf("l", LOG_COLUMNS)} FROM json_each(?)
    CROSS JOIN log l INDEXED BY log_by_ref ON l.ref = value WHERE l.kind = 'undo' ORDER BY l.seq`,
  barriers: `SELECT ${LOG_COLUMNS} FROM log INDEXED BY log_barriers WHERE kind IN ('set', 'sweep') ORDER BY at, seq`,
  // Reads all rows, which is fine since a supervisor corrects the count only a few times an evening.
  after: `SELECT ${LOG_COLUMNS} FROM log WHERE at > ? AND kind IN ('entry', 'exit', 'undo', 'count') ORDER BY seq`,
  tickets: "SELECT t.serial, t.body FROM json_each(?) CROSS JOIN tickets t ON t.serial = value",
  putRows: `INSERT INTO log (${LOG_COLUMNS}) SELECT ${valuesOf(LOG_COLUMNS)} FROM json_each(?)`,
  putTickets: `INSERT INTO tickets (serial, body) SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE true
    ON CONFLICT (serial) DO UPDATE SET body = excluded.body`,
  log: `SELECT ${LOG_COLUMNS} FROM log WHERE seq > ?1 AND seq <= ?1 + ?2
    AND (?3 IS NULL OR verdict = ?3) AND (?4 IS NULL OR gate_id = ?4) AND (?5 IS NULL OR actor = ?5)
    AND (?6 IS NULL OR decided = ?6)
    ORDER BY seq LIMIT ?7`,
  anyRevoke: "SELECT 1 FROM log WHERE kind = 'revoke' LIMIT 1",
  // The newest first: it stops at the first that let somebody pass, or is no scan.
  lastChange: `SELECT seq FROM log WHERE kind IN ('undo', 'count', 'set', 'sweep', 'revoke')
    OR verdict IN ('admitted', 'readmitted', 'exited', 'exit_unmatched') ORDER BY seq DESC LIMIT 1`,
  watch: "SELECT watch_until FROM sockets WHERE id = 1",
  putWatch: `INSERT INTO sockets (id, watch_until) VALUES (1, ?)
    ON CONFLICT (id) DO UPDATE SET watch_until = excluded.watch_until`,
  begun: "SELECT received_at FROM log WHERE seq = 1",
  lastSeq: "SELECT COALESCE(MAX(seq), 0) AS seq FROM log",
} as const;

const nothing = (): DoorBook => ({
  ...{ terms: null, head: EMPTY_DOOR, barriers: [], leases: new Map(), checkpoint: null },
});

/** `schema` has the numbered steps that create the tables. */
export function openDoorStore(storage: SqlStorage, schema: readonly string[] = DOOR_STEPS): DoorStore {
  const all: ReadAll = (query, ...bindings) => storage.sql.exec(query, ...bindings).toArray();
  const steps = openSteps(storage, schema);

  function rowsBy(query: string, ids: readonly ScanId[]): DoorRow[] {
    return ids.length === 0 ? [] : all(query, JSON.stringify(ids)).map(toDoorRow);
  }

  return {
    load: () => (steps.ready() ? loadBook(all) : nothing()),
    find({ scanIds, undone, serials, after }): FoundScans {
      if (!steps.ready()) return NOTHING_FOUND;
      const named = rowsBy(SQL.scans, [...scanIds, ...undone]);
      const undos = rowsBy(SQL.undos, [...scanIds, ...undone]);
      const late = after === null ? [] : all(SQL.after, after).map(toDoorRow);
      const clicks = late.filter(({ kind }) => kind === "count");
      const lateUndos = rowsBy(
        SQL.undos,
        clicks.flatMap(({ scanId }) => scanId ?? []),
      );
      const ofUndone = named.filter(({ scanId }) => scanId !== null && undone.includes(scanId));
      const wanted = new Set([...serials, ...[...ofUndone, ...late].flatMap(({ serial }) => serial ?? [])]);
      return {
        // A scan may have several rows. The Map keeps the last one set, and that is the one with the lowest seq.
        scans: new Map(named.map((row) => [must(row.scanId, "it was found by its id"), row])),
        undos: groupedByRef([...undos, ...lateUndos]),
        tickets: ticketsBy(all, [...wanted]),
        clicks,
      };
    },
    write(draft) {
      const { terms, base, rows, tickets, conflicts, now } = draft;
      storage.transactionSync(() => {
        steps.take();
        if (terms !== null && terms !== base.terms) all(SQL.putTerms, JSON.stringify(terms));
        for (const texts of jsonArraysOf(rows, logValues)) all(SQL.putRows, texts);
        const records = [...tickets].map(([serial, record]) => [serial, recordText(record)] as const);
        for (const texts of jsonArraysOf(records, (each) => each)) all(SQL.putTickets, texts);
        writeConflicts(all, { conflicts, now });
        writeLeases(all, leasesToStore(draft));
      });
      steps.taken();
    },
    log({ afterSeq, limit, decided = null, verdict, gateId, deviceId }) {
      if (!steps.ready()) return { rows: [], lookedTo: afterSeq };
      const rows = all(SQL.log, afterSeq, LOOKED_AT, verdict, gateId, deviceId, decided, limit).map(toDoorRow);
      const end = Math.min(Number(all(SQL.lastSeq)[0]?.["seq"]), afterSeq + LOOKED_AT);
      return { rows, lookedTo: rows.length === limit ? (rows.at(-1)?.seq ?? afterSeq) : end };
    },
    conflicts: (query) => (steps.ready() ? readConflicts(all, query) : { conflicts: [], next: null }),
    unseen: () => (steps.ready() ? countUnseen(all) : 0),
    see: (id, by, now) => (steps.ready() ? seeConflict(all, id, by, now) : null),
    hasJudged: () => steps.ready() && all(SQL.anyRevoke).length > 0,
    begunAt: () => (steps.ready() ? begunAt(all) : 0),
    lastChange: () => (steps.ready() ? Number(all(SQL.lastChange)[0]?.["seq"] ?? 0) : 0),
    watchUntil: () => (steps.ready() ? Number(all(SQL.watch)[0]?.["watch_until"] ?? 0) : 0),
    keepWatch(until) {
      if (steps.ready()) all(SQL.putWatch, until);
    },
    empty: (checkpoint) => putCheckpoint(all, checkpoint),
    isRowLeft: () => steps.ready() && isRowLeft(all),
    deleteRows: (limit) => deleteRows(storage, limit),
    forget: () => steps.forget(),
  };
}

function loadBook(all: ReadAll): DoorBook {
  const stored = all(SQL.terms)[0]?.["body"];
  // The cast holds, since only `write` stores terms.
  const terms = stored === undefined ? null : (JSON.parse(String(stored)) as EventTerms);
  const checkpoint = readCheckpoint(all);
  const rows = all(SQL.lastRows, checkpoint?.seq ?? 0).map(toDoorRow);
  if (checkpoint !== null) {
    const { begunAt: _, ...last } = checkpoint;
    return { ...nothing(), terms, head: headAfter(rows, last), checkpoint };
  }
  const barriers = all(SQL.barriers).map((row) => barrierFrom(toDoorRow(row)));
  return { terms, head: headAfter(rows), barriers, leases: leasesAfter(readLeases(all), rows), checkpoint };
}

function begunAt(all: ReadAll): number {
  return readCheckpoint(all)?.begunAt ?? Number(all(SQL.begun)[0]?.["received_at"] ?? 0);
}

function ticketsBy(all: ReadAll, serials: readonly number[]): Map<number, TicketRecord> {
  const rows = [...jsonArraysOf(serials, (serial) => serial)].flatMap((texts) => all(SQL.tickets, texts));
  return new Map(rows.map(({ serial, body }) => [Number(serial), recordFrom(String(body))]));
}

function groupedByRef(rows: readonly DoorRow[]): Map<ScanId, DoorRow[]> {
  const groups = new Map<ScanId, DoorRow[]>();
  for (const row of rows) {
    const ref = must(row.ref, "it was found by what it refers to");
    groups.set(ref, [...(groups.get(ref) ?? []), row]);
  }
  return groups;
}
