// Chooses the language of this phone: the one that somebody chose here, else that of the page, which the server takes
// from the browser.

import { DEFAULT_LOCALE, LOCALES, type Locale } from "../../../domain/orders/contact.ts";

const KEY = "voelgoed-scanner-locale";

export function localeOfPhone(): Locale {
  const asked = [chosen(), document.documentElement.lang];
  return asked.flatMap((each) => LOCALES.filter((locale) => locale === each))[0] ?? DEFAULT_LOCALE;
}

/** Stores the choice, and reloads the page in that language. */
export function chooseLocale(locale: Locale): void {
  localStorage.setItem(KEY, locale);
  location.reload();
}

function chosen(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
