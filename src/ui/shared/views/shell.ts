// Draws the document around each page of the shop: its head, the line at the top, the small print.

import { LOCALES } from "../../../domain/orders/contact.ts";
import { type Wording, textsIn } from "../texts/texts.ts";
import { type ElementNode, h, type View } from "./tree.ts";

export type Shell = {
  readonly wording: Wording;
  readonly title: string;
  /** Further elements of the head. */
  readonly head: readonly View[];
  readonly main: View;
  /** Addresses of sheets and scripts of our own. */
  readonly styles: readonly string[];
  readonly scripts: readonly string[];
  /** The organiser whose page it is, or else the name of the whole shop. */
  readonly brand: { readonly name: string; readonly href: string };
  /** The same page in each language. */
  readonly languages: Readonly<Record<Wording["locale"], string>>;
  /** Whether search engines may list it. */
  readonly listed: boolean;
};

export function shellView(shell: Shell): ElementNode {
  const { wording, title, head, main, styles, scripts, listed } = shell;
  return h(
    "html",
    { lang: wording.locale },
    h(
      "head",
      {},
      h("meta", { charset: "utf-8" }),
      h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
      h("meta", { name: "color-scheme", content: "light dark" }),
      !listed && h("meta", { name: "robots", content: "noindex" }),
      h("title", {}, title),
      h("link", { rel: "icon", type: "image/svg+xml", href: "/docs/icon.svg" }),
      styles.map((href) => h("link", { rel: "stylesheet", href })),
      head,
      scripts.map((src) => h("script", { type: "module", src })),
    ),
    h("body", {}, h("a", { class: "skip", href: "#main" }, wording.t.skip), barView(shell), main, footView(shell)),
  );
}

function barView({ wording, brand }: Shell): View {
  const { menu } = wording.t;
  return h(
    "header",
    { class: "bar" },
    h("a", { class: "brand", href: brand.href }, brand.name),
    h("nav", { class: "row", "aria-label": menu.shop }, h("a", { href: "/" }, menu.shop)),
  );
}

function footView({ wording, languages }: Shell): View {
  const others = LOCALES.filter((locale) => locale !== wording.locale);
  return h(
    "footer",
    { class: "foot row row-apart" },
    h("span", {}, wording.t.foot),
    others.map((locale) =>
      h("a", { href: languages[locale], lang: locale, hreflang: locale, rel: "alternate" }, textsIn(locale).t.language),
    ),
  );
}
