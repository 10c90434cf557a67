// Builds ledgers that swap or extend holds wrongly, or count wrongly for an address, each in one place (rules O8, O9,
// H15); the random histories must detect each.

import type { Hold } from "../../../../src/domain/orders/hold.ts";
import type { ExtendCommand } from "../../../../src/domain/ledger/command.ts";
import { decide } from "../../../../src/domain/ledger/decide.ts";
import { type Change, type Draft, draftHold } from "../../../../src/domain/ledger/memory/draft.ts";
import type { Fault } from "./broken-ledger.ts";
import { MINUTE } from "../../builders.ts";

/** Makes the changes of a hold that replaces another as `make` has them. */
function swapping(make: (change: Change, now: number) => Change): Fault {
  return {
    decide(draft, command, settings) {
      const { changes, reply: answer } = decide(draft, command, settings);
      const isSwap = command.kind === "hold" && command.replaces;
      return { changes: isSwap ? changes.map((change) => make(change, draft.now)) : changes, reply: answer };
    },
  };
}

/** Decides an extension on its hold as `change` makes it. */
function extending(change: (hold: Hold, command: ExtendCommand, draft: Draft) => Partial<Hold>): Fault {
  return {
    decide(draft, command, settings) {
      const hold = command.kind === "extend" ? draftHold(draft, command.holdId) : null;
      if (command.kind === "extend" && hold) draft.holds.set(hold.id, { ...hold, ...change(hold, command, draft) });
      return decide(draft, command, settings);
    },
  };
}

export const HOLD_MUTANTS: Readonly<Record<string, Fault>> = {
  "frees a hold again that another has replaced": swapping((change) =>
    change.hold?.replacedBy ? { ...change, hold: { ...change.hold, status: "active" } } : change,
  ),
  "begins the extensions of a hold anew when it replaces another": swapping((change) =>
    change.hold?.replaces ? { ...change, hold: { ...change.hold, extensionKeys: [] } } : change,
  ),
  "gives a hold a new hour when it replaces another": swapping((change, now) =>
    change.hold?.replaces ? { ...change, hold: { ...change.hold, firstPlacedAt: now } } : change,
  ),
  "extends a hold an eleventh time": extending(({ extensionKeys }) => ({ extensionKeys: extensionKeys.slice(-9) })),
  "extends a hold past an hour after its first placing": extending(({ firstPlacedAt }) => ({
    firstPlacedAt: firstPlacedAt + 10 * MINUTE,
  })),
  "extends a hold again by the same key": extending(({ extensionKeys }, { key }) => ({
    extensionKeys: extensionKeys.map((known) => (known === key ? (`${known}'` as typeof key) : known)),
  })),
  "shortens a hold by its extension": {
    decide(draft, command, settings) {
      if (command.kind !== "extend") return decide(draft, command, settings);
      const hold = draftHold(draft, command.holdId);
      // Whatever its time is, the half of the usual time would count as a gain.
      if (hold?.status === "active") draft.holds.set(hold.id, { ...hold, heldUntil: draft.now });
      return decide(draft, command, { ...settings, holdTtlMs: settings.holdTtlMs / 2 });
    },
  },
  "counts an extension that gains nothing": {
    decide(draft, command, settings) {
      const decision = decide(draft, command, settings);
      if (command.kind !== "extend" || decision.changes.length > 0) return decision;
      const hold = draftHold(draft, command.holdId);
      if (hold?.status === "active" && !hold.extensionKeys.includes(command.key)) {
        draft.holds.set(hold.id, { ...hold, extensionKeys: [...hold.extensionKeys, command.key] });
      }
      return decision;
    },
  },
  "forgets on wake what an address has not paid for": {
    wake(book) {
      book.unpaid.clear();
    },
  },
  "no longer counts for its address what an order took": {
    decide(draft, command, settings) {
      const { changes, reply: answer } = decide(draft, command, settings);
      const forgets = (change: Change): Change => {
        if (change.order) return { ...change, order: { ...change.order, unpaid: [] } };
        return change.claim ? { ...change, claim: { ...change.claim, unpaid: [] } } : change;
      };
      return { changes: changes.map(forgets), reply: answer };
    },
  },
};
