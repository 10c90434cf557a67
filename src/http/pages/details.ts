// What a buyer types about themselves, checked by the schema of the API (rules O11, S13), as people write it.

import type { Contact } from "../../domain/contact.ts";
import { accept, refuse, type Result } from "../../domain/result.ts";
import { type Details, DETAILS } from "../../ui/shared/views/basket.ts";
import { ContactInput } from "../schemas/contact.ts";

/** What was typed, and what of it is wrong. */
export type Typed = { readonly details: Details; readonly wrong: readonly (typeof DETAILS)[number][] };

/** The contact, or the fields that are wrong. `country` is the venue's, for a phone number that is written without one. */
export function contactIn(details: Details, country: string): Result<Contact, Typed["wrong"]> {
  const phone = phoneOf(details.phone, country);
  const parsed = ContactInput.safeParse({
    name: details.name,
    email: details.email,
    phone: phone === "" ? null : phone,
  });
  if (parsed.success) return accept(parsed.data);
  const wrong = new Set(parsed.error.issues.map(({ path: [field] }) => field));
  return refuse(DETAILS.filter((name) => wrong.has(name)));
}

/** How calls from abroad are begun, and what stands for that at home: of the countries whose people write it so. */
const CALLING: Readonly<Record<string, string>> = {
  ZA: "+27",
  NA: "+264",
  BW: "+267",
  GB: "+44",
  NL: "+31",
  DE: "+49",
};

/** `082 123-4567` in South Africa is `+27821234567`. */
export function phoneOf(text: string, country: string): string {
  const digits = text.replace(/[\s().\-/]/g, "").replace(/^00/, "+");
  const code = CALLING[country];
  return code !== undefined && /^0[1-9]/.test(digits) ? `${code}${digits.slice(1)}` : digits;
}
