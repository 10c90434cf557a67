// Reads the tickets of a door in the order of their serials, page by page: between two pages the object does other work.

import type { TicketRecord } from "../../domain/door/book.ts";
import type { ReadAll, SqlStorage } from "../../shared/objects/object-sql.ts";
import { recordFrom } from "./sql-rows.ts";

export type StoredTicket = { readonly serial: number; readonly record: TicketRecord };

/** Requires terms, since a door without them has no tables. */
export type TicketPages = {
  /** At most `limit` whose serials come after `serial`. */
  after(serial: number, limit: number): StoredTicket[];
  /** Those of `serials` that have a row, in the same order. */
  of(serials: readonly number[]): StoredTicket[];
  /** The serials of the rows after `seq`, in their order; null when one of these rows changed all tickets. */
  changedSince(seq: number): number[] | null;
};

const SQL = {
  after: "SELECT serial, body FROM tickets WHERE serial > ? ORDER BY serial LIMIT ?",
  of: "SELECT t.serial, t.body FROM json_each(?) CROSS JOIN tickets t ON t.serial = value",
  changedAll: "SELECT 1 FROM log WHERE seq > ? AND kind IN ('terms', 'sweep') LIMIT 1",
  changed: "SELECT DISTINCT serial FROM log WHERE seq > ? AND serial IS NOT NULL ORDER BY serial",
} as const;

export function openTicketPages(storage: SqlStorage): TicketPages {
  const all: ReadAll = (query, ...bindings) => storage.sql.exec(query, ...bindings).toArray();
  const tickets: (...asked: Parameters<ReadAll>) => StoredTicket[] = (...asked) =>
    all(...asked).map(({ serial, body }) => ({ serial: Number(serial), record: recordFrom(String(body)) }));
  return {
    after: (serial, limit) => tickets(SQL.after, serial, limit),
    of: (serials) => tickets(SQL.of, JSON.stringify(serials)),
    changedSince(seq) {
      if (all(SQL.changedAll, seq).length > 0) return null;
      return all(SQL.changed, seq).map(({ serial }) => Number(serial));
    },
  };
}
