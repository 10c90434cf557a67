// Sends mail by the platform's binding if one is configured, else stores it in the outbox, a table that local servers
// print.

import { keepMail, writeMail } from "../db/outbox/mail-outbox.ts";
import type { Db } from "../db/client.ts";
import { describeFault, withoutAddresses } from "../domain/fault.ts";
import { folded } from "../domain/text/text.ts";
import { withDeadline } from "../shared/deadline.ts";
import { logError } from "../shared/log.ts";

/**
 * `id` names the message, so that a message that was sent twice can be recognised. `restsOn`: the invitation, or the
 * hash of the link, in the mail; once that is no longer valid the mail is not sent again.
 */
export type Mail = {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The same as HTML, for readers that show it. The outbox, which is read in a terminal, has the text alone. */
  readonly html?: string;
  readonly id?: string;
  readonly restsOn?: string;
};
/** Resolves when the mail was accepted or kept for another try, or when its loss was logged. */
export type Mailer = (mail: Mail) => Promise<void>;
/** Resolves when the mail was accepted; rejects when it may not have been, so that the caller sends it again. */
export type SendMail = (mail: Mail) => Promise<void>;

/** Optional settings of wrangler.toml; unless both are set, mails stay in the outbox. */
export type MailSettings = { readonly MAIL?: SendEmail; readonly MAIL_FROM: string };

const SEND_LIMIT_MS = 10_000;

/** Sends by the platform's binding; null when none is configured. */
export function platformMail({ MAIL, MAIL_FROM }: MailSettings): SendMail | null {
  if (!MAIL || !MAIL_FROM) return null;
  return async ({ to, subject, text, html, id }) => {
    // The platform makes each Message-ID itself and refuses one that is given.
    const headers = id === undefined ? {} : { headers: { "X-Entity-Ref-ID": id } };
    // A line that ended within the subject would begin a header of its own (rule X9).
    await MAIL.send({
      from: MAIL_FROM,
      to,
      subject: folded(subject),
      text,
      ...(html !== undefined && { html }),
      ...headers,
    });
  };
}

export function openSendMail(settings: MailSettings, db: Db): SendMail {
  const toRead: SendMail = (mail) => writeMail(db, { ...mail, subject: folded(mail.subject) }, Date.now());
  return platformMail(settings) ?? toRead;
}

/** A mail that is not sent within the deadline counts as failed, since the caller has other mails to send. */
export function inTime(sending: Promise<void>): Promise<void> {
  const late = () => Promise.reject(new Error(`the mailer did not answer within ${SEND_LIMIT_MS} ms`));
  return withDeadline(sending, SEND_LIMIT_MS, late);
}

/** Rule P9: a mail that was not sent is kept, and the cron sends it again. */
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

/** Logs a mail that was not sent, without its text and its recipient. */
export function logMailFault(event: "mail_failed" | "mail_lost", fault: unknown): void {
  logError({ event, error: withoutAddresses(describeFault(fault)) });
}
