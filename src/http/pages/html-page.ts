// Writes the document around each page of ours, and says what a browser may do with it.

import type { Context } from "hono";
import { html } from "hono/html";
import { DEFAULT_LOCALE, type Locale } from "../../domain/orders/contact.ts";
import { assert } from "../../domain/result.ts";
import { policyOf } from "./page-policy.ts";

type Markup = ReturnType<typeof html>;
/** `head`: what it has beside the title. */
export type Page = { readonly title: string; readonly locale?: Locale; readonly head: Markup; readonly body: Markup };

/** The page as text. No part of it may be a promise. */
export function pageText({ title, locale = DEFAULT_LOCALE, head, body }: Page): string {
  const page = html`<!doctype html>
<html lang="${locale}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    ${head}
  </head>
  <body>
    ${body}
  </body>
</html>`;
  assert(!(page instanceof Promise), "nothing of the page is waited for");
  return page.toString();
}

/** Lets the page load `sources`, as `policyOf` takes them, and nothing else. */
export function limitPage(c: Context, sources: string): void {
  c.header("Content-Security-Policy", policyOf(sources));
  c.header("Cross-Origin-Opener-Policy", "same-origin");
}

/** Serves the page, which may load `sources`. */
export function htmlPage(c: Context, { sources, ...page }: Page & { readonly sources: string }) {
  limitPage(c, sources);
  return c.html(pageText(page));
}
