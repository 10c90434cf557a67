// An order (rules O1, O4, O5): its states, its items and its money. Its home keeps it; the other ticket types that it
// takes holds of keep a claim.

import type { AddressShare } from "./address-hash.ts";
import type { KeptContact, Locale } from "./contact.ts";
import type { Refusal } from "./errors.ts";
import type { HoldSource } from "./hold.ts";
import {
  type AttemptId,
  type ChangeId,
  type HolderId,
  type HoldId,
  homeOf,
  type OrderId,
  type TicketTypeId,
} from "./ids.ts";
import { accept, refuse, type Result } from "./result.ts";
import type { PendingChange } from "./ticket-change.ts";

export const ORDER_STATUSES = ["reserved", "confirmed", "cancelled", "expired"] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];
export type FinalOrderStatus = Exclude<OrderStatus, "reserved">;

/**
 * `unitPrice` and `amount` in minor units. `placedSeq` tells a hold from a later one of the same id. `returned` of its
 * tickets were returned, and `withdrawn` of those are not for sale again (rule O7). `voided`: the numbers of those that were
 * returned, ascending; absent, or fewer than were returned, in an item of a release that did not name them.
 */
export type OrderItem = {
  readonly ticketTypeId: TicketTypeId;
  readonly holdId: HoldId;
  readonly placedSeq: number;
  readonly quantity: number;
  readonly source: HoldSource;
  readonly unitPrice: number;
  readonly amount: number;
  readonly returned: number;
  readonly withdrawn: number;
  readonly voided?: readonly number[];
};

/**
 * What is particular about a ticket of an order, by its number, but that it is void. `reissues`: the changes that the last
 * of them were, by which a repeat is known. `blockNote` is for the gate that stops it, `attention` for one that admits.
 */
export type TicketMark = {
  readonly number: number;
  readonly generation: number;
  readonly reissues: readonly ChangeId[];
  readonly blocked: boolean;
  readonly blockNote: string | null;
  readonly attention: string | null;
};

/**
 * `total` in minor units; times epoch ms. `attempt` is the one that made it. `seq` is the ledger row at home that last
 * changed it: its version. `history` names all ledger rows at home that tell of it. `unpaid`: what of its
 * home's tickets was held from which address (rule H15). `marks` are by number, of tickets that have one. `pending`: the
 * change of its tickets that the door of their event has not judged yet (rule N9). These and `contact` never leave home
 * with a message to another inventory (`sharedOrder`).
 */
export type Order = {
  readonly id: OrderId;
  readonly userId: HolderId;
  readonly status: OrderStatus;
  readonly attempt: AttemptId;
  readonly items: readonly OrderItem[];
  readonly total: number;
  readonly expiresAt: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly seq: number;
  readonly history: readonly number[];
  readonly contact: KeptContact;
  readonly locale: Locale;
  readonly unpaid: readonly AddressShare[];
  readonly marks?: readonly TicketMark[];
  readonly pending?: PendingChange | null;
};

type Home = "contact" | "locale" | "unpaid" | "marks" | "pending";
/** What other inventories are told of an order: not whom it is for, from where, or of its tickets (rules O11, H15). */
export type SharedOrder = Omit<Order, Home>;

export function sharedOrder<O extends SharedOrder & Partial<Pick<Order, Home>>>(order: O): Omit<O, Home> {
  const { contact: _, locale: __, unpaid: ___, marks: ____, pending: _____, ...shared } = order;
  return shared;
}

/** A hold that an attempt has claimed, as it was then. */
export type ClaimedHold = Omit<OrderItem, "ticketTypeId" | "amount" | "returned" | "withdrawn" | "voided">;

/** `doubt`: the home has not said yet whether the order exists. */
export const CLAIM_STATES = ["doubt", ...ORDER_STATUSES] as const;
export type ClaimState = (typeof CLAIM_STATES)[number];

/**
 * What an order of another home has of this inventory's holds. `deadline`, epoch ms: when to ask the home while the
 * claim is in doubt or reserved. `revision` is the order's `seq` that the state was taken at, 0 in doubt. `startedSeq`
 * is the ledger row that began the claim. `unpaid`: what of its holds was held from which address (rule H15).
 */
export type Claim = {
  readonly orderId: OrderId;
  readonly attempt: AttemptId;
  readonly userId: HolderId;
  readonly holds: readonly (ClaimedHold & Pick<OrderItem, "returned" | "withdrawn">)[];
  readonly state: ClaimState;
  readonly deadline: number;
  readonly revision: number;
  readonly startedSeq: number;
  readonly unpaid: readonly AddressShare[];
};

/** Whether the order was ever confirmed: one of which everything was returned is cancelled, and was sold all the same. */
export function wasSold({
  status,
  items,
}: Pick<Order, "status"> & { readonly items: readonly Pick<OrderItem, "returned">[] }): boolean {
  return status === "confirmed" || items.some(({ returned }) => returned > 0);
}

/** Whether its quantity is still in `held`. */
export function isLive(state: ClaimState): state is "doubt" | "reserved" {
  return state === "doubt" || state === "reserved";
}

/** Rule O4: one rule for confirm and cancel on one side, expiry on the other. */
export function isLapsed(order: Pick<Order, "status" | "expiresAt">, now: number): boolean {
  return order.status === "reserved" && now >= order.expiresAt;
}

/** Whether confirm or cancel is to be done, is done already, or is refused. */
export function settlement(
  order: Pick<Order, "status" | "expiresAt">,
  wanted: "confirmed" | "cancelled",
  now: number,
): Result<"settle" | "already", Extract<Refusal, { code: "order_expired" | "order_not_reserved" }>> {
  if (order.status === wanted) return accept("already");
  if (order.status === "expired" || isLapsed(order, now)) return refuse({ code: "order_expired" });
  if (order.status !== "reserved") return refuse({ code: "order_not_reserved", orderStatus: order.status });
  return accept("settle");
}

/** The items that the order has of one ticket type. */
export function itemsOf(order: Pick<Order, "items">, ticketTypeId: TicketTypeId): readonly OrderItem[] {
  return order.items.filter((item) => item.ticketTypeId === ticketTypeId);
}

export function itemOf(order: Pick<Order, "items">, holdId: HoldId): OrderItem | null {
  return order.items.find((item) => item.holdId === holdId) ?? null;
}

/** The other ticket types whose objects follow this order. */
export function followersOf(order: Pick<Order, "id" | "items">): TicketTypeId[] {
  const home = homeOf(order.id);
  return [...new Set(order.items.map((item) => item.ticketTypeId))].filter((type) => type !== home);
}

/** Whether an order takes just these holds: the same ids, in any order. */
export function takesHolds(order: Pick<Order, "items">, holdIds: readonly HoldId[]): boolean {
  const taken = order.items.map(({ holdId }) => holdId).sort();
  return taken.join() === [...holdIds].sort().join();
}

/** Whether the order was made by this claim: by its attempt, and with its holds as they were placed. */
export function isMadeBy(order: Pick<Order, "attempt" | "items">, claim: Pick<Claim, "attempt" | "holds">): boolean {
  return (
    order.attempt === claim.attempt &&
    claim.holds.every((hold) =>
      order.items.some((item) => item.holdId === hold.holdId && item.placedSeq === hold.placedSeq),
    )
  );
}

/** What names the mail of a status: an order has one of each, and one that is sent again has more behind a point. */
export function messageIdOf(orderId: OrderId, status: OrderStatus): string {
  return `${orderId}.${status}`;
}
