// The client as the README shows it: test/unit/source/docs.test.ts compares them, openapi-document.test.ts runs it.

import { type ClientOptions, openClient } from "voelgoedevents/client";

export async function holdTwo(api: ClientOptions, ticketTypeId: string): Promise<string> {
  const shopper = await openClient(api).call("POST /v1/shoppers", {});
  if (!shopper.ok) return shopper.problem.title;
  const hold = await openClient({ ...api, token: shopper.body.token }).call("POST /v1/ticket-types/{id}/holds", {
    id: ticketTypeId,
    idempotencyKey: crypto.randomUUID(), // a repeat with the same key holds nothing more
    body: { quantity: 2 },
  });
  if (!hold.ok && hold.problem.code === "sold_out") return `Only ${String(hold.problem["available_quantity"])} left`;
  return hold.ok ? `Held until ${hold.body.held_until}` : hold.problem.title;
}
