// Audits the orders in a ledger: what a row of a hold says about its order is so at the order's home.

import { homeOf, type OrderId, ticketTypeOfHold } from "../../../../src/domain/ids.ts";
import type { LedgerRow } from "../../../../src/domain/ledger/chain.ts";
import type { Order } from "../../../../src/domain/orders/order.ts";
import type { Sources, Watched } from "./watch.ts";

/** The rows of an order's home, and what the order is there when such a row is; null for any status. */
const AT_HOME: Readonly<Partial<Record<LedgerRow["kind"], Order["status"] | null>>> = {
  checkout: null,
  confirm: "confirmed",
  cancel: "cancelled",
  expire_order: "expired",
};

/** The same for the rows of its other ticket types. */
const AT_OTHERS: Readonly<Partial<Record<LedgerRow["kind"], Order["status"] | null>>> = {
  claim: null,
  unclaim: null,
  confirm: "confirmed",
  cancel: "cancelled",
  lapse: "expired",
};

/** Rules O2 and O3: the home alone says whether an order exists and how it ends, and the others follow. */
export function ofOrder(hold: Watched, row: LedgerRow, orderId: OrderId, sources: Sources): string | null {
  const isHome = homeOf(orderId) === ticketTypeOfHold(hold.id);
  const status = (isHome ? AT_HOME : AT_OTHERS)[row.kind];
  if (status === undefined) return `[O2] not a row of ${isHome ? "the home" : "another ticket type"} of ${orderId}`;
  const started = row.kind === "checkout" || row.kind === "claim";
  if (!started && (hold.orderId !== orderId || hold.standing !== (isHome ? "ordered" : "claimed")))
    return `[O2] it is ${hold.standing} by ${hold.orderId}`;
  const order = sources.findOrder(orderId);
  // A completely returned order is cancelled, but was sold.
  const wasSold = order?.items.some(({ returned }) => returned > 0) ?? false;
  const atHome = wasSold ? "confirmed" : order?.status;
  if (status !== null && atHome !== status) return `[O2] at home ${orderId} is ${order?.status}`;
  const has = order?.items.some(({ holdId }) => holdId === hold.id) ?? false;
  if (row.kind === "unclaim" && has) return `[O2] put back, and ${orderId} has it`;
  if (row.kind !== "claim" && row.kind !== "unclaim" && !has) return `[O2] ${orderId} does not have it`;
  const item = order?.items.find(({ holdId }) => holdId === hold.id);
  if (item && item.amount !== hold.quantity * hold.unitPrice)
    return `[O1] ${orderId} asks ${item.amount} for ${hold.quantity} that were held at ${hold.unitPrice}`;
  return row.kind === "checkout" && order ? claimedElsewhere(order, sources) : null;
}

/** When an order comes to be, all its holds of other ticket types are claimed for it. */
function claimedElsewhere(order: Order, { elsewhere }: Sources): string | null {
  for (const { ticketTypeId, holdId } of order.items) {
    if (ticketTypeId === homeOf(order.id)) continue;
    const hold = elsewhere(ticketTypeId, holdId);
    if (hold?.orderId !== order.id || hold.standing === "active")
      return `[O2] ${order.id} was made, its hold ${holdId} is ${hold?.standing} by ${hold?.orderId}`;
  }
  return null;
}
