// Reads the last ledger row that D1 has of each ticket type, by its position and hash.

import { type SQL, sql } from "drizzle-orm";
import type { TicketTypeId } from "../../domain/ids.ts";
import type { Db } from "../client.ts";
import { ticketTypes } from "../schema/catalogue.ts";

export type ProjectedHead = { readonly id: TicketTypeId; readonly seq: number; readonly hash: string };

/** Of the ticket types from the id `from` on, and below `before` unless that is null. */
export function listHeads(db: Db, from: TicketTypeId, before: TicketTypeId | null): Promise<ProjectedHead[]> {
  const end: SQL = before === null ? sql`` : sql`AND id < ${before}`;
  return db.all<ProjectedHead>(sql`SELECT id, counts_seq AS seq, counts_hash AS hash FROM ${ticketTypes}
    WHERE id >= ${from} ${end} AND counts_hash IS NOT NULL ORDER BY id`);
}
