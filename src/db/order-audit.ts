// The statements that go with a change of an order, in its batch: the audit row (rule T7), and the sync rows that make
// the inventories follow (rule O3). Each depends on the statement before it having changed the order.

import { type SQL, sql } from "drizzle-orm";
import { encodeBody, type OrderId } from "../domain/ids.ts";
import { orderItems, orders, syncRows } from "./schema.ts";

export type By = { readonly actorKind: string; readonly actorId: string; readonly requestId: string };

const newAuditId = (): string => `aud_${encodeBody(crypto.getRandomValues(new Uint8Array(16)))}`;
const AUDIT_COLUMNS = sql.raw(
  "(id, organization_id, actor_kind, actor_id, action, resource_kind, resource_id, changes, request_id, created_at)",
);

/** To follow at once the statement that changed the order: it writes only if that one changed a row. */
export function auditChangedOrder(id: OrderId, action: string, by: By, changes: object, now: number): SQL {
  return sql`INSERT INTO audit_log ${AUDIT_COLUMNS}
    SELECT ${newAuditId()}, organization_id, ${by.actorKind}, ${by.actorId}, ${action}, 'order', id, ${JSON.stringify(changes)}, ${by.requestId}, ${now}
    FROM ${orders} WHERE id = ${id} AND changes() = 1`;
}

/** One audit row for each of `ids` that the update of `requestId` has expired. */
export function auditExpiredOrders(ids: readonly OrderId[], requestId: string, now: number): SQL {
  const rows = JSON.stringify(ids.map((id) => ({ order: id, audit: newAuditId() })));
  return sql`INSERT INTO audit_log ${AUDIT_COLUMNS}
    SELECT j.value ->> 'audit', o.organization_id, 'system', 'system', 'order.expire', 'order', o.id, '{"status":"expired"}', ${requestId}, ${now}
    FROM json_each(${rows}) j JOIN ${orders} o ON o.id = j.value ->> 'order'
    WHERE o.request_id = ${requestId} AND o.status = 'expired'`;
}

/** One sync row for each ticket type of the orders that `changed` (a condition on `o`) picks. */
export function recordSettlements(changed: SQL, now: number): SQL {
  return sql`INSERT INTO ${syncRows} (target, subject, version, created_at)
    SELECT DISTINCT i.ticket_type_id, o.id, 0, ${now} FROM ${orders} o JOIN ${orderItems} i ON i.order_id = o.id
    WHERE ${changed} ON CONFLICT DO NOTHING`;
}
