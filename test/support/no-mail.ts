// For what is opened with a way of mails and has no order to mail of.

import type { MailDeps } from "../../src/inventory/order-mails.ts";

/** The way of mails in a test that has none to send. */
export const NO_MAIL: Pick<MailDeps, "mail" | "onMailed"> = {
  mail: () => {
    throw new Error("no order has a contact");
  },
  onMailed: () => undefined,
};
