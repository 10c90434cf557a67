// Serves people who are signed in, for themselves: give the password again, accept an invitation, list and choose their
// organisations.

import { z } from "@hono/zod-openapi";
import { acceptInvitation } from "../../../app/members/accept-invitation.ts";
import { confirmPassword } from "../../../app/accounts/confirm-password.ts";
import { ACCOUNTS_PATH } from "../../../auth/people/session-cookie.ts";
import { forgetSessions } from "../../../auth/people/sessions.ts";
import { chooseOrganization, listMemberships, settleOrganization } from "../../../db/members/membership.ts";
import { parseId } from "../../../domain/ids.ts";
import { limitAttempts } from "../../middleware/limits/rate-limit-sign-in.ts";
import { dbOf } from "../../db.ts";
import { problem } from "../../problems/problem.ts";
import { endpoint, newRouter } from "../../routing.ts";
import { GivenPassword } from "../../schemas/people/account.ts";
import { json, jsonContent } from "../../schemas/common.ts";
import { Acceptance, Choice, Member, Membership, renderMember, renderMembership } from "../../schemas/people/member.ts";
import { accountPortsOf, signedIn, NOT_CONFIGURED } from "../../middleware/session.ts";

export const memberships = newRouter();

const confirm = endpoint(
  {
    method: "post",
    path: `${ACCOUNTS_PATH}/confirm-password`,
    tags: ["People"],
    summary: "Give the password again",
    description:
      "For an hour this session may then do what is otherwise refused as `password_required`. Attempts count with those of a sign-in.",
    middleware: signedIn,
    request: { body: jsonContent(GivenPassword) },
    responses: { 204: { description: "The password is right" } },
  },
  ["wrong_password", "temporarily_unavailable"],
);

memberships.openapi(confirm, async (c) => {
  const ports = accountPortsOf(c);
  if (ports === null) return problem(c, NOT_CONFIGURED);
  const person = c.get("person");
  const excess = await limitAttempts(c, ports, person.email, true);
  if (excess) return problem(c, excess);
  const { password } = c.req.valid("json");
  const confirmed = await confirmPassword({ db: ports.db, now: Date.now() }, person, password);
  return confirmed.ok ? c.body(null, 204) : problem(c, confirmed.refusal);
});

const accept = endpoint(
  {
    method: "post",
    path: `${ACCOUNTS_PATH}/accept-invitation`,
    tags: ["People"],
    summary: "Accept an invitation",
    description: "For whoever is signed in with the invited e-mail address. The session then acts in the organisation.",
    middleware: signedIn,
    request: { body: jsonContent(Acceptance) },
    responses: { 201: { description: "The new member", content: json(Member) } },
  },
  ["not_found", "organization_suspended"],
);

memberships.openapi(accept, async (c) => {
  const id = parseId("inv", c.req.valid("json").invitation_id);
  if (!id) return problem(c, { code: "not_found" });
  const deps = { db: dbOf(c.env), now: Date.now(), requestId: c.get("requestId") };
  const accepted = await acceptInvitation(deps, c.get("person"), id);
  if (!accepted.ok) return problem(c, accepted.refusal);
  forgetSessions();
  return c.json(renderMember(accepted.value), 201);
});

const list = endpoint({
  method: "get",
  path: `${ACCOUNTS_PATH}/organizations`,
  tags: ["People"],
  summary: "List one's own organisations",
  middleware: signedIn,
  responses: {
    200: {
      description: "The first 100, oldest membership first",
      content: json(z.object({ data: z.array(Membership) })),
    },
  },
});

memberships.openapi(list, async (c) => {
  const person = c.get("person");
  const active = await settleOrganization(dbOf(c.env), person);
  const rows = await listMemberships(dbOf(c.env), person.id);
  return c.json({ data: rows.map((row) => renderMembership(row, active)) }, 200);
});

const choose = endpoint(
  {
    method: "post",
    path: `${ACCOUNTS_PATH}/active-organization`,
    tags: ["People"],
    summary: "Choose the organisation in which this session acts",
    middleware: signedIn,
    request: { body: jsonContent(Choice) },
    responses: { 204: { description: "It acts there" } },
  },
  ["not_found"],
);

memberships.openapi(choose, async (c) => {
  const id = parseId("org", c.req.valid("json").organization_id);
  const chosen = id !== null && (await chooseOrganization(dbOf(c.env), c.get("person"), id));
  if (!chosen) return problem(c, { code: "not_found" });
  forgetSessions();
  return c.body(null, 204);
});
