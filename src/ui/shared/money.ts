// Writes money as people read it in South Africa, by `Intl`.

import type { Locale } from "../../domain/orders/contact.ts";

const REGIONS: Readonly<Record<Locale, string>> = { en: "en-ZA", af: "af-ZA" };
const formats = new Map<string, Intl.NumberFormat>();

/** `showMoney("en", 15_000, "ZAR")` is `R 150,00`, with blanks at which no line breaks. */
export function showMoney(locale: Locale, minor: number, currency: string): string {
  const key = `${locale} ${currency}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(REGIONS[locale], { style: "currency", currency, currencyDisplay: "narrowSymbol" });
    formats.set(key, format);
  }
  return format.format(minor / 100);
}
