// Placing a hold (rules H6 to H8, H12): the repeat first, then the refusals in their order, then the stock, then the room.

import { accept, refuse } from "../../result.ts";
import type { Hold } from "../../hold.ts";
import { saleRefusal } from "../../terms.ts";
import type { HoldCommand, HoldReply } from "../command.ts";
import { type Decision, type Draft, draftHold, draftQuantity, draftTerms } from "../draft.ts";
import type { Refusal } from "../../errors.ts";
import type { LedgerSettings } from "../decide.ts";
import { answerOnly, entryOf, holdView, viewOf } from "./parts.ts";

/** Holds run out all the time: room comes by the second. */
const FULL_RETRY_S = 5;

export function decideHold(draft: Draft, command: HoldCommand, settings: LedgerSettings): Decision<HoldReply> {
  const terms = draftTerms(draft);
  const { organizationId } = command.holder;
  if (organizationId !== null && organizationId !== terms.organizationId)
    return answerOnly(refuse({ code: "not_found" }));
  const known = draftHold(draft, command.holdId);
  if (known)
    return answerOnly(
      isSameRequest(known, command) ? replay(draft, known) : refuse({ code: "idempotency_key_reused" }),
    );
  const refusal = holdRefusal(draft, command);
  if (refusal) return answerOnly(refuse(refusal));
  if (draft.live >= settings.maxLive)
    return answerOnly(refuse({ code: "overloaded", retryAfterSeconds: FULL_RETRY_S }));
  const hold: Hold = {
    id: command.holdId,
    userId: command.holder.id,
    quantity: command.quantity,
    status: "active",
    source: command.source,
    notes: command.notes,
    unitPrice: terms.unitPrice,
    heldUntil: draft.now + settings.holdTtlMs,
    firstPlacedAt: draft.now,
    extensionKeys: [],
    createdAt: draft.now,
    updatedAt: draft.now,
    orderId: null,
    placedSeq: 0,
    seq: 0,
  };
  return {
    changes: [
      { hold, entry: entryOf("hold", command, { holdId: hold.id, quantity: hold.quantity, held: hold.quantity }) },
    ],
    answer: (after) => accept({ hold: holdView(after, hold.id), replayed: false }),
  };
}

function isSameRequest(known: Hold, command: HoldCommand): boolean {
  return known.quantity === command.quantity && known.source === command.source && known.notes === command.notes;
}

function replay(draft: Draft, known: Hold): HoldReply {
  return accept({ hold: viewOf(draft, known), replayed: true });
}

/** The first that applies, in the order of rule H6. */
function holdRefusal(draft: Draft, command: HoldCommand): Refusal | null {
  const terms = draftTerms(draft);
  if (terms.organizationStatus === "suspended") return { code: "organization_suspended" };
  const notOnSale = saleRefusal(terms, draft.now);
  if (notOnSale) return notOnSale;
  const { minPerOrder, maxPerOrder } = terms;
  if (command.quantity < minPerOrder || command.quantity > maxPerOrder) {
    return { code: "quantity_out_of_bounds", min: minPerOrder, max: maxPerOrder };
  }
  if (command.source === "web") {
    const remaining = maxPerOrder - draftQuantity(draft, command.holder.id);
    if (command.quantity > remaining)
      return { code: "shopper_limit_reached", maxPerOrder, remaining: Math.max(0, remaining) };
  }
  const { total, sold, held } = draft.head;
  const available = total - sold - held;
  return command.quantity > available ? { code: "sold_out", availableQuantity: available } : null;
}
