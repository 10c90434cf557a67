// Reads and writes versions of the catalogue's resources as strong entity tags, for ETag and If-Match (docs/api.md).

import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import type { IfMatch } from "../../domain/if-match.ts";
import type { Documented } from "../openapi/documentation.ts";

export function versionTag(version: number): string {
  return `"${version}"`;
}

type Matching = MiddlewareHandler<{ Variables: { ifMatch: IfMatch } }> & Documented;

/** Only reads the header: a missing or wrong one is refused after 404 and 403, so the verb decides. */
function matching(documented: Documented): Matching {
  return Object.assign(
    createMiddleware<{ Variables: { ifMatch: IfMatch } }>(async (c, next) => {
      c.set("ifMatch", parseIfMatch(c.req.header("If-Match")));
      await next();
    }),
    documented,
  );
}

const parameter = {
  in: "header",
  name: "If-Match",
  description: "The `ETag` that was last read: refused with 412 when the resource has changed since.",
  schema: { type: "string", example: '"1"' },
} as const;

/** For routes that use If-Match when it is sent, but do not require it. */
export const optionalIfMatch = matching({
  codes: ["version_conflict"],
  parameters: [{ ...parameter, required: false }],
});

/** For changes and deletions of the catalogue, which refuse with 428 without one. */
export const requiredIfMatch = matching({
  codes: ["precondition_required", "version_conflict"],
  parameters: [{ ...parameter, required: true }],
});

/**
 * `*` names no version that was read, so it never matches. A weak tag counts as the strong one: Cloudflare marks the tag of
 * a response weak when it compresses it, and the version in it is the same.
 */
function parseIfMatch(header: string | undefined): IfMatch {
  if (header === undefined) return null;
  const version = /^(?:W\/)?"([1-9]\d{0,14})"$/.exec(header.trim())?.[1];
  return version === undefined ? "never" : Number(version);
}
