// Assembles what is evaluated when an isolate starts: the routes of shoppers, sockets and health checks. Every other
// request belongs to the whole application (app.ts), which is loaded by the first of them, so that a storefront's first
// response waits for no more code than it needs. Import nothing here that only organisers need.

import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { METHOD_NAME_ALL } from "hono/router";
import { newApp } from "./new-app.ts";
import { baskets } from "./routes/sales/baskets.ts";
import { checkouts } from "./routes/sales/checkouts.ts";
import { holds } from "./routes/sales/holds.ts";
import { live } from "./routes/public/live.ts";
import { operations } from "./routes/operations.ts";
import { orders } from "./routes/sales/orders.ts";
import { shoppers } from "./routes/sales/shoppers.ts";
import { storefront } from "./routes/public/storefront.ts";
import type { HonoEnv } from "./routing.ts";

export const STOREFRONT = [holds, baskets, shoppers, storefront, checkouts, orders, live, operations];

/** A path that only middleware of every request matches is no route of the storefront. */
const elseWhole: MiddlewareHandler<HonoEnv> = async (c, next) => {
  if (matchedRoutes(c).some(({ method }) => method !== METHOD_NAME_ALL)) return next();
  const showsImage = c.req.method === "GET" && c.req.path.startsWith("/v1/public/images/");
  const app = showsImage ? (await import("./image-app.ts")).imageApp : (await import("./app.ts")).app;
  return app.fetch(c.req.raw, c.env, c.executionCtx);
};

export const storefrontApp = newApp(STOREFRONT, [elseWhole]);
