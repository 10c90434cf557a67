// Decides the return of sold tickets (rules O7, N9): which of an order's tickets it may take, and what the order is
// afterwards.

import { type ListedTicket, listTickets } from "../door/tickets/ticket.ts";
import type { Refusal } from "../errors.ts";
import type { ChangeId, HoldId, OrderId } from "../ids.ts";
import { itemOf, type Order, type OrderItem } from "./order.ts";
import { accept, refuse, type Result } from "../result.ts";

export type ReturnedItem = { readonly holdId: HoldId; readonly quantity: number };

/**
 * What was requested: a number of tickets of each hold, each hold named once and in the order of the ids; or tickets by
 * their numbers in the order, ascending; or everything that is left. `force`: also tickets whose holders were let in;
 * absent in a call of a release that did not know it.
 */
export type ReturnRequest = {
  readonly items: readonly ReturnedItem[] | { readonly tickets: readonly number[] } | "all";
  readonly returnToStock: boolean;
  readonly reason: string | null;
  readonly force?: boolean;
};

/** How many tickets of a hold to take from those with these numbers; the door decides which (rule N9). */
export type ReturnGroup = { readonly holdId: HoldId; readonly take: number; readonly from: readonly ListedTicket[] };

/**
 * A completed return. `tickets`: the numbers of those that it made void, ascending; absent in a return by a release that
 * named none. `seq` is the ledger row at the order's home that completed it.
 */
export type OrderReturn = ReturnRequest & {
  readonly id: ChangeId;
  readonly orderId: OrderId;
  readonly taken: readonly ReturnedItem[];
  readonly tickets?: readonly number[];
  readonly seq: number;
};

/**
 * Which tickets the return may take. Refuses an order that is not confirmed, a hold or ticket that it does not have, a
 * ticket that is void, and more than is left of a hold.
 */
export function beginReturn(order: Order, { items }: ReturnRequest): Result<readonly ReturnGroup[], Refusal> {
  if (order.status !== "confirmed") return refuse({ code: "order_not_confirmed", orderStatus: order.status });
  const tickets = listTickets(order);
  if (typeof items === "object" && "tickets" in items) return namedGroups(tickets, items.tickets);
  const valid = tickets.filter(({ status }) => status === "valid");
  const groups: ReturnGroup[] = [];
  for (const { holdId, quantity } of items === "all" ? allThatIsLeft(order) : items) {
    const item = itemOf(order, holdId);
    if (!item) return refuse({ code: "not_found", holdId });
    const left = leftOf(item);
    if (quantity > left) return refuse({ code: "return_exceeds_order", holdId, requested: quantity, left });
    groups.push({ holdId, take: quantity, from: valid.filter((ticket) => ticket.holdId === holdId) });
  }
  return accept(groups);
}

function namedGroups(
  tickets: readonly ListedTicket[],
  numbers: readonly number[],
): Result<readonly ReturnGroup[], Refusal> {
  const named: ListedTicket[] = [];
  for (const number of numbers) {
    const ticket = tickets[number - 1];
    if (!ticket) return refuse({ code: "not_found" });
    if (ticket.status === "void") return refuse({ code: "ticket_void" });
    named.push(ticket);
  }
  const holds = [...new Set(named.map(({ holdId }) => holdId))];
  return accept(
    holds.map((holdId) => {
      const from = named.filter((ticket) => ticket.holdId === holdId);
      return { holdId, take: from.length, from };
    }),
  );
}

/** The order after the return of the tickets with these numbers. It is cancelled when nothing is left of it. */
export function completeReturn(
  order: Order,
  { returnToStock }: Pick<ReturnRequest, "returnToStock">,
  numbers: readonly number[],
  now: number,
): Order {
  const tickets = listTickets(order);
  const items = order.items.map((item): OrderItem => {
    const own = tickets.filter(({ holdId }) => holdId === item.holdId);
    const gone = own.filter(({ number }) => numbers.includes(number));
    if (gone.length === 0) return item;
    // Includes those that an earlier release did not name.
    const voided = own
      .filter((ticket) => ticket.status === "void" || gone.includes(ticket))
      .map(({ number }) => number);
    const withdrawn = item.withdrawn + (returnToStock ? 0 : gone.length);
    return { ...item, returned: item.returned + gone.length, withdrawn, voided };
  });
  const isEmpty = items.every((item) => leftOf(item) === 0);
  return { ...order, items, status: isEmpty ? "cancelled" : order.status, updatedAt: now };
}

/** Whether `request`, which has the same key as `known`, is a repeat of it. */
export function isSameReturn(known: ReturnRequest, request: ReturnRequest): boolean {
  return JSON.stringify(textsOf(known)) === JSON.stringify(textsOf(request));
}

function textsOf({ items, returnToStock, reason, force = false }: ReturnRequest): readonly unknown[] {
  const named = items === "all" || "tickets" in items ? items : items.map(({ holdId, quantity }) => [holdId, quantity]);
  return [named, returnToStock, reason, force];
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
