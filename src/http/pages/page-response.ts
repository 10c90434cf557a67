// Makes the response with a page of the shop: its document, its language, and what a browser may do with it.

import type { Context } from "hono";
import type { Locale } from "../../domain/orders/contact.ts";
import { type Wording, textsIn } from "../../ui/shared/texts/texts.ts";
import { shellView } from "../../ui/shared/views/shell.ts";
import type { View } from "../../ui/shared/views/tree.ts";
import { writePage } from "../../ui/shared/views/write-text.ts";
import type { HonoEnv } from "../routing.ts";
import { accentPath } from "./events/accent-sheet.ts";
import { requestedLocale, localeInAddress } from "./requested-locale.ts";
import { type AssetName, assetPath } from "./assets.ts";

export type PageContext = Context<HonoEnv>;

/** Allows only our own origin, also for forms. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** The statuses that a page of a refusal can have. */
export const REFUSED = [400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 426, 429, 500, 503] as const;
export type RefusedStatus = (typeof REFUSED)[number];

type PageParts = {
  readonly wording: Wording;
  readonly title: string;
  readonly head?: readonly View[];
  readonly main: View;
  readonly scripts?: readonly AssetName[];
  readonly brand?: { readonly name: string; readonly href: string };
  readonly status?: 200 | RefusedStatus;
  /** The colour of its buttons, `#rrggbb`; when null or left out, the standard colour. */
  readonly accent?: string | null;
  /** Whether search engines may list it and anybody may get the same page; otherwise it is private to one reader. */
  readonly listed?: boolean;
};

export function pageResponse(c: Context, parts: PageParts) {
  const { wording, title, head = [], main, scripts = [], status = 200, listed = false } = parts;
  c.header("Content-Security-Policy", POLICY);
  c.header("Cross-Origin-Opener-Policy", "same-origin");
  // Not `no-referrer`, with which a browser would send `null` as the origin of a form, which we compare.
  c.header("Referrer-Policy", "same-origin");
  c.header("Cache-Control", "private, no-store");
  c.header("Vary", "Accept, Accept-Language", { append: false });
  c.header("Content-Language", wording.locale);
  const html = shellView({
    ...{ wording, title, head, main, listed },
    styles: [assetPath("sheet.css"), assetPath("shop.css"), ...(parts.accent ? [accentPath(parts.accent)] : [])],
    scripts: scripts.map(assetPath),
    brand: parts.brand ?? { name: "VoelgoedEvents", href: hrefIn(c, "/") },
    languages: { en: pathIn(c, "en"), af: pathIn(c, "af") },
  });
  return c.html(writePage(html), status);
}

export function wordingFor(c: Context): Wording {
  return textsIn(requestedLocale(c));
}

/** A path of ours, with the language if the address of this page names one. */
export function hrefIn(c: Context, path: string, query: readonly (readonly [string, string])[] = []): string {
  const language = localeInAddress(c);
  const parameters = new URLSearchParams(query.map(([name, value]) => [name, value]));
  if (language) parameters.set("lang", language);
  const text = parameters.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** The parameters that say where in a list the page begins; links to the other languages keep them. */
const PLACES = ["from", "after"] as const;

/**
 * This page in another language. Messages of the moment are left out, and the address of an order's form becomes that
 * of the order. A path that begins with two slashes would lead to another host.
 */
function pathIn(c: Context, locale: Locale): string {
  const url = new URL(c.req.url);
  const path = url.pathname.replace(/^[/\\]+/, "/").replace(/^(\/r\/[^/]+)\/(cancel|confirm)$/, "$1");
  const parameters = PLACES.flatMap((name) => {
    const value = url.searchParams.get(name);
    return value === null ? [] : [[name, value]];
  });
  return `${path}?${new URLSearchParams([...parameters, ["lang", locale]]).toString()}`;
}

/** Redirects after a form, so that a reload of the next page does not send the form again. */
export function seeOther(c: Context, href: string) {
  c.header("Cache-Control", "private, no-store");
  c.header("Referrer-Policy", "same-origin");
  return c.redirect(href, 303);
}
