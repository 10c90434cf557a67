// Sets what every response has: our own request id, security headers, no storing unless its route allows it, and a log line
// for a 5xx. Headers are prepared before the handler, so that no response is copied afterwards.

import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import { describeBug } from "../problems/error-handler.ts";
import { policyOf } from "../pages/page-policy.ts";
import type { HonoEnv } from "../routing.ts";
import { logError } from "../../shared/log.ts";

const HEADERS = {
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Strict-Transport-Security": "max-age=31536000",
  "Content-Security-Policy": policyOf(""),
  // Keeps the page of another site from loading a response into its own process. A storefront's fetch, which CORS allows,
  // is not affected.
  "Cross-Origin-Resource-Policy": "same-origin",
};
const ENTRIES = Object.entries(HEADERS);

export const responseHeaders = createMiddleware<HonoEnv>(async (c, next) => {
  const requestId = crypto.randomUUID();
  c.set("requestId", requestId);
  c.header("X-Request-Id", requestId);
  for (const [name, value] of ENTRIES) c.header(name, value);
  await next();
  if (c.res.status < 500) return;
  logError({
    event: "request_failed",
    request_id: requestId,
    method: c.req.method,
    route: routePath(c, -1),
    status: c.res.status,
    code: c.get("refused") ?? null,
    ...(c.error ? describeBug(c.error) : {}),
  });
});
