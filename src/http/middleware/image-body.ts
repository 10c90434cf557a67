// Checks images that are uploaded (rule E11): their size, their declared type, and the format that their bytes have.

import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import type { Picture } from "../../domain/image/picture.ts";
import { IMAGE_TYPES } from "../../domain/image/image-type.ts";
import { readImage } from "../../domain/image/read-image.ts";
import { MAX_IMAGE_BYTES } from "../../domain/limits.ts";
import { bytesOf, CUT_OFF, limitBodyTo } from "./body.ts";
import type { Documented } from "../openapi/documentation.ts";
import { problem } from "../problems/problem.ts";

/** Runs first on a route: refuses with 413 before the credential is checked. */
export const limitImage = limitBodyTo(MAX_IMAGE_BYTES);

type Sending = MiddlewareHandler<{ Variables: { picture: Picture } }> & Documented & { readonly readsBody: true };

/** Runs after the credential check: 415 when the declared type is not an image's, 400 when the bytes are not an image. */
export const imageBody: Sending = Object.assign(
  createMiddleware<{ Variables: { picture: Picture } }>(async (c, next) => {
    const type = c.req.header("Content-Type")?.split(";")[0]?.trim().toLowerCase();
    if (!IMAGE_TYPES.some((known) => known === type)) return problem(c, { code: "unsupported_media_type" });
    const bytes = await bytesOf(c);
    if (bytes === "cut off") return problem(c, CUT_OFF);
    const read = readImage(new Uint8Array(bytes));
    if (!read.ok) return problem(c, { code: "invalid_request", errors: [{ path: "", message: read.refusal }] });
    c.set("picture", read.value);
    await next();
    return undefined;
  }),
  { codes: [], readsBody: true as const },
);

const binary = { schema: { type: "string", format: "binary" } as const };

/** The request body in the API document. */
export const imageContent = Object.fromEntries(IMAGE_TYPES.map((type) => [type, binary]));
