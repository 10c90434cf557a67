// Confirming and cancelling an order (rules O3 to O5): D1 decides who wins, the inventories follow before the answer.

import type { Audit } from "../db/audit.ts";
import { answered, isD1Fault } from "../db/limit.ts";
import { ordersOf, readOrder, settleOrder } from "../db/orders.ts";
import type { Refusal } from "../domain/errors.ts";
import type { OrderId } from "../domain/ids.ts";
import { type IfMatch, isCurrent } from "../domain/if-match.ts";
import { type Order, orderVersion, settlement } from "../domain/order.ts";
import { can, type Organiser } from "../domain/policy.ts";
import { accept, assert, refuse, type Result } from "../domain/result.ts";
import { auditOf } from "./audit-of.ts";
import type { Context } from "./context.ts";
import { deliverEnd, deliverEndLater } from "./deliver-settlements.ts";
import type { Buyer } from "./start-checkout.ts";

type Wanted = "confirmed" | "cancelled";

/** `ifMatch` is honoured where it is given, and not needed: the order's status is the guard. */
export function confirmOrder(
  context: Context<Organiser>,
  id: OrderId,
  ifMatch: IfMatch = null,
): Promise<Result<Order, Refusal>> {
  return settle(context, id, "confirmed", ifMatch);
}

/** By its shopper, or by an organiser. */
export function cancelOrder(
  context: Context<Buyer>,
  id: OrderId,
  ifMatch: IfMatch = null,
): Promise<Result<Order, Refusal>> {
  return settle(context, id, "cancelled", ifMatch);
}

async function settle(
  context: Context<Buyer>,
  id: OrderId,
  wanted: Wanted,
  ifMatch: IfMatch,
): Promise<Result<Order, Refusal>> {
  assert(
    context.actor.kind === "shopper" || can(context.actor, "order.settle"),
    "the route has checked the permission",
  );
  try {
    return await decideInD1(context, id, wanted, ifMatch);
  } catch (fault) {
    if (!isD1Fault(fault)) throw fault;
    // Why: D1 may have written the end without saying so, and then the inventories must hear of it.
    deliverEndLater(context, id);
    return refuse({ code: "temporarily_unavailable", retryAfterSeconds: 1 });
  }
}

async function decideInD1(
  context: Context<Buyer>,
  id: OrderId,
  wanted: Wanted,
  ifMatch: IfMatch,
): Promise<Result<Order, Refusal>> {
  const { db, now } = context;
  const order = await answered(readOrder(db, id, ordersOf(context.actor)));
  if (!order) return refuse({ code: "not_found" });
  if (!isCurrent(ifMatch, orderVersion(order))) return refuse({ code: "version_conflict" });
  const before = settlement(order, wanted, now);
  if (!before.ok) return before;
  // Why not taken for settled: this call may lose to another, and the row says to which.
  const decided =
    before.value === "settle" ? await answered(settleOrder(db, id, wanted, auditFor(context, order, wanted))) : order;
  const after = settlement(decided, wanted, now);
  if (!after.ok) return after;
  assert(
    after.value === "already",
    "an order that may be settled is settled by the update, or by the one that it lost to",
  );
  await deliverEnd(context, id);
  return accept(decided);
}

function auditFor(context: Context<Buyer>, { id, organizationId }: Order, wanted: Wanted): Audit {
  return auditOf(context, {
    organizationId,
    action: wanted === "confirmed" ? "order.confirm" : "order.cancel",
    resourceKind: "order",
    resourceId: id,
    changes: { status: wanted },
  });
}
