// Has the texts of the pages by language. One that a language lacks, or has beside the others, does not compile (rule S15).

import type { Locale } from "../../../domain/orders/contact.ts";
import { af } from "./af.ts";
import type { Widened } from "./buying-texts.ts";
import { en } from "./en.ts";

export type Texts = Widened<typeof en>;

const TEXTS: Readonly<Record<Locale, Texts>> = { en, af };

/** A language with all texts of the pages. */
export type Wording = { readonly locale: Locale; readonly t: Texts };

export function textsIn(locale: Locale): Wording {
  return { locale, t: TEXTS[locale] };
}
