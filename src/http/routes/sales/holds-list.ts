// Lists the holds of an event over all its ticket types, for its organisation, from the inventories.

import { z } from "@hono/zod-openapi";
import { readEvent } from "../../../db/events/events.ts";
import { listTicketTypes } from "../../../db/ticket-types/ticket-types.ts";
import { HOLD_STATUSES } from "../../../domain/orders/hold.ts";
import { parseId, ticketTypeOfHold } from "../../../domain/ids.ts";
import type { HoldView } from "../../../domain/ledger/command.ts";
import { MAX_TICKET_TYPES_PER_EVENT } from "../../../domain/limits.ts";
import { openInventories } from "../../../inventory/client.ts";
import { organiser } from "../../middleware/access.ts";
import { dbOf } from "../../db.ts";
import { pageFrom, readCursor } from "../../paging.ts";
import { problem } from "../../problems/problem.ts";
import { endpoint, newRouter } from "../../routing.ts";
import { json, pageOf, pagingQuery } from "../../schemas/common.ts";
import { Hold, renderHold } from "../../schemas/sales/hold.ts";

export const holdsList = newRouter();

const list = endpoint(
  {
    method: "get",
    path: "/v1/holds",
    tags: ["Events"],
    summary: "List an event's holds",
    description:
      "The holds of all its ticket types, as their inventories have them now. A page is complete or refused: when one inventory " +
      "cannot be reached, the response is 503. Final holds are kept for a day.",
    middleware: organiser("hold.list"),
    request: {
      query: z.strictObject({
        ...pagingQuery,
        event_id: z.string().max(100).openapi({ example: "evt_4c9n0q2r8k3f7t5v1x6y0z9m2d" }),
        status: z.enum(HOLD_STATUSES).default("active").openapi({ example: "active" }),
      }),
    },
    responses: { 200: { description: "Holds, newest first", content: json(pageOf(Hold)) } },
  },
  ["not_found", "overloaded"],
);

holdsList.openapi(list, async (c) => {
  const actor = c.get("actor");
  const { limit, cursor, event_id, status } = c.req.valid("query");
  const bound = { list: "holds", organizationId: actor.organizationId, event_id, status };
  const before = readCursor(cursor, bound);
  if (!before.ok) return problem(c, before.refusal);
  const db = dbOf(c.env);
  const id = parseId("evt", event_id);
  if (!id || !(await readEvent(db, actor, id, Date.now()))) return problem(c, { code: "not_found" });
  const types = await listTicketTypes(db, actor, id, {
    limit: MAX_TICKET_TYPES_PER_EVENT,
    before: null,
    now: Date.now(),
  });
  const inventoryOf = openInventories(c.env.INVENTORY);
  const query = { limit: limit + 1, before: before.value, status };
  const replies = await Promise.all(types.map((type) => inventoryOf(type.id).holdsByTime(query)));
  const holds: HoldView[] = [];
  for (const reply of replies) {
    if (reply.ok) holds.push(...reply.value);
    // A type that was just deleted has no holds.
    else if (reply.refusal.code !== "not_found") return problem(c, reply.refusal);
  }
  const newest = holds.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1)).slice(0, limit + 1);
  return c.json(
    pageFrom(newest, limit, bound, (hold) => renderHold(hold, ticketTypeOfHold(hold.id))),
    200,
  );
});
