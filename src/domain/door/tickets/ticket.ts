// Computes the tickets of a confirmed order (rules N1, N2, N8). They are a function of the order: only what changed about a
// ticket is stored.

import { type HoldId, type OrderId, type TicketId, ticketIdFrom, type TicketTypeId } from "../../ids.ts";
import { type Order, type OrderItem, wasSold } from "../../orders/order.ts";
import { markOf } from "../../orders/ticket-change.ts";

export const TICKET_STATUSES = ["valid", "void"] as const;
export type TicketStatus = (typeof TICKET_STATUSES)[number];

/** A ticket in the list of its order. `number` is its place in the order, from 1 on. */
export type ListedTicket = {
  readonly number: number;
  readonly holdId: HoldId;
  readonly ticketTypeId: TicketTypeId;
  readonly status: TicketStatus;
};

/**
 * `serial` names it and admits nobody: 53 bits. `blockNote` is shown at the gate that stops it, `attention` at one that
 * admits it.
 */
export type Ticket = ListedTicket & {
  readonly id: TicketId;
  readonly orderId: OrderId;
  readonly serial: number;
  readonly generation: number;
  readonly blocked: boolean;
  readonly blockNote: string | null;
  readonly attention: string | null;
};

type Item = Pick<OrderItem, "ticketTypeId" | "holdId" | "quantity" | "returned" | "voided">;
type Sold = Pick<Order, "status"> & { readonly items: readonly Item[] };
type Marked = Sold & Pick<Order, "id" | "marks">;
type Hash = (text: string) => Uint8Array;

/**
 * The tickets of an order, by their numbers; none of an order that was never confirmed. Numbers run over the items, sorted
 * by ticket type and hold, and over the quantity that was sold, so they never change.
 */
export function ticketsOf(order: Marked, hash: Hash): Ticket[] {
  return listTickets(order).map((listed) => ticketAt(order, listed, hash));
}

/** The ticket of this number; null when the order has none. */
export function ticketOf(order: Marked, number: number, hash: Hash): Ticket | null {
  const listed = listTickets(order)[number - 1];
  return listed === undefined ? null : ticketAt(order, listed, hash);
}

function ticketAt(order: Marked, listed: ListedTicket, hash: Hash): Ticket {
  const id = ticketIdFrom(order.id, listed.number);
  const { generation, blocked, blockNote, attention } = markOf(order, listed.number);
  const marks = { generation, blocked, blockNote, attention };
  return { ...listed, id, orderId: order.id, serial: serialOf(id, hash), ...marks };
}

/** The same as `ticketsOf`, without the fields that need a hash or a mark. */
export function listTickets(order: Sold): ListedTicket[] {
  if (!wasSold(order)) return [];
  let last = 0;
  return [...order.items].sort(inOrder).flatMap((item) => {
    const { ticketTypeId, holdId, quantity } = item;
    const numbers = Array.from({ length: quantity }, (_, index) => last + 1 + index);
    last += quantity;
    const voidNumbers = voidAmong(numbers, item);
    return numbers.map((number) => ({
      ...{ number, holdId, ticketTypeId },
      status: voidNumbers.has(number) ? ("void" as const) : ("valid" as const),
    }));
  });
}

/** In a return by an earlier release, which named no tickets, those with the highest numbers became void. */
function voidAmong(numbers: readonly number[], { returned, voided = [] }: Item): ReadonlySet<number> {
  if (returned === voided.length) return new Set(voided);
  const others = numbers.filter((number) => !voided.includes(number));
  return new Set([...voided, ...others.slice(voided.length - returned)]);
}

/**
 * Whether its door may be making the ticket void, or giving it another generation (rule N9). Until the door has replied,
 * nobody is shown a code.
 */
export function isBeingChanged(
  { pending }: Pick<Order, "id" | "pending">,
  { number, holdId }: Pick<ListedTicket, "number" | "holdId">,
): boolean {
  if (!pending) return false;
  const { request } = pending;
  if (request.action !== "return") return request.action === "reissue" && request.number === number;
  if (request.items === "all") return true;
  return "tickets" in request.items
    ? request.items.tickets.includes(number)
    : request.items.some((item) => item.holdId === holdId);
}

type Placed = Pick<OrderItem, "ticketTypeId" | "holdId">;

function inOrder(a: Placed, b: Placed): number {
  const [first, second] = [`${a.ticketTypeId} ${a.holdId}`, `${b.ticketTypeId} ${b.holdId}`];
  return first < second ? -1 : 1;
}

/** The first 53 bits of a hash of the ticket's id: exact as a number. */
export function serialOf(id: TicketId, hash: Hash): number {
  const bytes = hash(id);
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return words.getUint32(0) * 2 ** 21 + (words.getUint32(4) >>> 11);
}
