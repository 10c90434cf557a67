// Adds the tickets of an order to the projection (rule N2): the domain computes them from the order, so that D1 can find
// them.

import { PROJECTED_COLUMNS } from "../../db/projection/projection.ts";
import { type Ticket, ticketsOf } from "../../domain/door/tickets/ticket.ts";
import type { Order } from "../../domain/orders/order.ts";
import { sha256 } from "../../shared/sha256.ts";

/**
 * Computing a ticket takes a hash, and the object decides nothing meanwhile. After this many tickets a step begins no other
 * order.
 */
const TICKETS_A_STEP = 5_000;

const COLUMNS = PROJECTED_COLUMNS.split(", ");

/** `tickets` is in the form of `Projection`; null when the order has none. */
export type WithTickets<Row> = { readonly row: Row; readonly tickets: string | null };

/** Yields rows with the tickets of their orders, as many as are sent in one step, and at least one if there is any. */
export function* withTickets<Row extends { readonly order: string | null }>(
  rows: readonly Row[],
): Generator<WithTickets<Row>> {
  let count = 0;
  for (const row of rows) {
    if (count >= TICKETS_A_STEP) return;
    const [order, tickets] = row.order === null ? [null, []] : ticketsIn(row.order);
    count += tickets.length;
    const values = tickets.map(({ serial, number, status }) => [serial, number, status]);
    yield { row, tickets: order && values.length > 0 ? JSON.stringify([order.id, order.seq, values]) : null };
  }
}

/** Reads from PROJECTED_COLUMNS what makes an order's tickets. */
function ticketsIn(text: string): [Pick<Order, "id" | "seq">, Ticket[]] {
  const values = JSON.parse(text) as unknown[];
  const column = (name: string): unknown => values[COLUMNS.indexOf(name)];
  const items: unknown = JSON.parse(String(column("items")));
  // The cast holds, since the object has written these columns from a typed order.
  const order = { id: column("id"), status: column("status"), seq: column("seq"), items } as Order;
  return [order, ticketsOf(order, sha256)];
}
