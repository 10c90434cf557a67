// Finds orders by one field: by reference, serial, id, e-mail address, and within an event by name (rule O12).

import { z } from "@hono/zod-openapi";
import { searchOrders } from "../../../db/orders/order-search.ts";
import { parseId } from "../../../domain/ids.ts";
import { DEFAULT_PAGE } from "../../../domain/limits.ts";
import { searchedBy } from "../../../domain/orders/order-search.ts";
import { organiser } from "../../middleware/access.ts";
import { dbOf } from "../../db.ts";
import { problem } from "../../problems/problem.ts";
import { endpoint, newRouter } from "../../routing.ts";
import { idExample, json, toIso } from "../../schemas/common.ts";
import { FoundOrders, readTerms, renderFoundOrder, searchText } from "../../schemas/sales/order-search.ts";

export const search = newRouter();

const find = endpoint({
  method: "get",
  path: "/v1/search",
  tags: ["Orders"],
  summary: "Search for orders",
  description:
    "By a reference, a serial, a code as it is typed at a gate, an id, an e-mail address; with `event_id` also by the beginning of a name. Like the list of orders, a second or so old.",
  middleware: organiser("order.read"),
  request: {
    query: z.strictObject({
      q: searchText,
      event_id: z
        .string()
        .max(100)
        .optional()
        .openapi({ description: "Only orders of this event.", example: idExample("evt") }),
    }),
  },
  responses: { 200: { description: "At most 25, newest first", content: json(FoundOrders) } },
});

search.openapi(find, async (c) => {
  const { organizationId } = c.get("actor");
  const { q, event_id } = c.req.valid("query");
  const read = readTerms(q, event_id !== undefined);
  if (!read.ok) return problem(c, read.refusal);
  const terms = read.value;
  const searched = searchedBy(terms);
  const eventId = event_id === undefined ? undefined : parseId("evt", event_id);
  const as_of = toIso(Date.now());
  // A malformed id is treated as unknown, and an unknown event has no orders.
  if (eventId === null) return c.json({ data: [], searched, more: false, as_of, behind: false }, 200);
  const query = { organizationId, eventId, terms, limit: DEFAULT_PAGE };
  const { found, more, behind } = await searchOrders(dbOf(c.env), query);
  return c.json({ data: found.map(renderFoundOrder), searched, more, as_of, behind }, 200);
});
