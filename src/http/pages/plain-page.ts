// Serves a page of a few words, without a script or a file of its own.

import { createHash } from "node:crypto";
import type { Context } from "hono";
import { html, raw } from "hono/html";
import { htmlPage } from "./html-page.ts";

const STYLE = `body { font: 17px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 12vh auto; padding: 0 1.5rem }
h1 { font-size: 1.7rem; margin-bottom: 0.2rem } h2 { font-size: 1.1rem; margin-top: 2rem }
code { font: 0.92em ui-monospace, monospace; padding: 0.1em 0.35em; border-radius: 4px; background: color-mix(in srgb, currentColor 10%, transparent) }`;
const SOURCES = `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; `;

/** Serves the page, light or dark as its reader's system is. */
export function plainPage(c: Context, title: string, body: ReturnType<typeof html>) {
  const head = html`<meta name="color-scheme" content="light dark">
    <style>${raw(STYLE)}</style>`;
  return htmlPage(c, { title, sources: SOURCES, head, body });
}
