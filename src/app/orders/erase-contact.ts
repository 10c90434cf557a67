// Erases the contact of an order (rule O11); its home decides, and records who did it.

import type { Refusal } from "../../domain/errors.ts";
import { homeOf, type OrderId } from "../../domain/ids.ts";
import type { OrderView } from "../../domain/ledger/command.ts";
import { actingOnHolds, type Buyer, can } from "../../domain/people/policy.ts";
import { assert, type Result } from "../../domain/result.ts";
import type { Context } from "../context.ts";

/** For the buyer, or an organiser. An order without a contact is returned as it is. */
export function eraseContact(context: Context<Buyer>, orderId: OrderId): Promise<Result<OrderView, Refusal>> {
  const { actor, inventories, requestId } = context;
  assert(actor.kind === "shopper" || can(actor, "order.erase_contact"), "the route has checked the permission");
  return inventories(homeOf(orderId)).eraseContact({
    orderId,
    by: actingOnHolds(actor),
    actor: actor.id,
    requestId,
  });
}
