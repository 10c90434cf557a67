// Reads who acts, and reads and changes the organisation that they act in.

import { changeOrganization } from "../../../app/organizations/change-organization.ts";
import { type Organization as OrganizationRow, readOrganization } from "../../../db/organizations/organizations.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import { must } from "../../../domain/result.ts";
import { anyMember, organiser } from "../../middleware/access.ts";
import { dbOf } from "../../db.ts";
import { problem } from "../../problems/problem.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { json, jsonContent } from "../../schemas/common.ts";
import {
  Me,
  Organization,
  OrganizationChange,
  renderMe,
  renderOrganization,
} from "../../schemas/catalogue/organization.ts";
import { requiredIfMatch, versionTag } from "../../responses/version-tag.ts";

export const organization = newRouter();

async function organizationOf(env: Env, id: OrganizationId): Promise<OrganizationRow> {
  return must(await readOrganization(dbOf(env), id), "a credential's organisation is never deleted");
}

const me = endpoint({
  method: "get",
  path: "/v1/me",
  tags: ["Organisation"],
  summary: "Who acts, with what permissions",
  middleware: anyMember,
  responses: { 200: { description: "The actor of the credential", content: json(Me) } },
});

organization.openapi(me, async (c) => {
  const actor = c.get("actor");
  return c.json(renderMe(actor, await organizationOf(c.env, actor.organizationId)), 200);
});

const read = endpoint({
  method: "get",
  path: "/v1/organization",
  tags: ["Organisation"],
  summary: "Read the organisation",
  middleware: organiser("organization.read"),
  responses: { 200: { description: "The organisation", content: json(Organization) } },
});

organization.openapi(read, async (c) => {
  const row = await organizationOf(c.env, c.get("actor").organizationId);
  c.header("ETag", versionTag(row.version));
  return c.json(renderOrganization(row), 200);
});

const change = endpoint({
  method: "patch",
  path: "/v1/organization",
  tags: ["Organisation"],
  summary: "Change the organisation's name or settings",
  description: "For members with `manage_tenant_users`, which no API key carries. What is left out stays.",
  middleware: [organiser("organization.write"), requiredIfMatch] as const,
  request: { body: jsonContent(OrganizationChange) },
  responses: { 200: { description: "The organisation", content: json(Organization) } },
});

organization.openapi(change, async (c) => {
  const changed = await changeOrganization(contextOf(c), c.req.valid("json"), c.get("ifMatch"));
  if (!changed.ok) return problem(c, changed.refusal);
  c.header("ETag", versionTag(changed.value.version));
  return c.json(renderOrganization(changed.value), 200);
});
