// Mails the owner of an account that its password was changed (rule P6): whoever else changed it cannot keep that from
// them.

import { passwordChanged } from "../../auth/mail-texts.ts";
import { type Mailer, logMailFault } from "../../auth/mailer.ts";
import { readAddress } from "../../db/accounts/password-links.ts";
import type { UserId } from "../../domain/ids.ts";
import type { Context } from "../context.ts";

/** `page`: the address of the account page, where a password is asked for anew. */
type Reporting = Pick<Context, "db"> & { readonly mailer: Mailer; readonly page: string };

/** For behind the answer, and not counted by any limit of mails. Never rejects: the password is changed already. */
export async function reportPasswordChange({ db, mailer, page }: Reporting, userId: UserId): Promise<void> {
  try {
    const email = await readAddress(db, userId);
    if (email !== null) await mailer(passwordChanged(email, page));
  } catch (fault) {
    logMailFault("mail_lost", fault);
  }
}
