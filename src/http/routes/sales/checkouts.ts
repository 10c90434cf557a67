// Checks out: makes an order of holds.

import { checkOut } from "../../../app/orders/check-out.ts";
import { signOrderLink } from "../../../auth/links/order-links.ts";
import { type HoldId, parseHoldId, ticketTypeOfHold } from "../../../domain/ids.ts";
import { seesContact } from "../../../domain/people/policy.ts";
import { limitedShopperOr } from "../../middleware/access.ts";
import { idempotencyKey } from "../../middleware/idempotency-key.ts";
import { withKnownIds } from "../../middleware/limits/miss-limit.ts";
import { problem } from "../../problems/problem.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { json, jsonContent } from "../../schemas/common.ts";
import { versionTag } from "../../responses/version-tag.ts";
import { CheckedOutOrder, CheckoutInput, renderOrder } from "../../schemas/sales/order.ts";

export const checkouts = newRouter();

const start = endpoint(
  {
    method: "post",
    path: "/v1/checkouts",
    tags: ["Storefront"],
    summary: "Check holds out",
    description: "Makes one reserved order of 1 to 10 active holds of one event, or changes none of them.",
    middleware: [limitedShopperOr("hold.door_sale"), idempotencyKey] as const,
    request: { body: jsonContent(CheckoutInput) },
    responses: { 201: { description: "The order", content: json(CheckedOutOrder) } },
  },
  [
    "not_found",
    "organization_suspended",
    "hold_expired",
    "hold_not_active",
    "mixed_events",
    "not_on_sale",
    "idempotency_key_reused",
    "overloaded",
  ],
);

checkouts.openapi(start, async (c) => {
  const { hold_ids, contact, locale } = c.req.valid("json");
  const holdIds: HoldId[] = [];
  for (const text of hold_ids) {
    const holdId = parseHoldId(text);
    if (!holdId) return problem(c, { code: "not_found", holdId: text });
    holdIds.push(holdId);
  }
  const input = { holdIds, idempotencyKey: c.get("idempotencyKey"), contact, locale };
  const types = new Set(holdIds.map(ticketTypeOfHold));
  const checkedOut = await withKnownIds(c, types, () => checkOut(contextOf(c), input));
  if (!checkedOut.ok) return problem(c, checkedOut.refusal);
  const { order, replayed } = checkedOut.value;
  c.header("Location", `/v1/orders/${order.id}`);
  c.header("ETag", versionTag(order.seq));
  if (replayed) c.header("Idempotency-Replayed", "true");
  const shown = renderOrder(order, seesContact(c.get("actor"), order));
  return c.json({ ...shown, order_link: signOrderLink(c.env, order.id) }, 201);
});
