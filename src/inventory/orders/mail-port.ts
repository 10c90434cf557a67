// Reaches what the mails of orders need: the catalogue, the limit of an address, the mailer, and the order's link.

import { createHash } from "node:crypto";
import { openSendMail, type MailSettings, type SendMail } from "../../auth/mailer.ts";
import { signOrderLink } from "../../auth/links/order-links.ts";
import { countAttempt } from "../../db/rate-limit.ts";
import { openDb } from "../../db/client.ts";
import { readMailedShow } from "../../db/orders/order-mail.ts";
import type { EventId, OrderId, TicketTypeId } from "../../domain/ids.ts";
import { MAILS_AN_HOUR } from "../../domain/limits.ts";
import type { MailedShow } from "../../domain/orders/order-mail.ts";

const HOUR_MS = 3_600_000;

/** Each promise rejects when D1 or the mailer is away; each call may be repeated. */
export type MailPort = {
  /** Null when D1 has no such event. */
  readShow(eventId: EventId, typeIds: readonly TicketTypeId[]): Promise<MailedShow | null>;
  /** Counts one more mail to this address. Returns null if it may be sent, else when the next may be sent, epoch ms. */
  count(email: string, now: number): Promise<number | null>;
  send: SendMail;
  /** The link for the buyer; null when no link can be signed. */
  linkTo(orderId: OrderId): string | null;
};

type MailEnv = MailSettings &
  Parameters<typeof signOrderLink>[0] & {
    readonly DB: D1Database;
    readonly RATE_LIMITS: string;
    readonly ORDER_PAGE_URL: string;
  };

export function openMailPort(env: MailEnv): MailPort {
  const db = openDb(env.DB);
  return {
    readShow: (eventId, typeIds) => readMailedShow(db, eventId, typeIds),
    async count(email, now) {
      if (env.RATE_LIMITS === "off") return null;
      // The address is hashed, since a counter need not show whose it is.
      const key = createHash("sha256").update(`order mail\n${email}`).digest("base64url");
      return countAttempt(db, [{ key, most: MAILS_AN_HOUR, windowMs: HOUR_MS }], now);
    },
    send: openSendMail(env, db),
    linkTo(orderId) {
      const token = signOrderLink(env, orderId);
      // The token comes after the `#`, so that it is in no request and no log.
      return token !== null && env.ORDER_PAGE_URL ? `${env.ORDER_PAGE_URL}/${orderId}#${token}` : token;
    },
  };
}
