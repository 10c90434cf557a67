// The statements that go with the end of an order, in its batch: the audit rows of a set that expired (rule T7), and
// the sync rows that make the inventories follow (rule O3).

import { type SQL, sql } from "drizzle-orm";
import { encodeBody, type OrderId } from "../domain/ids.ts";
import { syncRows } from "./schema.ts";
import { orderItems, orders } from "./schema-sales.ts";

const newAuditId = (): string => `aud_${encodeBody(crypto.getRandomValues(new Uint8Array(16)))}`;
const AUDIT_COLUMNS = sql.raw(
  "(id, organization_id, actor_kind, actor_id, action, resource_kind, resource_id, changes, request_id, created_at)",
);

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
