// Audits the returns in a ledger (rule O7).

import { homeOf } from "../../../../src/domain/ids.ts";
import type { LedgerRow } from "../../../../src/domain/ledger/chain.ts";
import type { Sources, Watched } from "./watch.ts";

export const isReturn = ({ kind }: LedgerRow): boolean => kind === "return" || kind === "withdraw";

/** Rule O7: sold tickets come back once, never more than there are, and none that the home has not taken back. */
export function cameBack(hold: Watched, row: LedgerRow, { findOrder }: Sources): string | null {
  if (hold.standing !== "confirmed" || hold.orderId !== row.orderId || row.orderId === null)
    return `[O7] it is ${hold.standing} by ${hold.orderId}`;
  hold.returned += row.quantity;
  if (row.kind === "withdraw") hold.withdrawn += row.quantity;
  const item = findOrder(row.orderId)?.items.find(({ holdId }) => holdId === hold.id);
  const { quantity, returned, withdrawn } = hold;
  if (returned > quantity) return `[O7] ${returned} of ${quantity} came back`;
  const atHome = item ?? { returned: 0, withdrawn: 0 };
  return returned > atHome.returned || withdrawn > atHome.withdrawn
    ? `[O7] ${returned} came back, ${withdrawn} of them withdrawn; at home ${atHome.returned} and ${atHome.withdrawn}`
    : null;
}

/** At the home of an order, a return of other ticket types' tickets. */
export function returnedElsewhere(row: LedgerRow, { findOrder }: Sources): string | null {
  const order = row.orderId && findOrder(row.orderId);
  if (!order || row.holdId !== null) return "[O7] returns nothing of no order";
  return order.items.some(({ ticketTypeId, returned }) => ticketTypeId !== homeOf(order.id) && returned > 0)
    ? null
    : `[O7] nothing of ${order.id} was returned elsewhere`;
}
