// Serves the shell of the console. It contains nothing of an organisation, so it is the same for everybody.

import type { Context } from "hono";
import { html } from "hono/html";
import { accountTexts } from "../../ui/shared/texts/account-texts.ts";
import type { HonoEnv } from "../routing.ts";
import { requestedLocale } from "./requested-locale.ts";
import { assetPath } from "./assets.ts";
import { htmlPage } from "./html-page.ts";

/** No text becomes markup or script anywhere in it: the browser itself refuses that (rule C1). */
const SOURCES =
  "script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'; ";

export function showConsole(c: Context<HonoEnv>): Response | Promise<Response> {
  c.header("Vary", "Accept-Language", { append: true });
  const locale = requestedLocale(c);
  const head = html`<meta name="color-scheme" content="light dark">
    <meta name="robots" content="noindex">
    <link rel="icon" href="/docs/icon.svg">
    <link rel="stylesheet" href="${assetPath("sheet.css")}">
    <link rel="stylesheet" href="${assetPath("desk.css")}">
    <script type="module" src="${assetPath("console.js")}"></script>`;
  const body = html`<div id="console"></div>
    <noscript><p class="page">${accountTexts(locale).needsScript}</p></noscript>`;
  return htmlPage(c, { title: "VoelgoedEvents", locale, sources: SOURCES, head, body });
}
