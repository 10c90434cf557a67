// Confirms and cancels orders (rules O3 to O5): the order's home decides, and its other ticket types follow.

import type { Refusal } from "../../domain/errors.ts";
import { homeOf, type OrderId } from "../../domain/ids.ts";
import type { IfMatch } from "../../domain/if-match.ts";
import type { OrderView } from "../../domain/ledger/command.ts";
import { actingOnHolds, type Buyer, can, type Organiser } from "../../domain/people/policy.ts";
import { assert, type Result } from "../../domain/result.ts";
import type { Context } from "../context.ts";

/** `ifMatch` is compared if it is given, but not required: the order's status prevents doing it twice. */
export function confirmOrder(
  context: Context<Organiser>,
  id: OrderId,
  ifMatch: IfMatch = null,
): Promise<Result<OrderView, Refusal>> {
  return settle(context, id, "confirmed", ifMatch);
}

/** For the order's shopper, or an organiser. */
export function cancelOrder(
  context: Context<Buyer>,
  id: OrderId,
  ifMatch: IfMatch = null,
): Promise<Result<OrderView, Refusal>> {
  return settle(context, id, "cancelled", ifMatch);
}

function settle(
  { actor, inventories, requestId }: Context<Buyer>,
  orderId: OrderId,
  status: "confirmed" | "cancelled",
  ifMatch: IfMatch,
): Promise<Result<OrderView, Refusal>> {
  assert(actor.kind === "shopper" || can(actor, "order.settle"), "the route has checked the permission");
  return inventories(homeOf(orderId)).settle({
    orderId,
    status,
    by: actingOnHolds(actor),
    ifMatch,
    actor: actor.id,
    requestId,
  });
}
