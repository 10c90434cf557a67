// Lists the conflicts of a door for organisers (rule D19), and marks them as seen for a supervisor.

import { z } from "@hono/zod-openapi";
import { atDoor } from "../../../app/door/scan-ticket.ts";
import { organiser } from "../../middleware/access.ts";
import { cursorFor, readCursor } from "../../paging.ts";
import { problem } from "../../problems/problem.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { idExample, idParam, json, pagingQuery } from "../../schemas/common.ts";
import { Conflict, Conflicts, renderConflict } from "../../schemas/entry/conflict.ts";

export const doorConflicts = newRouter();

const list = endpoint(
  {
    method: "get",
    path: "/v1/events/{id}/door/conflicts",
    tags: ["Door"],
    summary: "List a door's conflicts",
    description:
      "What happened at the gates and breaks the rules, the newest first. A conflict that no longer holds stays listed, with `gone_at`.",
    middleware: organiser("door.log"),
    request: {
      params: idParam("evt"),
      query: z.strictObject({
        ...pagingQuery,
        seen: z.enum(["true", "false"]).optional().openapi({
          description: "Only conflicts that a supervisor has seen, or only those that nobody has.",
          example: "false",
        }),
      }),
    },
    responses: { 200: { description: "Conflicts, newest first", content: json(Conflicts) } },
  },
  ["not_found", "overloaded"],
);

doorConflicts.openapi(list, async (c) => {
  const { id } = c.req.valid("param");
  const { limit, cursor, seen } = c.req.valid("query");
  const { actor, doors } = contextOf(c);
  const { organizationId } = actor;
  const bound = { list: "door_conflicts", organizationId, id: id ?? undefined, seen };
  const from = readCursor(cursor, bound);
  if (!from.ok) return problem(c, from.refusal);
  if (!id) return problem(c, { code: "not_found" });
  // The position in the cursor is that of a conflict; it is in the field that has the time of creation in other lists.
  const before = from.value?.createdAt ?? null;
  const query = { by: atDoor(actor), before, limit, seen: seen === undefined ? null : seen === "true" };
  const page = await doors(id).conflicts(query);
  if (!page.ok) return problem(c, page.refusal);
  const { conflicts, next } = page.value;
  const next_cursor = next === null ? null : cursorFor({ createdAt: next, id: String(next) }, bound);
  return c.json({ data: conflicts.map(renderConflict), next_cursor }, 200);
});

const see = endpoint(
  {
    method: "post",
    path: "/v1/events/{id}/door/conflicts/{conflict_id}/seen",
    tags: ["Door"],
    summary: "Mark a conflict as seen",
    description: "The first who saw it, and when, stay.",
    middleware: organiser("door.override"),
    request: {
      params: idParam("evt").extend({
        conflict_id: z
          .string()
          .openapi({ param: { name: "conflict_id", in: "path" }, example: `double_entry.${idExample("scn")}` }),
      }),
    },
    responses: { 200: { description: "The conflict", content: json(Conflict) } },
  },
  ["not_found", "overloaded"],
);

doorConflicts.openapi(see, async (c) => {
  const { id, conflict_id: conflictId } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const { actor, doors } = contextOf(c);
  const reply = await doors(id).seeConflict(atDoor(actor), conflictId);
  return reply.ok ? c.json(renderConflict(reply.value), 200) : problem(c, reply.refusal);
});
