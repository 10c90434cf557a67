// Makes and compares strong entity tags of public responses: a hash of what is sent.

import { createHash } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import type { Documented } from "../openapi/documentation.ts";

export function etagOf(body: string): string {
  return `"${createHash("sha256").update(body).digest("base64url").slice(0, 27)}"`;
}

/** Whether an If-None-Match header names `etag` (RFC 9110, weak comparison). */
export function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(",").some((each) => each.trim() === "*" || each.trim().replace(/^W\//, "") === etag);
}

/** The tags of an If-None-Match header, without their quotes; a weak one counts like a strong one. */
export function tagsOf(header: string | undefined): string[] {
  return (header ?? "").split(",").map((each) =>
    each
      .trim()
      .replace(/^(?:W\/)?"/, "")
      .replace(/"$/, ""),
  );
}

type IfNoneMatch = MiddlewareHandler<{ Variables: { ifNoneMatch: string | undefined } }> & Documented;

/** For routes that respond 304 to a client that has the present version. */
export const ifNoneMatch: IfNoneMatch = Object.assign(
  createMiddleware<{ Variables: { ifNoneMatch: string | undefined } }>(async (c, next) => {
    c.set("ifNoneMatch", c.req.header("If-None-Match"));
    await next();
  }),
  {
    codes: [],
    parameters: [
      {
        in: "header",
        name: "If-None-Match",
        required: false,
        description: "The `ETag` that was last read: the response is 304 while it is current.",
        schema: { type: "string", example: '"Zk3v9QxT1mB7sYpR4nLd0wHcA2e"' },
      },
    ],
  } satisfies Documented,
);
