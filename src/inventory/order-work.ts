// What the home of orders does elsewhere for them: tells the other ticket types (order-outbox.ts), and asks the door of the
// event (ticket-changes.ts).

import type { Deadlines } from "../domain/alarm.ts";
import type { EventId, OrderId } from "../domain/ids.ts";
import type { Order } from "../domain/order.ts";
import type { Doors } from "../door/client.ts";
import type { Inventories } from "./client.ts";
import { followOf, openOrderOutbox, type OrderOutboxDeps, whenFollowed } from "./order-outbox.ts";
import type { LedgerStore } from "./store.ts";
import type { TicketChanges, TicketChangesDeps } from "./ticket-changes.ts";

export type OrderWorkDeps = Pick<OrderOutboxDeps, "clock" | "random"> &
  Pick<TicketChangesDeps, "complete"> & {
    readonly store: LedgerStore;
    readonly inventories: () => Inventories;
    readonly doors: () => Doors;
    /** Whose tickets the inventory has; only of one that has orders is it asked for. */
    readonly eventId: () => EventId;
    /** What was not sent is sent again by the alarm. */
    readonly failed: (event: string, fault: unknown) => void;
  };

export type OrderWork = {
  /** To be called after each batch that was written, with what `Ledger.run` said of orders. */
  changed(of: { readonly orders: readonly Order[]; readonly pending: readonly Order[] }): void;
  /** The reply to a change of the order, once the other ticket types have followed it or have had their time to. */
  followed<T>(orderId: OrderId, reply: Promise<T>): Promise<T>;
  /** As `TicketChanges.judged`. */
  judged: TicketChanges["judged"];
  deadlines(): Pick<Deadlines, "outbox" | "judging">;
  /** The alarm's part. Never rejects. */
  run(): Promise<unknown>;
};

export function openOrderWork({ inventories, doors, eventId, failed, ...deps }: OrderWorkDeps): OrderWork {
  const outbox = openOrderOutbox({
    ...deps,
    send: (to, order) => inventories()(to).follow(followOf(order)),
    onFailure: (fault) => failed("order_not_followed", fault),
  });
  let changes: TicketChanges | null = null;
  let loading: Promise<TicketChanges> | null = null;
  // A life before this one may have died with a question that was not answered.
  const isLeftOver = deps.store.pending(1, []).length > 0;

  /** By the first change that is asked for: a storefront's first answer waits for none of it. */
  function load(): Promise<TicketChanges> {
    loading ??= import("./ticket-changes.ts").then(({ openTicketChanges }) => {
      changes = openTicketChanges({
        ...deps,
        judge: (command) => doors()(eventId()).judge(command),
        onFailure: (fault) => failed("change_not_judged", fault),
      });
      return changes;
    });
    return loading;
  }

  return {
    changed({ orders, pending }) {
      outbox.changed(orders);
      changes?.pending(pending);
    },
    followed: (orderId, reply) => whenFollowed(outbox, orderId, reply),
    judged: async (...pending) => (await load()).judged(...pending),
    deadlines() {
      const judging = isLeftOver ? 0 : null;
      return { outbox: outbox.dueAt(), judging: changes ? changes.dueAt() : judging };
    },
    run: () => Promise.all([outbox.run(), (changes !== null || isLeftOver) && load().then((each) => each.run())]),
  };
}
