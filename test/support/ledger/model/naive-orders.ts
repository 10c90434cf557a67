// Implements docs/rules.md for orders, attempts and claims, as simply as possible. See naive-model.ts.

import { type Refusal, UNAVAILABLE } from "../../../../src/domain/errors.ts";
import type { Hold } from "../../../../src/domain/orders/hold.ts";
import type { HoldId, OrderId } from "../../../../src/domain/ids.ts";
import type * as Ledger from "../../../../src/domain/ledger/command.ts";
import { ORDER_LINK_MS } from "../../../../src/domain/limits.ts";
import type { Claim, Order, OrderItem } from "../../../../src/domain/orders/order.ts";
import type { Terms } from "../../../../src/domain/terms.ts";
import {
  change,
  isTheirs,
  type NaiveModel,
  no,
  ownItems,
  shownOrder,
  sum,
  explainGone,
  explainOver,
  writeRow,
  yes,
} from "./naive-parts.ts";

const DOUBT_LASTS_MS = 30_000;
const UNHEARD_FOR_MS = 10_000;

/** Rules O1 and H10: the buyer's own active holds, while the event is on and the organisation active. */
function explainNotOrdered(
  model: NaiveModel,
  terms: Terms,
  ids: readonly HoldId[],
  buyer: Ledger.HoldActor,
): Refusal | null {
  const named = ids.map((id) => model.holds.find((hold) => hold.id === id && hold.userId === buyer.id));
  const foreign = buyer.organizationId !== null && buyer.organizationId !== terms.organizationId;
  const missing = foreign ? ids[0] : ids[named.indexOf(undefined)];
  if (missing) return { code: "not_found", holdId: missing };
  const over = explainOver(terms, model.now);
  if (over) return over;
  return named.map((hold) => hold && explainGone(hold)).find(Boolean) ?? null;
}

function holdsOf(model: NaiveModel, ids: readonly HoldId[]): Hold[] {
  return ids.flatMap((id) => model.holds.filter((hold) => hold.id === id));
}

function convert(model: NaiveModel, ids: readonly HoldId[], orderId: OrderId): void {
  for (const hold of holdsOf(model, ids)) change(model, hold, { status: "converted", updatedAt: model.now, orderId });
}

const facts = ({ id, placedSeq, quantity, source, unitPrice }: Hold) => ({
  holdId: id,
  placedSeq,
  quantity,
  source,
  unitPrice,
});

export function checkout(model: NaiveModel, terms: Terms, command: Ledger.CheckoutCommand): Ledger.CheckoutReply {
  const { orderId, attempt, buyer, holdIds, claimed } = command;
  const known = model.orders.find(({ id }) => id === orderId);
  const elsewhere = claimed.flatMap(({ holds }) => holds);
  if (known) {
    const placed = [...model.holds.map(facts), ...elsewhere];
    const anew = known.items.some((item) =>
      placed.some(({ holdId, placedSeq }) => holdId === item.holdId && placedSeq !== item.placedSeq),
    );
    const others =
      [...holdIds].sort().join() !==
      known.items
        .map(({ holdId }) => holdId)
        .sort()
        .join();
    if (anew || others) return no({ code: "idempotency_key_reused" });
    return yes({ order: shownOrder(terms, known), replayed: true });
  }
  if (model.voids.includes(attempt)) return yes("void");
  const own = holdIds.filter((id) => !elsewhere.some(({ holdId }) => holdId === id));
  const refusal =
    explainNotOrdered(model, terms, own, buyer) ??
    (claimed.some(({ eventId }) => eventId !== terms.eventId) ? ({ code: "mixed_events" } as const) : null);
  if (refusal) {
    if (claimed.length > 0) model.voids.push(attempt);
    return no(refusal);
  }
  const taken = holdsOf(model, own);
  const parts = [...taken.map(facts), ...elsewhere];
  convert(model, own, orderId);
  const items = holdIds.flatMap((id) =>
    parts
      .filter(({ holdId }) => holdId === id)
      .map(
        (part): OrderItem => ({
          ...part,
          ticketTypeId: `tt_${id.slice(5, 31)}` as OrderItem["ticketTypeId"],
          ...{ amount: part.quantity * part.unitPrice, returned: 0, withdrawn: 0 },
        }),
      ),
  );
  const minutes = terms.orderMinutes ?? 15;
  const order: Order = {
    ...{ id: orderId, userId: buyer.id, status: "reserved", attempt, items },
    ...{ total: items.reduce((before, { amount }) => before + amount, 0), expiresAt: model.now + minutes * 60_000 },
    ...{ createdAt: model.now, updatedAt: model.now, seq: 0, history: [] },
    ...{ contact: command.contact ?? null, locale: command.locale ?? "en", unpaid: fromWhere(taken) },
  };
  model.orders.push(order);
  return yes({ order: shownOrder(terms, order), replayed: false });
}

/** How many of these holds' tickets are from which address, each address once. */
function fromWhere(holds: readonly Hold[]): Order["unpaid"] {
  const addresses = [...new Set(holds.flatMap(({ address }) => address ?? []))];
  return addresses.map((address) => [address, sum(holds.filter((hold) => hold.address === address))]);
}

export function endOrder(model: NaiveModel, order: Order, status: Order["status"]): Order {
  for (const _ of ownItems(order)) writeRow(model);
  const ended: Order = { ...order, status, updatedAt: model.now };
  model.orders = model.orders.map((known) => (known.id === order.id ? ended : known));
  return ended;
}

export function orderSeenBy(model: NaiveModel, terms: Terms, id: OrderId, by: Ledger.HoldActor): Order | undefined {
  return model.orders.find((order) => order.id === id && isTheirs(terms, order.userId, by));
}

export function readOrder(model: NaiveModel, terms: Terms, { orderId, by }: Ledger.OrderCommand): Ledger.OrderReply {
  const isLink = by.id === orderId;
  if (isLink && model.now >= terms.eventEnd + ORDER_LINK_MS) return no({ code: "unauthenticated" });
  const order = model.orders.find(({ id, userId }) => id === orderId && (isLink || isTheirs(terms, userId, by)));
  return order ? yes(shownOrder(terms, order)) : no({ code: "not_found" });
}

export function settle(model: NaiveModel, terms: Terms, command: Ledger.SettleCommand): Ledger.OrderReply {
  const order = orderSeenBy(model, terms, command.orderId, command.by);
  if (!order) return no({ code: "not_found" });
  if (order.status === command.status) return yes(shownOrder(terms, order));
  if (order.status === "expired") return no({ code: "order_expired" });
  if (order.status !== "reserved") return no({ code: "order_not_reserved", orderStatus: order.status });
  return yes(shownOrder(terms, endOrder(model, order, command.status)));
}

export function resolve(
  model: NaiveModel,
  terms: Terms,
  { orderId, attempt }: Ledger.ResolveCommand,
): Ledger.ResolveReply {
  const order = model.orders.find(({ id }) => id === orderId);
  if (!order && !model.voids.includes(attempt)) model.voids.push(attempt);
  if (!order) return yes(null);
  const { contact: _, locale: __, ...shared } = shownOrder(terms, order);
  return yes(shared);
}

export function erase(model: NaiveModel, terms: Terms, command: Ledger.EraseContactCommand): Ledger.OrderReply {
  const order = orderSeenBy(model, terms, command.orderId, command.by);
  if (!order) return no({ code: "not_found" });
  if (order.contact === null || "erased" in order.contact) return yes(shownOrder(terms, order));
  writeRow(model);
  const without: Order = { ...order, contact: { erased: true } };
  model.orders = model.orders.map((known) => (known.id === order.id ? without : known));
  return yes(shownOrder(terms, without));
}

export function claim(model: NaiveModel, terms: Terms, command: Ledger.ClaimCommand): Ledger.ClaimReply {
  const { orderId, attempt, holdIds, buyer } = command;
  const known = model.claims.find((each) => each.orderId === orderId);
  if (known) {
    const isAnew = ({ holdId, placedSeq }: Claim["holds"][number]): boolean =>
      model.holds.some((hold) => hold.id === holdId && hold.placedSeq !== placedSeq);
    const others =
      [...holdIds].sort().join() !==
      known.holds
        .map(({ holdId }) => holdId)
        .sort()
        .join();
    if (others || known.holds.some(isAnew)) return no({ code: "idempotency_key_reused" });
    if (known.attempt !== attempt) return no(UNAVAILABLE);
    return yes({ eventId: terms.eventId, holds: known.holds });
  }
  const refusal = explainNotOrdered(model, terms, holdIds, buyer);
  if (refusal) return no(refusal);
  const taken = holdsOf(model, holdIds);
  const holds = taken.map((hold) => ({ ...facts(hold), returned: 0, withdrawn: 0 }));
  convert(model, holdIds, orderId);
  const deadline = model.now + DOUBT_LASTS_MS;
  model.claims.push({
    ...{ orderId, attempt, userId: buyer.id, holds, state: "doubt", deadline, revision: 0 },
    startedSeq: model.rows,
    unpaid: fromWhere(taken),
  });
  return yes({ eventId: terms.eventId, holds });
}

export function unclaim(model: NaiveModel, { orderId, attempt }: Ledger.UnclaimCommand): Ledger.DoneReply {
  const known = model.claims.find((each) => each.orderId === orderId && each.attempt === attempt);
  if (known?.state !== "doubt") return yes(null);
  for (const hold of holdsOf(
    model,
    known.holds.map(({ holdId }) => holdId),
  )) {
    const active = change(model, hold, { status: "active", updatedAt: model.now, orderId: null });
    if (model.now >= hold.heldUntil) change(model, active, { status: "expired", notes: null });
  }
  model.claims = model.claims.filter((each) => each !== known);
  return yes(null);
}

export function follow(model: NaiveModel, { order }: Ledger.FollowCommand): Ledger.DoneReply {
  const known = model.claims.find((each) => each.orderId === order.id && each.attempt === order.attempt);
  const isItem = ({ holdId, placedSeq }: Claim["holds"][number]): boolean =>
    order.items.some((item) => item.holdId === holdId && item.placedSeq === placedSeq);
  if (!known || !known.holds.every(isItem) || order.seq <= known.revision) return yes(null);
  const isLive = known.state === "doubt" || known.state === "reserved";
  const isSold = order.status === "confirmed" || order.items.some(({ returned }) => returned > 0);
  if (!isLive && (known.state !== "confirmed" || !isSold)) return yes(null);
  if (isLive && order.status !== "reserved") for (const _ of known.holds) writeRow(model);
  const holds = known.holds.map((hold) => {
    const item = order.items.find(({ holdId }) => holdId === hold.holdId) ?? hold;
    if (item.returned - item.withdrawn > hold.returned - hold.withdrawn) writeRow(model);
    if (item.withdrawn > hold.withdrawn) writeRow(model);
    return { ...hold, returned: item.returned, withdrawn: item.withdrawn };
  });
  const next = { holds, state: order.status, revision: order.seq, deadline: order.expiresAt + UNHEARD_FOR_MS };
  model.claims = model.claims.map((each) => (each === known ? { ...known, ...next } : each));
  return yes(null);
}
