// How changes of terms, and deletions, reach the inventories of ticket types (rules K6, K3): the statements that changes
// have in their batches, and what D1 takes over of what the inventories replied.

import { type SQL, sql } from "drizzle-orm";
import type { TicketTypeId } from "../../domain/ids.ts";
import type { TotalOutcome } from "../../domain/terms.ts";
import { insertWaitingAudits } from "../audit/audit.ts";
import type { Db } from "../client.ts";
import { ticketTypes } from "../schema/catalogue.ts";
import { syncRows } from "../schema/sync.ts";
import { deleteTold, insertSyncs, type Told } from "./outbox.ts";

/** The statement that asks for the terms of every type of `which` to be delivered. */
export function insertTermsSync(which: SQL, now: number): SQL {
  const [target, version] = [sql`${ticketTypes.id}`, sql`${ticketTypes.terms_version}`];
  return insertSyncs({ subject: "terms", target, version, rows: sql`FROM ${ticketTypes} WHERE ${which}`, now });
}

/** The statements that ask for the inventories of `which` to be wiped, in place of being told terms. */
export function insertWipes(which: SQL, now: number): readonly [SQL, SQL] {
  const [target, rows] = [sql`${ticketTypes.id}`, sql`FROM ${ticketTypes} WHERE ${which}`];
  return [
    insertSyncs({ subject: "wipe", target, version: sql`0`, rows, now }),
    sql`DELETE FROM ${syncRows} WHERE subject = 'terms' AND target IN (SELECT ${target} ${rows})`,
  ];
}

/** What an inventory answered to its terms: the newest it has, and how it took the total that came with those. */
export type Delivered = Told<"terms"> & { readonly total: TotalOutcome };

/**
 * Takes note of deliveries, in one batch: a pending total is taken, with the audit row that waits for it, or dropped as
 * the object said of this very version (rules K4, T7), and a sync row goes unless something newer is to be delivered.
 */
export async function settleDeliveries(db: Db, deliveries: readonly Delivered[], now: number): Promise<void> {
  if (deliveries.length === 0) return;
  const totals = deliveries.map(({ target, total: { version, applied } }) => toJudged(target, version, applied));
  const said = JSON.stringify(totals);
  const judged = sql`${ticketTypes.id} = said.value ->> 'id' AND pending_total IS NOT NULL
    AND terms_version = said.value ->> 'total_version'`;
  await db.batch([
    db.run(sql`${insertWaitingAudits} FROM ${ticketTypes}, json_each(${said}) AS said
      WHERE ${judged} AND said.value ->> 'applied' AND pending_audit IS NOT NULL`),
    db.run(sql`UPDATE ${ticketTypes}
      SET total_quantity = IIF(said.value ->> 'applied', pending_total, total_quantity),
        version = version + (said.value ->> 'applied'), updated_at = IIF(said.value ->> 'applied', ${now}, updated_at),
        pending_total = NULL, pending_audit = NULL
      FROM json_each(${said}) AS said WHERE ${judged}`),
    db.run(deleteTold("terms", deliveries)),
  ]);
}

function toJudged(id: TicketTypeId, total_version: number, applied: boolean) {
  return { id, total_version, applied: applied ? 1 : 0 };
}
