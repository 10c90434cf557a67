// Defines a hold (rules H2, H9), and whether it is still active.

import type { AddressHash } from "../people/address-hash.ts";
import type { BasketId, ExtensionKey, HolderId, HoldId, OrderId } from "../ids.ts";

export const HOLD_STATUSES = ["active", "expired", "converted", "cancelled"] as const;
export type HoldStatus = (typeof HOLD_STATUSES)[number];

export const HOLD_SOURCES = ["web", "scanner"] as const;
export type HoldSource = (typeof HOLD_SOURCES)[number];

/**
 * Times are epoch ms; `unitPrice` is in minor units. `orderId` names the order that converted the hold; the order's status
 * is only on the order. `firstPlacedAt` limits how long the hold can be extended, and `extensionKeys` has one key for each
 * extension (rule O9). A hold that `replaces` another takes over both, and the other is `replacedBy` it (rule O8). `basket`
 * is a hash of the request of the basket that placed it (rule O10). `address` is a hash of the address that a shopper
 * placed it from; it is null for door sales, and when nothing is counted (rule H15). `placedSeq` is the ledger row that
 * placed the hold, `seq` the one that last changed it.
 */
export type Hold = {
  readonly id: HoldId;
  readonly userId: HolderId;
  readonly quantity: number;
  readonly status: HoldStatus;
  readonly source: HoldSource;
  readonly notes: string | null;
  readonly unitPrice: number;
  readonly heldUntil: number;
  readonly firstPlacedAt: number;
  readonly extensionKeys: readonly ExtensionKey[];
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly orderId: OrderId | null;
  readonly replaces: HoldId | null;
  readonly replacedBy: HoldId | null;
  readonly basket: BasketId | null;
  readonly address: AddressHash | null;
  readonly placedSeq: number;
  readonly seq: number;
};

/** Rule H3: every path uses this one function. */
export function isActive(hold: Hold, now: number): boolean {
  return hold.status === "active" && now < hold.heldUntil;
}
