// The holds of a ticket type, for its organisation: straight from the inventory.

import { z } from "@hono/zod-openapi";
import { readTicketType } from "../../db/ticket-types.ts";
import { HOLD_SOURCES, HOLD_STATUSES } from "../../domain/hold.ts";
import { openInventories } from "../../inventory/client.ts";
import { organiser } from "../access.ts";
import { dbOf } from "../db.ts";
import { pageFrom, readCursor } from "../paging.ts";
import { problem } from "../problem.ts";
import { endpoint, newRouter } from "../routing.ts";
import { idExample, idParam, json, pageOf, pagingQuery } from "../schemas/common.ts";
import { Hold, renderHold } from "../schemas/hold.ts";

export const ticketTypeHolds = newRouter();

const list = endpoint(
  {
    method: "get",
    path: "/v1/ticket-types/{id}/holds",
    tags: ["Ticket types"],
    summary: "List a ticket type's holds",
    middleware: organiser("hold.list"),
    request: {
      params: idParam("tt"),
      query: z.strictObject({
        ...pagingQuery,
        status: z.enum(HOLD_STATUSES).optional().openapi({ example: "active" }),
        user_id: z
          .string()
          .max(100)
          .optional()
          .openapi({ example: idExample("shp") }),
        source: z.enum(HOLD_SOURCES).optional().openapi({ example: "web" }),
      }),
    },
    responses: { 200: { description: "Holds, newest first", content: json(pageOf(Hold)) } },
  },
  ["not_found", "overloaded"],
);

ticketTypeHolds.openapi(list, async (c) => {
  const { organizationId } = c.get("actor");
  const { id } = c.req.valid("param");
  const { limit, cursor, ...filters } = c.req.valid("query");
  const bound = { list: "ticket-type-holds", organizationId, id: id ?? undefined, ...filters };
  const before = readCursor(cursor, bound);
  if (!before.ok) return problem(c, before.refusal);
  // Why D1 first: the inventory of a type answers to nobody but the type's organisation (rule T3).
  if (!id || !(await readTicketType(dbOf(c.env), c.get("actor"), id))) return problem(c, { code: "not_found" });
  const found = await openInventories(c.env.INVENTORY)(id).listHolds({
    limit: limit + 1,
    before: before.value,
    ...(filters.status && { status: filters.status }),
    ...(filters.user_id !== undefined && { userId: filters.user_id }),
    ...(filters.source && { source: filters.source }),
  });
  if (!found.ok) return problem(c, found.refusal);
  return c.json(
    pageFrom(found.value, limit, bound, (hold) => renderHold(hold, id)),
    200,
  );
});
