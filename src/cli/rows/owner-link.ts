// What `bootstrap` and `organizations -- add-owner` share: the owner's e-mail address, the link that sets the password, and
// what is printed about both.

import * as z from "zod";
import { normalizeEmail } from "../../domain/orders/contact.ts";
import { MAX_EMAIL } from "../../domain/limits.ts";
import type { NewOwner } from "./people-rows.ts";
import { fail, say } from "../terminal/terminal.ts";

/** The address in the form that accounts have; ends the command when it is not valid. */
export function readEmail(text: string): string {
  const email = normalizeEmail(text);
  const isEmail = z.email().max(MAX_EMAIL).safeParse(email).success;
  return isEmail ? email : fail(`--email ${email} is not an e-mail address.`);
}

/** The origin of the link; a local server is on this machine. */
export function originOf(url: string | undefined, remote: boolean): string {
  if (url === undefined) return remote ? "https://YOUR-ADDRESS" : `http://127.0.0.1:${process.env["PORT"] || "8787"}`;
  return URL.canParse(url) ? new URL(url).origin : fail(`--url ${url} is not a URL.`);
}

/** Prints how the owner signs in, and returns it for the command's JSON result. */
export function describeOwner({ email, token }: NewOwner, confirmed: boolean, origin: string) {
  say(
    confirmed
      ? `${email} has a confirmed account already, and its owner signs in with the password.`
      : "Its owner sets a password by the link set_password, once, within 24 hours.",
  );
  return { email, set_password: confirmed ? null : `${origin}/account#reset=${token}` };
}
