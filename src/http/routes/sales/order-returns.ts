// Returns sold tickets (rule O7), for organisers alone, so it is no part of the storefront.

import { returnTickets } from "../../../app/tickets/change-tickets.ts";
import type { z } from "@hono/zod-openapi";
import type { Refusal } from "../../../domain/errors.ts";
import { numberOfTicket, type OrderId, orderOfTicket, parseHoldId, parseTicketId } from "../../../domain/ids.ts";
import type { ReturnedItem, ReturnRequest } from "../../../domain/orders/order-return.ts";
import { accept, refuse, type Result } from "../../../domain/result.ts";
import { organiser } from "../../middleware/access.ts";
import { orderResponse, orderIdParam } from "../../responses/order-response.ts";
import { idempotencyKey } from "../../middleware/idempotency-key.ts";
import { problem } from "../../problems/problem.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { json, jsonContent } from "../../schemas/common.ts";
import { ReturnInput } from "../../schemas/sales/order-history.ts";
import { Order } from "../../schemas/sales/order.ts";
import { optionalIfMatch } from "../../responses/version-tag.ts";

export const orderReturns = newRouter();

const returning = endpoint(
  {
    method: "post",
    path: "/v1/orders/{id}/returns",
    tags: ["Orders"],
    summary: "Return sold tickets",
    description:
      "Returns all or some tickets of a confirmed order. The tickets are for sale again, or withdrawn. An order without any tickets left is cancelled. No money is moved.",
    middleware: [organiser("order.settle"), optionalIfMatch, idempotencyKey] as const,
    request: { params: orderIdParam, body: jsonContent(ReturnInput) },
    responses: { 200: { description: "The order", content: json(Order) } },
  },
  [
    "not_found",
    "order_not_confirmed",
    "return_exceeds_order",
    "ticket_void",
    "ticket_admitted",
    "idempotency_key_reused",
    "overloaded",
  ],
);

orderReturns.openapi(returning, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const { items: named, return_to_stock: returnToStock, reason, force } = c.req.valid("json");
  const items = itemsFrom(named, id);
  if (!items.ok) return problem(c, items.refusal);
  const request = { items: items.value, returnToStock, reason, force };
  const [key, ifMatch] = [c.get("idempotencyKey"), c.get("ifMatch")];
  const returned = await returnTickets(contextOf(c), id, { ...request, idempotencyKey: key, ifMatch });
  if (!returned.ok) return problem(c, returned.refusal);
  const { order, replayed } = returned.value;
  if (replayed) c.header("Idempotency-Replayed", "true");
  return orderResponse(c, c.get("actor"), accept(order));
});

/** A malformed id is treated as unknown, and so is the ticket of another order. */
function itemsFrom(
  named: z.infer<typeof ReturnInput>["items"],
  orderId: OrderId,
): Result<ReturnRequest["items"], Refusal> {
  if (named === "all") return accept(named);
  if ("tickets" in named) {
    const ids = named.tickets.map(parseTicketId);
    const own = ids.flatMap((id) => (id && orderOfTicket(id) === orderId ? numberOfTicket(id) : []));
    return own.length === ids.length ? accept({ tickets: own }) : refuse({ code: "not_found" });
  }
  const items: ReturnedItem[] = [];
  for (const { hold_id, quantity } of named) {
    const holdId = parseHoldId(hold_id);
    if (!holdId) return refuse({ code: "not_found", holdId: hold_id });
    items.push({ holdId, quantity });
  }
  return accept(items);
}
