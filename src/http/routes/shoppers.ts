// Mints shoppers: anonymous buyers with a signed token. No row is written.

import { z } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import { mintShopperToken } from "../../auth/shopper-tokens.ts";
import { anonymous } from "../access.ts";
import type { Documented } from "../documentation.ts";
import { problem } from "../problem.ts";
import { endpoint, type HonoEnv, newRouter } from "../routing.ts";
import { idText, instantText, json, toIso } from "../schemas/common.ts";

export const shoppers = newRouter();

/** The period of the SHOPPER_LIMIT binding, seconds. */
const LIMIT_PERIOD = 60;

const limited = Object.assign(
  createMiddleware<HonoEnv>(async (c, next) => {
    if (c.env.RATE_LIMITS !== "off") {
      const { success } = await c.env.SHOPPER_LIMIT.limit({ key: c.req.header("CF-Connecting-IP") ?? "unknown" });
      if (!success) return problem(c, { code: "rate_limited", retryAfterSeconds: LIMIT_PERIOD });
    }
    await next();
    return undefined;
  }),
  { codes: ["rate_limited"] } satisfies Documented,
);

const Shopper = z
  .object({ shopper_id: idText("shp"), token: z.string().openapi({ example: "vgs_…" }), expires_at: instantText })
  .openapi("Shopper");

const mint = endpoint({
  method: "post",
  path: "/v1/shoppers",
  tags: ["Storefront"],
  summary: "Become a shopper",
  description: "The token is the shopper's only credential: it lasts 7 days and is not shown again.",
  middleware: [anonymous, limited],
  responses: { 201: { description: "The shopper and its token", content: json(Shopper) } },
});

shoppers.openapi(mint, (c) => {
  const token = mintShopperToken(c.env, crypto.getRandomValues(new Uint8Array(16)), Date.now());
  if (!token) return problem(c, { code: "temporarily_unavailable", retryAfterSeconds: 60 });
  return c.json({ shopper_id: token.shopperId, token: token.token, expires_at: toIso(token.expiresAt) }, 201);
});
