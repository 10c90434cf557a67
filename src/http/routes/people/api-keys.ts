// Makes, lists and revokes API keys. For members with manage_tenant_users, which no key has (rule P2).

import { z } from "@hono/zod-openapi";
import { createApiKey } from "../../../app/credentials/create-api-key.ts";
import { revokeApiKey } from "../../../app/credentials/revoke-api-key.ts";
import { listApiKeys } from "../../../db/credentials/api-keys.ts";
import { organiser } from "../../middleware/access.ts";
import { dbOf } from "../../db.ts";
import { requireRecentPassword } from "../../middleware/recent-password.ts";
import { optionalIdempotencyKey } from "../../middleware/idempotency-key.ts";
import { pageFrom, readCursor } from "../../paging.ts";
import { problem } from "../../problems/problem.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { idParam, json, jsonContent, pageOf, pagingQuery } from "../../schemas/common.ts";
import { ApiKey, ApiKeyInput, NewApiKey, renderApiKey } from "../../schemas/people/credential.ts";

export const apiKeys = newRouter();

const list = endpoint({
  method: "get",
  path: "/v1/api-keys",
  tags: ["Credentials"],
  summary: "List API keys",
  description: "Without their secrets. Revoked keys stay in the list.",
  middleware: organiser("api_key.manage"),
  request: { query: z.strictObject(pagingQuery) },
  responses: { 200: { description: "API keys, newest first", content: json(pageOf(ApiKey)) } },
});

apiKeys.openapi(list, async (c) => {
  const { organizationId } = c.get("actor");
  const { limit, cursor } = c.req.valid("query");
  const bound = { list: "api-keys", organizationId };
  const before = readCursor(cursor, bound);
  if (!before.ok) return problem(c, before.refusal);
  const rows = await listApiKeys(dbOf(c.env), organizationId, { limit: limit + 1, before: before.value });
  return c.json(pageFrom(rows, limit, bound, renderApiKey), 200);
});

const create = endpoint(
  {
    method: "post",
    path: "/v1/api-keys",
    tags: ["Credentials"],
    summary: "Make an API key",
    description:
      "It may have the permissions of its creator and any of view_limited_analytics, view_read_only and perform_scans, but never manage_tenant_users or manage_financials. It loses those that its creator may no longer give.",
    middleware: [organiser("api_key.manage"), requireRecentPassword, optionalIdempotencyKey] as const,
    request: { body: jsonContent(ApiKeyInput) },
    responses: { 201: { description: "The key, with its secret, which is not shown again", content: json(NewApiKey) } },
  },
  ["organization_suspended"],
);

apiKeys.openapi(create, async (c) => {
  const created = await createApiKey(contextOf(c), c.req.valid("json"), c.get("idempotencyKey"));
  if (!created.ok) return problem(c, created.refusal);
  const { row, secret, replayed } = created.value;
  if (replayed) c.header("Idempotency-Replayed", "true");
  return c.json({ ...renderApiKey(row), secret }, 201);
});

const revoke = endpoint(
  {
    method: "delete",
    path: "/v1/api-keys/{id}",
    tags: ["Credentials"],
    summary: "Revoke an API key",
    description: "It is refused everywhere within 5 seconds.",
    middleware: organiser("api_key.manage"),
    request: { params: idParam("key") },
    responses: { 204: { description: "It is revoked" } },
  },
  ["not_found"],
);

apiKeys.openapi(revoke, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const revoked = await revokeApiKey(contextOf(c), id);
  return revoked.ok ? c.body(null, 204) : problem(c, revoked.refusal);
});
