// Serves the scanner's page (docs/scanning.md): a shell that its script fills, the service worker that keeps it on a phone,
// and the manifest by which it is installed. The script uses the API alone.

import type { Context } from "hono";
import { html } from "hono/html";
import SCANNER_FILES from "../../../../dist/scanner-files.json" with { type: "json" };
import { DEFAULT_LOCALE, type Locale } from "../../../domain/orders/contact.ts";
import { sha256Hex } from "../../../shared/sha256.ts";
import { requestedLocale } from "../../pages/requested-locale.ts";
import { assetPath } from "../../pages/assets.ts";
import { htmlPage, pageText } from "../../pages/html-page.ts";
import { policyOf } from "../../pages/page-policy.ts";
import { iconPath, SCAN_ICON } from "../../pages/scan-icon.ts";
import { newRouter } from "../../routing.ts";

export const scanPage = newRouter();

/** A hardware reader types keys, and the camera's picture stays in the page, so neither needs a source. */
const SOURCES =
  "script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; ";
/** A service worker has its own policy. */
const WORKER_SOURCES = "script-src 'self'; connect-src 'self'; ";

const WORDS: Readonly<Record<Locale, { readonly title: string; readonly needsScript: string }>> = {
  en: { title: "Scanner", needsScript: "The scanner needs JavaScript." },
  af: { title: "Skandeerder", needsScript: "Die skandeerder het JavaScript nodig." },
};

function page(locale: Locale) {
  const { title, needsScript } = WORDS[locale];
  const head = html`<meta name="color-scheme" content="light dark">
    <meta name="robots" content="noindex">
    <meta name="theme-color" content="#0b6b3a">
    <link rel="manifest" href="/scan.webmanifest">
    <link rel="icon" href="/scan-icon.svg">
    <link rel="apple-touch-icon" href="${iconPath(180)}">
    <link rel="stylesheet" href="${assetPath("sheet.css")}">
    <link rel="stylesheet" href="${assetPath("scanner-look.css")}">
    <script type="module" src="${assetPath("scanner.js")}"></script>`;
  const body = html`<div id="scanner" aria-busy="true" data-zxing="${assetPath("zxing-worker.js")}"></div>
    <noscript><p class="notice notice-warn">${needsScript}</p></noscript>`;
  return { title, locale, head, body };
}

scanPage.get("/scan", (c) => {
  c.header("Vary", "Accept-Language", { append: true });
  c.header("Permissions-Policy", "camera=(self)");
  return htmlPage(c, { ...page(requestedLocale(c)), sources: SOURCES });
});

/** Its bytes change with the page or anything that the page loads, which is how a browser notices a new version. */
scanPage.get("/scan-sw.js", (c) => {
  const files = [...SCANNER_FILES, "/scan.webmanifest", "/scan-icon.svg"];
  const version = sha256Hex(JSON.stringify([files, pageText(page(DEFAULT_LOCALE))])).slice(0, 16);
  const script = `self.VERSION = ${JSON.stringify(version)};
self.FILES = ${JSON.stringify(files)};
importScripts(${JSON.stringify(assetPath("scan-sw.js"))});
`;
  c.header("Cache-Control", "no-cache");
  c.header("Content-Security-Policy", policyOf(WORKER_SOURCES));
  return typed(c, script, "text/javascript; charset=utf-8");
});

scanPage.get("/scan.webmanifest", (c) => {
  const manifest = {
    ...{ name: "VoelgoedEvents scanner", short_name: "Scanner", id: "/scan", start_url: "/scan", scope: "/scan" },
    ...{ display: "standalone", orientation: "portrait", background_color: "#0f1311", theme_color: "#0b6b3a" },
    icons: [
      { src: "/scan-icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any maskable" },
      { src: iconPath(192), sizes: "192x192", type: "image/png", purpose: "any" },
      { src: iconPath(512), sizes: "512x512", type: "image/png", purpose: "any maskable" },
    ],
  };
  return typed(c, JSON.stringify(manifest), "application/manifest+json");
});

scanPage.get("/scan-icon.svg", (c) => typed(c, SCAN_ICON, "image/svg+xml"));

function typed(c: Context, text: string, type: string) {
  c.header("Content-Type", type);
  return c.body(text);
}
