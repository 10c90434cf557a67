// The tickets of a confirmed order (rules N1, N2, N8). They are a function of the order: nothing is stored for them.

import { type OrderId, type TicketId, ticketIdFrom, type TicketTypeId } from "../ids.ts";
import { type Order, type OrderItem, wasSold } from "../order.ts";

export const TICKET_STATUSES = ["valid", "void"] as const;
export type TicketStatus = (typeof TICKET_STATUSES)[number];

/** The generation of a ticket that was never issued anew. */
export const FIRST_GENERATION = 1;

/** `number` is its place in the order, from 1 on. `serial` names it and admits nobody: 53 bits. */
export type Ticket = {
  readonly id: TicketId;
  readonly orderId: OrderId;
  readonly ticketTypeId: TicketTypeId;
  readonly number: number;
  readonly serial: number;
  readonly status: TicketStatus;
  readonly generation: number;
};

type Sold = Pick<Order, "id" | "status"> & {
  readonly items: readonly Pick<OrderItem, "ticketTypeId" | "holdId" | "quantity" | "returned">[];
};
type Hash = (text: string) => Uint8Array;
type Place = Pick<Ticket, "ticketTypeId" | "status">;

/**
 * The tickets of an order, by their numbers; none of an order that was never confirmed. Numbers run over the items
 * sorted by ticket type and hold, and over the quantity that was sold, so that they never change. Of what was returned
 * of a hold (rule O7) the highest numbers are void.
 */
export function ticketsOf(order: Sold, hash: Hash): Ticket[] {
  return placesOf(order).map((place, index) => ticketAt(order.id, index + 1, place, hash));
}

/** The ticket of this number; null when the order has none. */
export function ticketOf(order: Sold, number: number, hash: Hash): Ticket | null {
  const place = placesOf(order)[number - 1];
  return place === undefined ? null : ticketAt(order.id, number, place, hash);
}

function ticketAt(orderId: OrderId, number: number, place: Place, hash: Hash): Ticket {
  const id = ticketIdFrom(orderId, number);
  return { id, orderId, ...place, number, serial: serialOf(id, hash), generation: FIRST_GENERATION };
}

function placesOf(order: Sold): Place[] {
  if (!wasSold(order)) return [];
  return [...order.items].sort(inOrder).flatMap(({ ticketTypeId, quantity, returned }) =>
    Array.from({ length: quantity }, (_, index) => ({
      ticketTypeId,
      status: index < quantity - returned ? ("valid" as const) : ("void" as const),
    })),
  );
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
