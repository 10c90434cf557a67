// Reads, confirms and cancels orders at their home, and lists a shopper's own from the projection.

import { z } from "@hono/zod-openapi";
import { eraseCutContact } from "../../../app/orders/cut-orders.ts";
import { eraseContact } from "../../../app/orders/erase-contact.ts";
import { cancelOrder, confirmOrder } from "../../../app/orders/settle-order.ts";
import { listOwnOrders } from "../../../db/orders/orders.ts";
import { homeOf } from "../../../domain/ids.ts";
import { readingOrders } from "../../../domain/people/policy.ts";
import { refuse } from "../../../domain/result.ts";
import { orderResponse, orderIdParam } from "../../responses/order-response.ts";
import { limitedShopper, limitedShopperOr, linkOrShopperOr, organiser } from "../../middleware/access.ts";
import { pageFrom, readCursor } from "../../paging.ts";
import { withKnownIds } from "../../middleware/limits/miss-limit.ts";
import { problem } from "../../problems/problem.ts";
import { dbOf } from "../../db.ts";
import { orOfD1, readOrder } from "../../reads/read-order.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { json, pagingQuery, toIso } from "../../schemas/common.ts";
import { Order, OwnOrderPage, renderOrder } from "../../schemas/sales/order.ts";
import { optionalIfMatch } from "../../responses/version-tag.ts";

export const orders = newRouter();

const listOwn = endpoint({
  method: "get",
  path: "/v1/shoppers/me/orders",
  tags: ["Storefront"],
  summary: "List a shopper's own orders",
  description: "As they were last projected, a second or so before `as_of`. A single order is read by its id.",
  middleware: limitedShopper,
  request: { query: z.strictObject(pagingQuery) },
  responses: { 200: { description: "Orders, newest first", content: json(OwnOrderPage) } },
});

orders.openapi(listOwn, async (c) => {
  const { id: userId } = c.get("actor");
  const { limit, cursor } = c.req.valid("query");
  const bound = { list: "own orders", userId };
  const before = readCursor(cursor, bound);
  if (!before.ok) return problem(c, before.refusal);
  const as_of = toIso(Date.now());
  const rows = await listOwnOrders(dbOf(c.env), { userId, limit: limit + 1, before: before.value });
  return c.json({ ...pageFrom(rows, limit, bound, (order) => renderOrder(order, true)), as_of }, 200);
});

const read = endpoint(
  {
    method: "get",
    path: "/v1/orders/{id}",
    tags: ["Orders"],
    summary: "Read an order",
    description: "An order link reads its own order, without the contact.",
    middleware: linkOrShopperOr("order.read"),
    request: { params: orderIdParam },
    responses: { 200: { description: "The order", content: json(Order) } },
  },
  ["not_found", "overloaded"],
);

orders.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const actor = c.get("actor");
  // A link is checked before the requested order: an expired one is no credential, whatever it requests.
  const orderId = actor.kind === "order_link" ? actor.id : id;
  if (!orderId) return problem(c, { code: "not_found" });
  const order = await readOrder(c, orderId, readingOrders(actor));
  return orderResponse(c, actor, order.ok && orderId !== id ? refuse({ code: "not_found" }) : order);
});

const confirm = endpoint(
  {
    method: "post",
    path: "/v1/orders/{id}/confirm",
    tags: ["Orders"],
    summary: "Confirm an order",
    description: "Its tickets are sold. A confirmed order is returned as it is.",
    middleware: [organiser("order.settle"), optionalIfMatch] as const,
    request: { params: orderIdParam },
    responses: { 200: { description: "The order", content: json(Order) } },
  },
  ["not_found", "order_not_reserved", "order_expired", "overloaded"],
);

orders.openapi(confirm, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const confirmed = await confirmOrder(contextOf(c), id, c.get("ifMatch"));
  return orderResponse(c, c.get("actor"), confirmed);
});

const cancel = endpoint(
  {
    method: "post",
    path: "/v1/orders/{id}/cancel",
    tags: ["Orders", "Storefront"],
    summary: "Cancel an order",
    description: "Its tickets are given back. A cancelled order is returned as it is.",
    middleware: [limitedShopperOr("order.settle"), optionalIfMatch] as const,
    request: { params: orderIdParam },
    responses: { 200: { description: "The order", content: json(Order) } },
  },
  ["not_found", "order_not_reserved", "order_expired", "overloaded"],
);

orders.openapi(cancel, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const home = new Set([homeOf(id)]);
  const cancelled = await withKnownIds(c, home, () => cancelOrder(contextOf(c), id, c.get("ifMatch")));
  return orderResponse(c, c.get("actor"), cancelled);
});

const erase = endpoint(
  {
    method: "delete",
    path: "/v1/orders/{id}/contact",
    tags: ["Orders", "Storefront"],
    summary: "Erase the contact of an order",
    description: "Name, e-mail address and phone number are deleted for good, and no more mails are sent there.",
    middleware: limitedShopperOr("order.erase_contact"),
    request: { params: orderIdParam },
    responses: { 200: { description: "The order", content: json(Order) } },
  },
  ["not_found", "overloaded"],
);

orders.openapi(erase, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const reply = await withKnownIds(c, new Set([homeOf(id)]), () => eraseContact(contextOf(c), id));
  const erased = await orOfD1(c, id, reply, () => eraseCutContact(contextOf(c), id));
  return orderResponse(c, c.get("actor"), erased);
});
