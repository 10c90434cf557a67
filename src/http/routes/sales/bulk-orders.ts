// Confirms many orders at a time, each by itself, and proposes orders for the lines of a bank statement.

import { confirmOrders } from "../../../app/orders/confirm-orders.ts";
import { findByReferences } from "../../../db/orders/order-search.ts";
import { parseId } from "../../../domain/ids.ts";
import { can } from "../../../domain/people/policy.ts";
import { matchLines, referencesIn } from "../../../domain/orders/statement-lines.ts";
import { organiser } from "../../middleware/access.ts";
import { dbOf } from "../../db.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { json, jsonContent, toIso } from "../../schemas/common.ts";
import {
  ConfirmedOrders,
  ConfirmInput,
  MatchedLines,
  MatchInput,
  renderConfirmed,
  renderMatched,
} from "../../schemas/sales/bulk-orders.ts";

export const ordersTogether = newRouter();

const confirm = endpoint({
  method: "post",
  path: "/v1/orders/confirm",
  tags: ["Orders"],
  summary: "Confirm many orders",
  description: "Each is confirmed by itself. A repeat returns the same, and confirms only what is not confirmed yet.",
  middleware: organiser("order.settle"),
  request: { body: jsonContent(ConfirmInput) },
  responses: { 200: { description: "One result for each order, in their order", content: json(ConfirmedOrders) } },
});

ordersTogether.openapi(confirm, async (c) => {
  const { order_ids: ids } = c.req.valid("json");
  const results = await confirmOrders(contextOf(c), ids);
  const seesContacts = can(c.get("actor"), "order.read");
  return c.json(renderConfirmed(ids, results, { seesContacts, requestId: c.get("requestId") }), 200);
});

const match = endpoint({
  method: "post",
  path: "/v1/orders/match",
  tags: ["Orders"],
  summary: "Match payments to orders",
  description:
    "Compares references in the texts, and the amounts. Changes nothing, and stores nothing of what is sent.",
  middleware: organiser("order.read"),
  request: { body: jsonContent(MatchInput) },
  responses: { 200: { description: "One proposal for each line, in their order", content: json(MatchedLines) } },
});

ordersTogether.openapi(match, async (c) => {
  const { organizationId } = c.get("actor");
  const { lines, event_id } = c.req.valid("json");
  const now = Date.now();
  const read = lines.map(({ text, amount }) => ({ candidates: referencesIn(text), amount }));
  const references = [...new Set(read.flatMap(({ candidates }) => candidates.map(({ body }) => body)))];
  const eventId = event_id === null ? null : parseId("evt", event_id);
  // A malformed id is treated as unknown, and an unknown event has no orders.
  const isNowhere = event_id !== null && eventId === null;
  const { orders, behind } =
    isNowhere || references.length === 0
      ? { orders: [], behind: false }
      : await findByReferences(dbOf(c.env), { organizationId, eventId, references });
  return c.json({ data: renderMatched(matchLines(read, orders, now)), as_of: toIso(now), behind }, 200);
});
