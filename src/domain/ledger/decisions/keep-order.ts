// Decides at the home of an order (rules O1 to O6): whether it is made, how it ends, and what became of an attempt.

import { contactIn, DEFAULT_LOCALE, ERASED } from "../../orders/contact.ts";
import { ORDER_MINUTES } from "../../events/event.ts";
import { homeOf, type HoldId, type OrderId, ticketTypeOfHold } from "../../ids.ts";
import { isCurrent } from "../../if-match.ts";
import type { Hold } from "../../orders/hold.ts";
import {
  type ClaimedHold,
  type FinalOrderStatus,
  isLapsed,
  itemsOf,
  type Order,
  type OrderItem,
  settlement,
  sharedOrder,
  takesHolds,
} from "../../orders/order.ts";
import { areOrdersCut } from "../retention.ts";
import { accept, assert, must, refuse } from "../../result.ts";
import type { Refusal } from "../../errors.ts";
import { isLinkOver, type Terms } from "../../terms.ts";
import type { LedgerKind } from "../chain.ts";
import type {
  CheckoutCommand,
  CheckoutReply,
  EraseContactCommand,
  OrderCommand,
  OrderReply,
  OrderView,
  ResolveCommand,
  ResolveReply,
  SettleCommand,
} from "../command.ts";
import {
  applyChanges,
  type Change,
  type Decision,
  type Draft,
  draftHold,
  draftOrder,
  draftTerms,
  isVoid,
} from "../memory/draft.ts";
import { sharesOf } from "../memory/unpaid.ts";
import { replyOnly, BY_SYSTEM, entryOf, giverOf, holdsToOrder, mayAct } from "./parts.ts";

/**
 * The commit point of a checkout. If there is an order of this key, it is returned. A final refusal makes the attempt void
 * in the same transaction, so that the claims of other types can go back.
 */
export function decideCheckout(draft: Draft, command: CheckoutCommand, orderTtlMs: number): Decision<CheckoutReply> {
  assert(homeOf(command.orderId) === draftTerms(draft).ticketTypeId, "an order is made at its home");
  const existing = draftOrder(draft, command.orderId);
  if (existing) return replyOnly(replay(draft, existing, command));
  if (isVoid(draft, command.attempt)) return replyOnly(accept("void"));
  const own = command.holdIds.filter((id) => homeOf(command.orderId) === ticketTypeOfHold(id));
  const holds = holdsToOrder(draft, own, command.buyer);
  if (!holds.ok) return refuseAttempt(command, holds.refusal);
  const { eventId } = draftTerms(draft);
  if (command.claimed.some((each) => each.eventId !== eventId)) return refuseAttempt(command, { code: "mixed_events" });
  const order = orderOf(draft, command, holds.value, orderLifeMs(draftTerms(draft), orderTtlMs));
  const converted = holds.value.map(
    (hold): Change => ({
      entry: entryOf("checkout", command, { holdId: hold.id, orderId: order.id, quantity: hold.quantity }),
      hold: { ...hold, status: "converted", updatedAt: draft.now, orderId: order.id },
    }),
  );
  return {
    changes: [...converted, { order }],
    reply: (after) => accept({ order: orderView(after, order.id), replayed: false }),
  };
}

function refuseAttempt({ attempt, orderId, claimed }: CheckoutCommand, refusal: Refusal): Decision<CheckoutReply> {
  // An attempt at one ticket type has claimed nothing elsewhere, so nobody will ever send `resolve` for it.
  const changes: Change[] = claimed.length > 0 ? [{ voided: { attempt, orderId } }] : [];
  return { changes, reply: () => refuse(refusal) };
}

/**
 * Rule O6: a repeat has the same holds as they were placed then. An id that was used again since names another hold.
 */
function replay(draft: Draft, order: Order, command: CheckoutCommand): CheckoutReply {
  // Checked here too: a member of two organisations has one id in both, and would find this order from the other (T2).
  if (!mayAct(draft, order, command.buyer)) return refuse({ code: "not_found" });
  const claimed = new Map(command.claimed.flatMap(({ holds }) => holds.map((hold) => [hold.holdId, hold.placedSeq])));
  const hasNewHold = order.items.some(({ holdId, placedSeq }) => {
    const now = claimed.get(holdId) ?? draftHold(draft, holdId)?.placedSeq;
    return now !== undefined && now !== placedSeq;
  });
  if (hasNewHold || !takesHolds(order, command.holdIds)) return refuse({ code: "idempotency_key_reused" });
  return accept({ order: viewOf(draft, order), replayed: true });
}

/** Returns the event's own time for orders, or else the standard one, which a server's settings may change (rule O4). */
function orderLifeMs({ orderMinutes = ORDER_MINUTES.standard }: Terms, standardMs: number): number {
  return orderMinutes === ORDER_MINUTES.standard ? standardMs : orderMinutes * 60_000;
}

/** The order of these holds at the prices they were held at. Its total is computed only here. */
function orderOf(draft: Draft, command: CheckoutCommand, own: readonly Hold[], lifeMs: number): Order {
  const items = new Map<HoldId, OrderItem>();
  const add = (item: ClaimedHold): void => {
    const { holdId, quantity, unitPrice } = item;
    const amount = quantity * unitPrice;
    items.set(holdId, { ...item, ticketTypeId: ticketTypeOfHold(holdId), amount, returned: 0, withdrawn: 0 });
  };
  for (const { id, placedSeq, quantity, source, unitPrice } of own) {
    add({ holdId: id, placedSeq, quantity, source, unitPrice });
  }
  for (const { holds } of command.claimed) holds.forEach(add);
  const ordered = command.holdIds.map((id) => must(items.get(id), "each hold is its home's own or was claimed"));
  return {
    id: command.orderId,
    userId: command.buyer.id,
    status: "reserved",
    attempt: command.attempt,
    items: ordered,
    total: ordered.reduce((sum, { amount }) => sum + amount, 0),
    expiresAt: draft.now + lifeMs,
    createdAt: draft.now,
    updatedAt: draft.now,
    seq: 0,
    history: [],
    contact: command.contact ?? null,
    locale: command.locale ?? DEFAULT_LOCALE,
    unpaid: sharesOf(own),
  };
}

/** Returns the order to those who may act on it, and to its link until that has expired (rule O13). */
export function readOrder(draft: Draft, { orderId, by }: OrderCommand): OrderReply {
  const order = draftOrder(draft, orderId);
  if (by.id === orderId && isLinkOver(draftTerms(draft), draft.now)) return refuse({ code: "unauthenticated" });
  if (order === null) return noSuchOrder(draft);
  const isReader = by.id === orderId || mayAct(draft, order, by);
  return isReader ? accept(viewOf(draft, order)) : refuse({ code: "not_found" });
}

/** Rule H13: the refusal says when D1 may have the order that was deleted here. */
function noSuchOrder(draft: Draft): OrderReply {
  const isCut = areOrdersCut(draftTerms(draft), draft.now);
  return refuse({ code: "not_found", ...(isCut ? { ordersCut: true } : {}) });
}

export function viewOf(draft: Draft, order: Order): OrderView {
  const { eventId, organizationId, currency } = draftTerms(draft);
  const { unpaid: _, ...shown } = order;
  return { ...shown, eventId, organizationId, currency };
}

export function orderView(draft: Draft, id: OrderId): OrderView {
  return viewOf(draft, must(draftOrder(draft, id), "the decision has written the order"));
}

/** Confirms or cancels (rules O3 to O5). Of several at once one wins, since they are decided one after the other. */
export function decideSettle(draft: Draft, command: SettleCommand): Decision<OrderReply> {
  const order = draftOrder(draft, command.orderId);
  if (!order || !mayAct(draft, order, command.by)) return replyOnly(refuse({ code: "not_found" }));
  if (!isCurrent(command.ifMatch ?? null, order.seq)) return replyOnly(refuse({ code: "version_conflict" }));
  const step = settlement(order, command.status, draft.now);
  if (!step.ok) return replyOnly(step);
  if (step.value === "already") return replyOnly(accept(viewOf(draft, order)));
  const cancelling: Change[] = command.status === "cancelled" ? [{ gaveBack: giverOf(command.by) }] : [];
  return {
    changes: [...endOf(draft, order, command.status, command), ...cancelling],
    reply: (after) => accept(orderView(after, order.id)),
  };
}

/**
 * Erases the contact of an order (rule O11), whatever its status. The ledger row records that and by whom. The mark that
 * stays keeps a repeat, or a late projection, from bringing the contact back.
 */
export function decideEraseContact(draft: Draft, command: EraseContactCommand): Decision<OrderReply> {
  const order = draftOrder(draft, command.orderId);
  if (!order) return replyOnly(noSuchOrder(draft));
  if (!mayAct(draft, order, command.by)) return replyOnly(refuse({ code: "not_found" }));
  if (contactIn(order.contact) === null) return replyOnly(accept(viewOf(draft, order)));
  return {
    changes: [{ entry: entryOf("contact", command, { orderId: order.id }) }, { order: { ...order, contact: ERASED } }],
    reply: (after) => accept(orderView(after, order.id)),
  };
}

const END_KINDS: Readonly<Record<FinalOrderStatus, LedgerKind>> = {
  confirmed: "confirm",
  cancelled: "cancel",
  expired: "expire_order",
};

/** The end of a reserved order: the quantity of its own holds is sold or given back in the same transaction. */
function endOf(
  draft: Draft,
  order: Order,
  status: FinalOrderStatus,
  by: { readonly actor: string; readonly requestId: string | null },
): Change[] {
  const lines = itemsOf(order, draftTerms(draft).ticketTypeId).map(
    ({ holdId, quantity }): Change => ({
      entry: entryOf(END_KINDS[status], by, {
        holdId,
        orderId: order.id,
        quantity,
        held: -quantity,
        sold: status === "confirmed" ? quantity : 0,
      }),
    }),
  );
  return [...lines, { order: { ...order, status, updatedAt: draft.now } }];
}

/** Expires the orders that were found due, before any decision, so that all commands see the same (rule O4). */
export function expireOrders(draft: Draft): void {
  for (const order of draft.found.orders.values()) {
    if (isLapsed(order, draft.now)) applyChanges(draft, endOf(draft, order, "expired", BY_SYSTEM));
  }
}

/**
 * Rule O2: what became of an attempt. One that made no order is void from now on; while an order exists, that is not
 * needed.
 */
export function decideResolve(draft: Draft, { orderId, attempt }: ResolveCommand): Decision<ResolveReply> {
  const order = draftOrder(draft, orderId);
  const isDecided = order !== null || isVoid(draft, attempt);
  return {
    changes: isDecided ? [] : [{ voided: { attempt, orderId } }],
    reply: () => accept(order && sharedOrder(viewOf(draft, order))),
  };
}
