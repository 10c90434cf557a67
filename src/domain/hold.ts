// A hold (rules H2, H9): what it is, and whether it is still active.

import type { AddressHash } from "./address-hash.ts";
import type { BasketId, ExtensionKey, HolderId, HoldId, OrderId } from "./ids.ts";

export const HOLD_STATUSES = ["active", "expired", "converted", "cancelled"] as const;
export type HoldStatus = (typeof HOLD_STATUSES)[number];

export const HOLD_SOURCES = ["web", "scanner"] as const;
export type HoldSource = (typeof HOLD_SOURCES)[number];

/**
 * Times are epoch ms; `unitPrice` is in minor units. `orderId` names the order that converted the hold; how that order
 * fares is on the order alone. `firstPlacedAt` bounds how long it can be extended, and `extensionKeys` has one key for each
 * extension that it had (rule O9); a hold that `replaces` another has both from that one, which is then `replacedBy` it
 * (rule O8). `basket` stands for what the basket asked for that placed it (rule O10). `address` stands for the address that
 * a shopper placed it from; it is null of door sales, and where nothing is counted (rule H15). `placedSeq` is the ledger row
 * that placed the hold, `seq` the one that last changed it.
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

/** Rule H3: one rule on every path. */
export function isActive(hold: Hold, now: number): boolean {
  return hold.status === "active" && now < hold.heldUntil;
}
