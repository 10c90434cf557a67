// What is sensitive asks of a session that the password was given for it within the hour (rule P8): whoever has found one
// open, or has its cookie, gives no rights to others by it. API keys have no password.

import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { readPasswordGiven } from "../../db/accounts/given-passwords.ts";
import type { Refusal } from "../../domain/errors.ts";
import { needsPassword, type Organiser } from "../../domain/policy.ts";
import { dbOf } from "../db.ts";
import type { Documented } from "../openapi/documentation.ts";
import { problem } from "../problems/problem.ts";
import type { HonoEnv } from "../routing.ts";

type Acting = { readonly env: Env; readonly var: { readonly actor: Organiser } };
type ByOrganiser = { Bindings: Env; Variables: HonoEnv["Variables"] & { actor: Organiser } };

/** Asked of D1 each time: the password may have been given in another isolate a moment ago. */
export async function explainPasswordNeeded({ env, var: { actor } }: Acting): Promise<Refusal | null> {
  if (actor.kind !== "user") return null;
  const givenAt = await readPasswordGiven(dbOf(env), actor.sessionId);
  return needsPassword(givenAt, Date.now()) ? { code: "password_required" } : null;
}

/** For a route of which every call is sensitive; behind the access that says who acts. */
export const givenPassword: MiddlewareHandler<ByOrganiser> & Documented = Object.assign(
  createMiddleware<ByOrganiser>(async (c, next) => {
    const refusal = await explainPasswordNeeded(c);
    if (refusal) return problem(c, refusal);
    await next();
    return undefined;
  }),
  { codes: ["password_required"] } satisfies Documented,
);
