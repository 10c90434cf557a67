// Lists the audit log: who changed what, newest first.

import { z } from "@hono/zod-openapi";
import { listAuditRows } from "../../../db/audit/audit-log.ts";
import { MAX_EMAIL } from "../../../domain/limits.ts";
import { organiser } from "../../middleware/access.ts";
import { dbOf } from "../../db.ts";
import { pageFrom, readCursor } from "../../paging.ts";
import { problem } from "../../problems/problem.ts";
import { endpoint, newRouter } from "../../routing.ts";
import { AuditEntry, renderAuditEntry } from "../../schemas/people/audit-log.ts";
import { idExample, instant, json, pageOf, pagingQuery } from "../../schemas/common.ts";

export const auditLog = newRouter();

const list = endpoint({
  method: "get",
  path: "/v1/audit-log",
  tags: ["Organisation"],
  summary: "Read the audit log",
  middleware: organiser("audit.read"),
  request: {
    query: z.strictObject({
      ...pagingQuery,
      actor_id: z
        .string()
        .max(100)
        .optional()
        .openapi({ example: idExample("usr") }),
      action: z.string().max(100).optional().openapi({ example: "event.publish" }),
      resource_id: z
        .string()
        .max(MAX_EMAIL)
        .optional()
        .openapi({ example: idExample("evt"), description: "For an invitation, the invited e-mail address." }),
      since: instant.optional().openapi({ description: "At or after." }),
      until: instant.optional().openapi({ description: "Before.", example: "2027-01-01T00:00:00+02:00" }),
    }),
  },
  responses: { 200: { description: "The changes, newest first", content: json(pageOf(AuditEntry)) } },
});

auditLog.openapi(list, async (c) => {
  const { organizationId } = c.get("actor");
  const { limit, cursor, ...filters } = c.req.valid("query");
  const bound = { list: "audit-log", organizationId, ...filters };
  const before = readCursor(cursor, bound);
  if (!before.ok) return problem(c, before.refusal);
  const { actor_id: actorId, action, resource_id: resourceId, since, until } = filters;
  const query = { limit: limit + 1, before: before.value, actorId, action, resourceId, since, until };
  return c.json(pageFrom(await listAuditRows(dbOf(c.env), organizationId, query), limit, bound, renderAuditEntry), 200);
});
