// What a checkout does to an inventory (rule O2): claim, committed, unclaim and settle. What is not later is ignored.

import type { Refusal } from "../../errors.ts";
import type { Claim, Hold } from "../../hold.ts";
import { DOUBT_MS } from "../../limits.ts";
import type { FinalOrderStatus } from "../../order.ts";
import { accept, refuse } from "../../result.ts";
import { isEventOver } from "../../terms.ts";
import type { LedgerKind } from "../chain.ts";
import type {
  ClaimCommand,
  ClaimReply,
  CommittedCommand,
  DoneReply,
  SettleCommand,
  UnclaimCommand,
} from "../command.ts";
import { type Change, type Decision, type Draft, draftHold, draftOrder, draftTerms } from "../draft.ts";
import { answerOnly, entryOf, holdView } from "./parts.ts";
import { expiryOf } from "./release-hold.ts";

/** Takes all the holds for the order, or none. The same order again is the same claim. */
export function decideClaim(draft: Draft, command: ClaimCommand): Decision<ClaimReply> {
  const holds: Hold[] = [];
  for (const holdId of command.holdIds) {
    const hold = draftHold(draft, holdId);
    if (!hold || hold.userId !== command.holderId) return answerOnly(refuse({ code: "not_found", holdId }));
    holds.push(hold);
  }
  const answer = (after: Draft): ClaimReply => accept({ holds: holds.map(({ id }) => holdView(after, id)) });
  if (holds.every((hold) => hold.claim?.orderId === command.orderId)) return { changes: [], answer };
  const refusal = claimRefusal(draft, holds);
  if (refusal) return answerOnly(refuse(refusal));
  const claim: Claim = { orderId: command.orderId, state: "doubt", deadline: draft.now + DOUBT_MS };
  const changes = holds.map((hold): Change => {
    const entry = entryOf("claim", command, { orderId: command.orderId, quantity: hold.quantity });
    return { hold: { ...hold, status: "converted", updatedAt: draft.now, claim }, entry };
  });
  return { changes, answer };
}

/** Rule O1: the sale may have closed and the type been hidden, but the event is not over and the organisation active. */
function claimRefusal(draft: Draft, holds: readonly Hold[]): Refusal | null {
  const terms = draftTerms(draft);
  if (terms.organizationStatus === "suspended") return { code: "organization_suspended" };
  if (isEventOver(terms, draft.now)) return { code: "not_on_sale", reason: "event_over" };
  for (const hold of holds) {
    if (hold.status === "expired") return { code: "hold_expired", holdId: hold.id };
    if (hold.status !== "active") return { code: "hold_not_active", holdStatus: hold.status, holdId: hold.id };
  }
  return null;
}

const DONE: DoneReply = accept(null);

/** D1 has the order: the doubt ends. It changes no count and no status that anyone sees, hence no ledger line. */
export function decideCommitted(draft: Draft, command: CommittedCommand): Decision<DoneReply> {
  const claim: Claim = { orderId: command.orderId, state: "reserved", deadline: command.expiresAt };
  const changes = draftOrder(draft, command.orderId)
    .filter(
      (hold) =>
        hold.claim?.state === "doubt" || (hold.claim?.state === "reserved" && hold.claim.deadline !== claim.deadline),
    )
    .map((hold): Change => ({ hold: { ...hold, claim }, entry: null }));
  return { changes, answer: () => DONE };
}

/** D1 has the order's void: its holds are active again, or given back at once when their time has passed. */
export function decideUnclaim(draft: Draft, command: UnclaimCommand): Decision<DoneReply> {
  const changes = draftOrder(draft, command.orderId)
    .filter((hold) => hold.claim?.state === "doubt")
    .flatMap((hold): Change[] => {
      const active: Hold = { ...hold, status: "active", updatedAt: draft.now, claim: null };
      const entry = entryOf("unclaim", command, { orderId: command.orderId, quantity: hold.quantity });
      const undone: Change = { hold: active, entry };
      return draft.now < hold.heldUntil ? [undone] : [undone, expiryOf(active, draft.now)];
    });
  return { changes, answer: () => DONE };
}

const SETTLE_KINDS: Readonly<Record<FinalOrderStatus, LedgerKind>> = {
  confirmed: "confirm",
  cancelled: "cancel",
  expired: "lapse",
};

/** The order has come to its end (rule O3): once, since only a live order's holds are found. */
export function decideSettle(draft: Draft, command: SettleCommand): Decision<DoneReply> {
  const changes = draftOrder(draft, command.orderId)
    .filter((hold) => hold.claim?.state === "doubt" || hold.claim?.state === "reserved")
    .map((hold): Change => {
      const claim: Claim = { orderId: command.orderId, state: command.status, deadline: draft.now };
      const entry = entryOf(SETTLE_KINDS[command.status], command, {
        orderId: command.orderId,
        quantity: hold.quantity,
        held: -hold.quantity,
        sold: command.status === "confirmed" ? hold.quantity : 0,
      });
      return { hold: { ...hold, updatedAt: draft.now, claim }, entry };
    });
  return { changes, answer: () => DONE };
}
