// The page of each code, at the `type` of its problems.

import { html } from "hono/html";
import { problem } from "../problem.ts";
import { isCode, PROBLEMS } from "../problem-map.ts";
import { newRouter } from "../routing.ts";

export const problems = newRouter();

problems.get("/problems/:code", (c) => {
  const code = c.req.param("code");
  if (!isCode(code)) return problem(c, { code: "not_found" });
  const { status, title, advice } = PROBLEMS[code];
  const detail = PROBLEMS[code].detail;
  c.header("Cache-Control", "public, max-age=3600");
  return c.html(html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${code} · VoelgoedEvents</title>
  </head>
  <body>
    <h1>${title}</h1>
    <p><code>${code}</code>, HTTP status ${status}</p>
    ${typeof detail === "string" ? html`<p>${detail}</p>` : ""}
    <h2>What to do</h2>
    <p>${advice}</p>
    <p><a href="/docs">The API</a></p>
  </body>
</html>`);
});
