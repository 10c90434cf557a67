// The holds of an event over all its ticket types, from the projection: a list for the organisation.

import { z } from "@hono/zod-openapi";
import { readEvent } from "../../db/events.ts";
import { listEventHolds } from "../../db/holds.ts";
import { parseId } from "../../domain/ids.ts";
import { organiser } from "../access.ts";
import { dbOf } from "../db.ts";
import { pageFrom, readCursor } from "../paging.ts";
import { problem } from "../problem.ts";
import { endpoint, newRouter } from "../routing.ts";
import { json, pageOf, pagingQuery } from "../schemas/common.ts";
import { Hold, renderHold } from "../schemas/hold.ts";

export const holdsList = newRouter();

const list = endpoint(
  {
    method: "get",
    path: "/v1/holds",
    tags: ["Events"],
    summary: "List an event's holds",
    description: "Over all its ticket types, as they were last projected, a second or so ago.",
    middleware: organiser("hold.list"),
    request: {
      query: z.strictObject({
        ...pagingQuery,
        event_id: z.string().max(100).openapi({ example: "evt_4c9n0q2r8k3f7t5v1x6y0z9m2d" }),
      }),
    },
    responses: { 200: { description: "Holds, newest first", content: json(pageOf(Hold)) } },
  },
  ["not_found"],
);

holdsList.openapi(list, async (c) => {
  const { organizationId } = c.get("actor");
  const { limit, cursor, event_id } = c.req.valid("query");
  const bound = { list: "holds", organizationId, event_id };
  const before = readCursor(cursor, bound);
  if (!before.ok) return problem(c, before.refusal);
  const db = dbOf(c.env);
  const id = parseId("evt", event_id);
  if (!id || !(await readEvent(db, c.get("actor"), id))) return problem(c, { code: "not_found" });
  const page = { limit: limit + 1, before: before.value };
  const rows = await listEventHolds(db, organizationId, id, page, Date.now());
  return c.json(
    pageFrom(rows, limit, bound, (hold) => renderHold(hold, hold.ticketTypeId)),
    200,
  );
});
