// Puts into words what an order has, for the questions before something is done with it.

import type { Operations } from "../../../../client/client.ts";
import { texts } from "../../language.ts";

export type Order = Operations["GET /v1/orders/{id}"]["answer"];
/** The names of the event's ticket types, by their ids. */
export type Names = ReadonlyMap<string, string>;

/** `2 × General, 1 × VIP`: what is left of the order. */
export function whatOf(order: Order, names: Names): string {
  return order.items
    .map(({ ticket_type_id, quantity, returned_quantity }) => {
      const left = quantity - returned_quantity;
      return left > 0 ? `${left} × ${names.get(ticket_type_id) ?? texts().event.type}` : "";
    })
    .filter(Boolean)
    .join(", ");
}
