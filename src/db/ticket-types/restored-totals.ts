// Takes over the totals that the inventories have after a restore of D1 (rule X6), with an audit row for each that differs.

import { type SQL, sql } from "drizzle-orm";
import type { AuditId, TicketTypeId } from "../../domain/ids.ts";
import type { Db } from "../client.ts";
import { auditLog, ticketTypes } from "../schema/catalogue.ts";

/** An inventory's reply to the terms `version`: it keeps `total`. */
export type InventoryTotal = {
  readonly auditId: AuditId;
  readonly ticketTypeId: TicketTypeId;
  readonly version: number;
  readonly total: number;
};

/** One batch. A type whose terms have changed since is left as it is: its inventory decides about the newer ones itself. */
export async function takeTotals(
  db: Db,
  totals: readonly InventoryTotal[],
  { requestId, now }: { readonly requestId: string; readonly now: number },
): Promise<void> {
  const rows = JSON.stringify(totals);
  const value = (name: keyof InventoryTotal): SQL => sql`said.value ->> ${sql.raw(`'${name}'`)}`;
  const differs = sql`${ticketTypes.id} = ${value("ticketTypeId")} AND terms_version = ${value("version")}
    AND (total_quantity <> ${value("total")} OR pending_total IS NOT NULL)`;
  await db.batch([
    db.run(sql`INSERT INTO ${auditLog} (id, organization_id, actor_kind, actor_id, action, resource_kind, resource_id,
        changes, request_id, created_at)
      SELECT ${value("auditId")}, organization_id, 'system', 'system', 'ticket_type.restore', 'ticket_type',
        ${ticketTypes.id}, json_object('total_quantity', ${value("total")}), ${requestId}, ${now}
      FROM ${ticketTypes}, json_each(${rows}) AS said WHERE ${differs}`),
    db.run(sql`UPDATE ${ticketTypes} SET total_quantity = ${value("total")}, pending_total = NULL, pending_audit = NULL,
        version = version + 1, updated_at = ${now} FROM json_each(${rows}) AS said WHERE ${differs}`),
  ]);
}
