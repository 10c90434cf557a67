// Sets the password by the link of a mail, once. The holder of the link reads the mailbox, so the address is confirmed
// too.

import { hashLinkToken, hashPassword } from "../../auth/people/passwords.ts";
import { readLink, useLink } from "../../db/accounts/password-links.ts";
import type { UserId } from "../../domain/ids.ts";
import type { Context } from "../context.ts";

type Ports = Pick<Context, "db" | "now"> & {
  /** Is called before the person's sessions end, so that their sockets are closed too. */
  readonly sessionsEnd: (userId: UserId) => Promise<void>;
  /** Is called when a password was replaced by another. */
  readonly passwordChanged: (userId: UserId) => void;
};

/** Returns the e-mail address of the account; null when the link was used, replaced, or has expired. */
export async function setPassword(
  { db, now, sessionsEnd, passwordChanged }: Ports,
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
