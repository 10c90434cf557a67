// Names the status of an order in a word.

import { texts } from "../../language.ts";
import { isFree, type OrderStatus } from "../../decisions/order-filters.ts";

const LOOKS: Readonly<Record<OrderStatus, string>> = {
  reserved: "tag tag-warn",
  confirmed: "tag tag-good",
  cancelled: "tag",
  expired: "tag",
};

type Props = { readonly order: { readonly status: OrderStatus; readonly total: string } };

/** Nothing is paid for an order of free tickets. */
export function OrderTag({ order: { status, total } }: Props) {
  const { statusOf, notConfirmed } = texts().sales;
  return <span class={LOOKS[status]}>{status === "reserved" && isFree(total) ? notConfirmed : statusOf[status]}</span>;
}
