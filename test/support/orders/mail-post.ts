// Sends the mails of a real ledger's orders, with mailer, D1 and alarm controlled by the test.

import type { Mail } from "../../../src/auth/mailer.ts";
import type { OrderId } from "../../../src/domain/ids.ts";
import type { Command } from "../../../src/domain/ledger/command.ts";
import { MAILS_AN_HOUR } from "../../../src/domain/limits.ts";
import { openLedger } from "../../../src/inventory/batch-runner.ts";
import { openOrderMails } from "../../../src/inventory/orders/order-mails.ts";
import {
  checkoutCommand,
  CONTACT,
  holdCommand,
  holdIdOf,
  HOUR,
  SETTINGS,
  SHOPPER,
  START,
  termsCommand,
} from "../builders.ts";
import type { memoryStore } from "../ledger/driver.ts";

export const SHOW = {
  ...{ event: "A concert", organizer: "An organiser", startTime: START, endTime: START + HOUR },
  ...{ paymentInstructions: null, venue: "A park", address: null, city: "Pretoria", timezone: "UTC", names: {} },
};

/** `deliver` and `show` are the mailer and D1, in the test's hand. */
export function openPost(openStore: typeof memoryStore, random = 0) {
  const { store, setFailing } = openStore();
  const post = {
    now: START,
    sent: [] as Mail[],
    logged: [] as string[],
    deliver: (_: Mail): Promise<void> => Promise.resolve(),
    show: (): Promise<typeof SHOW | null> => Promise.resolve(SHOW),
    counted: 0,
  };
  const ledger = openLedger(store, () => post.now, SETTINGS);
  const open = (alive: { is: boolean }) =>
    openOrderMails({
      ledger,
      store: { ...store, markMailed: (...args) => void (alive.is && store.markMailed(...args)) },
      mail: () => ({
        readShow: () => post.show(),
        count: (_, now) => Promise.resolve(++post.counted > MAILS_AN_HOUR ? now + HOUR : null),
        send: async (mail) => {
          post.sent.push(mail);
          await post.deliver(mail);
        },
        linkTo: () => "vgo_x",
      }),
      clock: () => post.now,
      random: () => random,
      log: (_, fault) => void post.logged.push(String(fault)),
      onMailed: () => undefined,
    });
  let life = { is: true };
  let mails = open(life);
  const run = (...commands: Command[]): void => mails.changed(ledger.run(commands).orders);
  run(termsCommand({ total: 1_000, maxPerOrder: 1_000 }));
  return Object.assign(post, {
    setFailing,
    run,
    order(key: string, personal: object = { contact: CONTACT }): OrderId {
      const checkout = checkoutCommand([holdIdOf(SHOPPER, key)], { key, ...personal });
      run(holdCommand(key), checkout);
      return checkout.orderId;
    },
    /** The alarm comes, and what it begins is done. */
    async alarm() {
      mails.run();
      // The first mail loads its texts.
      await import("../../../src/domain/orders/order-mail.ts");
      await new Promise((resolve) => setImmediate(resolve));
    },
    dueAt: () => mails.dueAt(),
    again(id: OrderId, mark: string): void {
      const [order] = store.find({ holds: [], orders: [id], claims: [], voids: [] }).orders;
      if (order) mails.again(order, mark);
    },
    /** Dies with its memory; nobody marks the mails under way. */
    restart() {
      life.is = false;
      life = { is: true };
      mails = open(life);
    },
    ids: () => post.sent.map(({ id }) => id),
  });
}
