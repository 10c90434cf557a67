// Sets the password by the link of a mail, once: whoever has it reads the mailbox, so the address is confirmed with it.

import { hashLinkToken, hashPassword } from "../auth/passwords.ts";
import { readLink, useLink } from "../db/password-links.ts";
import type { UserId } from "../domain/ids.ts";
import type { Context } from "./context.ts";

/** `sessionsEnd`: called before the sessions of the person end, so that their sockets end as well. */
type Setting = Pick<Context, "db" | "now"> & { readonly sessionsEnd: (userId: UserId) => Promise<void> };

/** False when the link was used, replaced, or is over. */
export async function setPassword(
  { db, now, sessionsEnd }: Setting,
  { token, newPassword }: { readonly token: string; readonly newPassword: string },
): Promise<boolean> {
  const hash = hashLinkToken(token);
  const userId = await readLink(db, hash, now);
  if (userId === null) return false;
  const password = await hashPassword(newPassword);
  await sessionsEnd(userId);
  return useLink(db, userId, { hash, password, now });
}
