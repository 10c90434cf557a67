// Chooses the language of a script's texts: that of its place in a page, or of the browser.

import { DEFAULT_LOCALE, type Locale, LOCALES } from "../../domain/orders/contact.ts";

/** The first of `wanted`, such as `af-ZA`, that we have. */
export function localeOf(wanted: readonly (string | null | undefined)[]): Locale {
  for (const each of wanted) {
    const tag = each?.toLowerCase() ?? "";
    const ours = LOCALES.find((locale) => tag === locale || tag.startsWith(`${locale}-`));
    if (ours) return ours;
  }
  return DEFAULT_LOCALE;
}
