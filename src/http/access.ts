// Who may call an endpoint: the credential, its kind and its permission, decided before any row is read (docs/api.md).

import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { authenticate } from "../auth/authenticate.ts";
import { type Action, type Actor, can, type Organiser } from "../domain/policy.ts";
import type { Documented } from "./documentation.ts";
import { problem } from "./problem.ts";
import { dbOf } from "./db.ts";

export type Shopper = Extract<Actor, { kind: "shopper" }>;
type Security = readonly Record<string, string[]>[];
type AccessEnv<A extends Actor> = { Bindings: Env; Variables: { requestId: string; actor: A } };
type AccessMark = Documented & { readonly security: Security };
export type Access<A extends Actor> = MiddlewareHandler<AccessEnv<A>> & AccessMark;

export function isAccess<M extends object>(middleware: M): middleware is M & AccessMark {
  return "security" in middleware;
}

/** Organisers with the permission for `action` (table P): 401 without a valid credential, 403 for any other. */
export function organiser(action: Action): Access<Organiser> {
  return access<Organiser>([{ apiKey: [] }], (actor) =>
    actor.kind === "api_key" && can(actor, action) ? actor : null,
  );
}

/** Shoppers, and organisers with the permission for `action`. What the shopper may see is for the verb to say (rule H10). */
export function shopperOr(action: Action): Access<Organiser | Shopper> {
  return access<Organiser | Shopper>([{ shopper: [] }, { apiKey: [] }], (actor) => {
    if (actor.kind === "shopper") return actor;
    return actor.kind === "api_key" && can(actor, action) ? actor : null;
  });
}

type Everyone = MiddlewareHandler<{ Bindings: Env; Variables: { requestId: string } }>;

/** Everyone; a credential that is sent is not looked at. */
export const anonymous: Everyone & AccessMark = Object.assign<Everyone, AccessMark>((_, next) => next(), {
  security: [],
  codes: [],
});

function access<A extends Actor>(security: Security, admit: (actor: Actor) => A | null): Access<A> {
  const middleware = createMiddleware<AccessEnv<A>>(async (c, next) => {
    const verifiers = { db: () => dbOf(c.env), secrets: c.env, now: Date.now() };
    const actor = await authenticate(c.req.header("Authorization"), verifiers);
    if (actor === null) return problem(c, { code: "unauthenticated" });
    const admitted = admit(actor);
    if (admitted === null) return problem(c, { code: "forbidden" });
    c.set("actor", admitted);
    await next();
    return undefined;
  });
  return Object.assign(middleware, { security, codes: ["unauthenticated", "forbidden"] as const });
}
