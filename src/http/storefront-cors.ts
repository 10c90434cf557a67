// CORS of the routes of storefronts and devices (docs/api.md): any origin, no credentials. Other routes have none.

import { createMiddleware } from "hono/factory";
import { cors } from "hono/cors";
import type { newRouter } from "./routing.ts";

type Router = ReturnType<typeof newRouter>;

/** By path, the methods that a shop on another origin may call; the same path may have organiser methods beside them. */
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

/** Why not Hono's for these too: its own makes an answer before the handler does, and each of them is then copied twice. */
const allowAnswer = createMiddleware(async (c, next) => {
  c.header("Access-Control-Allow-Origin", "*");
  c.header("Access-Control-Expose-Headers", EXPOSED_TEXT);
  await next();
});

/** What a scanner that runs in a browser needs beside them, by a device's token (docs/api.md, "Organiser"). */
const DEVICES: Readonly<Record<string, readonly string[]>> = {
  "/v1/me": ["GET"],
  "/v1/gates/:id": ["GET"],
  "/v1/venues/:id/gates": ["GET"],
  "/v1/events": ["GET"],
  "/v1/events/:id": ["GET"],
  "/v1/events/:id/ticket-types": ["GET"],
  "/v1/ticket-types/:id": ["GET"],
  "/v1/events/:id/desk": ["GET"],
  "/v1/events/:id/desk/heartbeat": ["POST"],
  "/v1/events/:id/door": ["GET"],
  "/v1/events/:id/scans": ["POST"],
};

/** The tickets of a storefront's buyers, whose routes the whole application has. */
const TICKETS: Readonly<Record<string, readonly string[]>> = {
  "/v1/orders/:id/tickets": ["GET"],
  "/v1/tickets/:id": ["GET"],
  "/v1/tickets/:id/code": ["GET"],
  "/v1/tickets/:id/link": ["POST"],
};

/** Also what is not there may be read by a page of another origin, under the public paths. */
const PUBLIC_PATHS = "/v1/public/*";

export function allowStorefronts(app: Router): void {
  allow(app, STOREFRONT);
  app.use(PUBLIC_PATHS, allowAnswer);
}

export function allowTicketsAndDevices(app: Router): void {
  allow(app, TICKETS);
  allow(app, DEVICES);
}

function allow(app: Router, routes: Readonly<Record<string, readonly string[]>>): void {
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
