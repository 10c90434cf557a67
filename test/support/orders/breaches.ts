// Breaks worlds of orders on purpose, each in one place; the random runs must detect every one.

import type { AttemptId, OrderId } from "../../../src/domain/ids.ts";
import type { Command } from "../../../src/domain/ledger/command.ts";
import { accept } from "../../../src/domain/result.ts";
import type { LedgerStore } from "../../../src/inventory/storage/store.ts";
import type { Breach } from "./world.ts";

const named = (store: LedgerStore, id: OrderId) => store.find({ claims: [id] });

export const BREACHES: Readonly<Record<string, Breach>> = {
  "drops a promise at the acknowledgement of an older state": {
    store: (store) => ({
      ...store,
      dropFromOutbox(orderId, ticketTypeId) {
        const { orders } = store.find({ orders: [orderId] });
        for (const { seq } of orders) store.dropFromOutbox(orderId, ticketTypeId, seq);
      },
    }),
  },
  "makes an order without looking at its attempt's void": {
    store: (store) => ({ ...store, find: (names) => ({ ...store.find(names), voids: [] }) }),
  },
  "knows the void attempts of its own life alone": {
    store(store) {
      const own = new Set<AttemptId>();
      return {
        ...store,
        find(names) {
          const found = store.find(names);
          return { ...found, voids: found.voids.filter((attempt) => own.has(attempt)) };
        },
        write(draft) {
          store.write(draft);
          for (const attempt of draft.voids.keys()) own.add(attempt);
        },
      };
    },
  },
  "takes a claim back by the order's name alone": {
    command(command, store) {
      const claim = command.kind === "unclaim" ? named(store, command.orderId).claims[0] : undefined;
      return claim ? ({ ...command, attempt: claim.attempt } as Command) : command;
    },
  },
  "adds what each message says was returned to what came back before": {
    command(command, store) {
      const claim = command.kind === "follow" ? named(store, command.order.id).claims[0] : undefined;
      if (command.kind !== "follow" || !claim) return command;
      const before = new Map(claim.holds.map(({ holdId, returned }) => [holdId, returned]));
      const items = command.order.items.map((item) => {
        const returned = Math.min(item.quantity, item.returned + (before.get(item.holdId) ?? 0));
        return { ...item, returned };
      });
      return { ...command, order: { ...command.order, items } };
    },
  },
  "does not know a return that it has done": {
    store: (store) => ({ ...store, find: (names) => ({ ...store.find(names), returns: [] }) }),
  },
  "gives a claim back when its home does not answer": {
    resolved: (reply) => (reply.ok ? reply : accept(null)),
  },
};
