// Reads an organisation as the public sees it.

import { z } from "@hono/zod-openapi";
import { coalesceCalls } from "../../../cache/coalesce-calls.ts";
import {
  type PublicOrganization as Row,
  readPublicOrganization,
} from "../../../db/organizations/public-organizations.ts";
import { MAX_SLUG } from "../../../domain/events/slug.ts";
import { anonymous } from "../../middleware/access.ts";
import { dbOf } from "../../db.ts";
import { admitId, rememberId } from "../../middleware/limits/miss-limit.ts";
import { problem } from "../../problems/problem.ts";
import { endpoint, newRouter } from "../../routing.ts";
import { json } from "../../schemas/common.ts";
import { PublicOrganization, renderPublicOrganization } from "../../schemas/catalogue/organization.ts";

export const publicOrganization = newRouter();

/** As old as the list of its events may be (rule E7). */
const KEPT_MS = 250;
const shared = coalesceCalls<string, Row | null>(KEPT_MS);

const read = endpoint(
  {
    method: "get",
    path: "/v1/public/organizations/{slug}",
    tags: ["Storefront"],
    summary: "Read an organisation",
    middleware: anonymous,
    request: {
      params: z.object({
        slug: z.string().openapi({ param: { name: "slug", in: "path" }, example: "pretoria-live" }),
      }),
    },
    responses: { 200: { description: "The organisation", content: json(PublicOrganization) } },
  },
  ["not_found", "rate_limited"],
);

publicOrganization.openapi(read, async (c) => {
  const { slug } = c.req.valid("param");
  if (slug.length > MAX_SLUG) return problem(c, { code: "not_found" });
  const asked = `organization ${slug}`;
  const excess = await admitId(c, asked);
  if (excess) return problem(c, excess);
  const call = () => readPublicOrganization(dbOf(c.env), slug);
  const found = await shared.read(slug, { call, keep: (work) => c.executionCtx.waitUntil(work) });
  if (found === null) return problem(c, { code: "not_found" });
  rememberId(asked);
  c.header("Cache-Control", "public, no-cache");
  return c.json(renderPublicOrganization(found), 200);
});
