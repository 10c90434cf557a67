// Chooses the language of a page: the one that its address asks for, else the first of the reader's that we have.

import type { Context } from "hono";
import { DEFAULT_LOCALE, LOCALES, type Locale } from "../../domain/orders/contact.ts";

/** By `?lang=`, else by `Accept-Language` and its weights. */
export function requestedLocale(c: Context): Locale {
  return localeInAddress(c) ?? browserLocale(c.req.header("Accept-Language") ?? "");
}

/** By `?lang=` alone; null when it names none that we have. */
export function localeInAddress(c: Context): Locale | null {
  const language = c.req.query("lang");
  return LOCALES.find((locale) => locale === language) ?? null;
}

function browserLocale(header: string): Locale {
  const accepted = header
    .split(",")
    .map((each, index) => ({ tag: (each.split(";")[0] ?? "").trim().toLowerCase(), weight: weightOf(each), index }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.index - b.index);
  const ours = accepted.flatMap(({ tag }) =>
    LOCALES.filter((locale) => tag === locale || tag.startsWith(`${locale}-`)),
  );
  return ours[0] ?? DEFAULT_LOCALE;
}

function weightOf(each: string): number {
  const weight = /;\s*q=([\d.]+)/.exec(each)?.[1];
  return weight === undefined ? 1 : Number(weight);
}
