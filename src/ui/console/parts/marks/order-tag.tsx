// Names the status of an order in a word.

import { texts } from "../../language.ts";
import type { OrderStatus } from "../../decisions/order-filters.ts";

const LOOKS: Readonly<Record<OrderStatus, string>> = {
  reserved: "tag tag-warn",
  confirmed: "tag tag-good",
  cancelled: "tag",
  expired: "tag",
};

export function OrderTag({ status }: { readonly status: OrderStatus }) {
  return <span class={LOOKS[status]}>{texts().sales.statusOf[status]}</span>;
}
