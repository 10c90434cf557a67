// Gives a hold back: by its holder or an organiser (rule H9), or by time (rule H4).

import { isCurrent } from "../../if-match.ts";
import { accept, refuse } from "../../result.ts";
import type { Hold } from "../../orders/hold.ts";
import type { ReleaseCommand, ReleaseReply } from "../command.ts";
import { applyChanges, type Change, type Decision, type Draft } from "../memory/draft.ts";
import { replyOnly, BY_SYSTEM, entryOf, findFor, giverOf, GONE, holdView } from "./parts.ts";

export function decideRelease(draft: Draft, command: ReleaseCommand): Decision<ReleaseReply> {
  const hold = findFor(draft, command.holdId, command.by);
  if (!hold) return replyOnly(refuse({ code: "not_found" }));
  if (!isCurrent(command.ifMatch ?? null, hold.seq)) return replyOnly(refuse({ code: "version_conflict" }));
  if (hold.status === "converted") return replyOnly(refuse({ code: "hold_converted", holdId: hold.id }));
  if (hold.status !== "active") return replyOnly(accept(holdView(draft, hold.id)));
  const cancelled: Hold = { ...hold, ...GONE, status: "cancelled", updatedAt: draft.now };
  return {
    changes: [
      {
        hold: cancelled,
        entry: entryOf("release", command, { holdId: hold.id, quantity: hold.quantity, held: -hold.quantity }),
        gaveBack: giverOf(command.by),
      },
    ],
    reply: (after) => accept(holdView(after, hold.id)),
  };
}

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
