// What a checkout makes of the holds it has read: a refusal or an order. Plain functions.

import type { Refusal } from "../domain/errors.ts";
import { type OrderId, ticketTypeOfHold } from "../domain/ids.ts";
import type { HoldView } from "../domain/ledger/command.ts";
import type { Order, OrderItem } from "../domain/order.ts";
import { must } from "../domain/result.ts";

/** The refusal that answers when several inventories refuse: in the order in which docs/api.md checks. */
export function worstOf(refusals: readonly Refusal[]): Refusal | null {
  const rank = ({ code }: Refusal): number => {
    if (code === "overloaded" || code === "temporarily_unavailable" || code === "internal_error") return 0;
    if (code === "not_found") return 1;
    return code === "organization_suspended" ? 2 : 3;
  };
  return [...refusals].sort((a, b) => rank(a) - rank(b))[0] ?? null;
}

/** Why these holds make no order, or null (rule O1). A hold that `orderId` has claimed before is as good as active. */
export function holdsRefusal(
  {
    holds,
    eventOver,
    suspended,
  }: { readonly holds: readonly HoldView[]; readonly eventOver: boolean; readonly suspended: boolean },
  orderId: OrderId,
): Refusal | null {
  if (suspended) return { code: "organization_suspended" };
  if (new Set(holds.map(({ eventId }) => eventId)).size > 1) return { code: "mixed_events" };
  if (eventOver) return { code: "not_on_sale", reason: "event_over" };
  for (const { id, status, claim } of holds) {
    if (status === "active" || claim?.orderId === orderId) continue;
    if (status === "expired") return { code: "hold_expired", holdId: id };
    return { code: "hold_not_active", holdStatus: status, holdId: id };
  }
  return null;
}

/** The order of these holds at the prices they were held at; its total is computed here and nowhere else. */
export function orderOf(
  id: OrderId,
  idempotencyKey: string,
  holds: readonly HoldView[],
  now: number,
  orderTtlMs: number,
): Order {
  const first = must(holds[0], "a checkout names at least one hold");
  const items = holds.map(
    (hold): OrderItem => ({
      ticketTypeId: ticketTypeOfHold(hold.id),
      holdId: hold.id,
      quantity: hold.quantity,
      unitPrice: hold.unitPrice,
      amount: hold.quantity * hold.unitPrice,
    }),
  );
  return {
    id,
    organizationId: first.organizationId,
    eventId: first.eventId,
    userId: first.userId,
    idempotencyKey,
    status: "reserved",
    items,
    total: items.reduce((sum, { amount }) => sum + amount, 0),
    currency: first.currency,
    expiresAt: now + orderTtlMs,
    createdAt: now,
    updatedAt: now,
  };
}
