// Writes what changes and deletions owe the inventories of ticket types (rules K6, K3), by statements in their batches, and
// stores what the inventories reply.

import { type SQL, sql } from "drizzle-orm";
import type { TicketTypeId } from "../../domain/ids.ts";
import type { TotalOutcome } from "../../domain/terms.ts";
import { insertWaitingAudits } from "../audit/audit.ts";
import type { Db } from "../client.ts";
import { ticketTypes } from "../schema/catalogue.ts";
import { syncRows } from "../schema/sync.ts";
import { deleteAcknowledged, insertSyncs, type Acknowledged } from "./outbox.ts";

/** The statement that writes sync rows for the terms of every type of `which`. */
export function insertTermsSync(which: SQL, now: number): SQL {
  const [target, version] = [sql`${ticketTypes.id}`, sql`${ticketTypes.terms_version}`];
  return insertSyncs({ subject: "terms", target, version, rows: sql`FROM ${ticketTypes} WHERE ${which}`, now });
}

/** The statements that write sync rows for the inventories of `which` to be wiped, in place of those for their terms. */
export function insertWipes(which: SQL, now: number): readonly [SQL, SQL] {
  const [target, rows] = [sql`${ticketTypes.id}`, sql`FROM ${ticketTypes} WHERE ${which}`];
  return [
    insertSyncs({ subject: "wipe", target, version: sql`0`, rows, now }),
    sql`DELETE FROM ${syncRows} WHERE subject = 'terms' AND target IN (SELECT ${target} ${rows})`,
  ];
}

/** An inventory's reply to its terms: the newest version that it has, and what it decided about the total in that. */
export type Delivered = Acknowledged<"terms"> & { readonly total: TotalOutcome };

/**
 * Stores the replies, in one batch: a pending total is taken, with the audit row that waits for it, or dropped, as the
 * object decided about this very version (rules K4, T7), and a sync row is deleted unless it names a newer version.
 */
export async function settleDeliveries(db: Db, deliveries: readonly Delivered[], now: number): Promise<void> {
  if (deliveries.length === 0) return;
  const totals = deliveries.map(({ target, total: { version, applied } }) => toJudged(target, version, applied));
  const rows = JSON.stringify(totals);
  const judged = sql`${ticketTypes.id} = said.value ->> 'id' AND pending_total IS NOT NULL
    AND terms_version = said.value ->> 'total_version'`;
  await db.batch([
    db.run(sql`${insertWaitingAudits} FROM ${ticketTypes}, json_each(${rows}) AS said
      WHERE ${judged} AND said.value ->> 'applied' AND pending_audit IS NOT NULL`),
    db.run(sql`UPDATE ${ticketTypes}
      SET total_quantity = IIF(said.value ->> 'applied', pending_total, total_quantity),
        version = version + (said.value ->> 'applied'), updated_at = IIF(said.value ->> 'applied', ${now}, updated_at),
        pending_total = NULL, pending_audit = NULL
      FROM json_each(${rows}) AS said WHERE ${judged}`),
    db.run(deleteAcknowledged("terms", deliveries)),
  ]);
}

function toJudged(id: TicketTypeId, total_version: number, applied: boolean) {
  return { id, total_version, applied: applied ? 1 : 0 };
}
