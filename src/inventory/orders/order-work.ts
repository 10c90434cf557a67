// Does what the home of orders has to do elsewhere: updates the other ticket types (order-outbox.ts), and has the event's
// door judge changes (ticket-changes.ts).

import type { Deadlines } from "../../domain/time/alarm.ts";
import type { EventId, OrderId } from "../../domain/ids.ts";
import type { Order } from "../../domain/orders/order.ts";
import type { Doors } from "../../door/client.ts";
import type { Inventories } from "../client.ts";
import { followOf, openOrderOutbox, type OrderOutboxDeps, whenFollowed } from "./order-outbox.ts";
import type { LedgerStore } from "../storage/store.ts";
import type { TicketChanges, TicketChangesDeps } from "./ticket-changes.ts";

export type OrderWorkDeps = Pick<OrderOutboxDeps, "clock" | "random"> &
  Pick<TicketChangesDeps, "complete"> & {
    readonly store: LedgerStore;
    readonly inventories: () => Inventories;
    readonly doors: () => Doors;
    /** The event of the inventory's tickets; called only when the inventory has orders. */
    readonly eventId: () => EventId;
    /** Logs a failed message; the alarm sends it again. */
    readonly failed: (event: string, fault: unknown) => void;
  };

export type OrderWork = {
  /** To be called after each batch that was written, with what `Ledger.run` returned of orders. */
  changed(of: { readonly orders: readonly Order[]; readonly pending: readonly Order[] }): void;
  /** Returns the reply to a change of the order once the other ticket types have followed it, or have had their time to. */
  followed<T>(orderId: OrderId, reply: Promise<T>): Promise<T>;
  /** See `TicketChanges.judged`. */
  judged: TicketChanges["judged"];
  deadlines(): Pick<Deadlines, "outbox" | "judging">;
  /** To be called by the alarm. Never rejects. */
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
  // An earlier run of this object may have died before its door had judged a change.
  const isLeftOver = deps.store.pending(1, []).length > 0;

  /** Imported by the first change, so that a storefront's first response does not wait for it. */
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
