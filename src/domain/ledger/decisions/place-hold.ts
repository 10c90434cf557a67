// Placing a hold (rules H6 to H8, H12), also in the place of another (rule O8): the repeat first, then the refusals in
// their order, then the stock, then the room.

import { accept, refuse } from "../../result.ts";
import type { Hold } from "../../hold.ts";
import { saleRefusal } from "../../terms.ts";
import { countedHold } from "../book.ts";
import { availableOf } from "../chain.ts";
import type { HoldCommand, HoldReply } from "../command.ts";
import { type Change, type Decision, type Draft, draftHold, draftQuantity, draftTerms } from "../draft.ts";
import type { Refusal } from "../../errors.ts";
import type { LedgerSettings } from "../decide.ts";
import { answerOnly, entryOf, holdView, isOwn, viewOf, whyNotActive } from "./parts.ts";

/** Holds run out all the time: room comes by the second. */
const FULL_RETRY_S = 5;

export function decideHold(draft: Draft, command: HoldCommand, settings: LedgerSettings): Decision<HoldReply> {
  const terms = draftTerms(draft);
  const { organizationId } = command.holder;
  const isElsewhere = command.eventId !== undefined && command.eventId !== terms.eventId;
  if (isElsewhere || (organizationId !== null && organizationId !== terms.organizationId))
    return answerOnly(refuse({ code: "not_found" }));
  const known = draftHold(draft, command.holdId);
  if (known)
    return answerOnly(
      isSameRequest(known, command) ? replay(draft, known) : refuse({ code: "idempotency_key_reused" }),
    );
  // A draft is nothing that a shopper can know of (rule T3).
  if (organizationId === null && terms.eventStatus === "draft") return answerOnly(refuse({ code: "not_found" }));
  const replaced = command.replaces ? draftHold(draft, command.replaces) : null;
  if (command.replaces && !(replaced && isOwn(draft, replaced, command.holder))) {
    return answerOnly(refuse({ code: "not_found", holdId: command.replaces }));
  }
  const refusal = holdRefusal(draft, command, replaced);
  if (refusal) return answerOnly(refuse(refusal));
  // One in the place of another needs no room of its own.
  if (draft.live - (replaced ? 1 : 0) >= settings.maxLive)
    return answerOnly(refuse({ code: "overloaded", retryAfterSeconds: FULL_RETRY_S }));
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
    placedSeq: 0,
    seq: 0,
  };
  const placing: Change = {
    hold,
    entry: entryOf("hold", command, { holdId: hold.id, quantity: hold.quantity, held: hold.quantity }),
  };
  return {
    changes: replaced ? [swapOf(draft, replaced, command), placing] : [placing],
    answer: (after) => accept({ hold: holdView(after, hold.id), replayed: false }),
  };
}

/** The replaced hold gives its quantity back, in the same transaction as the new one takes its own. */
function swapOf(draft: Draft, replaced: Hold, command: HoldCommand): Change {
  const { id, quantity } = replaced;
  return {
    hold: { ...replaced, status: "cancelled", updatedAt: draft.now, replacedBy: command.holdId },
    entry: entryOf("swap", command, { holdId: id, quantity, held: -quantity }),
  };
}

function isSameRequest(known: Hold, command: HoldCommand): boolean {
  const { quantity, source, notes, replaces } = known;
  const isSame = quantity === command.quantity && source === command.source && notes === command.notes;
  return isSame && replaces === (command.replaces ?? null) && known.basket === (command.basket ?? null);
}

function replay(draft: Draft, known: Hold): HoldReply {
  return accept({ hold: viewOf(draft, known), replayed: true });
}

/** The first that applies, in the order of rule H6. What `replaced` holds is free for the new hold. */
function holdRefusal(draft: Draft, command: HoldCommand, replaced: Hold | null): Refusal | null {
  const terms = draftTerms(draft);
  if (terms.organizationStatus === "suspended") return { code: "organization_suspended" };
  const notOnSale = saleRefusal(terms, draft.now);
  if (notOnSale) return notOnSale;
  const { minPerOrder, maxPerOrder } = terms;
  if (command.quantity < minPerOrder || command.quantity > maxPerOrder) {
    return { code: "quantity_out_of_bounds", min: minPerOrder, max: maxPerOrder };
  }
  const gone = replaced && whyNotActive(replaced);
  if (gone) return gone;
  if (command.source === "web") {
    const remaining = maxPerOrder - draftQuantity(draft, command.holder.id) + (replaced ? countedHold(replaced) : 0);
    if (command.quantity > remaining)
      return { code: "shopper_limit_reached", maxPerOrder, remaining: Math.max(0, remaining) };
  }
  const available = availableOf(draft.head) + (replaced?.quantity ?? 0);
  return command.quantity > available ? { code: "sold_out", availableQuantity: available } : null;
}
