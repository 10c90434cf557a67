// Mail: by the platform's binding where one is configured, else into the outbox, a table that local servers print.

import { writeMail } from "../db/outbox.ts";
import type { Db } from "../db/client.ts";
import { describeFault } from "../domain/fault.ts";
import { folded } from "../domain/text.ts";

/** `id` names the message, so that one that is sent twice can be told from two. */
export type Mail = { readonly to: string; readonly subject: string; readonly text: string; readonly id?: string };
/** Resolves when the mail is on its way, or when its failure is in the log: nobody who waits could mend it. */
export type Mailer = (mail: Mail) => Promise<void>;
/** Resolves when the mail is on its way; rejects when it may not be, so that it is sent again. */
export type SendMail = (mail: Mail) => Promise<void>;

/** What wrangler.toml may set; without both of it mails stay in the outbox. */
export type MailSettings = { readonly MAIL?: SendEmail; readonly MAIL_FROM: string };

export function openSendMail({ MAIL, MAIL_FROM }: MailSettings, db: Db): SendMail {
  return async ({ id, ...given }) => {
    // A line that ended within the subject would begin a header of its own (rule X9).
    const mail = { ...given, subject: folded(given.subject) };
    // The platform makes each Message-ID itself and refuses one that is given.
    const headers = id === undefined ? {} : { headers: { "X-Entity-Ref-ID": id } };
    if (MAIL && MAIL_FROM) await MAIL.send({ from: MAIL_FROM, ...mail, ...headers });
    else await writeMail(db, { ...mail, id: id ?? null }, Date.now());
  };
}

export function openMailer(settings: MailSettings, db: Db): Mailer {
  const send = openSendMail(settings, db);
  return async (mail) => {
    try {
      await send(mail);
    } catch (fault) {
      logMailFault(fault);
    }
  };
}

/** The line in the log of a mail that did not go out: never its text. */
export function logMailFault(fault: unknown): void {
  console.error(JSON.stringify({ level: "error", event: "mail_failed", error: describeFault(fault) }));
}
