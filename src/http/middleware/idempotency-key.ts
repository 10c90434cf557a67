// Reads the Idempotency-Key header: 1 to 255 visible ASCII characters.

import { createMiddleware } from "hono/factory";
import type { MiddlewareHandler } from "hono";
import type { Documented } from "../openapi/documentation.ts";
import { problem } from "../problems/problem.ts";

const KEY = /^[\x21-\x7e]{1,255}$/;
const parameter = {
  in: "header",
  name: "Idempotency-Key",
  schema: { type: "string", minLength: 1, maxLength: 255, example: "4f6d1c3e-8a52-4b7e-9d0f-2c1b5a7e6d43" },
} as const;

type Keyed = MiddlewareHandler<{ Variables: { idempotencyKey: string } }> & Documented;
type MaybeKeyed = MiddlewareHandler<{ Variables: { idempotencyKey: string | null } }> & Documented;

/** For creates that must never be done twice (holds, checkouts): 400 `idempotency_key_required` without one. */
export const idempotencyKey: Keyed = Object.assign(
  createMiddleware<{ Variables: { idempotencyKey: string } }>(async (c, next) => {
    const key = c.req.header("Idempotency-Key");
    if (key === undefined) return problem(c, { code: "idempotency_key_required" });
    if (!KEY.test(key)) return problem(c, MALFORMED);
    c.set("idempotencyKey", key);
    await next();
    return undefined;
  }),
  {
    codes: ["idempotency_key_required", "invalid_request"],
    parameters: [{ ...parameter, required: true, description: "A repeat with the same key is the same request." }],
  } satisfies Documented,
);

/** For creates of the catalogue: used when it is sent. */
export const optionalIdempotencyKey: MaybeKeyed = Object.assign(
  createMiddleware<{ Variables: { idempotencyKey: string | null } }>(async (c, next) => {
    const key = c.req.header("Idempotency-Key");
    if (key !== undefined && !KEY.test(key)) return problem(c, MALFORMED);
    c.set("idempotencyKey", key ?? null);
    await next();
    return undefined;
  }),
  {
    codes: ["invalid_request", "idempotency_key_reused", "idempotency_in_progress"],
    parameters: [
      { ...parameter, required: false, description: "Kept for 24 h: a repeat returns what the first request created." },
    ],
  } satisfies Documented,
);

const MALFORMED = {
  code: "invalid_request",
  errors: [{ path: "/Idempotency-Key", message: "Not 1 to 255 visible ASCII characters" }],
} as const;
