// Reads what buyers type about themselves, as people write it, and checks it by the schema of the API (rules O11, S13).

import type { Contact } from "../../../domain/orders/contact.ts";
import { accept, refuse, type Result } from "../../../domain/result.ts";
import { phoneOf } from "../../../ui/shared/phone.ts";
import { type Details, DETAILS } from "../../../ui/shared/views/basket.ts";
import { ContactInput } from "../../schemas/sales/contact.ts";

/** The texts that were typed, and which of them are invalid. */
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
