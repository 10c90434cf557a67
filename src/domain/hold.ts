// A hold (rules H2, H9): what it is, and which of its states still count against the stock.

import type { HolderId, HoldId, OrderId } from "./ids.ts";

export const HOLD_STATUSES = ["active", "expired", "converted", "cancelled"] as const;
export type HoldStatus = (typeof HOLD_STATUSES)[number];

export const HOLD_SOURCES = ["web", "scanner"] as const;
export type HoldSource = (typeof HOLD_SOURCES)[number];

/**
 * What the inventory knows of the order that took a hold. Ordered: doubt < reserved < the final three; what is not
 * later is ignored. `doubt`: claimed, D1 not yet heard to hold the order or its void.
 */
export const CLAIM_STATES = ["doubt", "reserved", "confirmed", "cancelled", "expired"] as const;
export type ClaimState = (typeof CLAIM_STATES)[number];

/** The order side of a hold. `deadline`, epoch ms: when to ask D1 (doubt) or when the order expires (reserved). */
export type Claim = { readonly orderId: OrderId; readonly state: ClaimState; readonly deadline: number };

/** Times are epoch ms; `unitPrice` is in minor units; `seq` is the ledger row that last changed it. */
export type Hold = {
  readonly id: HoldId;
  readonly userId: HolderId;
  readonly quantity: number;
  readonly status: HoldStatus;
  readonly source: HoldSource;
  readonly notes: string | null;
  readonly unitPrice: number;
  readonly heldUntil: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly claim: Claim | null;
  readonly seq: number;
};

/** Rule H3: one rule on every path. */
export function isActive(hold: Hold, now: number): boolean {
  return hold.status === "active" && now < hold.heldUntil;
}

/** Whether the hold's quantity is in `held`: active, or converted by an order that is not final. */
export function countsAsHeld(hold: Hold): boolean {
  if (hold.status === "active") return true;
  return hold.status === "converted" && (hold.claim?.state === "doubt" || hold.claim?.state === "reserved");
}
