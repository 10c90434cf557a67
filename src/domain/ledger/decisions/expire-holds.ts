// Gives holds back whose time is over (rule H4), at the head of every batch.

import type { Hold } from "../../orders/hold.ts";
import { applyChanges, type Change, type Draft } from "../memory/draft.ts";
import { BY_SYSTEM, entryOf, GONE } from "./parts.ts";

/** The step that gives an active hold's quantity back because its time is over. */
export function expiryOf(hold: Hold, now: number): Change {
  return {
    hold: { ...hold, ...GONE, status: "expired", updatedAt: now },
    entry: entryOf("expire", BY_SYSTEM, { holdId: hold.id, quantity: hold.quantity, held: -hold.quantity }),
  };
}

/**
 * Gives back everything that has expired by the draft's clock, before any decision, so that all commands see the same (rule
 * H4): the sum by one ledger line, and each hold that was found by a line of its own, the earliest first.
 */
export function expireDue(draft: Draft): void {
  const { ranOut } = draft.base;
  if (ranOut) {
    const { quantity } = ranOut;
    applyChanges(draft, [{ entry: entryOf("expire", BY_SYSTEM, { quantity, held: -quantity }) }]);
  }
  const due = [...draft.found.holds.values()].filter((hold) => hold.status === "active" && hold.heldUntil <= draft.now);
  due.sort((a, b) => a.heldUntil - b.heldUntil || a.seq - b.seq);
  for (const hold of due) applyChanges(draft, [expiryOf(hold, draft.now)]);
}
