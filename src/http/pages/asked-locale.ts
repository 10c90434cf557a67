// The language of a page: the one that its address asks for, else the first of the reader's that we have.

import type { Context } from "hono";
import { DEFAULT_LOCALE, LOCALES, type Locale } from "../../domain/contact.ts";

/** By `?lang=`, else by `Accept-Language`, whose order counts and whose weights are mostly in it. */
export function askedLocale(c: Context): Locale {
  c.header("Vary", "Accept-Language", { append: true });
  const accepted = (c.req.header("Accept-Language") ?? "")
    .split(",")
    .map((each) => each.trim().slice(0, 2).toLowerCase());
  const wanted = [c.req.query("lang"), ...accepted];
  const found = wanted.find((language) => LOCALES.some((locale) => locale === language));
  return LOCALES.find((locale) => locale === found) ?? DEFAULT_LOCALE;
}
