// The rows of a door on its object's SQLite. Takes the slice of the storage that it uses, so that the same SQL runs in Node.

import type { DoorActor } from "../domain/door/command.ts";
import type { FindScans, FoundScans } from "../domain/door/book.ts";
import { type DoorHead, type DoorRow, FULL_ROW_EVERY, headAfter } from "../domain/door/door-log.ts";
import type { DoorDraft } from "../domain/door/draft.ts";
import type { EventTerms } from "../domain/door/event-terms.ts";
import type { ScanId } from "../domain/ids.ts";
import { jsonArraysOf } from "../domain/json-arrays.ts";
import { openSteps, type ReadAll, type SqlStorage, valuesOf } from "../shared/object-sql.ts";
import { DOOR_STEPS } from "./schema.ts";
import { LOG_COLUMNS, logValues, recordFrom, recordText, toDoorRow } from "./sql-rows.ts";

/** Which rows of the log: those after `afterSeq`, in their order; each filter that is null lets all through. */
export type DoorLogQuery = {
  readonly by: DoorActor;
  readonly afterSeq: number;
  readonly limit: number;
  readonly verdict: string | null;
  readonly gateId: string | null;
  readonly deviceId: string | null;
};
/** `nextSeq`: to go on after; null when there are no more rows. */
export type DoorLogPage = { readonly rows: readonly DoorRow[]; readonly nextSeq: number | null };

export type DoorStore = {
  /** Null terms: nobody has ever asked this door. */
  load(): { readonly terms: EventTerms | null; readonly head: DoorHead };
  readonly find: FindScans;
  /** In one transaction. Throws when it fails, and then nothing is written. */
  write(draft: DoorDraft): void;
  /** In their order, at most `limit`; of how many rows were looked at, `lookedTo` is the last. */
  log(query: Omit<DoorLogQuery, "by">): { readonly rows: readonly DoorRow[]; readonly lookedTo: number };
  /** What is stored is deleted, or about to be. */
  forget(): void;
};

/** How many rows one page of a filtered log looks at. */
export const LOOKED_AT = 10_000;

const SQL = {
  terms: "SELECT body FROM terms WHERE id = 1",
  putTerms: "INSERT INTO terms (id, body) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
  // From the last row that has all gates.
  lastRows: `SELECT ${LOG_COLUMNS} FROM log
    WHERE seq >= (SELECT COALESCE(MAX(seq), 0) / ${FULL_ROW_EVERY} * ${FULL_ROW_EVERY} FROM log) ORDER BY seq`,
  // Joins, since `IN` would first write the keys into a table of its own.
  scans: `SELECT ${LOG_COLUMNS.split(", ")
    .map((column) => `l.${column}`)
    .join(", ")} FROM json_each(?) CROSS JOIN log l INDEXED BY log_by_scan ON l.scan_id = value
    ORDER BY l.seq DESC`,
  tickets: "SELECT t.serial, t.body FROM json_each(?) CROSS JOIN tickets t ON t.serial = value",
  putRows: `INSERT INTO log (${LOG_COLUMNS}) SELECT ${valuesOf(LOG_COLUMNS)} FROM json_each(?)`,
  putTickets: `INSERT INTO tickets (serial, body) SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE true
    ON CONFLICT (serial) DO UPDATE SET body = excluded.body`,
  log: `SELECT ${LOG_COLUMNS} FROM log WHERE seq > ?1 AND seq <= ?1 + ?2
    AND (?3 IS NULL OR verdict = ?3) AND (?4 IS NULL OR gate_id = ?4) AND (?5 IS NULL OR actor = ?5)
    ORDER BY seq LIMIT ?6`,
  lastSeq: "SELECT COALESCE(MAX(seq), 0) AS seq FROM log",
} as const;

export function openDoorStore(storage: SqlStorage): DoorStore {
  const all: ReadAll = (query, ...bindings) => storage.sql.exec(query, ...bindings).toArray();
  const steps = openSteps(storage, DOOR_STEPS);

  return {
    load() {
      if (!steps.ready()) return { terms: null, head: headAfter([]) };
      const stored = all(SQL.terms)[0]?.["body"];
      // The one cast: nothing but `write` stores terms.
      const terms = stored === undefined ? null : (JSON.parse(String(stored)) as EventTerms);
      return { terms, head: headAfter(all(SQL.lastRows).map(toDoorRow)) };
    },
    find({ scanIds, serials }): FoundScans {
      if (!steps.ready()) return { scans: new Map(), tickets: new Map() };
      const rows = scanIds.length === 0 ? [] : all(SQL.scans, JSON.stringify(scanIds)).map(toDoorRow);
      const records = serials.length === 0 ? [] : all(SQL.tickets, JSON.stringify(serials));
      return {
        // The last that is set is the first by its number.
        scans: new Map(rows.map((row) => [row.scanId as ScanId, row])),
        tickets: new Map(records.map(({ serial, body }) => [Number(serial), recordFrom(String(body))])),
      };
    },
    write({ terms, base, rows, tickets }) {
      storage.transactionSync(() => {
        steps.take();
        if (terms !== null && terms !== base.terms) all(SQL.putTerms, JSON.stringify(terms));
        for (const texts of jsonArraysOf(rows, logValues)) all(SQL.putRows, texts);
        const records = [...tickets].map(([serial, record]) => [serial, recordText(record)] as const);
        for (const texts of jsonArraysOf(records, (each) => each)) all(SQL.putTickets, texts);
      });
      steps.taken();
    },
    log({ afterSeq, limit, verdict, gateId, deviceId }) {
      if (!steps.ready()) return { rows: [], lookedTo: afterSeq };
      const rows = all(SQL.log, afterSeq, LOOKED_AT, verdict, gateId, deviceId, limit).map(toDoorRow);
      const last = Number(all(SQL.lastSeq)[0]?.["seq"]);
      const isFull = rows.length === limit;
      return { rows, lookedTo: isFull ? (rows.at(-1)?.seq ?? afterSeq) : Math.min(last, afterSeq + LOOKED_AT) };
    },
    forget: () => steps.forget(),
  };
}
