// Records what replies people got; checks compare the world with it.

import type { HoldId, OrderId, ChangeId, TicketTypeId } from "../../../src/domain/ids.ts";
import type { ReturnRequest } from "../../../src/domain/orders/order-return.ts";
import type { Buyer } from "../world/world.ts";

/** The tickets that a shopper wants to hold, under one idempotency key. `holdId` is set once there was a reply. */
export type HoldWish = {
  readonly shopper: Buyer;
  readonly key: string;
  readonly typeId: TicketTypeId;
  readonly quantity: number;
  /** The hold whose place it takes. */
  readonly replaces: HoldId | null;
  /** One of several that were requested at once, without a key of its own. */
  readonly inBasket: boolean;
  holdId: HoldId | null;
  heldUntil: number;
};

export type CheckoutWish = {
  readonly shopper: Buyer;
  readonly key: string;
  readonly holdIds: readonly HoldId[];
  orderId: OrderId | null;
  expiresAt: number;
};

/** A wish to return tickets of an order under one idempotency key. */
export type ReturnWish = {
  readonly orderId: OrderId;
  readonly key: string;
  readonly returnId: ChangeId;
  readonly request: ReturnRequest;
  isAnswered: boolean;
};

export type Journal = {
  readonly holds: HoldWish[];
  readonly checkouts: CheckoutWish[];
  readonly confirmed: Set<OrderId>;
  readonly cancelled: Set<OrderId>;
  readonly erased: Set<OrderId>;
  readonly released: Set<HoldId>;
  readonly returns: ReturnWish[];
  /** When a sale opens or closes: people wait for these moments. */
  readonly moments: number[];
};

export function openJournal(): Journal {
  return {
    holds: [],
    checkouts: [],
    confirmed: new Set(),
    cancelled: new Set(),
    erased: new Set(),
    released: new Set(),
    returns: [],
    moments: [],
  };
}
