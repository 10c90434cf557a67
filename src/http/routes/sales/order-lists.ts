// Lists orders from the projection, and the history of one from its home, for organisers alone. The routes of buyers
// (orders.ts) are in another file, since they are needed before an isolate's first response.

import { z } from "@hono/zod-openapi";
import { listOrders } from "../../../db/orders/orders.ts";
import { parseSerial } from "../../../domain/door/tickets/serial.ts";
import { nameKeyOf } from "../../../domain/orders/contact.ts";
import { homeOf, parseId } from "../../../domain/ids.ts";
import { ORDER_STATUSES } from "../../../domain/orders/order.ts";
import { MAX_SEARCH } from "../../../domain/limits.ts";
import { actingOnHolds } from "../../../domain/people/policy.ts";
import { parseReference } from "../../../domain/orders/reference.ts";
import { openInventories } from "../../../inventory/client.ts";
import { orderIdParam } from "../../responses/order-response.ts";
import { organiser } from "../../middleware/access.ts";
import { pageFrom, readCursor } from "../../paging.ts";
import { problem } from "../../problems/problem.ts";
import { dbOf } from "../../db.ts";
import { endpoint, newRouter } from "../../routing.ts";
import { email, idExample, instant, json, pagingQuery, toIso } from "../../schemas/common.ts";
import { OrderHistory, OrderPage, renderOrderHistory } from "../../schemas/sales/order-history.ts";
import { renderOrder } from "../../schemas/sales/order.ts";

export const orderLists = newRouter();

const reference = z
  .string()
  .max(MAX_SEARCH)
  .transform((text, context) => {
    const parsed = parseReference(text);
    if (parsed !== null) return parsed;
    context.addIssue({ code: "custom", message: "Not a reference: its last character does not fit the others" });
    return z.NEVER;
  });

const serial = z
  .string()
  .max(MAX_SEARCH)
  .transform((text, context) => {
    const parsed = parseSerial(text);
    if (parsed !== null) return parsed;
    context.addIssue({ code: "custom", message: "Not a serial: it has eleven letters and digits" });
    return z.NEVER;
  });

const OrderFilters = z
  .strictObject({
    ...pagingQuery,
    status: z.enum(ORDER_STATUSES).optional().openapi({ example: "reserved" }),
    event_id: z
      .string()
      .optional()
      .openapi({ example: idExample("evt") }),
    user_id: z
      .string()
      .optional()
      .openapi({ example: idExample("shp") }),
    since: instant.optional().openapi({ description: "Created at or after." }),
    until: instant.optional().openapi({ description: "Created before.", example: "2027-01-01T00:00:00+02:00" }),
    reference: reference.optional().openapi({
      type: "string",
      description: "In any case and spacing; all matches are returned.",
      example: "7K3F-9QZ2-M4Z",
    }),
    serial: serial.optional().openapi({
      type: "string",
      description: "The serial of one of its tickets, in any case and spacing.",
      example: "2GPSK-SFJ5J-M",
    }),
    email: email.optional().openapi({ type: "string", description: "Of its contact.", example: "buyer@example.com" }),
    name: z
      .string()
      .max(MAX_SEARCH)
      .transform(nameKeyOf)
      .refine((key) => key !== "", "Empty")
      .optional()
      .openapi({
        type: "string",
        description: "The beginning of the contact's name, whatever its case and accents; only with `event_id`.",
        example: "a buy",
      }),
  })
  .refine(({ name, event_id }) => name === undefined || event_id !== undefined, {
    path: ["name"],
    error: "Only with event_id",
  });

const list = endpoint({
  method: "get",
  path: "/v1/orders",
  tags: ["Orders"],
  summary: "List orders",
  description: "As they were last projected, a second or so before `as_of`. A single order is read from its home.",
  middleware: organiser("order.read"),
  request: { query: OrderFilters },
  responses: { 200: { description: "Orders, newest first", content: json(OrderPage) } },
});

orderLists.openapi(list, async (c) => {
  const { organizationId } = c.get("actor");
  const { limit, cursor, ...filters } = c.req.valid("query");
  const bound = { list: "orders", organizationId, ...filters };
  const before = readCursor(cursor, bound);
  if (!before.ok) return problem(c, before.refusal);
  const eventId = filters.event_id === undefined ? undefined : parseId("evt", filters.event_id);
  const as_of = toIso(Date.now());
  // A malformed id is treated as unknown, and an unknown event has no orders.
  if (eventId === null) return c.json({ data: [], next_cursor: null, as_of, behind: false }, 200);
  const { user_id: userId, event_id: _, name: nameKey, ...rest } = filters;
  const query = { ...rest, organizationId, limit: limit + 1, before: before.value, eventId, userId, nameKey };
  const { orders: rows, behind } = await listOrders(dbOf(c.env), query);
  return c.json({ ...pageFrom(rows, limit, bound, (order) => renderOrder(order, true)), as_of, behind }, 200);
});

const readHistory = endpoint(
  {
    method: "get",
    path: "/v1/orders/{id}/history",
    tags: ["Orders"],
    summary: "Read the history of an order",
    description:
      "The ledger rows of its home that are about it, with who did it and by which request, and its returns.",
    middleware: organiser("order.read"),
    request: { params: orderIdParam },
    responses: { 200: { description: "Oldest first", content: json(OrderHistory) } },
  },
  ["not_found", "overloaded"],
);

orderLists.openapi(readHistory, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const by = actingOnHolds(c.get("actor"));
  const history = await openInventories(c.env.INVENTORY)(homeOf(id)).history({ orderId: id, by });
  return history.ok ? c.json(renderOrderHistory(history.value), 200) : problem(c, history.refusal);
});
