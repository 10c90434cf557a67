// Mails the contact of an order again (rule O14): the audit row is written first, then the order's home sends the mail.

import { writeAudit } from "../../db/audit/audit.ts";
import { readEvent } from "../../db/events/events.ts";
import type { Refusal } from "../../domain/errors.ts";
import { homeOf, type OrderId } from "../../domain/ids.ts";
import type { OrderView } from "../../domain/ledger/command.ts";
import { explainNoMail } from "../../domain/orders/mail-again.ts";
import { actingOnHolds, can, type Organiser } from "../../domain/people/policy.ts";
import { assert, refuse, type Result } from "../../domain/result.ts";
import { auditOf } from "../audit-of.ts";
import type { Context } from "../context.ts";

/** Returns the order in its present state. If it changes before the mail is sent, the mail has the newer state. */
export async function mailOrderAgain(
  context: Context<Organiser>,
  orderId: OrderId,
): Promise<Result<OrderView, Refusal>> {
  const { actor, db, inventories, requestId, now } = context;
  assert(can(actor, "order.settle"), "the route has checked the permission");
  const home = inventories(homeOf(orderId));
  const command = { orderId, by: actingOnHolds(actor) };
  const order = await home.order(command);
  if (!order.ok) return order;
  const event = await readEvent(db, actor, order.value.eventId, now);
  if (!event) return refuse({ code: "not_found" });
  const reason = explainNoMail(order.value, event.end_time, now);
  if (reason !== null) return refuse({ code: "mail_not_possible", reason });
  const done = { action: "order.mail_again", resourceKind: "order", resourceId: orderId };
  const changes = { status: order.value.status };
  await writeAudit(db, auditOf(context, { ...done, organizationId: order.value.organizationId, changes }));
  return home.mailAgain(command, requestId);
}
