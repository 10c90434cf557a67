// Places a basket: holds of several ticket types of one event, by one request. It is as fast as its holds: no D1 and no KV.

import { type BasketItem, placeBasket } from "../../../app/orders/place-basket.ts";
import { parseId } from "../../../domain/ids.ts";
import { limitedShopperOr } from "../../middleware/access.ts";
import { limitHolds, buyerAddress } from "../../middleware/limits/rate-limit.ts";
import { idempotencyKey } from "../../middleware/idempotency-key.ts";
import { inventoryFor } from "../../middleware/limits/miss-limit.ts";
import { problem } from "../../problems/problem.ts";
import { endpoint, newRouter } from "../../routing.ts";
import { Basket, BasketInput, renderBasket } from "../../schemas/sales/basket.ts";
import { idParam, json, jsonContent } from "../../schemas/common.ts";

export const baskets = newRouter();

const place = endpoint(
  {
    method: "post",
    path: "/v1/events/{id}/holds",
    tags: ["Storefront"],
    summary: "Hold tickets of several types",
    description:
      "Holds 1 to 10 ticket types of one event, in the order of their ids. With `all_or_nothing` a basket that cannot be " +
      "held completely is refused with `basket_refused`, what was placed is given back, and a new Idempotency-Key is " +
      "needed; without it, `refused` lists what is not held. A repeat returns what is there, and places nothing.",
    middleware: [limitedShopperOr("hold.door_sale"), idempotencyKey] as const,
    request: { params: idParam("evt"), body: jsonContent(BasketInput) },
    responses: { 201: { description: "What is held", content: json(Basket) } },
  },
  [
    "not_found",
    "organization_suspended",
    "basket_refused",
    "idempotency_in_progress",
    "idempotency_key_reused",
    "overloaded",
  ],
);

baskets.openapi(place, async (c) => {
  const eventId = c.req.valid("param").id;
  const input = c.req.valid("json");
  if (!eventId) return problem(c, { code: "not_found" });
  const items: BasketItem[] = [];
  for (const { ticket_type_id, quantity } of input.items) {
    const ticketTypeId = parseId("tt", ticket_type_id);
    if (!ticketTypeId) return problem(c, { code: "not_found" });
    items.push({ ticketTypeId, quantity });
  }
  const actor = c.get("actor");
  // The middleware has counted the first hold.
  const excess = actor.kind === "shopper" ? await limitHolds(c, actor.id, items.length - 1) : null;
  if (excess) return problem(c, excess);
  const context = {
    actor,
    requestId: c.get("requestId"),
    inventories: (id: BasketItem["ticketTypeId"]) => inventoryFor(c, id),
    clock: () => Date.now(),
    addressAt: (id: BasketItem["ticketTypeId"]) => buyerAddress(c, actor, id),
  };
  const key = c.get("idempotencyKey");
  const placed = await placeBasket(context, {
    eventId,
    items,
    allOrNothing: input.all_or_nothing,
    idempotencyKey: key,
  });
  if (!placed.ok) return problem(c, placed.refusal);
  if (placed.value.replayed) c.header("Idempotency-Replayed", "true");
  return c.json(renderBasket(placed.value), 201);
});
