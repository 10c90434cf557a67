// Mail: by the platform's binding where one is configured, else into the outbox, a table that local servers print.

import { keepMail, writeMail } from "../db/outbox/mail-outbox.ts";
import type { Db } from "../db/client.ts";
import { describeFault, withoutAddresses } from "../domain/fault.ts";
import { folded } from "../domain/text.ts";
import { withDeadline } from "../shared/deadline.ts";
import { logError } from "../shared/log.ts";

/**
 * `id` names the message, so that one that is sent twice can be told from two. `restsOn`: the invitation, or the hash of
 * the link, that it is about; once that is over the mail is not sent any more.
 */
export type Mail = {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly id?: string;
  readonly restsOn?: string;
};
/** Resolves when the mail is on its way, or kept to be sent again, or when its loss is in the log. */
export type Mailer = (mail: Mail) => Promise<void>;
/** Resolves when the mail is on its way; rejects when it may not be, so that it is sent again. */
export type SendMail = (mail: Mail) => Promise<void>;

/** What wrangler.toml may set; without both of it mails stay in the outbox. */
export type MailSettings = { readonly MAIL?: SendEmail; readonly MAIL_FROM: string };

const SEND_LIMIT_MS = 10_000;

/** The way by the platform; null when none is configured. */
export function platformMail({ MAIL, MAIL_FROM }: MailSettings): SendMail | null {
  if (!MAIL || !MAIL_FROM) return null;
  return async ({ to, subject, text, id }) => {
    // The platform makes each Message-ID itself and refuses one that is given.
    const headers = id === undefined ? {} : { headers: { "X-Entity-Ref-ID": id } };
    // A line that ended within the subject would begin a header of its own (rule X9).
    await MAIL.send({ from: MAIL_FROM, to, subject: folded(subject), text, ...headers });
  };
}

export function openSendMail(settings: MailSettings, db: Db): SendMail {
  const toRead: SendMail = (mail) => writeMail(db, { ...mail, subject: folded(mail.subject) }, Date.now());
  return platformMail(settings) ?? toRead;
}

/** A sending that is not over by then counts as failed, since whoever waits has other mails to send. */
export function inTime(sending: Promise<void>): Promise<void> {
  const late = () => Promise.reject(new Error(`the mailer did not answer within ${SEND_LIMIT_MS} ms`));
  return withDeadline(sending, SEND_LIMIT_MS, late);
}

/** Rule P9: what the way does not take is kept, and sent again by the cron. */
export function openMailer(settings: MailSettings, db: Db): Mailer {
  const send = openSendMail(settings, db);
  return async (mail) => {
    try {
      await inTime(send(mail));
    } catch (fault) {
      await keepMail(db, mail, Date.now()).then(
        () => logMailFault("mail_failed", fault),
        () => logMailFault("mail_lost", fault),
      );
    }
  };
}

/** The line in the log of a mail that did not go out: never its text, nor whom it was for. */
export function logMailFault(event: "mail_failed" | "mail_lost", fault: unknown): void {
  logError({ event, error: withoutAddresses(describeFault(fault)) });
}
