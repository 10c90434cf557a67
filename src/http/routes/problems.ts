// The page of each code, at the `type` of its problems.

import { html, raw } from "hono/html";
import { problem } from "../problem.ts";
import { isCode, PROBLEMS } from "../problem-map.ts";
import { newRouter } from "../routing.ts";

export const problems = newRouter();

const STYLE = `body { font: 17px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 12vh auto; padding: 0 1.5rem }
h1 { font-size: 1.7rem; margin-bottom: 0.2rem } h2 { font-size: 1.1rem; margin-top: 2rem }
code { font: 0.92em ui-monospace, monospace; padding: 0.1em 0.35em; border-radius: 4px; background: color-mix(in srgb, currentColor 10%, transparent) }`;
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/** The text with what stands between backquotes as code; all else is escaped. */
function withCode(text: string) {
  return text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
}

problems.get("/problems/:code", (c) => {
  const code = c.req.param("code");
  if (!isCode(code)) return problem(c, { code: "not_found" });
  const { status, title, advice } = PROBLEMS[code];
  const detail = PROBLEMS[code].detail;
  c.header("Cache-Control", "public, max-age=3600");
  c.header("Content-Security-Policy", POLICY);
  return c.html(html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${code} · VoelgoedEvents</title>
    <style>${raw(STYLE)}</style>
  </head>
  <body>
    <h1>${title}</h1>
    <p><code>${code}</code>, HTTP status ${status}</p>
    ${typeof detail === "string" ? html`<p>${withCode(detail)}</p>` : ""}
    <h2>What to do</h2>
    <p>${withCode(advice)}</p>
    <p><a href="/docs">The API</a></p>
  </body>
</html>`);
});
