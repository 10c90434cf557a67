// Whom an order is for, on the wire (rule O11).

import { z } from "@hono/zod-openapi";
import { type Contact as Kept, DEFAULT_LOCALE, LOCALES, nameKeyOf, normalizeEmail } from "../../domain/contact.ts";
import { MAX_EMAIL, MAX_NAME } from "../../domain/limits.ts";

/** One spelling for one address: trimmed, in lower case. */
export const email = z
  .string()
  .max(2 * MAX_EMAIL)
  .transform(normalizeEmail)
  .pipe(z.email("Not an e-mail address").max(MAX_EMAIL));
const emailText = z.string().openapi({ format: "email", example: "buyer@example.com" });
const phone = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, "Not a phone number in E.164, such as +27821234567")
  .openapi({ example: "+27821234567" });
/** A line that says something: what would break out of a header or a table is refused. */
const name = z
  .string()
  .max(MAX_NAME)
  .regex(/\S/, "Empty")
  .regex(/^\P{Cc}*$/u, "Control characters")
  .transform((text) => text.trim());

export const ContactInput = z
  .strictObject({
    name: name.openapi({ type: "string", example: "A buyer" }),
    email: email.openapi({ type: "string", format: "email", example: "buyer@example.com" }),
    phone: phone.nullable().default(null),
  })
  .transform((given): Kept => ({ ...given, nameKey: nameKeyOf(given.name) }))
  .openapi("ContactInput");

export const CONTACT_EXAMPLE = { name: "A buyer", email: "buyer@example.com", phone: "+27821234567" };

export const Contact = z
  .object({ name: z.string().openapi({ example: "A buyer" }), email: emailText, phone: phone.nullable() })
  .openapi("Contact");

export const locale = z.enum(LOCALES).openapi({
  description: "The language of its mails. Any other is refused; a region is left out (`af`, not `af-ZA`).",
  example: DEFAULT_LOCALE,
});

export function renderContact({ name, email, phone }: Kept): z.infer<typeof Contact> {
  return { name, email, phone };
}
