// The heads of ledgers as D1 was last told of them.

import { type SQL, sql } from "drizzle-orm";
import type { TicketTypeId } from "../domain/ids.ts";
import type { Db } from "./client.ts";
import { ticketTypes } from "./schema.ts";

export type ToldHead = { readonly id: TicketTypeId; readonly seq: number; readonly hash: string };

/** Of the ticket types from one id on, and before another unless that is null. */
export function listHeads(db: Db, from: TicketTypeId, before: TicketTypeId | null): Promise<ToldHead[]> {
  const end: SQL = before === null ? sql`` : sql`AND id < ${before}`;
  return db.all<ToldHead>(sql`SELECT id, counts_seq AS seq, counts_hash AS hash FROM ${ticketTypes}
    WHERE id >= ${from} ${end} AND counts_hash IS NOT NULL ORDER BY id`);
}
