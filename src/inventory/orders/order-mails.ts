// Mails the contact of an order when it is made, confirmed or cancelled (rule O14). The order's row notes the status that
// its contact was last mailed of; an index has only the rows whose mail is still to be sent. The alarm sends after the
// commit, and nobody waits for it. If the object dies between sending and noting, the same message is sent again.

import { inTime } from "../../auth/mailer.ts";
import { notBefore, pauseMs, type Pauses } from "../../domain/time/backoff.ts";
import { type Contact, contactIn } from "../../domain/orders/contact.ts";
import { describeFault, withoutAddresses } from "../../domain/fault.ts";
import type { OrderId } from "../../domain/ids.ts";
import type { mailOf, MailedShow } from "../../domain/orders/order-mail.ts";
import { isLapsed, type Order, type OrderStatus } from "../../domain/orders/order.ts";
import { must } from "../../domain/result.ts";
import { isLinkOver, type Terms } from "../../domain/terms.ts";
import type { Ledger } from "../batch-runner.ts";
import type { MailPort } from "./mail-port.ts";
import type { LedgerStore } from "../storage/store.ts";

const MAILS_A_ROUND = 20;
/** The most orders whose failed or delayed mails are remembered; beyond it the other orders have to wait. */
const MAX_WAITING = 1_000;
/** A round makes at most two calls of D1 and one of the mailer. If it has not ended by then, it died with its object. */
const LOST_MS = 30_000;
/** An order's note of its last mail begins with this text when that mail is to be sent once more. */
const RESEND = "again ";
const PAUSES: Pauses = { leastMs: 1_000, firstMs: 2_000, longestMs: 15 * 60_000 };
/** An address that has reached its limit waits for the end of its hour, which is longer than any backoff. */
const LONGEST_WAIT_MS = 60 * 60_000;

export type MailDeps = {
  readonly ledger: Pick<Ledger, "book">;
  readonly store: Pick<LedgerStore, "find" | "unmailed" | "markMailed" | "mailAgain" | "mailNote">;
  readonly mail: () => MailPort;
  readonly clock: () => number;
  readonly random: () => number;
  readonly log: (event: string, fault: unknown) => void;
  /** To be called when `dueAt` may have changed: a round has ended, or a mail is to be sent again. */
  readonly onMailed: () => void;
};

export type OrderMails = {
  /** To be called after each batch that was written, with the orders that it changed. */
  changed(orders: readonly Order[]): void;
  /** Sends the mail of the order's present status once more; `mark` distinguishes that message from the one before. */
  again(order: Pick<Order, "id" | "status">, mark: string): void;
  /** When the alarm has to run, epoch ms, or null. */
  dueAt(): number | null;
  /** Begins to send what is due, unless a round is running. */
  run(): void;
};

type Waiting = {
  againAt: number;
  failures: number;
  /** The status whose mail the address's limit has let through, so that a repeat is not counted again. */
  counted: OrderStatus | null;
};

export function openOrderMails(deps: MailDeps): OrderMails {
  const { store, clock, log, onMailed } = deps;
  const waiting = new Map<OrderId, Waiting>();
  const round = openRounds(deps, waiting);
  let roundSince: number | null = null;
  // An earlier run of this object may have died before it sent.
  let mayBeDue = store.unmailed(1, []).length > 0;

  const dueAgainAt = ({ againAt }: Waiting): number => notBefore(againAt, clock(), LONGEST_WAIT_MS);

  return {
    changed(orders) {
      if (orders.some(({ contact, status }) => contactIn(contact) !== null && status !== "expired")) mayBeDue = true;
    },
    again({ id, status }, mark) {
      store.mailAgain(id, status, RESEND + mark);
      mayBeDue = true;
      onMailed();
    },
    dueAt() {
      if (roundSince !== null) return notBefore(roundSince + LOST_MS, clock(), LOST_MS);
      if (mayBeDue && waiting.size < MAX_WAITING) return 0;
      return waiting.size === 0 ? null : Math.min(...[...waiting.values()].map(dueAgainAt));
    },
    run() {
      const now = clock();
      if (roundSince !== null || now < (this.dueAt() ?? Infinity)) return;
      const later = [...waiting].filter(([, wait]) => dueAgainAt(wait) > now).map(([id]) => id);
      const orders = store.unmailed(Math.min(MAILS_A_ROUND, MAX_WAITING - later.length), later);
      const found = new Set(orders.map(({ id }) => id));
      // Forgets orders that were settled or erased while they waited.
      if (orders.length < MAILS_A_ROUND)
        for (const [id, wait] of waiting) if (dueAgainAt(wait) <= now && !found.has(id)) waiting.delete(id);
      mayBeDue = orders.length === MAILS_A_ROUND;
      if (orders.length === 0) return;
      roundSince = now;
      void round(orders)
        .catch((fault: unknown) => log("order_mail_failed", fault))
        .finally(() => {
          roundSince = null;
          onMailed();
        });
    },
  };
}

/** A round sends one mail of each of these orders, or notes in `waiting` when to try again. */
function openRounds({ ledger, store, mail, clock, random, log }: MailDeps, waiting: Map<OrderId, Waiting>) {
  const terms = (): Terms => must(ledger.book().terms, "an inventory with orders has terms").terms;

  /**
   * Returns the order as it is now, or null when this mail need not be sent any more: the order may have changed or expired
   * meanwhile, or its contact may be erased.
   */
  function readIfStillDue({ id, status }: Order): { order: Order; contact: Contact } | null {
    const order = store.find({ holds: [], orders: [id], claims: [], voids: [] }).orders[0];
    if (order?.status !== status || isLapsed(order, clock())) return null;
    const contact = contactIn(order.contact);
    return contact && { order, contact };
  }

  async function send(found: Order, show: MailedShow, write: typeof mailOf): Promise<void> {
    const wait = waiting.get(found.id) ?? { againAt: 0, failures: 0, counted: null };
    waiting.set(found.id, wait);
    const email = must(contactIn(found.contact), "an order that is to be mailed has a contact").email;
    if (wait.counted !== found.status) {
      const limitedUntil = await mail().count(email, clock());
      if (limitedUntil !== null) {
        wait.againAt = limitedUntil;
        return;
      }
      wait.counted = found.status;
    }
    // Nothing is awaited between this check and the sending.
    const due = readIfStillDue(found);
    if (due !== null) {
      const written = write(due.order, terms().currency, due.contact, show, mail().linkTo(found.id));
      const message = { ...written, id: messageIdAs(store.mailNote(found.id), written.id) };
      await inTime(mail().send(message));
      store.markMailed(found.id, found.status);
    }
    waiting.delete(found.id);
  }

  function failed({ id }: Order, fault: unknown): void {
    const wait = waiting.get(id) ?? { againAt: 0, failures: 0, counted: null };
    wait.failures += 1;
    wait.againAt = clock() + pauseMs(PAUSES, wait.failures, random());
    waiting.set(id, wait);
    log("order_mail_failed", new Error(withoutAddresses(describeFault(fault).replace(/^Error: /, ""))));
  }

  return async function round(orders: readonly Order[]): Promise<void> {
    // The event ended so long ago that the link of the mail would open nothing.
    if (isLinkOver(terms(), clock())) {
      for (const { id, status } of orders) store.markMailed(id, status);
      return;
    }
    const forEachOrder = async (work: (order: Order) => Promise<void>): Promise<void> => {
      await Promise.all(orders.map((order) => work(order).catch((fault: unknown) => failed(order, fault))));
    };
    const types = new Set(orders.flatMap(({ items }) => items.map(({ ticketTypeId }) => ticketTypeId)));
    const reading = mail().readShow(terms().eventId, [...types]);
    // Imported by the first mail, so that a storefront's first response does not wait for the texts.
    const texts = import("../../domain/orders/order-mail.ts");
    await forEachOrder(async (order) =>
      send(order, must(await reading, "D1 has the event of an order"), (await texts).mailOf),
    );
  };
}

/** A mail that is sent once more is a new message; all tries of it have the same id. */
function messageIdAs(note: string | null, first: string): string {
  return note?.startsWith(RESEND) === true ? `${first}.${note.slice(RESEND.length)}` : first;
}
