// Loads the scanner's texts of one language. A text that a language lacks, or has beside the others, does not compile.

import type { Locale } from "../../../domain/orders/contact.ts";
import type { en } from "./en.ts";

type Widened<T> = T extends string
  ? string
  : T extends (...given: infer Given) => infer Said
    ? (...given: Given) => Said extends string ? string : Said
    : { readonly [K in keyof T]: Widened<T[K]> };

export type ScannerTexts = Widened<typeof en>;

export async function loadTexts(locale: Locale): Promise<ScannerTexts> {
  return locale === "af" ? (await import("./af.ts")).af : (await import("./en.ts")).en;
}
