// Exports an organisation's data as files for other programs (rule O16).

import { z } from "@hono/zod-openapi";
import { exportOrders } from "../../../app/orders/export-orders.ts";
import { readEvent } from "../../../db/events/events.ts";
import { parseId } from "../../../domain/ids.ts";
import { MAX_EXPORTED } from "../../../domain/limits.ts";
import { ORDER_STATUSES } from "../../../domain/orders/order.ts";
import { organiser } from "../../middleware/access.ts";
import { problem } from "../../problems/problem.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { idExample, instant, toIso } from "../../schemas/common.ts";
import { readTerms, searchText } from "../../schemas/sales/order-search.ts";

export const exports = newRouter();

const CSV = "text/csv";

const orders = endpoint(
  {
    method: "get",
    path: "/v1/exports/orders.csv",
    tags: ["Orders"],
    summary: "Download orders as CSV",
    description: `Oldest first, at most ${MAX_EXPORTED}. A file whose last line is not \`end of export\` with their number is incomplete. Recorded in the audit log.`,
    middleware: organiser("order.read"),
    request: {
      query: z.strictObject({
        event_id: z
          .string()
          .max(100)
          .optional()
          .openapi({ example: idExample("evt") }),
        q: searchText.optional().openapi({ description: "Only orders that a search for this text finds." }),
        status: z.enum(ORDER_STATUSES).optional().openapi({ example: "confirmed" }),
        since: instant
          .optional()
          .openapi({ description: "Created at or after.", example: "2026-01-01T00:00:00+02:00" }),
        until: instant.optional().openapi({ description: "Created before.", example: "2027-01-01T00:00:00+02:00" }),
      }),
    },
    responses: { 200: { description: "The file", content: { [CSV]: { schema: { type: "string" } } } } },
  },
  ["not_found"],
);

exports.openapi(orders, async (c) => {
  const { event_id, q, status, since, until } = c.req.valid("query");
  const context = contextOf(c);
  const { now } = context;
  const eventId = event_id === undefined ? null : parseId("evt", event_id);
  if (event_id !== undefined && !(eventId && (await readEvent(context.db, context.actor, eventId, now))))
    return problem(c, { code: "not_found" });
  const terms = q === undefined ? null : readTerms(q, eventId !== null);
  if (terms?.ok === false) return problem(c, terms.refusal);
  // Orders that are made from now on are left to another export.
  const times = { since: since ?? null, until: Math.min(until ?? now, now) };
  const filters = { eventId, status: status ?? null, ...times, terms: terms && terms.value };
  const exported = await exportOrders(context, filters);
  if (!exported.ok) return problem(c, exported.refusal);
  const name = `orders-${toIso(now).slice(0, 19).replaceAll(":", "-")}Z.csv`;
  return c.body(exported.value, 200, {
    "Content-Type": `${CSV}; charset=utf-8; header=present`,
    "Content-Disposition": `attachment; filename="${name}"`,
  });
});
