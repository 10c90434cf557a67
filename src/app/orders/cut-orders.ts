// Reads orders that their home has deleted ("cut") 90 days after their event's archiving, and erases their contacts. D1's
// rows are the record from then on (rule H13).

import { eraseOrderContact } from "../../db/orders/cut-orders.ts";
import { findOrder, type ProjectedOrder } from "../../db/orders/orders.ts";
import { contactIn } from "../../domain/orders/contact.ts";
import type { Refusal } from "../../domain/errors.ts";
import type { OrderId } from "../../domain/ids.ts";
import type { OrderReader } from "../../domain/ledger/command.ts";
import { actingOnHolds, type Buyer, can } from "../../domain/people/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import { type Context, newId } from "../context.ts";

/** Whether a home has replied that it has cut the order, so that the caller reads D1 instead. */
export function isCut(reply: Result<unknown, Refusal>): boolean {
  return !reply.ok && reply.refusal.code === "not_found" && reply.refusal.ordersCut === true;
}

/** Refuses as `not_found` readers to whom its home would not have shown the order. */
export async function readCutOrder(
  { db }: Pick<Context, "db">,
  orderId: OrderId,
  by: OrderReader,
): Promise<Result<ProjectedOrder, Refusal>> {
  const order = await findOrder(db, orderId);
  const owner = by.organizationId === null ? order?.userId : order?.organizationId;
  return order && owner === (by.organizationId ?? by.id) ? accept(order) : refuse({ code: "not_found" });
}

/** Erases the contact (rule O11), for its buyer or an organiser, with an audit row. An order without one is returned as it is. */
export async function eraseCutContact(
  context: Context<Buyer>,
  orderId: OrderId,
): Promise<Result<ProjectedOrder, Refusal>> {
  const { actor, db, now, requestId } = context;
  assert(actor.kind === "shopper" || can(actor, "order.erase_contact"), "the route has checked the permission");
  const by = actingOnHolds(actor);
  const order = await readCutOrder(context, orderId, by);
  if (!order.ok || contactIn(order.value.contact) === null) return order;
  await eraseOrderContact(db, orderId, {
    id: newId("aud"),
    organizationId: order.value.organizationId,
    actor,
    action: "order.erase_contact",
    resourceKind: "order",
    resourceId: orderId,
    changes: {},
    requestId,
    at: now,
  });
  return readCutOrder(context, orderId, by);
}
