// Reads what a form of ours sent: checks that it is ours, and returns its fields.

import type { Refusal } from "../../../domain/errors.ts";
import { accept, refuse, type Result } from "../../../domain/result.ts";
import { originOf } from "../../middleware/origin.ts";
import { limitReads } from "../../middleware/limits/rate-limit.ts";
import { knownShopper } from "./buyer.ts";
import type { PageContext } from "../page-response.ts";

/** The fields of a form. `get` returns the first value of a name that occurs more than once. */
export type Posted = Pick<URLSearchParams, "get" | "getAll">;

/**
 * A browser says by itself where a form comes from, and no other page can make it say that it is ours: what comes from
 * elsewhere, or from nowhere, is refused before anything of it is read.
 */
export async function readPosted(c: PageContext): Promise<Result<Posted, Refusal>> {
  const sent = c.req.header("Origin") ?? null;
  const expected = originOf(c);
  if (expected === null || sent !== expected)
    return refuse({ code: "origin_not_allowed", expected: expected ?? "", sent });
  const type = c.req.header("Content-Type") ?? "";
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) return refuse({ code: "unsupported_media_type" });
  // Handling any form of a shopper reads what they hold or ordered, so it counts as a read (rule X2).
  const shopper = knownShopper(c);
  const excess = shopper && (await limitReads(c, shopper.id));
  if (excess) return refuse(excess);
  try {
    return accept(new URLSearchParams(new TextDecoder().decode(await c.req.arrayBuffer())));
  } catch {
    // The client went away while it sent, so nobody reads this reply.
    return refuse({ code: "invalid_request", errors: [] });
  }
}
