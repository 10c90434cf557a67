// Refusals of pages for whoever opened them in a browser: a program hears problem+json, a person reads a page.

import { createMiddleware } from "hono/factory";
import type { HonoEnv } from "../routing.ts";

/** Of the API a program asks, whatever it accepts. */
const API = /^\/(v1|api)(\/|$)/;

/**
 * After the answer: a problem that a person would read becomes a page with a way on. Its status stays. What is refused
 * before any route is asked stays a problem: a body over 64 KB, which no form of ours sends by itself.
 */
export const problemsForPeople = createMiddleware<HonoEnv>(async (c, next) => {
  await next();
  const isProblem = c.res.headers.get("Content-Type") === "application/problem+json";
  if (!isProblem || !c.req.header("Accept")?.includes("text/html") || API.test(c.req.path)) return;
  const { status } = c.res;
  const kept = ["Allow", "Retry-After"].flatMap((name) => {
    const value = c.res.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  const { statusPage } = await import("./words-page.ts");
  const page = statusPage(c, status, c.get("requestId"));
  c.res = undefined;
  c.res = page;
  for (const [name, value] of kept) c.header(name, value);
});
