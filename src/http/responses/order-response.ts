// What the routes of one order share: its id in the path, and the response with the order.

import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { ProjectedOrder } from "../../db/orders/orders.ts";
import type { Refusal } from "../../domain/errors.ts";
import { type OrderId, parseOrderId } from "../../domain/ids.ts";
import type { OrderView } from "../../domain/ledger/command.ts";
import { type Buyer, type OrderLink, seesContact } from "../../domain/people/policy.ts";
import type { Result } from "../../domain/result.ts";
import { problem } from "../problems/problem.ts";
import { ORDER_ID_EXAMPLE } from "../schemas/sales/order-id.ts";
import { renderOrder } from "../schemas/sales/order.ts";
import { versionTag } from "./version-tag.ts";

/** The order from its home, or from D1 if its home has deleted it (rule H13). */
export type OrderOrCopy = Result<OrderView | ProjectedOrder, Refusal>;

export const orderIdParam = z.object({
  id: z
    .string()
    .openapi({ param: { name: "id", in: "path" }, example: ORDER_ID_EXAMPLE })
    .transform((text): OrderId | null => parseOrderId(text)),
});

/** Responds with an order and its version, and with its contact if the actor may see that. */
export function orderResponse(c: Context, actor: Buyer | OrderLink, reply: OrderOrCopy) {
  if (!reply.ok) return problem(c, reply.refusal);
  const order = reply.value;
  c.header("ETag", versionTag(order.seq));
  return c.json(renderOrder(order, seesContact(actor, order)), 200);
}
