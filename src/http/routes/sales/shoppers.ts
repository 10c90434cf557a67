// Mints shoppers: anonymous buyers with a signed token. No row is written.

import { z } from "@hono/zod-openapi";
import { mintShopperToken } from "../../../auth/links/shopper-tokens.ts";
import { anonymous } from "../../middleware/access.ts";
import { limitShoppers } from "../../middleware/limits/rate-limit.ts";
import { problem } from "../../problems/problem.ts";
import { endpoint, newRouter } from "../../routing.ts";
import { idText, instantText, json, toIso } from "../../schemas/common.ts";

export const shoppers = newRouter();

const Shopper = z
  .object({ shopper_id: idText("shp"), token: z.string().openapi({ example: "vgs_…" }), expires_at: instantText })
  .openapi("Shopper");

const mint = endpoint({
  method: "post",
  path: "/v1/shoppers",
  tags: ["Storefront"],
  summary: "Become a shopper",
  description: "The token is the shopper's only credential: it lasts 7 days and is not shown again.",
  middleware: [anonymous, limitShoppers],
  responses: { 201: { description: "The shopper and its token", content: json(Shopper) } },
});

shoppers.openapi(mint, (c) => {
  const token = mintShopperToken(c.env, crypto.getRandomValues(new Uint8Array(16)), Date.now());
  if (!token) return problem(c, { code: "temporarily_unavailable", retryAfterSeconds: 60 });
  return c.json({ shopper_id: token.shopperId, token: token.token, expires_at: toIso(token.expiresAt) }, 201);
});
