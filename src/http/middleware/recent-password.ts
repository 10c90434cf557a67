// Requires that the password was given within the hour before a session may do something sensitive (rule P8). So
// somebody who finds an open session, or has its cookie, cannot give rights to others. API keys have no password.

import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { readPasswordTime } from "../../db/accounts/password-times.ts";
import type { Refusal } from "../../domain/errors.ts";
import { needsPassword, type Organiser } from "../../domain/people/policy.ts";
import { dbOf } from "../db.ts";
import type { Documented } from "../openapi/documentation.ts";
import { problem } from "../problems/problem.ts";
import type { HonoEnv } from "../routing.ts";

type Acting = { readonly env: Env; readonly var: { readonly actor: Organiser } };
type ByOrganiser = { Bindings: Env; Variables: HonoEnv["Variables"] & { actor: Organiser } };

/** Queries D1 each time, since the password may just have been given in another isolate. */
export async function explainPasswordNeeded({ env, var: { actor } }: Acting): Promise<Refusal | null> {
  if (actor.kind !== "user") return null;
  const givenAt = await readPasswordTime(dbOf(env), actor.sessionId);
  return needsPassword(givenAt, Date.now()) ? { code: "password_required" } : null;
}

/** For a route of which every call is sensitive; runs after the access check. */
export const requireRecentPassword: MiddlewareHandler<ByOrganiser> & Documented = Object.assign(
  createMiddleware<ByOrganiser>(async (c, next) => {
    const refusal = await explainPasswordNeeded(c);
    if (refusal) return problem(c, refusal);
    await next();
    return undefined;
  }),
  { codes: ["password_required"] } satisfies Documented,
);
