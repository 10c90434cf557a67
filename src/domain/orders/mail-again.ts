// Decides whether the contact of an order can be mailed its present status again (rule O14).

import { contactIn } from "./contact.ts";
import type { Refusal } from "../errors.ts";
import { ORDER_LINK_MS } from "../limits.ts";
import { isLapsed, type Order } from "./order.ts";

type Why = Extract<Refusal, { code: "mail_not_possible" }>["reason"];

/** Null when it can be mailed at `now`. `eventEnd` is the end of its event; both are epoch ms. */
export function explainNoMail(
  order: Pick<Order, "status" | "expiresAt" | "contact">,
  eventEnd: number,
  now: number,
): Why | null {
  if (order.status === "expired" || isLapsed(order, now)) return "order_expired";
  if (contactIn(order.contact) === null) return "no_contact";
  return now >= eventEnd + ORDER_LINK_MS ? "event_long_over" : null;
}
