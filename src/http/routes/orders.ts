// Orders: listed from the projection; read, confirmed and cancelled at their home.

import { z } from "@hono/zod-openapi";
import { eraseCutContact, isCut, readCutOrder } from "../../app/cut-orders.ts";
import { eraseContact } from "../../app/erase-contact.ts";
import { cancelOrder, confirmOrder } from "../../app/settle-order.ts";
import { answered } from "../../db/limit.ts";
import { listOrders, listOwnOrders } from "../../db/orders.ts";
import { nameKeyOf } from "../../domain/contact.ts";
import { homeOf, type OrderId, parseId } from "../../domain/ids.ts";
import { ORDER_STATUSES } from "../../domain/order.ts";
import { MAX_SEARCH } from "../../domain/limits.ts";
import type { OrderReply } from "../../domain/ledger/command.ts";
import { actingOnHolds, readingOrders } from "../../domain/policy.ts";
import { parseReference } from "../../domain/reference.ts";
import { refuse } from "../../domain/result.ts";
import { openInventories } from "../../inventory/client.ts";
import { answerOrder, type OrderAnswer, orderIdParam } from "../answer-order.ts";
import { limitedShopper, limitedShopperOr, linkOrShopperOr, organiser } from "../access.ts";
import { pageFrom, readCursor } from "../paging.ts";
import { askByIds, countId, inventoryFor } from "../miss-limit.ts";
import { problem } from "../problem.ts";
import { dbOf } from "../db.ts";
import { contextOf, endpoint, newRouter } from "../routing.ts";
import { email, idExample, instant, json, pagingQuery, toIso } from "../schemas/common.ts";
import { Order, OrderHistory, OrderPage, OwnOrderPage, renderOrder, renderOrderHistory } from "../schemas/order.ts";
import { optionalIfMatch } from "../version-tag.ts";

export const orders = newRouter();

const reference = z
  .string()
  .max(MAX_SEARCH)
  .transform((text, context) => {
    const parsed = parseReference(text);
    if (parsed !== null) return parsed;
    context.addIssue({ code: "custom", message: "Not a reference: its last character does not fit the others" });
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
      description: "In any case and spacing; every match is answered.",
      example: "7K3F-9QZ2-M4Z",
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
        description: "How the name of its contact begins, whatever its case and accents; with `event_id` alone.",
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
  description:
    "As they were last projected, a second or so before `as_of`. An order itself is read where it is decided.",
  middleware: organiser("order.read"),
  request: { query: OrderFilters },
  responses: { 200: { description: "Orders, newest first", content: json(OrderPage) } },
});

orders.openapi(list, async (c) => {
  const { organizationId } = c.get("actor");
  const { limit, cursor, ...filters } = c.req.valid("query");
  const bound = { list: "orders", organizationId, ...filters };
  const before = readCursor(cursor, bound);
  if (!before.ok) return problem(c, before.refusal);
  const eventId = filters.event_id === undefined ? undefined : parseId("evt", filters.event_id);
  const as_of = toIso(Date.now());
  // A malformed id is an unknown one, and no order is of an unknown event.
  if (eventId === null) return c.json({ data: [], next_cursor: null, as_of, behind: false }, 200);
  const { user_id: userId, event_id: _, name: nameKey, ...rest } = filters;
  const query = { ...rest, organizationId, limit: limit + 1, before: before.value, eventId, userId, nameKey };
  const { orders: rows, behind } = await answered(listOrders(dbOf(c.env), query));
  return c.json({ ...pageFrom(rows, limit, bound, (order) => renderOrder(order, true)), as_of, behind }, 200);
});

const listOwn = endpoint({
  method: "get",
  path: "/v1/shoppers/me/orders",
  tags: ["Storefront"],
  summary: "List a shopper's own orders",
  description: "As they were last projected, a second or so before `as_of`. An order itself is read by its id.",
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
  const rows = await answered(listOwnOrders(dbOf(c.env), { userId, limit: limit + 1, before: before.value }));
  return c.json({ ...pageFrom(rows, limit, bound, (order) => renderOrder(order, true)), as_of }, 200);
});

const read = endpoint(
  {
    method: "get",
    path: "/v1/orders/{id}",
    tags: ["Orders"],
    summary: "Read an order",
    description: "An order link reads its own order, without whom it is for.",
    middleware: linkOrShopperOr("order.read"),
    request: { params: orderIdParam },
    responses: { 200: { description: "The order", content: json(Order) } },
  },
  ["not_found", "overloaded"],
);

orders.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const actor = c.get("actor");
  // A link is looked at before what it asks for: one whose time is over is no credential, whatever it asks for.
  const orderId = actor.kind === "order_link" ? actor.id : id;
  if (!orderId) return problem(c, { code: "not_found" });
  const by = readingOrders(actor);
  const reply = await inventoryFor(c, homeOf(orderId)).order({ orderId, by });
  const order = await orOfD1(c, orderId, reply, () => readCutOrder({ db: dbOf(c.env) }, orderId, by));
  return answerOrder(c, actor, order.ok && orderId !== id ? refuse({ code: "not_found" }) : order);
});

const readHistory = endpoint(
  {
    method: "get",
    path: "/v1/orders/{id}/history",
    tags: ["Orders"],
    summary: "Read what happened to an order",
    description: "The ledger rows of its home that tell of it, with who did it and by which request, and its returns.",
    middleware: organiser("order.read"),
    request: { params: orderIdParam },
    responses: { 200: { description: "Oldest first", content: json(OrderHistory) } },
  },
  ["not_found", "overloaded"],
);

orders.openapi(readHistory, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const by = actingOnHolds(c.get("actor"));
  const history = await openInventories(c.env.INVENTORY)(homeOf(id)).history({ orderId: id, by });
  return history.ok ? c.json(renderOrderHistory(history.value), 200) : problem(c, history.refusal);
});

const confirm = endpoint(
  {
    method: "post",
    path: "/v1/orders/{id}/confirm",
    tags: ["Orders"],
    summary: "Confirm an order",
    description: "Its tickets are sold. A confirmed order is answered as it is.",
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
  return answerOrder(c, c.get("actor"), confirmed);
});

const cancel = endpoint(
  {
    method: "post",
    path: "/v1/orders/{id}/cancel",
    tags: ["Orders", "Storefront"],
    summary: "Cancel an order",
    description: "Its tickets are given back. A cancelled order is answered as it is.",
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
  const cancelled = await askByIds(c, home, () => cancelOrder(contextOf(c), id, c.get("ifMatch")));
  return answerOrder(c, c.get("actor"), cancelled);
});

const erase = endpoint(
  {
    method: "delete",
    path: "/v1/orders/{id}/contact",
    tags: ["Orders", "Storefront"],
    summary: "Erase whom an order is for",
    description: "For good: name, e-mail address and phone number are deleted, and no mail goes there any more.",
    middleware: limitedShopperOr("order.erase_contact"),
    request: { params: orderIdParam },
    responses: { 200: { description: "The order", content: json(Order) } },
  },
  ["not_found", "overloaded"],
);

orders.openapi(erase, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const reply = await askByIds(c, new Set([homeOf(id)]), () => eraseContact(contextOf(c), id));
  const erased = await orOfD1(c, id, reply, () => eraseCutContact(contextOf(c), id));
  return answerOrder(c, c.get("actor"), erased);
});

/** Rule H13: D1 is asked when the home says so alone, and counted, since it answers each time (rule X5). */
async function orOfD1(
  c: Parameters<typeof countId>[0],
  id: OrderId,
  reply: OrderReply,
  askD1: () => Promise<OrderAnswer>,
): Promise<OrderAnswer> {
  if (!isCut(reply)) return reply;
  const refusal = await countId(c, id);
  return refusal ? refuse(refusal) : answered(askD1());
}
