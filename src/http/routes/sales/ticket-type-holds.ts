// Lists the holds of a ticket type, for its organisation, from the inventory.

import { z } from "@hono/zod-openapi";
import { readTicketType } from "../../../db/ticket-types/ticket-types.ts";
import { HOLD_SOURCES, HOLD_STATUSES } from "../../../domain/orders/hold.ts";
import { openInventories } from "../../../inventory/client.ts";
import { organiser } from "../../middleware/access.ts";
import { dbOf } from "../../db.ts";
import { cursorFor, readCursor } from "../../paging.ts";
import { problem } from "../../problems/problem.ts";
import { endpoint, newRouter } from "../../routing.ts";
import { idExample, idParam, json, pageOf, pagingQuery } from "../../schemas/common.ts";
import { Hold, renderHold } from "../../schemas/sales/hold.ts";

export const ticketTypeHolds = newRouter();

const list = endpoint(
  {
    method: "get",
    path: "/v1/ticket-types/{id}/holds",
    tags: ["Ticket types"],
    summary: "List a ticket type's holds",
    description:
      "The last placed first. A page reads a bounded part of the ledger: with filters it may have " +
      "fewer holds than `limit`, or none, while `next_cursor` goes on. Final holds are kept for a day.",
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
    responses: { 200: { description: "Holds, the last placed first", content: json(pageOf(Hold)) } },
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
  // D1 is queried first, since the inventory does not check whose type it is (rule T3).
  if (!id || !(await readTicketType(dbOf(c.env), c.get("actor"), id, Date.now())))
    return problem(c, { code: "not_found" });
  const found = await openInventories(c.env.INVENTORY)(id).listHolds({
    limit,
    // The position in the cursor is a ledger row's `seq`; it is in the field that has the time of creation in other lists.
    beforeSeq: before.value?.createdAt ?? null,
    ...(filters.status && { status: filters.status }),
    ...(filters.user_id !== undefined && { userId: filters.user_id }),
    ...(filters.source && { source: filters.source }),
  });
  if (!found.ok) return problem(c, found.refusal);
  const { holds, nextSeq } = found.value;
  const next = nextSeq === null ? null : cursorFor({ createdAt: nextSeq, id: "seq" }, bound);
  return c.json({ data: holds.map((hold) => renderHold(hold, id)), next_cursor: next }, 200);
});
