// Manages members and invitations, for those with manage_tenant_users, which no key has (rules P1, P2).

import { z } from "@hono/zod-openapi";
import { changeMember } from "../../../app/members/change-member.ts";
import { createInvitation } from "../../../app/members/create-invitation.ts";
import { removeMember } from "../../../app/members/remove-member.ts";
import { withdrawInvitation } from "../../../app/members/withdraw-invitation.ts";
import { openMailer } from "../../../auth/mailer.ts";
import { forgetSessions } from "../../../auth/people/sessions.ts";
import { listInvitations } from "../../../db/members/invitations.ts";
import { listMembers, readMember } from "../../../db/members/members.ts";
import { organiser } from "../../middleware/access.ts";
import { dbOf } from "../../db.ts";
import { requireRecentPassword } from "../../middleware/recent-password.ts";
import { optionalIdempotencyKey } from "../../middleware/idempotency-key.ts";
import { pageFrom, readCursor } from "../../paging.ts";
import { problem } from "../../problems/problem.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { idParam, json, jsonContent, pageOf, pagingQuery } from "../../schemas/common.ts";
import {
  Invitation,
  InvitationInput,
  Member,
  MemberChange,
  renderInvitation,
  renderMember,
  renderRevoked,
  Revoked,
} from "../../schemas/people/member.ts";
import { originOf } from "../../middleware/origin.ts";
import { NOT_CONFIGURED } from "../../middleware/session.ts";
import { requiredIfMatch, versionTag } from "../../responses/version-tag.ts";

export const members = newRouter();

const list = endpoint({
  method: "get",
  path: "/v1/members",
  tags: ["People"],
  summary: "List members",
  middleware: organiser("member.list"),
  request: { query: z.strictObject(pagingQuery) },
  responses: { 200: { description: "Members, newest first", content: json(pageOf(Member)) } },
});

members.openapi(list, async (c) => {
  const { organizationId } = c.get("actor");
  const { limit, cursor } = c.req.valid("query");
  const bound = { list: "members", organizationId };
  const before = readCursor(cursor, bound);
  if (!before.ok) return problem(c, before.refusal);
  const rows = await listMembers(dbOf(c.env), organizationId, { limit: limit + 1, before: before.value });
  return c.json(pageFrom(rows, limit, bound, renderMember), 200);
});

const read = endpoint(
  {
    method: "get",
    path: "/v1/members/{id}",
    tags: ["People"],
    summary: "Read a member",
    middleware: organiser("member.list"),
    request: { params: idParam("mem") },
    responses: { 200: { description: "The member", content: json(Member) } },
  },
  ["not_found"],
);

members.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const member = id && (await readMember(dbOf(c.env), c.get("actor").organizationId, id));
  if (!member) return problem(c, { code: "not_found" });
  c.header("ETag", versionTag(member.version));
  return c.json(renderMember(member), 200);
});

const change = endpoint(
  {
    method: "patch",
    path: "/v1/members/{id}",
    tags: ["People"],
    summary: "Change the role of a member",
    description:
      "Takes effect everywhere within 5 seconds. Admins neither make nor change owners; one owner always stays.",
    middleware: [organiser("member.list"), requireRecentPassword, requiredIfMatch] as const,
    request: { params: idParam("mem"), body: jsonContent(MemberChange) },
    responses: { 200: { description: "The member", content: json(Member) } },
  },
  ["not_found", "last_owner"],
);

members.openapi(change, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const changed = await changeMember(contextOf(c), id, c.req.valid("json"), c.get("ifMatch"));
  if (!changed.ok) return problem(c, changed.refusal);
  forgetSessions();
  c.header("ETag", versionTag(changed.value.version));
  return c.json(renderMember(changed.value), 200);
});

const remove = endpoint(
  {
    method: "delete",
    path: "/v1/members/{id}",
    tags: ["People"],
    summary: "Remove a member",
    description:
      "The person's requests and sockets, and those of the API keys and devices that they made, are refused within 5 seconds. One owner always stays.",
    middleware: [organiser("member.list"), requireRecentPassword] as const,
    request: { params: idParam("mem") },
    responses: {
      200: { description: "The membership is removed, with what was revoked with it", content: json(Revoked) },
    },
  },
  ["not_found", "last_owner"],
);

members.openapi(remove, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const removed = await removeMember(contextOf(c), id);
  if (!removed.ok) return problem(c, removed.refusal);
  forgetSessions();
  return c.json(renderRevoked(removed.value), 200);
});

const listOpen = endpoint({
  method: "get",
  path: "/v1/invitations",
  tags: ["People"],
  summary: "List open invitations",
  middleware: organiser("member.list"),
  request: { query: z.strictObject(pagingQuery) },
  responses: {
    200: { description: "Those that can still be accepted, newest first", content: json(pageOf(Invitation)) },
  },
});

members.openapi(listOpen, async (c) => {
  const { organizationId } = c.get("actor");
  const { limit, cursor } = c.req.valid("query");
  const bound = { list: "invitations", organizationId };
  const before = readCursor(cursor, bound);
  if (!before.ok) return problem(c, before.refusal);
  const page = { limit: limit + 1, before: before.value };
  const rows = await listInvitations(dbOf(c.env), organizationId, Date.now(), page);
  return c.json(pageFrom(rows, limit, bound, renderInvitation), 200);
});

const invite = endpoint(
  {
    method: "post",
    path: "/v1/invitations",
    tags: ["People"],
    summary: "Invite somebody by e-mail",
    description:
      "The mail's link works once, for 7 days, for an account with this address. Admins do not invite owners.",
    middleware: [organiser("member.list"), requireRecentPassword, optionalIdempotencyKey] as const,
    request: { body: jsonContent(InvitationInput) },
    responses: { 201: { description: "The invitation", content: json(Invitation) } },
  },
  ["organization_suspended", "already_member", "already_invited", "not_found"],
);

members.openapi(invite, async (c) => {
  const context = contextOf(c);
  const origin = originOf(c);
  if (origin === null) return problem(c, NOT_CONFIGURED);
  const created = await createInvitation(context, c.req.valid("json"), c.get("idempotencyKey"), {
    mailer: openMailer(c.env, context.db),
    linkFor: ({ id }) => `${origin}/account#invitation=${id}`,
  });
  if (!created.ok) return problem(c, created.refusal);
  if (created.value.replayed) c.header("Idempotency-Replayed", "true");
  return c.json(renderInvitation(created.value.row), 201);
});

const withdraw = endpoint(
  {
    method: "delete",
    path: "/v1/invitations/{id}",
    tags: ["People"],
    summary: "Withdraw an invitation",
    middleware: organiser("member.list"),
    request: { params: idParam("inv") },
    responses: { 204: { description: "The invitation can no longer be accepted" } },
  },
  ["not_found"],
);

members.openapi(withdraw, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const withdrawn = await withdrawInvitation(contextOf(c), id);
  return withdrawn.ok ? c.body(null, 204) : problem(c, withdrawn.refusal);
});
