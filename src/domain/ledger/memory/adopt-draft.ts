// Moves what a batch has changed into the book, from which the next batch is decided.

import { isLive } from "../../orders/order.ts";
import { addQuantity, dropStaleDeadlines, keepLive, nextClaimDeadline, nextExpiry } from "./book.ts";
import type { Draft } from "./draft.ts";
import { addGivenBack } from "./given-back.ts";
import { addLive, dropLive } from "./live-holds.ts";
import { addShares } from "./unpaid.ts";

/** To be called only after the rows of the draft are written (rule H11). */
export function adoptDraft(draft: Draft): void {
  const { base } = draft;
  base.head = draft.head;
  base.terms = draft.terms;
  if (draft.ranOut) base.ranOut = null;
  for (const hold of draft.holds.values()) {
    const before = draft.found.holds.get(hold.id);
    if (before?.status === "active") dropLive(base.holds, before);
    if (hold.status === "active") addLive(base.holds, hold);
  }
  for (const order of draft.orders.values()) {
    const deadline = order.status === "reserved" ? order.expiresAt : null;
    keepLive(base.orders, order.id, deadline, order.history[0] ?? order.seq);
  }
  // Sorted, oldest first: a claim that was taken back and made again in this batch is at its former position in the
  // draft.
  const claims = [...draft.claims].sort(([, a], [, b]) => (a?.startedSeq ?? 0) - (b?.startedSeq ?? 0));
  for (const [orderId, claim] of claims) {
    if (claim && isLive(claim.state)) keepLive(base.claims, orderId, claim.deadline, claim.startedSeq);
    else keepLive(base.claims, orderId, null, 0);
  }
  for (const [userId, quantity] of draft.quantities) addQuantity(base.quantities, userId, quantity);
  addShares(base.unpaid, draft.unpaid);
  if (draft.givenBack.size > 0) addGivenBack(base.givenBack, draft.givenBack, draft.now);
  nextExpiry(base); // drops the deadlines of orders that the draft has used up
  nextClaimDeadline(base);
  dropStaleDeadlines(base);
}
