// Decides what an inventory does with its holds for an order of another home (rules O2, O3, O7): claim, unclaim and follow.

import { DOUBT_MS, NO_UPDATE_MS } from "../../limits.ts";
import {
  type Claim,
  type FinalOrderStatus,
  isLive,
  isMadeBy,
  itemOf,
  type SharedOrder,
  wasSold,
} from "../../orders/order.ts";
import { accept, assert, must, refuse } from "../../result.ts";
import type { Hold } from "../../orders/hold.ts";
import type { LedgerKind } from "../chain.ts";
import type { ClaimCommand, ClaimReply, DoneReply, FollowCommand, UnclaimCommand } from "../command.ts";
import {
  type Change,
  type Decision,
  type Draft,
  draftClaim,
  draftHold,
  draftTerms,
  type Entry,
} from "../memory/draft.ts";
import { sharesOf } from "../memory/unpaid.ts";
import { replyOnly, entryOf, holdsToOrder, returnEntry } from "./parts.ts";
import { expiryOf } from "./expire-holds.ts";
import { UNAVAILABLE } from "../../errors.ts";

/** Takes all the holds for the attempt, or none. The same attempt again is the same claim. */
export function decideClaim(draft: Draft, command: ClaimCommand): Decision<ClaimReply> {
  const existing = draftClaim(draft, command.orderId);
  if (existing) return replyOnly(replay(draft, existing, command));
  const holds = holdsToOrder(draft, command.holdIds, command.buyer);
  if (!holds.ok) return replyOnly(holds);
  const { orderId, attempt, buyer } = command;
  const changes = holds.value.map(
    (hold): Change => ({
      entry: entryOf("claim", command, { holdId: hold.id, orderId, quantity: hold.quantity }),
      hold: { ...hold, status: "converted", updatedAt: draft.now, orderId },
    }),
  );
  const claim: Claim = {
    orderId,
    attempt,
    userId: buyer.id,
    holds: holds.value.map(({ id, placedSeq, quantity, source, unitPrice }) => ({
      holdId: id,
      placedSeq,
      quantity,
      source,
      unitPrice,
      returned: 0,
      withdrawn: 0,
    })),
    state: "doubt",
    deadline: draft.now + DOUBT_MS,
    revision: 0,
    startedSeq: 0,
    unpaid: sharesOf(holds.value),
  };
  return { changes: [...changes, { claim }], reply: () => claimed(draft, claim) };
}

/**
 * With other holds, or with the same ids for holds that were placed later, the key names something else (rule O6).
 * Another attempt at the same holds is different: the home decides which attempt made the order, if any, so that
 * refusal is not final.
 */
function replay(draft: Draft, existing: Claim, command: ClaimCommand): ClaimReply {
  const same =
    existing.holds.length === command.holdIds.length &&
    existing.holds.every(({ holdId, placedSeq }) => {
      const stored = draftHold(draft, holdId)?.placedSeq ?? placedSeq;
      return command.holdIds.includes(holdId) && stored === placedSeq;
    });
  if (!same) return refuse({ code: "idempotency_key_reused" });
  if (existing.attempt !== command.attempt) return refuse(UNAVAILABLE);
  return claimed(draft, existing);
}

function claimed(draft: Draft, { holds }: Claim): ClaimReply {
  return accept({ eventId: draftTerms(draft).eventId, holds });
}

const DONE: DoneReply = accept(null);

/** The attempt is void: its holds are active again, or given back at once if they have expired. */
export function decideUnclaim(draft: Draft, command: UnclaimCommand): Decision<DoneReply> {
  const claim = draftClaim(draft, command.orderId);
  if (claim?.attempt !== command.attempt || claim.state !== "doubt") return replyOnly(DONE);
  const changes = claim.holds.flatMap(({ holdId, quantity }): Change[] => {
    const hold = must(draftHold(draft, holdId), "a claimed hold keeps its row");
    const active: Hold = { ...hold, status: "active", updatedAt: draft.now, orderId: null };
    const undone = {
      entry: entryOf("unclaim", command, { holdId, orderId: command.orderId, quantity }),
      hold: active,
    };
    return draft.now < hold.heldUntil ? [undone] : [undone, expiryOf(active, draft.now)];
  });
  return { changes: [...changes, { unclaimed: command.orderId }], reply: () => DONE };
}

const END_KINDS: Readonly<Record<FinalOrderStatus, LedgerKind>> = {
  confirmed: "confirm",
  cancelled: "cancel",
  expired: "lapse",
};

/**
 * The claim takes the state of the order at its home. Only a newer revision changes it, and by the difference, so that
 * messages may repeat, cross or be lost. An end is final, and after a confirmation only returns follow (rules O5, O7). If
 * the order was made by another attempt, this claim is not part of it.
 */
export function decideFollow(draft: Draft, command: FollowCommand): Decision<DoneReply> {
  const { order } = command;
  const claim = draftClaim(draft, order.id);
  if (!claim || !isMadeBy(order, claim) || order.seq <= claim.revision) return replyOnly(DONE);
  const goesOn = isLive(claim.state) || (claim.state === "confirmed" && wasSold(order));
  if (!goesOn) return replyOnly(DONE);
  const { status, expiresAt, seq } = order;
  const holds = claim.holds.map((hold) => {
    const { returned, withdrawn } = must(itemOf(order, hold.holdId), "an order that the claim made has its holds");
    return { ...hold, returned, withdrawn };
  });
  const next: Claim = { ...claim, holds, state: status, revision: seq, deadline: expiresAt + NO_UPDATE_MS };
  const lines = [...endLines(claim, order, command), ...returnLines(claim, next, command)];
  return { changes: [...lines.map((entry): Change => ({ entry })), { claim: next }], reply: () => DONE };
}

/** The held quantity is sold or given back. An order whose tickets were all returned meanwhile was sold first. */
function endLines(claim: Claim, order: SharedOrder, command: FollowCommand): Entry[] {
  if (!isLive(claim.state) || order.status === "reserved") return [];
  const isSold = wasSold(order);
  const kind = END_KINDS[isSold ? "confirmed" : order.status];
  return claim.holds.map(({ holdId, quantity }) =>
    entryOf(kind, command, { holdId, orderId: order.id, quantity, held: -quantity, sold: isSold ? quantity : 0 }),
  );
}

function returnLines({ orderId, holds }: Claim, next: Claim, command: FollowCommand): Entry[] {
  return next.holds.flatMap(({ holdId, returned, withdrawn }, index) => {
    const before = must(holds[index], "a claim keeps its holds");
    const withdrawing = withdrawn - before.withdrawn;
    const returning = returned - before.returned - withdrawing;
    assert(withdrawing >= 0 && returning >= 0, "what was returned of an order only grows");
    return [
      ...(returning > 0 ? [returnEntry(command, orderId, { holdId, quantity: returning }, true)] : []),
      ...(withdrawing > 0 ? [returnEntry(command, orderId, { holdId, quantity: withdrawing }, false)] : []),
    ];
  });
}
