// Has the texts of buying tickets, by language. They are apart from the other texts, so that scripts carry no more of them.

import type { Locale } from "../../../domain/orders/contact.ts";
import type { enBuying } from "./en-buying.ts";

/** The messages of one language as every language has them. */
export type Widened<T> = T extends string
  ? string
  : T extends (...given: infer Given) => string
    ? (...given: Given) => string
    : { readonly [K in keyof T]: Widened<T[K]> };

export type BuyingTexts = Widened<typeof enBuying>;

/** A language with the texts of buying tickets. `Wording` of texts.ts is assignable to it. */
export type BuyingWording = { readonly locale: Locale; readonly t: BuyingTexts };

/** For scripts, which fetch the texts of one language when they need them. Rejects when these cannot be fetched. */
export async function buyingTextsIn(locale: Locale): Promise<BuyingWording> {
  const t = locale === "af" ? (await import("./af-buying.ts")).afBuying : (await import("./en-buying.ts")).enBuying;
  return { locale, t };
}

/** The texts of the language that is wanted once they have loaded, since it may change meanwhile. */
export async function latestTexts(wanted: () => Locale, textsIn = buyingTextsIn): Promise<BuyingWording> {
  for (;;) {
    const wording = await textsIn(wanted());
    if (wording.locale === wanted()) return wording;
  }
}
