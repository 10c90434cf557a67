// Mails the owner of an account that its password was changed (rule P6), so that nobody else can change it unnoticed.

import { passwordChanged } from "../../auth/people/mail-texts.ts";
import { type Mailer, logMailFault } from "../../auth/mailer.ts";
import { readAddress } from "../../db/accounts/password-links.ts";
import type { UserId } from "../../domain/ids.ts";
import type { Context } from "../context.ts";

/** `page`: the address of the account page, where a new password can be requested. */
type Reporting = Pick<Context, "db"> & { readonly mailer: Mailer; readonly page: string };

/** Runs after the response, and counts towards no limit of mails. Never rejects, since the password is changed already. */
export async function reportPasswordChange({ db, mailer, page }: Reporting, userId: UserId): Promise<void> {
  try {
    const email = await readAddress(db, userId);
    if (email !== null) await mailer(passwordChanged(email, page));
  } catch (fault) {
    logMailFault("mail_lost", fault);
  }
}
