// Members act: the app with a middleware around it that says who, as a sign-in does. No request can do that.

import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { Hono } from "hono";
import type { OrganizationId } from "../../../../src/domain/ids.ts";
import { newId } from "../../../../src/app/context.ts";
import { type Actor, memberOf, type Role } from "../../../../src/domain/people/policy.ts";
import { app } from "../../../../src/http/app.ts";
import { type Asked, requestFor } from "../http.ts";

export type Member = Extract<Actor, { kind: "user" }>;

export function member(organizationId: OrganizationId, role: Role): Member {
  return memberOf(organizationId, newId("usr"), role, crypto.randomUUID());
}

/** `parts`: what differs in the Worker's environment for this request. */
export async function askAs(
  actor: Actor,
  method: string,
  path: string,
  asked: Asked = {},
  parts: Partial<Env> = {},
): Promise<Response> {
  const signedIn = new Hono<{ Bindings: Env; Variables: { actor: Actor } }>();
  signedIn.use(async (c, next) => {
    c.set("actor", actor);
    await next();
  });
  signedIn.route("/", app);
  const context = createExecutionContext();
  const answer = await signedIn.fetch(requestFor(method, path, asked), { ...env, ...parts }, context);
  await waitOnExecutionContext(context);
  return answer;
}
