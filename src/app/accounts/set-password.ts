// Sets the password by the link of a mail, once: whoever has it reads the mailbox, so the address is confirmed with it.

import { hashLinkToken, hashPassword } from "../../auth/passwords.ts";
import { readLink, useLink } from "../../db/accounts/password-links.ts";
import type { UserId } from "../../domain/ids.ts";
import type { Context } from "../context.ts";

/**
 * `sessionsEnd`: called before the sessions of the person end, so that their sockets end as well. `passwordChanged`:
 * called when a password took the place of another one.
 */
type Setting = Pick<Context, "db" | "now"> & {
  readonly sessionsEnd: (userId: UserId) => Promise<void>;
  readonly passwordChanged: (userId: UserId) => void;
};

/** The e-mail address of the account; null when the link was used, replaced, or is over. */
export async function setPassword(
  { db, now, sessionsEnd, passwordChanged }: Setting,
  { token, newPassword }: { readonly token: string; readonly newPassword: string },
): Promise<string | null> {
  const hash = hashLinkToken(token);
  const person = await readLink(db, hash, now);
  if (person === null) return null;
  const password = await hashPassword(newPassword);
  await sessionsEnd(person.id);
  if (!(await useLink(db, person.id, { hash, password, now }))) return null;
  if (person.confirmed) passwordChanged(person.id);
  return person.email;
}
