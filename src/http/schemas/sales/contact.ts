// Defines the contact of an order on the wire (rule O11).

import { z } from "@hono/zod-openapi";
import { type Contact as Kept, DEFAULT_LOCALE, LOCALES, nameKeyOf } from "../../../domain/orders/contact.ts";
import { MAX_NAME } from "../../../domain/limits.ts";
import { email, line } from "../common.ts";

const emailText = z.string().openapi({ format: "email", example: "buyer@example.com" });
const phone = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, "Not a phone number in E.164, such as +27821234567")
  .openapi({ example: "+27821234567" });
const name = line(MAX_NAME);

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
  description: "The language of its mails. Any other is refused. Leave out a region (`af`, not `af-ZA`).",
  example: DEFAULT_LOCALE,
});

export function renderContact({ name, email, phone }: Kept): z.infer<typeof Contact> {
  return { name, email, phone };
}
