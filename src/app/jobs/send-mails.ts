// Sends again the mails of accounts that the mail binding did not accept: invitations, and links that set passwords (rule
// P9). The mails of orders are repeated by the order's home (rule O14).

import { inTime, logMailFault, type SendMail } from "../../auth/mailer.ts";
import { dropMails, type UnsentMail, takeDueMails } from "../../db/outbox/mail-outbox.ts";
import type { Context } from "../context.ts";

const MAILS_A_RUN = 50;

/** `sendMail`: null while no mail binding is configured. */
export type MailContext = Pick<Context, "db" | "now"> & { readonly sendMail: SendMail | null };

export async function sendMails({ db, now, sendMail }: MailContext): Promise<void> {
  if (sendMail === null) return;
  const sent: number[] = [];
  const send = async ({ id, ...mail }: UnsentMail) => {
    try {
      await inTime(sendMail(mail));
      sent.push(id);
    } catch (fault) {
      logMailFault("mail_failed", fault);
    }
  };
  await Promise.all((await takeDueMails(db, now, MAILS_A_RUN)).map(send));
  if (sent.length > 0) await dropMails(db, sent);
}
