// Returns sold tickets of a confirmed order (rule O7): the order's home decides, and its other ticket types follow.

import { homeOf, type OrderId, returnIdFrom } from "../domain/ids.ts";
import type { IfMatch } from "../domain/if-match.ts";
import type { ReturnReply } from "../domain/ledger/command.ts";
import type { ReturnRequest } from "../domain/order-return.ts";
import { actingOnHolds, can, type Organiser } from "../domain/policy.ts";
import { assert } from "../domain/result.ts";
import { sha256 } from "../shared/sha256.ts";
import type { Context } from "./context.ts";

export type ReturnInput = ReturnRequest & { readonly idempotencyKey: string; readonly ifMatch: IfMatch };

/** Each hold is named once. A repeat with the same key returns nothing more. No money is moved. */
export function returnTickets(
  { actor, inventories, requestId }: Context<Organiser>,
  orderId: OrderId,
  { idempotencyKey, ifMatch, ...request }: ReturnInput,
): Promise<ReturnReply> {
  assert(can(actor, "order.settle"), "the route has checked the permission");
  return inventories(homeOf(orderId)).returnTickets({
    orderId,
    returnId: returnIdFrom(orderId, actor.id, idempotencyKey, sha256),
    request: { ...request, items: inOrder(request.items) },
    by: actingOnHolds(actor),
    ifMatch,
    actor: actor.id,
    requestId,
  });
}

/** Two requests that name the same holds in another order ask for the same thing. */
function inOrder(items: ReturnRequest["items"]): ReturnRequest["items"] {
  return items === "all" ? items : [...items].sort((a, b) => (a.holdId < b.holdId ? -1 : 1));
}
