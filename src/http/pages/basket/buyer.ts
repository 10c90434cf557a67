// Finds who buys on our pages: the shopper of the cookie, or for a first form the shopper derived from its field (rule S1).

import { type FormField, makeFormField } from "../../../auth/links/form-fields.ts";
import { mintShopperToken, verifyShopperToken } from "../../../auth/links/shopper-tokens.ts";
import type { Refusal } from "../../../domain/errors.ts";
import { accept, refuse, type Result } from "../../../domain/result.ts";
import type { Shopper } from "../../middleware/access.ts";
import { addressOf, rateLimit } from "../../middleware/limits/rate-limit.ts";
import type { PageContext } from "../page-response.ts";
import { keepShopper, shopperTokenIn } from "./shop-cookies.ts";

const NO_SECRET: Refusal = { code: "temporarily_unavailable", retryAfterSeconds: 60 };

/** The shopper of the cookie; null without one. */
export function knownShopper(c: PageContext): Shopper | null {
  const token = shopperTokenIn(c);
  const id = token === null ? null : verifyShopperToken(c.env, token, Date.now());
  return id && { kind: "shopper", id };
}

/** `keep` sets the cookie of a new shopper, who gets none before something is or may be held (rule S17). */
type FormShopper = { readonly shopper: Shopper; readonly keep: () => void };

/**
 * As `knownShopper`, but without a cookie it is the shopper of the form, which is the same one for every copy of the
 * form. A new shopper is counted by address, as POST /v1/shoppers counts, and gets a cookie once `keep` is called.
 */
export async function shopperOf(c: PageContext, field: FormField): Promise<Result<FormShopper, Refusal>> {
  const known = knownShopper(c);
  if (known) return accept({ shopper: known, keep: () => undefined });
  const excess = await rateLimit(c.env, "SHOPPER_LIMIT", addressOf(c));
  if (excess) return refuse(excess);
  const made = mintShopperToken(c.env, field.shopper, Date.now());
  if (!made) return refuse(NO_SECRET);
  return accept({ shopper: { kind: "shopper", id: made.shopperId }, keep: () => keepShopper(c, made.token) });
}

/** A new field for a form of this page; empty without a secret, since then no form is accepted. */
export function newField(c: PageContext): string {
  return makeFormField(c.env, crypto.getRandomValues(new Uint8Array(16)), Date.now()) ?? "";
}
