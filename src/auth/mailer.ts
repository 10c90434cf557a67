// Mail: by the platform's binding where one is configured, else into the outbox, a table that local servers print.

import { writeMail } from "../db/outbox.ts";
import type { Db } from "../db/client.ts";
import { describeFault } from "../domain/fault.ts";
import { folded } from "../domain/text.ts";

export type Mail = { readonly to: string; readonly subject: string; readonly text: string };
/** Resolves when the mail is on its way, or when its failure is in the log: nobody who waits could mend it. */
export type Mailer = (mail: Mail) => Promise<void>;

/** What wrangler.toml may set; without both of it mails stay in the outbox. */
type MailSettings = { readonly MAIL?: SendEmail; readonly MAIL_FROM: string };

export function openMailer({ MAIL, MAIL_FROM }: MailSettings, db: Db): Mailer {
  const send = async (mail: Mail): Promise<unknown> =>
    MAIL && MAIL_FROM ? MAIL.send({ from: MAIL_FROM, ...mail }) : writeMail(db, mail, Date.now());
  return async (mail) => {
    try {
      // A line that ended within the subject would begin a header of its own (rule X9).
      await send({ ...mail, subject: folded(mail.subject) });
    } catch (fault) {
      console.error(JSON.stringify({ level: "error", event: "mail_failed", error: describeFault(fault) }));
    }
  };
}
