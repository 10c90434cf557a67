// Holds what the decisions share: ledger lines, views, who may act, and replies without a change.

import type { HolderId, HoldId, OrderId } from "../../ids.ts";
import type { ReturnedItem } from "../../orders/order-return.ts";
import { must } from "../../result.ts";
import type { Refusal } from "../../errors.ts";
import { isEventOver } from "../../terms.ts";
import type { Book } from "../memory/book.ts";
import type { LedgerKind } from "../chain.ts";
import type { HoldActor, HoldView, OrderReader } from "../command.ts";
import { type Decision, type Draft, draftHold, draftTerms, type Entry } from "../memory/draft.ts";
import type { Hold } from "../../orders/hold.ts";
import { accept, refuse, type Result } from "../../result.ts";

export function replyOnly<Reply>(reply: Reply): Decision<Reply> {
  return { changes: [], reply: () => reply };
}

/** The actor of what the inventory does by itself, because of time or of an order's home. */
export const BY_SYSTEM = { actor: "system", requestId: null } as const;

/**
 * Clears the notes of a hold that is given back: they are its only part that may be large, and nobody needs them any more
 * (H2).
 */
export const GONE = { notes: null } as const;

export function entryOf(
  kind: LedgerKind,
  by: { readonly actor: string; readonly requestId: string | null },
  facts: Partial<Pick<Entry, "holdId" | "orderId" | "quantity" | "sold" | "held" | "withdrawn" | "total">>,
): Entry {
  return {
    kind,
    holdId: null,
    orderId: null,
    quantity: 0,
    sold: 0,
    held: 0,
    withdrawn: 0,
    total: 0,
    actor: by.actor,
    requestId: by.requestId,
    ...facts,
  };
}

/** The line that makes sold tickets of a hold free again, or withdrawn (rule O7). */
export function returnEntry(
  by: { readonly actor: string; readonly requestId: string | null },
  orderId: OrderId,
  { holdId, quantity }: ReturnedItem,
  returnToStock: boolean,
): Entry {
  const facts = { holdId, orderId, quantity, sold: -quantity };
  return returnToStock ? entryOf("return", by, facts) : entryOf("withdraw", by, { ...facts, withdrawn: quantity });
}

/** The hold as it is in the draft, with what the terms add. */
export function holdView(draft: Draft, id: HoldId): HoldView {
  return viewOf(draft, must(draftHold(draft, id), "the caller has found the hold"));
}

export function viewOf(draft: Draft, hold: Hold): HoldView {
  const { eventId, organizationId, currency } = draftTerms(draft);
  return { ...hold, eventId, organizationId, currency, at: draft.now };
}

/** Stored holds with what the terms add; only an inventory with terms has holds. */
export function viewsOf({ terms }: Pick<Book, "terms">, holds: readonly Hold[], at: number): HoldView[] {
  const { eventId, organizationId, currency } = must(terms, "an inventory with holds has terms").terms;
  return holds.map((hold) => ({ ...hold, eventId, organizationId, currency, at }));
}

/** Rule H10: a hold is visible to its shopper and to its organisation's staff; for anybody else it does not exist. */
export function findFor(draft: Draft, id: HoldId, by: HoldActor): Hold | null {
  const hold = draftHold(draft, id);
  return hold && mayAct(draft, hold, by) ? hold : null;
}

/**
 * Whether a hold or order of this inventory is the actor's: a shopper's own, or one of the organiser's organisation, even
 * if an organiser of another has placed it.
 */
export function mayAct(draft: Draft, owned: { readonly userId: string }, by: OrderReader): boolean {
  return by.organizationId === null ? owned.userId === by.id : by.organizationId === draftTerms(draft).organizationId;
}

/**
 * Whose give-backs are counted (rule H14): a shopper's. An organiser's are not, since organisers answer for what they do.
 */
export function giverOf({ id, organizationId }: HoldActor): HolderId | null {
  return organizationId === null ? id : null;
}

/** Whether the buyer has placed the hold itself, and acts for the same organisation as then. */
export function isOwn(draft: Draft, hold: Hold, buyer: HoldActor): boolean {
  return hold.userId === buyer.id && mayAct(draft, hold, buyer);
}

/**
 * The holds that a buyer turns into an order, or why not (rule O1). The sale may have closed and the type may be hidden,
 * but the event must not be over, and the organisation must be active.
 */
export function holdsToOrder(draft: Draft, holdIds: readonly HoldId[], buyer: HoldActor): Result<Hold[], Refusal> {
  const holds: Hold[] = [];
  for (const holdId of holdIds) {
    const hold = draftHold(draft, holdId);
    if (!hold || !isOwn(draft, hold, buyer)) return refuse({ code: "not_found", holdId });
    holds.push(hold);
  }
  const refusal = explainUnusable(draft) ?? holds.map(explainInactive).find((why) => why !== null) ?? null;
  return refusal ? refuse(refusal) : accept(holds);
}

/** Why no hold of the type can be used any more, whatever its own state. The sale may have closed (rules O1, O9). */
export function explainUnusable(draft: Draft): Refusal | null {
  const terms = draftTerms(draft);
  if (terms.organizationStatus === "suspended") return { code: "organization_suspended" };
  return isEventOver(terms, draft.now) ? { code: "not_on_sale", reason: "event_over" } : null;
}

/** What has expired was given back before any decision, so an active hold is within its time. */
export function explainInactive({ id, status }: Hold): Refusal | null {
  if (status === "active") return null;
  return status === "expired"
    ? { code: "hold_expired", holdId: id }
    : { code: "hold_not_active", holdStatus: status, holdId: id };
}
