// Wraps routers in what every request passes through: headers and the log line of each response, CORS, the limit of bodies,
// and the responses to an unknown route or a throw.

import type { MiddlewareHandler } from "hono";
import { METHOD_NAME_ALL } from "hono/router";
import type { Refusal } from "../domain/errors.ts";
import { limitBody } from "./middleware/body.ts";
import { refusalOf } from "./problems/error-handler.ts";
import { responseHeaders } from "./middleware/response-headers.ts";
import { requireTls } from "./middleware/origin.ts";
import { problem } from "./problems/problem.ts";
import { type HonoEnv, newRouter } from "./routing.ts";
import { allowStorefronts } from "./middleware/storefront-cors.ts";

type Router = ReturnType<typeof newRouter>;

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** When the path has routes for other methods, the refusal names these. Middleware for every request is no route. */
function explainNoRoute(app: Router, path: string): Refusal {
  const isRoute = (method: string) =>
    app.router.match(method, path)[0].some(([[, route]]) => route.method !== METHOD_NAME_ALL);
  const allowed = METHODS.filter(isRoute);
  if (allowed.length === 0) return { code: "not_found" };
  return {
    code: "method_not_allowed",
    allowed: allowed.flatMap((each) => (each === "GET" ? ["GET", "HEAD"] : [each])),
  };
}

/** `first` runs before everything else, and may respond in place of the app. */
export function newApp(routers: readonly Router[], first: readonly MiddlewareHandler<HonoEnv>[] = []): Router {
  const app = newRouter();
  for (const middleware of [...first, responseHeaders, requireTls]) app.use(middleware);
  allowStorefronts(app);
  app.use(limitBody);
  for (const router of routers) app.route("/", router);
  app.notFound((c) => problem(c, explainNoRoute(app, c.req.path)));
  app.onError((thrown, c) => problem(c, refusalOf(thrown)));
  return app;
}
