// Defines an order (rules O1, O4, O5): its statuses, its items and its money. Its home keeps it; the other ticket types
// that it takes holds of keep a claim.

import type { AddressShare } from "../people/address-hash.ts";
import type { StoredContact, Locale } from "./contact.ts";
import type { Refusal } from "../errors.ts";
import type { HoldSource } from "./hold.ts";
import {
  type AttemptId,
  type ChangeId,
  type HolderId,
  type HoldId,
  homeOf,
  type OrderId,
  type TicketTypeId,
} from "../ids.ts";
import { accept, refuse, type Result } from "../result.ts";
import type { PendingChange } from "./ticket-change.ts";

export const ORDER_STATUSES = ["reserved", "confirmed", "cancelled", "expired"] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];
export type FinalOrderStatus = Exclude<OrderStatus, "reserved">;

/**
 * `unitPrice` and `amount` are in minor units. `placedSeq` distinguishes a hold from a later one with the same id.
 * `returned` is how many tickets were returned, `withdrawn` how many of those are not for sale again (rule O7).
 * `voided` has the numbers of those that were returned, ascending; absent, or fewer than were returned, when an earlier
 * release named none.
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
 * How a ticket, named by its number, differs from others, except that it is void. `reissues`: its last changes of this
 * kind, by which repeats are known. `blockNote` is shown at the gate that stops it, `attention` at one that admits it.
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
 * `total` is in minor units; times are epoch ms. `attempt` is the one that made it. `seq` is the ledger row at home that
 * last changed it, which is its version. `history` names all ledger rows at home that are about it. `unpaid`: how many of
 * its home's tickets were held from which address (rule H15). `marks` are ordered by number. `pending`: the change of its
 * tickets that the event's door has not judged yet (rule N9). These and `contact` are never sent to another inventory
 * (`sharedOrder`).
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
  readonly contact: StoredContact;
  readonly locale: Locale;
  readonly unpaid: readonly AddressShare[];
  readonly marks?: readonly TicketMark[];
  readonly pending?: PendingChange | null;
};

type HomeField = "contact" | "locale" | "unpaid" | "marks" | "pending";
/**
 * What other inventories are sent of an order: not its contact, its addresses, or the state of its tickets (rules O11,
 * H15).
 */
export type SharedOrder = Omit<Order, HomeField>;

export function sharedOrder<O extends SharedOrder & Partial<Pick<Order, HomeField>>>(order: O): Omit<O, HomeField> {
  const { contact: _, locale: __, unpaid: ___, marks: ____, pending: _____, ...shared } = order;
  return shared;
}

/** A hold that an attempt has claimed, in its state at that time. */
export type ClaimedHold = Omit<OrderItem, "ticketTypeId" | "amount" | "returned" | "withdrawn" | "voided">;

/** `doubt`: the home has not confirmed yet whether the order exists. */
export const CLAIM_STATES = ["doubt", ...ORDER_STATUSES] as const;
export type ClaimState = (typeof CLAIM_STATES)[number];

/**
 * What an order of another home has of this inventory's holds. `deadline`, epoch ms: when to query the home while the
 * claim is in doubt or reserved. `revision` is the `seq` of the order whose state the claim has, 0 in doubt.
 * `startedSeq` is the ledger row that began the claim. `unpaid`: how many of its holds' tickets were held from which
 * address (rule H15).
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

/** Whether the order was ever confirmed. One whose tickets were all returned is cancelled, but was sold. */
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

/** Rule O4: confirm, cancel and expiry all use this one function. */
export function isLapsed(order: Pick<Order, "status" | "expiresAt">, now: number): boolean {
  return order.status === "reserved" && now >= order.expiresAt;
}

/** Whether confirm or cancel is to be done, was done already, or is refused. */
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

/** Whether an order takes exactly these holds, in any order. */
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

/** The id of the mail of a status. An order has one of each; a mail that is sent again has a suffix after a point. */
export function messageIdOf(orderId: OrderId, status: OrderStatus): string {
  return `${orderId}.${status}`;
}
