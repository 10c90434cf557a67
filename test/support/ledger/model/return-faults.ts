// Builds ledgers whose returns are broken on purpose (rule O7); the random histories must detect each.

import { decide } from "../../../../src/domain/ledger/decide.ts";
import { draftClaim, draftOrder } from "../../../../src/domain/ledger/memory/draft.ts";
import { returnIdOf } from "../return-command.ts";

export const RETURN_FAULTS: Readonly<Record<string, { readonly decide: typeof decide }>> = {
  "does not know the key of a return": {
    decide(draft, command, settings) {
      if (command.kind !== "return") return decide(draft, command, settings);
      const returnId = returnIdOf(command.orderId, `again ${draft.head.seq}`);
      return decide(draft, { ...command, returnId }, settings);
    },
  },
  "frees returned tickets that were to be withdrawn": {
    decide(draft, command, settings) {
      if (command.kind !== "return") return decide(draft, command, settings);
      return decide(draft, { ...command, request: { ...command.request, returnToStock: true } }, settings);
    },
  },
  "applies again what its home says was returned": {
    decide(draft, command, settings) {
      const claim = command.kind === "follow" ? draftClaim(draft, command.order.id) : null;
      const holds = claim?.holds.map((hold) => ({ ...hold, returned: 0, withdrawn: 0 }));
      if (claim && holds) draft.claims.set(claim.orderId, { ...claim, holds });
      return decide(draft, command, settings);
    },
  },
  "gives withdrawn tickets back when the total is raised": {
    decide(draft, command, settings) {
      const { changes, reply: answer } = decide(draft, command, settings);
      const { withdrawn } = draft.head;
      const freed = changes.map((change) =>
        change.entry?.kind === "terms" && change.entry.total > 0
          ? { ...change, entry: { ...change.entry, withdrawn: -withdrawn } }
          : change,
      );
      return { changes: freed, reply: answer };
    },
  },
  "cancels an order that was confirmed": {
    decide(draft, command, settings) {
      const order = command.kind === "settle" ? draftOrder(draft, command.orderId) : null;
      if (command.kind === "settle" && command.status === "cancelled" && order?.status === "confirmed") {
        draft.orders.set(order.id, { ...order, status: "cancelled" });
      }
      return decide(draft, command, settings);
    },
  },
};
