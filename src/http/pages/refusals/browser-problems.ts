// Shows a refusal as a page to a person who opened the address in a browser; programs get problem+json.

import { createMiddleware } from "hono/factory";
import type { HonoEnv } from "../../routing.ts";

/** Paths of the API: programs call them, whatever media types they accept. */
const API = /^\/(v1|api)(\/|$)/;

/**
 * Runs after the route: turns a problem that a person would read into a page with a link to go on, and keeps its
 * status. A refusal before any route runs remains a problem: a body over 64 KB, which none of our forms sends.
 */
export const problemsForPeople = createMiddleware<HonoEnv>(async (c, next) => {
  await next();
  const isProblem = c.res.headers.get("Content-Type") === "application/problem+json";
  if (!isProblem || !c.req.header("Accept")?.includes("text/html") || API.test(c.req.path)) return;
  const { status } = c.res;
  const headers = ["Allow", "Retry-After"].flatMap((name) => {
    const value = c.res.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  const { statusPage } = await import("../events/words-page.ts");
  const page = statusPage(c, status, c.get("requestId"));
  c.res = undefined;
  c.res = page;
  for (const [name, value] of headers) c.header(name, value);
});
