// An example that the tests run: a shopper buys tickets of the first type of an event that has enough left.

import { openClient, type ClientOptions, type Operations, type Refused } from "./client.ts";

type Order = Operations["POST /v1/checkouts"]["answer"];
type Bought = { readonly ok: true; readonly order: Order } | Refused | { readonly ok: false; readonly problem: null };

/**
 * `problem` is null when no type has enough left. If a response is lost, repeating with the same keys does nothing twice.
 */
export async function buyTickets(shop: ClientOptions, eventId: string, quantity: number): Promise<Bought> {
  const anyone = openClient(shop);
  const counts = await anyone.call("GET /v1/public/events/{id}/availability", { id: eventId });
  if (!counts.ok) return counts;
  const type = counts.body.ticket_types.find(({ available }) => available >= quantity);
  if (!type) return { ok: false, problem: null };
  const shopper = await anyone.call("POST /v1/shoppers", {});
  if (!shopper.ok) return shopper;
  const client = openClient({ ...shop, token: shopper.body.token });
  const hold = await client.call("POST /v1/ticket-types/{id}/holds", {
    id: type.id,
    idempotencyKey: crypto.randomUUID(),
    body: { quantity },
  });
  if (!hold.ok) return hold;
  const order = await client.call("POST /v1/checkouts", {
    idempotencyKey: crypto.randomUUID(),
    body: { hold_ids: [hold.body.id] },
  });
  return order.ok ? { ok: true, order: order.body } : order;
}
