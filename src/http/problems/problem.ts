// Writes refusals as responses: RFC 9457, from the one map in problem-map.ts.

import type { Context as HonoContext, TypedResponse } from "hono";
import type { Code, Refusal } from "../../domain/errors.ts";
import { entryOf } from "./problem-map.ts";
import { retryAfter } from "./retry-after.ts";

export type ProblemBody = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: Code;
  readonly detail: string;
  readonly request_id: string;
};

/** The body of a refusal: the members of RFC 9457, then the facts of its code. */
export function problemBody(refusal: Refusal, requestId: string): ProblemBody {
  const { status, title, detail, facts } = entryOf(refusal);
  return {
    type: `/problems/${refusal.code}`,
    title,
    status,
    code: refusal.code,
    detail: typeof detail === "string" ? detail : detail(refusal),
    request_id: requestId,
    ...facts?.(refusal),
  };
}

/** The headers of a refusal beside the content type: when to come back, how to authenticate. */
export function problemHeaders(refusal: Refusal, random: () => number): Record<string, string> {
  if (refusal.code === "unauthenticated") return { "WWW-Authenticate": "Bearer" };
  if (refusal.code === "method_not_allowed") return { Allow: refusal.allowed.join(", ") };
  return "retryAfterSeconds" in refusal ? { "Retry-After": String(retryAfter(refusal.retryAfterSeconds, random)) } : {};
}

/** The type of `problem`'s result. It is assignable to the response of every route, since any route may refuse. */
export type Refused = Response & TypedResponse<never, never, never>;

/** Responds with a refusal as `application/problem+json`. */
export function problem(c: HonoContext, refusal: Refusal): Refused {
  const requestId: unknown = c.get("requestId");
  c.set("refused", refusal.code);
  const body = JSON.stringify(problemBody(refusal, typeof requestId === "string" ? requestId : ""));
  const headers = {
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
    ...problemHeaders(refusal, Math.random),
  };
  // The cast is needed, since the type of a route lists its successful responses, and a refusal is none of them.
  return c.body(body, entryOf(refusal).status, headers) as Response as Refused;
}
