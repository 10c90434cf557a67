// Serves the page of each code, at the `type` of its problems.

import { html } from "hono/html";
import { plainPage } from "../../pages/plain-page.ts";
import { problem } from "../../problems/problem.ts";
import { isCode, PROBLEMS } from "../../problems/problem-map.ts";
import { newRouter } from "../../routing.ts";

export const problems = newRouter();

/** Shows text between backquotes as code, and escapes everything else. */
function withCode(text: string) {
  return text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
}

problems.get("/problems/:code", (c) => {
  const code = c.req.param("code");
  if (!isCode(code)) return problem(c, { code: "not_found" });
  const { status, title, advice } = PROBLEMS[code];
  const detail = PROBLEMS[code].detail;
  c.header("Cache-Control", "public, max-age=3600");
  return plainPage(
    c,
    `${code} · VoelgoedEvents`,
    html`<h1>${title}</h1>
    <p><code>${code}</code>, HTTP status ${status}</p>
    ${typeof detail === "string" ? html`<p>${withCode(detail)}</p>` : ""}
    <h2>What to do</h2>
    <p>${withCode(advice)}</p>
    <p><a href="/docs">The API</a></p>`,
  );
});
