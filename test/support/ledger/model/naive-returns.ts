// Implements docs/rules.md for returns (rules O7, N9), as simply as possible, at doors that let nobody in. See
// naive-model.ts.

import { UNAVAILABLE } from "../../../../src/domain/errors.ts";
import type { OrderId } from "../../../../src/domain/ids.ts";
import type * as Ledger from "../../../../src/domain/ledger/command.ts";
import type { Reply } from "../../../../src/domain/ledger/decide.ts";
import type { Order, OrderItem } from "../../../../src/domain/orders/order.ts";
import type { ReturnedItem, ReturnRequest } from "../../../../src/domain/orders/order-return.ts";
import type { Terms } from "../../../../src/domain/terms.ts";
import { orderSeenBy } from "./naive-orders.ts";
import { type NaiveModel, no, ownItems, shownOrder, writeRow, yes } from "./naive-parts.ts";

/** The changes that a batch sends to doors: they reply after it, each at once and with everything requested. */
export type Asked = Map<OrderId, Ledger.ReturnCommand>;

export function askBack(
  model: NaiveModel,
  terms: Terms,
  command: Ledger.ReturnCommand,
  pending: Asked,
): Ledger.PendingReply {
  const { returnId, request, ifMatch } = command;
  const order = orderSeenBy(model, terms, command.orderId, command.by);
  if (!order) return no({ code: "not_found" });
  const before = model.returns.find(({ orderId, id }) => orderId === order.id && id === returnId);
  const waiting = pending.get(order.id);
  if (before && isSame(before, request)) return yes({ order: shownOrder(terms, order), replayed: true });
  if (waiting?.returnId === returnId && isSame(waiting.request, request)) return yes("pending");
  if (ifMatch === "never") return no({ code: "version_conflict" });
  if (before || waiting?.returnId === returnId) return no({ code: "idempotency_key_reused" });
  if (waiting) return no(UNAVAILABLE);
  if (order.status !== "confirmed") return no({ code: "order_not_confirmed", orderStatus: order.status });
  for (const { holdId, quantity } of wishedOf(order, request)) {
    const left = restOf(order).find((each) => each.holdId === holdId)?.quantity;
    if (left === undefined) return no({ code: "not_found", holdId });
    if (quantity > left) return no({ code: "return_exceeds_order", holdId, requested: quantity, left });
  }
  pending.set(order.id, command);
  return yes("pending");
}

type Wish = Pick<ReturnRequest, "items" | "returnToStock" | "reason">;
const isSame = (a: Wish, b: Wish): boolean =>
  JSON.stringify([a.items, a.returnToStock, a.reason]) === JSON.stringify([b.items, b.returnToStock, b.reason]);
const restOf = ({ items }: Order) =>
  items.map(({ holdId, quantity, returned }) => ({ holdId, quantity: quantity - returned }));

function wishedOf(order: Order, { items }: Wish): readonly ReturnedItem[] {
  if (items === "all") return restOf(order).filter(({ quantity }) => quantity > 0);
  if ("tickets" in items) throw new Error("the model names holds alone");
  return items;
}

function giveBack(model: NaiveModel, terms: Terms, command: Ledger.ReturnCommand): Ledger.ChangeReply {
  const { returnId, request } = command;
  const order = orderSeenBy(model, terms, command.orderId, command.by);
  if (!order) return no({ code: "not_found" });
  const taken = wishedOf(order, request);
  const own = taken.filter(({ holdId }) => ownItems(order).some((item) => item.holdId === holdId));
  for (const _ of own.length === 0 ? [order] : own) writeRow(model);
  const gone: number[] = [];
  const itemsAfter = order.items.map((item) => {
    const back = taken.find(({ holdId }) => holdId === item.holdId)?.quantity ?? 0;
    if (back === 0) return item;
    const { voided = [] } = item;
    const last = numbersOf(order, item)
      .filter((number) => !voided.includes(number))
      .slice(-back);
    gone.push(...last);
    const withdrawn = item.withdrawn + (request.returnToStock ? 0 : back);
    return { ...item, returned: item.returned + back, withdrawn, voided: [...voided, ...last].sort((a, b) => a - b) };
  });
  const nothingLeft = itemsAfter.every(({ quantity, returned }) => quantity === returned);
  const status = nothingLeft ? "cancelled" : "confirmed";
  const after: Order = { ...order, items: itemsAfter, status, updatedAt: model.now };
  model.orders = model.orders.map((known) => (known === order ? after : known));
  const tickets = gone.sort((a, b) => a - b);
  model.returns.push({ ...request, orderId: order.id, id: returnId, taken: inOrder(order, taken), tickets });
  return yes({ order: shownOrder(terms, after), replayed: false });
}

/** As the order names its holds. */
function inOrder({ items }: Order, taken: readonly ReturnedItem[]): readonly ReturnedItem[] {
  return items.flatMap(({ holdId }) => taken.filter((each) => each.holdId === holdId));
}

/** Of the tickets of an order, sorted by type and hold and numbered from 1 on, those of one item. */
function numbersOf(order: Order, item: OrderItem): number[] {
  const names = order.items.flatMap(({ ticketTypeId, holdId, quantity }) =>
    Array.from({ length: quantity }, () => `${ticketTypeId} ${holdId}`),
  );
  const sorted = names.sort();
  return sorted.flatMap((name, index) => (name === `${item.ticketTypeId} ${item.holdId}` ? index + 1 : []));
}

/** The replies as callers get them: doors judge their changes after the batch. */
export function heardOf(
  model: NaiveModel,
  commands: readonly Ledger.Command[],
  replies: readonly Reply[],
  pending: Asked,
): Reply[] {
  const { terms } = model;
  const judged = new Map(
    [...pending.values()].map((command) => [command.returnId, terms && giveBack(model, terms, command)]),
  );
  return replies.map((reply, index) => {
    const command = commands[index];
    const isAsked = reply.ok && reply.value === "pending" && command?.kind === "return";
    return (isAsked && judged.get(command.returnId)) || reply;
  });
}
