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

/** `keep`: gives a new one its cookie, which nobody has before something is held, or may be (rule S17). */
type FormShopper = { readonly shopper: Shopper; readonly keep: () => void };

/**
 * As `knownShopper`, and without a cookie the shopper of the form: each copy of it is the same one, whichever comes first.
 * A new one is counted by address, as POST /v1/shoppers counts, and has a cookie once it is kept.
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

/** A field for a form of this page; empty without a secret, when no form is taken. */
export function newField(c: PageContext): string {
  return makeFormField(c.env, crypto.getRandomValues(new Uint8Array(16)), Date.now()) ?? "";
}
