// Orders: read and listed, confirmed and cancelled.

import { z } from "@hono/zod-openapi";
import { cancelOrder, confirmOrder } from "../../app/settle-order.ts";
import { answered } from "../../db/limit.ts";
import { listOrders, ordersOf, readOrder } from "../../db/orders.ts";
import { parseId } from "../../domain/ids.ts";
import { ORDER_STATUSES, orderVersion } from "../../domain/order.ts";
import { organiser, shopperOr } from "../access.ts";
import { pageFrom, readCursor } from "../paging.ts";
import { problem } from "../problem.ts";
import { dbOf } from "../db.ts";
import { contextOf, endpoint, newRouter } from "../routing.ts";
import { idExample, idParam, instant, json, pageOf, pagingQuery } from "../schemas/common.ts";
import { Order, renderOrder } from "../schemas/order.ts";
import { optionalIfMatch, versionTag } from "../version-tag.ts";

export const orders = newRouter();

const OrderFilters = z.strictObject({
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
});

const list = endpoint({
  method: "get",
  path: "/v1/orders",
  tags: ["Orders"],
  summary: "List orders",
  middleware: organiser("order.read"),
  request: { query: OrderFilters },
  responses: { 200: { description: "Orders, newest first", content: json(pageOf(Order)) } },
});

orders.openapi(list, async (c) => {
  const { organizationId } = c.get("actor");
  const { limit, cursor, ...filters } = c.req.valid("query");
  const bound = { list: "orders", organizationId, ...filters };
  const before = readCursor(cursor, bound);
  if (!before.ok) return problem(c, before.refusal);
  const eventId = filters.event_id === undefined ? undefined : parseId("evt", filters.event_id);
  // Why: a malformed id is an unknown one, and no order is of an unknown event.
  if (eventId === null) return c.json({ data: [], next_cursor: null }, 200);
  const { status, user_id: userId, since, until } = filters;
  const query = { organizationId, limit: limit + 1, before: before.value, status, eventId, userId, since, until };
  return c.json(pageFrom(await answered(listOrders(dbOf(c.env), query)), limit, bound, renderOrder), 200);
});

const read = endpoint(
  {
    method: "get",
    path: "/v1/orders/{id}",
    tags: ["Orders"],
    summary: "Read an order",
    middleware: shopperOr("order.read"),
    request: { params: idParam("ord") },
    responses: { 200: { description: "The order", content: json(Order) } },
  },
  ["not_found"],
);

orders.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const order = id && (await answered(readOrder(dbOf(c.env), id, ordersOf(c.get("actor")))));
  if (!order) return problem(c, { code: "not_found" });
  c.header("ETag", versionTag(orderVersion(order)));
  return c.json(renderOrder(order), 200);
});

const confirm = endpoint(
  {
    method: "post",
    path: "/v1/orders/{id}/confirm",
    tags: ["Orders"],
    summary: "Confirm an order",
    description: "Its tickets are sold. A confirmed order is answered as it is.",
    middleware: [organiser("order.settle"), optionalIfMatch] as const,
    request: { params: idParam("ord") },
    responses: { 200: { description: "The order", content: json(Order) } },
  },
  ["not_found", "order_not_reserved", "order_expired"],
);

orders.openapi(confirm, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const confirmed = await confirmOrder(contextOf(c), id, c.get("ifMatch"));
  if (!confirmed.ok) return problem(c, confirmed.refusal);
  c.header("ETag", versionTag(orderVersion(confirmed.value)));
  return c.json(renderOrder(confirmed.value), 200);
});

const cancel = endpoint(
  {
    method: "post",
    path: "/v1/orders/{id}/cancel",
    tags: ["Orders", "Storefront"],
    summary: "Cancel an order",
    description: "Its tickets are given back. A cancelled order is answered as it is.",
    middleware: [shopperOr("order.settle"), optionalIfMatch] as const,
    request: { params: idParam("ord") },
    responses: { 200: { description: "The order", content: json(Order) } },
  },
  ["not_found", "order_not_reserved", "order_expired"],
);

orders.openapi(cancel, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const cancelled = await cancelOrder(contextOf(c), id, c.get("ifMatch"));
  if (!cancelled.ok) return problem(c, cancelled.refusal);
  c.header("ETag", versionTag(orderVersion(cancelled.value)));
  return c.json(renderOrder(cancelled.value), 200);
});
