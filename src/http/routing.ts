// Builds route files: the router, the declaration of an endpoint, and the context of its verb.

import { createRoute, OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { type Context, openContext } from "../app/context.ts";
import type { Code } from "../domain/errors.ts";
import type { Actor } from "../domain/people/policy.ts";
import { isAccess } from "./middleware/access.ts";
import { jsonBody, noBody, readsBody } from "./middleware/body.ts";
import { dbOf } from "./db.ts";
import { isDocumented, problemResponses } from "./openapi/documentation.ts";
import { noQuery, problemOfValidation } from "./middleware/validation.ts";

/** `refused` is the code of the problem that was returned, for the log. `actor` is set by the endpoint's access check. */
export type HonoEnv = { Bindings: Env; Variables: { requestId: string; refused?: Code } };

/** A router for one resource. What its schemas refuse is returned as `invalid_request`. */
export function newRouter() {
  return new OpenAPIHono<HonoEnv>({ defaultHook: problemOfValidation });
}

/**
 * Declares an endpoint. `middleware` must have an access check (http/middleware/access.ts). `refusals` are the codes beyond
 * those that follow from what it declares (401, 403, 413, 415, 400 and 5xx).
 * Checks run in the order of docs/api.md: access, then query, parameters and headers, then the body.
 *
 * @example
 * const create = endpoint({
 *   method: "post", path: "/v1/venues", tags: ["Venues"], summary: "Create a venue",
 *   middleware: organiser("venue.write"),
 *   request: { body: jsonContent(VenueInput) },
 *   responses: { 201: { description: "The venue", content: json(Venue) } },
 * }, ["slug_taken"]);
 * router.openapi(create, async (c) => { ... return result.ok ? c.json(view, 201) : problem(c, result.refusal); });
 */
export function endpoint<P extends string, R extends Omit<RouteConfig, "path"> & { path: P }>(
  declared: R,
  refusals: readonly Code[] = [],
) {
  const route = createRoute(declared);
  const own: MiddlewareHandler[] = [declared.middleware ?? []].flat();
  const access = own.find(isAccess);
  if (!access) throw new Error(`${declared.method} ${declared.path} does not say who may call it`);
  const documented = own.filter(isDocumented);
  const takesBody = declared.request?.body !== undefined;
  const codes: Code[] = [...documented.flatMap((each) => each.codes), "invalid_request", ...refusals];
  // For every method: a body that is sent where none is expected is read too, so that it can be refused.
  if (declared.method !== "get") codes.push("body_too_large", "unsupported_media_type");
  // `assign` keeps the declared type, from which the handler's types are derived.
  return Object.assign<typeof route, object>(route, {
    operationId: declared.operationId ?? operationIdOf(declared.method, declared.path),
    security: access.security,
    middleware: own.some(readsBody) ? own : [...own, takesBody ? jsonBody : noBody],
    request: { query: noQuery, ...declared.request },
    parameters: documented.flatMap((each) => each.parameters ?? []),
    responses: { ...problemResponses(codes), ...declared.responses },
  });
}

/** `post`, `/v1/events/{id}/publish` → `postEventsIdPublish`. */
function operationIdOf(method: string, path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== "" && word !== "v1");
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

type EndpointContext<A extends Actor> = {
  readonly env: Env;
  readonly var: { readonly actor: A; readonly requestId: string };
  readonly executionCtx: { waitUntil(work: Promise<unknown>): void };
};

/** The context of a verb, for a handler whose access check sets an actor. */
export function contextOf<A extends Actor>(c: EndpointContext<A>): Context<A> {
  const { actor, requestId } = c.var;
  return openContext({ actor, requestId, db: dbOf(c.env) }, c.env, c.executionCtx);
}
