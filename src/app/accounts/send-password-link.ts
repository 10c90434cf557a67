// Sends the link that sets a password: to an address that signs up, and to one that requests a new password. The response,
// and the work before it, are the same whether the address has an account or not.

import { accountExists, confirmAddress, resetPassword } from "../../auth/people/mail-texts.ts";
import type { Mailer } from "../../auth/mailer.ts";
import { hashLinkToken, newLinkToken } from "../../auth/people/passwords.ts";
import { type PasswordLink, requestLink, signUp as writeSignUp } from "../../db/accounts/password-links.ts";
import { PASSWORD_LINK_MS } from "../../domain/limits.ts";
import { type Context, newId } from "../context.ts";

/** `page`: the address of the account page, which the links of mails open. */
type Sending = Pick<Context, "db" | "now" | "waitUntil"> & { readonly mailer: Mailer; readonly page: string };

/** Makes an account without a password and mails its link. The address is in lower case. */
export async function signUp(sending: Sending, { name, email }: { name: string; email: string }): Promise<void> {
  const { token, link } = newLink(sending.now);
  const { confirmed } = await writeSignUp(sending.db, { id: newId("usr"), name, email }, link);
  const mail = confirmed ? accountExists(email, sending.page) : confirmAddress(email, linkTo(sending, token));
  sending.waitUntil(sending.mailer(confirmed ? mail : { ...mail, restsOn: link.hash }));
}

/** Mails a link to an account that exists, whether it has no password yet or its owner forgot it. */
export async function requestPassword(sending: Sending, { email }: { email: string }): Promise<void> {
  const { token, link } = newLink(sending.now);
  const account = await requestLink(sending.db, email, link);
  if (account === null) return;
  const text = account.confirmed ? resetPassword : confirmAddress;
  sending.waitUntil(sending.mailer({ ...text(email, linkTo(sending, token)), restsOn: link.hash }));
}

function newLink(now: number): { readonly token: string; readonly link: PasswordLink } {
  const token = newLinkToken();
  return { token, link: { hash: hashLinkToken(token), createdAt: now, expiresAt: now + PASSWORD_LINK_MS } };
}

/** The token comes after the `#`, so that it is in no request and no log. */
function linkTo({ page }: Sending, token: string): string {
  return `${page}#reset=${token}`;
}
