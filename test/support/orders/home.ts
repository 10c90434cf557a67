// Runs the home of orders, with its order outbox over a real ledger and the other ticket types controlled by the test.

import type { OrderId, TicketTypeId } from "../../../src/domain/ids.ts";
import { holdIdFrom } from "../../../src/domain/ids.ts";
import type { Claimed, DoneReply } from "../../../src/domain/ledger/command.ts";
import type { Order, OrderStatus } from "../../../src/domain/orders/order.ts";
import { accept, must } from "../../../src/domain/result.ts";
import { openLedger } from "../../../src/inventory/batch-runner.ts";
import { openOrderOutbox, type OrderOutbox } from "../../../src/inventory/orders/order-outbox.ts";
import {
  checkoutCommand,
  EVENT,
  holdCommand,
  holdIdOf,
  SETTINGS,
  settleCommand,
  sha256Bytes,
  SHOPPER,
  START,
  termsCommand,
} from "../builders.ts";
import { openMemoryStore } from "../ledger/memory-store.ts";

/** A message under way, to which the test replies. */
export type Sent = {
  readonly to: TicketTypeId;
  readonly id: OrderId;
  readonly seq: number;
  readonly status: OrderStatus;
  answer(reply?: DoneReply): void;
  lose(): void;
};

export type Home = {
  /** What was sent, oldest first. */
  readonly sent: Sent[];
  readonly faults: unknown[];
  now: number;
  outbox(): OrderOutbox;
  /** Makes an order that takes a hold of this type and one of each of these. */
  order(key: string, types: readonly TicketTypeId[]): OrderId;
  /** Makes it and dies before anything is sent. */
  orderUnsent(key: string, types: readonly TicketTypeId[]): OrderId;
  settle(id: OrderId, status: "confirmed" | "cancelled"): void;
  /** A batch without a command, at `now`: it gives expired holds back. */
  turn(): void;
  /** Eviction and wake: messages under way are forgotten. */
  restart(): void;
  /** The messages that the outbox still has. */
  promised(): [TicketTypeId, number][];
};

const claimedBy = (type: TicketTypeId, key: string): Claimed => ({
  eventId: EVENT,
  holds: [
    {
      holdId: holdIdFrom(type, SHOPPER, key, sha256Bytes),
      placedSeq: 3,
      quantity: 1,
      source: "web",
      unitPrice: 100,
    },
  ],
});

export function openHome({ random = 0 }: { readonly random?: number } = {}): Home {
  const store = openMemoryStore();
  const sent: Sent[] = [];
  const faults: unknown[] = [];
  // Opened before there is a home whose clock it could read.
  let clock = (): number => START;
  const ledger = openLedger(store, () => clock(), SETTINGS);
  const open = (): OrderOutbox =>
    openOrderOutbox({
      store,
      send: (to, { id, seq, status }) =>
        new Promise((resolve, reject) => {
          const answer = (reply: DoneReply = accept(null)): void => resolve(reply);
          sent.push({ to, id, seq, status, answer, lose: () => reject(new Error("no answer")) });
        }),
      clock: () => clock(),
      random: () => random,
      onFailure: (fault) => void faults.push(fault),
    });
  let outbox = open();
  const run = (...args: Parameters<typeof ledger.run>): readonly Order[] => ledger.run(...args).orders;
  const made = (key: string, types: readonly TicketTypeId[]): readonly Order[] => {
    const checkout = checkoutCommand([holdIdOf(SHOPPER, key)], {
      key,
      claimed: types.map((type) => claimedBy(type, key)),
    });
    return run([holdCommand(key), checkout]);
  };
  const home: Home = {
    sent,
    faults,
    now: START,
    outbox: () => outbox,
    order(key, types) {
      const orders = made(key, types);
      outbox.changed(orders);
      return must(orders[0], "the order was made").id;
    },
    orderUnsent: (key, types) => must(made(key, types)[0], "the order was made").id,
    settle(id, status) {
      outbox.changed(run([settleCommand(id, status)]));
    },
    turn: () => outbox.changed(run([])),
    restart() {
      outbox = open();
    },
    promised: () => store.outbox(1_000, []).map(({ ticketTypeId, order }) => [ticketTypeId, order.seq]),
  };
  clock = () => home.now;
  run([termsCommand({ total: 1_000, maxPerOrder: 1_000 })]);
  return home;
}
