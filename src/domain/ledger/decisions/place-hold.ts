// Decides the placing of a hold (rules H6 to H8, H12), also one that replaces another (rule O8): first the repeat, then the
// refusals in their order, then the stock, then the room.

import type { AddressHash } from "../../people/address-hash.ts";
import { accept, refuse } from "../../result.ts";
import type { Hold } from "../../orders/hold.ts";
import { MAX_GIVEN_BACK } from "../../limits.ts";
import { saleRefusal } from "../../terms.ts";
import { countedHold } from "../memory/book.ts";
import { availableOf } from "../chain.ts";
import type { HoldCommand, HoldReply } from "../command.ts";
import {
  type Change,
  type Decision,
  type Draft,
  draftGivenBack,
  draftHold,
  draftQuantity,
  draftTerms,
  draftUnpaid,
} from "../memory/draft.ts";
import { nextWindowIn } from "../memory/given-back.ts";
import type { Refusal } from "../../errors.ts";
import type { LedgerSettings } from "../decide.ts";
import { replyOnly, entryOf, giverOf, GONE, holdView, isOwn, viewOf, explainInactive } from "./parts.ts";

/** Holds expire all the time, so room in memory comes within seconds; in the database it comes with the next deletions. */
const FULL_RETRY_S = 5;
const FULL_DATABASE_RETRY_S = 60;

export function decideHold(draft: Draft, command: HoldCommand, settings: LedgerSettings): Decision<HoldReply> {
  const terms = draftTerms(draft);
  const { organizationId } = command.holder;
  const isElsewhere = command.eventId !== undefined && command.eventId !== terms.eventId;
  if (isElsewhere || (organizationId !== null && organizationId !== terms.organizationId))
    return replyOnly(refuse({ code: "not_found" }));
  const existing = draftHold(draft, command.holdId);
  if (existing)
    return replyOnly(
      isSameRequest(existing, command) ? replay(draft, existing) : refuse({ code: "idempotency_key_reused" }),
    );
  // Shoppers must not know that a draft exists (rule T3).
  if (organizationId === null && terms.eventStatus === "draft") return replyOnly(refuse({ code: "not_found" }));
  const replaced = command.replaces ? draftHold(draft, command.replaces) : null;
  if (command.replaces && !(replaced && isOwn(draft, replaced, command.holder))) {
    return replyOnly(refuse({ code: "not_found", holdId: command.replaces }));
  }
  const refusal = holdRefusal(draft, command, replaced);
  if (refusal) return replyOnly(refuse(refusal));
  if (giverOf(command.holder) && draftGivenBack(draft, command.holder.id) >= MAX_GIVEN_BACK)
    return replyOnly(refuse({ code: "rate_limited", retryAfterSeconds: nextWindowIn(draft.now) }));
  if (settings.isFull) return replyOnly(refuse({ code: "overloaded", retryAfterSeconds: FULL_DATABASE_RETRY_S }));
  // A hold that replaces another needs no room of its own.
  if (draft.live - (replaced ? 1 : 0) >= settings.maxLive)
    return replyOnly(refuse({ code: "overloaded", retryAfterSeconds: FULL_RETRY_S }));
  const hold: Hold = {
    id: command.holdId,
    userId: command.holder.id,
    quantity: command.quantity,
    status: "active",
    source: command.source,
    notes: command.notes,
    unitPrice: terms.unitPrice,
    heldUntil: replaced?.heldUntil ?? draft.now + settings.holdTtlMs,
    firstPlacedAt: replaced?.firstPlacedAt ?? draft.now,
    extensionKeys: replaced?.extensionKeys ?? [],
    createdAt: draft.now,
    updatedAt: draft.now,
    orderId: null,
    replaces: replaced?.id ?? null,
    replacedBy: null,
    basket: command.basket ?? null,
    address: addressOf(command),
    placedSeq: 0,
    seq: 0,
  };
  const placing: Change = {
    hold,
    entry: entryOf("hold", command, { holdId: hold.id, quantity: hold.quantity, held: hold.quantity }),
  };
  return {
    changes: replaced ? [swapOf(draft, replaced, command), placing] : [placing],
    reply: (after) => accept({ hold: holdView(after, hold.id), replayed: false }),
  };
}

/** The replaced hold gives its quantity back, in the same transaction as the new one takes its own. */
function swapOf(draft: Draft, replaced: Hold, command: HoldCommand): Change {
  const { id, quantity } = replaced;
  return {
    hold: { ...replaced, ...GONE, status: "cancelled", updatedAt: draft.now, replacedBy: command.holdId },
    entry: entryOf("swap", command, { holdId: id, quantity, held: -quantity }),
    gaveBack: giverOf(command.holder),
  };
}

/** Rule H8. The notes of a hold that was given back are gone, so they are not compared. */
function isSameRequest(existing: Hold, command: HoldCommand): boolean {
  const { quantity, source, replaces, status } = existing;
  const isGone = status === "cancelled" || status === "expired";
  const isSame = quantity === command.quantity && source === command.source;
  if (!isGone && existing.notes !== command.notes) return false;
  return isSame && replaces === (command.replaces ?? null) && existing.basket === (command.basket ?? null);
}

function replay(draft: Draft, existing: Hold): HoldReply {
  return accept({ hold: viewOf(draft, existing), replayed: true });
}

/** The first refusal that applies, in the order of rule H6. What `replaced` holds is free for the new hold. */
function holdRefusal(draft: Draft, command: HoldCommand, replaced: Hold | null): Refusal | null {
  const terms = draftTerms(draft);
  if (terms.organizationStatus === "suspended") return { code: "organization_suspended" };
  const notOnSale = saleRefusal(terms, draft.now);
  if (notOnSale) return notOnSale;
  const { minPerOrder, maxPerOrder } = terms;
  if (command.quantity < minPerOrder || command.quantity > maxPerOrder) {
    return { code: "quantity_out_of_bounds", min: minPerOrder, max: maxPerOrder };
  }
  const gone = replaced && explainInactive(replaced);
  if (gone) return gone;
  if (command.source === "web") {
    const remaining = maxPerOrder - draftQuantity(draft, command.holder.id) + (replaced ? countedHold(replaced) : 0);
    if (command.quantity > remaining)
      return { code: "shopper_limit_reached", maxPerOrder, remaining: Math.max(0, remaining) };
  }
  const crowded = addressRefusal(draft, command, replaced);
  if (crowded) return crowded;
  const available = availableOf(draft.head) + (replaced?.quantity ?? 0);
  return command.quantity > available ? { code: "sold_out", availableQuantity: available } : null;
}

/** Members and keys answer for what they hold, so their address is not counted (rule H15). */
function addressOf({ holder, address }: HoldCommand): AddressHash | null {
  return holder.organizationId === null ? (address ?? null) : null;
}

/** Rule H15. What `replaced` holds from the same address is free for the new hold. */
function addressRefusal(draft: Draft, command: HoldCommand, replaced: Hold | null): Refusal | null {
  const maxUnpaid = draftTerms(draft).maxUnpaidPerAddress ?? null;
  const address = addressOf(command);
  if (maxUnpaid === null || address === null) return null;
  const freed = replaced?.address === address ? replaced.quantity : 0;
  const remaining = maxUnpaid - draftUnpaid(draft, address) + freed;
  if (command.quantity <= remaining) return null;
  return { code: "address_limit_reached", maxUnpaid, remaining: Math.max(0, remaining) };
}
