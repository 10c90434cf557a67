// Declares CORS for the routes of storefronts (docs/api.md): any origin, no credentials. Those of tickets and devices are
// in device-cors.ts; other routes have none.

import { createMiddleware } from "hono/factory";
import { cors } from "hono/cors";
import type { newRouter } from "../routing.ts";

export type Router = ReturnType<typeof newRouter>;

/** For each path, the methods that a shop on another origin may call; the same path may have organiser methods too. */
const STOREFRONT: Readonly<Record<string, readonly string[]>> = {
  "/v1/public/organizations/:slug/events": ["GET"],
  "/v1/public/organizations/:slug/events/:event_slug": ["GET"],
  "/v1/public/events/:id": ["GET"],
  "/v1/public/events/:id/availability": ["GET"],
  "/v1/shoppers": ["POST"],
  "/v1/ticket-types/:id/holds": ["POST"],
  "/v1/events/:id/holds": ["POST"],
  "/v1/holds/:id": ["GET", "DELETE"],
  "/v1/holds/:id/extend": ["POST"],
  "/v1/checkouts": ["POST"],
  "/v1/orders/:id": ["GET"],
  "/v1/orders/:id/cancel": ["POST"],
  "/v1/orders/:id/contact": ["DELETE"],
  "/v1/shoppers/me/orders": ["GET"],
  "/v1/ticket-types/:id/live": ["GET"],
  "/v1/events/:id/live": ["GET"],
  "/v1/events/:id/scanner": ["GET"],
};

const EXPOSED = ["ETag", "Location", "Retry-After", "X-Request-Id", "Idempotency-Replayed"];
const EXPOSED_TEXT = EXPOSED.join(",");

/** Not Hono's middleware here: it makes a response before the handler does, and then each response is copied twice. */
const allowAnswer = createMiddleware(async (c, next) => {
  c.header("Access-Control-Allow-Origin", "*");
  c.header("Access-Control-Expose-Headers", EXPOSED_TEXT);
  await next();
});

/** Under the public paths, a page of another origin may read a 404 too. */
const PUBLIC_PATHS = "/v1/public/*";

export function allowStorefronts(app: Router): void {
  allow(app, STOREFRONT);
  app.use(PUBLIC_PATHS, allowAnswer);
}

/** Lets pages of any origin call these paths, each by its methods. */
export function allow(app: Router, routes: Readonly<Record<string, readonly string[]>>): void {
  for (const [path, methods] of Object.entries(routes)) {
    const preflight = cors({
      origin: "*",
      allowMethods: [...methods],
      allowHeaders: ["Authorization", "Content-Type", "Idempotency-Key", "If-None-Match"],
      exposeHeaders: EXPOSED,
      maxAge: 24 * 60 * 60,
    });
    app.on([...methods], path, allowAnswer);
    app.on("OPTIONS", path, preflight);
  }
}
