// Replaces the mailer in tests without an order to mail.

import type { MailDeps } from "../../../src/inventory/orders/order-mails.ts";

/** The mailer of a test without mails. */
export const NO_MAIL: Pick<MailDeps, "mail" | "onMailed"> = {
  mail: () => {
    throw new Error("no order has a contact");
  },
  onMailed: () => undefined,
};
