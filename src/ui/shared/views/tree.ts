// Defines what a page is made of: elements and texts, as plain data that the server writes as text and a browser as
// elements. Pure: it knows neither of them.

/** The elements that pages are made of. None of them may run or frame content from elsewhere. */
export type Tag =
  | ("html" | "head" | "title" | "meta" | "link" | "script" | "body" | "noscript" | "template")
  | ("header" | "main" | "footer" | "nav" | "section" | "article" | "aside" | "div" | "span")
  | ("h1" | "h2" | "h3" | "p" | "a" | "strong" | "em" | "small" | "code" | "br" | "hr" | "img" | "time")
  | ("ul" | "ol" | "li" | "dl" | "dt" | "dd" | "details" | "summary" | "figure" | "figcaption")
  | ("table" | "caption" | "thead" | "tbody" | "tfoot" | "tr" | "th" | "td")
  | ("form" | "fieldset" | "legend" | "label" | "input" | "select" | "option" | "textarea" | "button" | "output")
  | ("svg" | "path");

/** `true` is an attribute without a value; `false`, null and undefined are none. */
export type Attribute = string | number | boolean | null | undefined;
export type Props = Readonly<Record<string, Attribute>>;

declare const sanitised: unique symbol;
/** Markup from Markdown that was made safe when it was stored. */
export type SanitisedMarkup = string & { readonly [sanitised]: true };

export type ElementNode = {
  readonly kind: "element";
  readonly tag: Tag;
  readonly props: Props;
  readonly children: readonly View[];
};
/** Written by the server alone, since the page of a host may forbid markup. */
export type MarkupNode = { readonly kind: "markup"; readonly markup: SanitisedMarkup };
/** Data for machines, which browsers do not run. Written by the server alone. */
export type DataNode = { readonly kind: "data"; readonly data: unknown };
export type View = ElementNode | MarkupNode | DataNode | string | number | null | undefined | false | readonly View[];

/**
 * @example
 * h("a", { class: "button", href: "/e/bosveld-live/night" }, "Buy tickets")
 */
export function h(tag: Tag, props: Props = {}, ...children: readonly View[]): ElementNode {
  return { kind: "element", tag, props, children };
}

export function raw(markup: SanitisedMarkup): MarkupNode {
  return { kind: "markup", markup };
}

export function linkedData(data: unknown): DataNode {
  return { kind: "data", data };
}

const ADDRESSES: ReadonlySet<string> = new Set(["href", "src", "action", "formaction", "poster", "cite"]);
const SCHEMES: ReadonlySet<string> = new Set(["http", "https", "mailto", "tel"]);

/**
 * The attribute as it is written; null when it is left out. An address whose scheme could run code is left out, since
 * it may come from data. An attribute that runs or styles something is a bug, and throws.
 */
export function attributeOf(name: string, value: Attribute): string | true | null {
  if (!/^[a-z][a-zA-Z0-9-]*$/.test(name) || /^(on|style$|srcdoc$|srcset$)/i.test(name))
    throw new Error(`no view may have the attribute ${name}`);
  if (value === null || value === undefined || value === false) return null;
  if (value === true) return true;
  const text = String(value);
  return ADDRESSES.has(name) && !isSafeAddress(text) ? null : text;
}

function isSafeAddress(text: string): boolean {
  // A browser leaves out control characters and blanks before it looks at the scheme, and so does this.
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text.replace(/[\u0000-\u0020]/g, ""))?.[1];
  return scheme === undefined || SCHEMES.has(scheme.toLowerCase());
}
