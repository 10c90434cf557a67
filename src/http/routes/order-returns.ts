// Returns of sold tickets (rule O7): for organisers alone, and so no part of the storefront.

import { returnTickets } from "../../app/return-tickets.ts";
import { parseHoldId } from "../../domain/ids.ts";
import type { ReturnedItem } from "../../domain/order-return.ts";
import { accept } from "../../domain/result.ts";
import { organiser } from "../access.ts";
import { answerOrder, orderIdParam } from "../answer-order.ts";
import { idempotencyKey } from "../idempotency-key.ts";
import { problem } from "../problem.ts";
import { contextOf, endpoint, newRouter } from "../routing.ts";
import { json, jsonContent } from "../schemas/common.ts";
import { ReturnInput } from "../schemas/order-history.ts";
import { Order } from "../schemas/order.ts";
import { optionalIfMatch } from "../version-tag.ts";

export const orderReturns = newRouter();

const returning = endpoint(
  {
    method: "post",
    path: "/v1/orders/{id}/returns",
    tags: ["Orders"],
    summary: "Return sold tickets",
    description:
      "Of a confirmed order, in whole or in part. The tickets are for sale again, or withdrawn. An order of which nothing is left is cancelled. No money is moved.",
    middleware: [organiser("order.settle"), optionalIfMatch, idempotencyKey] as const,
    request: { params: orderIdParam, body: jsonContent(ReturnInput) },
    responses: { 200: { description: "The order", content: json(Order) } },
  },
  ["not_found", "order_not_confirmed", "return_exceeds_order", "idempotency_key_reused", "overloaded"],
);

orderReturns.openapi(returning, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const { items: named, return_to_stock: returnToStock, reason } = c.req.valid("json");
  const items: ReturnedItem[] = [];
  for (const { hold_id, quantity } of named === "all" ? [] : named) {
    const holdId = parseHoldId(hold_id);
    if (!holdId) return problem(c, { code: "not_found", holdId: hold_id });
    items.push({ holdId, quantity });
  }
  const asked = { items: named === "all" ? named : items, returnToStock, reason };
  const [key, ifMatch] = [c.get("idempotencyKey"), c.get("ifMatch")];
  const returned = await returnTickets(contextOf(c), id, { ...asked, idempotencyKey: key, ifMatch });
  if (!returned.ok) return problem(c, returned.refusal);
  const { order, replayed } = returned.value;
  if (replayed) c.header("Idempotency-Replayed", "true");
  return answerOrder(c, c.get("actor"), accept(order));
});
