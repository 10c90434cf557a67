// The return of sold tickets (rule O7): what it takes of an order, and what the order is after it.

import type { Refusal } from "./errors.ts";
import type { HoldId, OrderId, ReturnId } from "./ids.ts";
import { itemOf, type Order, type OrderItem } from "./order.ts";
import { accept, refuse, type Result } from "./result.ts";

export type ReturnedItem = { readonly holdId: HoldId; readonly quantity: number };

/** What was asked for. Each hold is named once, in the order of the ids; `all` is whatever is left. */
export type ReturnRequest = {
  readonly items: readonly ReturnedItem[] | "all";
  readonly returnToStock: boolean;
  readonly reason: string | null;
};

/**
 * A return in the state `returning`: accepted, and its order not yet changed. Whoever has a say in it, as a door will,
 * is asked in this state; nobody is so far, so it is completed in the decision that began it.
 */
export type Returning = ReturnRequest & { readonly orderId: OrderId; readonly taken: readonly ReturnedItem[] };

/** A completed return. `seq` is the ledger row at the order's home that completed it. */
export type OrderReturn = Returning & { readonly id: ReturnId; readonly seq: number };

/** Refuses an order that is not confirmed, a hold that it has not, and more than is left of one. */
export function beginReturn(order: Order, request: ReturnRequest): Result<Returning, Refusal> {
  if (order.status !== "confirmed") return refuse({ code: "order_not_confirmed", orderStatus: order.status });
  const taken = request.items === "all" ? allThatIsLeft(order) : request.items;
  for (const { holdId, quantity } of taken) {
    const item = itemOf(order, holdId);
    if (!item) return refuse({ code: "not_found", holdId });
    const left = leftOf(item);
    if (quantity > left) return refuse({ code: "return_exceeds_order", holdId, requested: quantity, left });
  }
  return accept({ ...request, orderId: order.id, taken });
}

/** The order after the return. Once nothing is left of it, it is cancelled. */
export function completeReturn(order: Order, { taken, returnToStock }: Returning, now: number): Order {
  const items = order.items.map((item): OrderItem => {
    const quantity = taken.find(({ holdId }) => holdId === item.holdId)?.quantity ?? 0;
    const withdrawn = item.withdrawn + (returnToStock ? 0 : quantity);
    return { ...item, returned: item.returned + quantity, withdrawn };
  });
  const isEmpty = items.every((item) => leftOf(item) === 0);
  return { ...order, items, status: isEmpty ? "cancelled" : order.status, updatedAt: now };
}

/** Whether a request with the key of `known` asks for the same thing. */
export function isSameReturn(known: ReturnRequest, request: ReturnRequest): boolean {
  const named = ({ items }: ReturnRequest): string =>
    items === "all" ? items : items.map(({ holdId, quantity }) => `${holdId} ${quantity}`).join();
  return (
    named(known) === named(request) && known.returnToStock === request.returnToStock && known.reason === request.reason
  );
}

/** What the returned tickets cost, in minor units. */
export function returnedTotal({ items }: Pick<Order, "items">): number {
  return items.reduce((sum, { returned, unitPrice }) => sum + returned * unitPrice, 0);
}

function leftOf({ quantity, returned }: OrderItem): number {
  return quantity - returned;
}

function allThatIsLeft({ items }: Order): ReturnedItem[] {
  return items.map((item) => ({ holdId: item.holdId, quantity: leftOf(item) })).filter(({ quantity }) => quantity > 0);
}
