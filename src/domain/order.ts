// An order (rules O1, O4, O5): its states, its items and its money.

import type { Refusal } from "./errors.ts";
import type { EventId, HolderId, HoldId, OrderId, OrganizationId, TicketTypeId } from "./ids.ts";
import { accept, refuse, type Result } from "./result.ts";

export const ORDER_STATUSES = ["reserved", "confirmed", "cancelled", "expired"] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];
export type FinalOrderStatus = Exclude<OrderStatus, "reserved">;

/** `unitPrice` and `amount` in minor units. */
export type OrderItem = {
  readonly ticketTypeId: TicketTypeId;
  readonly holdId: HoldId;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly amount: number;
};

/** `total` in minor units; times epoch ms. */
export type Order = {
  readonly id: OrderId;
  readonly organizationId: OrganizationId;
  readonly eventId: EventId;
  readonly userId: HolderId;
  readonly idempotencyKey: string;
  readonly status: OrderStatus;
  readonly items: readonly OrderItem[];
  readonly total: number;
  readonly currency: string;
  readonly expiresAt: number;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** What D1, the one arbiter (rule O2), says of an order id. */
export type Verdict =
  | { readonly kind: "order"; readonly orderId: OrderId; readonly status: OrderStatus; readonly expiresAt: number }
  | { readonly kind: "void"; readonly orderId: OrderId };

/** An order changes once: when it comes to its end (rule O5). */
export function orderVersion(order: Pick<Order, "status">): number {
  return order.status === "reserved" ? 1 : 2;
}

/** Rule O4: one rule for confirm and cancel on one side, expiry on the other. */
export function isLapsed(order: Pick<Order, "status" | "expiresAt">, now: number): boolean {
  return order.status === "reserved" && now >= order.expiresAt;
}

/** Whether confirm or cancel may be tried, is already done, or is refused. The conditional update in D1 decides. */
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
