// The document around each page of ours, and what a browser may do with it.

import type { Context } from "hono";
import { html } from "hono/html";
import { policyOf } from "./page-policy.ts";

type Markup = ReturnType<typeof html>;
/** `sources`: what the page may load, as `policyOf` takes it. `head`: what stands there beside the title. */
export type Page = { readonly title: string; readonly sources: string; readonly head: Markup; readonly body: Markup };

export function htmlPage(c: Context, { title, sources, head, body }: Page) {
  c.header("Content-Security-Policy", policyOf(sources));
  c.header("Cross-Origin-Opener-Policy", "same-origin");
  return c.html(html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    ${head}
  </head>
  <body>
    ${body}
  </body>
</html>`);
}
