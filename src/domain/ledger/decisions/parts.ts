// What the decisions share: ledger lines, views and answers without a change.

import type { HoldId } from "../../ids.ts";
import { must } from "../../result.ts";
import type { LedgerKind } from "../chain.ts";
import type { HoldActor, HoldView } from "../command.ts";
import { type Decision, type Draft, draftHold, draftTerms, type Entry } from "../draft.ts";
import type { Hold } from "../../hold.ts";

export function answerOnly<Reply>(reply: Reply): Decision<Reply> {
  return { changes: [], answer: () => reply };
}

/** What the inventory does by itself, when time or D1 says so. */
export const BY_SYSTEM = { actor: "system", requestId: null } as const;

export function entryOf(
  kind: LedgerKind,
  by: { readonly actor: string; readonly requestId: string | null },
  facts: Partial<Pick<Entry, "orderId" | "quantity" | "sold" | "held" | "total">>,
): Entry {
  return {
    kind,
    orderId: null,
    quantity: 0,
    sold: 0,
    held: 0,
    total: 0,
    actor: by.actor,
    requestId: by.requestId,
    ...facts,
  };
}

/** The hold as it is in the draft, with what the terms add. */
export function holdView(draft: Draft, id: HoldId): HoldView {
  return viewOf(draft, must(draftHold(draft, id), "the caller has found the hold"));
}

export function viewOf(draft: Draft, hold: Hold): HoldView {
  const { eventId, organizationId, currency } = draftTerms(draft);
  return { ...hold, eventId, organizationId, currency, at: draft.now };
}

/** Rule H10: a hold is its shopper's, and its organisation's staff see it; for all others it does not exist. */
export function findFor(draft: Draft, id: HoldId, by: HoldActor): Hold | null {
  const hold = draftHold(draft, id);
  if (!hold) return null;
  const mayAct = hold.userId === by.id || by.organizationId === draftTerms(draft).organizationId;
  return mayAct ? hold : null;
}
