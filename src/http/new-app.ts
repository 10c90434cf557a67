// What every request meets, around the routers that are given: the headers and the log line of each answer, CORS, the
// size of bodies, and what is answered when nothing fits or something throws.

import type { MiddlewareHandler } from "hono";
import { limitBody } from "./body.ts";
import { refusalOf } from "./bug.ts";
import { everyAnswer } from "./every-answer.ts";
import { insistOnTls } from "./origin.ts";
import { problem } from "./problem.ts";
import { type HonoEnv, newRouter } from "./routing.ts";
import { allowStorefronts } from "./storefront-cors.ts";

type Router = ReturnType<typeof newRouter>;

/** `first` runs before all else, and may answer in place of the app. */
export function newApp(routers: readonly Router[], first: readonly MiddlewareHandler<HonoEnv>[] = []): Router {
  const app = newRouter();
  for (const middleware of [...first, everyAnswer, insistOnTls]) app.use(middleware);
  allowStorefronts(app);
  app.use(limitBody);
  for (const router of routers) app.route("/", router);
  app.notFound((c) => problem(c, { code: "not_found" }));
  app.onError((thrown, c) => problem(c, refusalOf(thrown)));
  return app;
}
