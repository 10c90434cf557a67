// The part of the problem map that holds, checkouts and orders refuse with; problem-map.ts sees that no code is missing.

import type { Code, Refusal } from "../domain/errors.ts";
import { EXTENSION_REFUSED, NOT_ON_SALE } from "./problem-reasons.ts";

type Status = 400 | 401 | 403 | 404 | 409 | 410 | 412 | 413 | 415 | 422 | 426 | 428 | 429 | 500 | 503;
export type Facts = Readonly<Record<string, unknown>>;
export type Entry<C extends Code> = {
  readonly status: Status;
  readonly title: string;
  readonly detail: string | ((refusal: Extract<Refusal, { code: C }>) => string);
  readonly facts?: (refusal: Extract<Refusal, { code: C }>) => Facts;
  /** For the page of the code: what the client does next. */
  readonly advice: string;
};

const iso = (ms: number) => new Date(ms).toISOString();

export const PROBLEMS_OF_SALES = {
  sold_out: {
    status: 409,
    title: "Not enough tickets left",
    detail: ({ availableQuantity }) => `Fewer tickets are left than were asked for: ${availableQuantity}.`,
    facts: ({ availableQuantity }) => ({ available_quantity: availableQuantity }),
    advice: "Ask for at most `available_quantity`, or wait: tickets come back when holds expire or are released.",
  },
  not_on_sale: {
    status: 409,
    title: "Not on sale",
    detail: (refusal) => NOT_ON_SALE[refusal.reason],
    facts: (refusal) => {
      if (refusal.reason === "sale_not_open") return { reason: refusal.reason, opens_at: iso(refusal.opensAt) };
      if (refusal.reason === "sale_closed") return { reason: refusal.reason, closed_at: iso(refusal.closedAt) };
      return { reason: refusal.reason };
    },
    advice: "`reason` says why; when the sale opens later, `opens_at` says when to come back.",
  },
  shopper_limit_reached: {
    status: 409,
    title: "Over the limit for one shopper",
    detail: ({ maxPerOrder, remaining }) =>
      `One shopper may hold and reserve ${maxPerOrder} of these tickets at a time; ${remaining} more are possible.`,
    facts: ({ maxPerOrder, remaining }) => ({ max_per_order: maxPerOrder, remaining }),
    advice: "Ask for at most `remaining`, or release a hold first.",
  },
  hold_not_active: {
    status: 409,
    title: "The hold is no longer active",
    detail: ({ holdStatus }) => `The hold is ${holdStatus}.`,
    facts: ({ holdStatus, holdId }) => ({ hold_status: holdStatus, hold_id: holdId }),
    advice: "Leave the hold that `hold_id` names out, or place a new one.",
  },
  hold_converted: {
    status: 409,
    title: "The hold became an order",
    detail: "A hold that an order took cannot be released; cancel the order instead.",
    facts: ({ holdId }) => ({ hold_id: holdId }),
    advice: "Cancel the order.",
  },
  extension_refused: {
    status: 409,
    title: "The hold is not extended",
    detail: ({ reason }) => EXTENSION_REFUSED[reason],
    facts: ({ reason, holdId }) => ({ reason, hold_id: holdId }),
    advice:
      "Check the hold out before its `held_until`. After `others_waiting` an extension may succeed later, while the hold lasts; after the other reasons none will.",
  },
  mixed_events: {
    status: 409,
    title: "Holds of more than one event",
    detail: "One checkout takes holds of one event.",
    advice: "Check the holds out event by event.",
  },
  order_not_reserved: {
    status: 409,
    title: "The order is no longer reserved",
    detail: ({ orderStatus }) => `The order is ${orderStatus}.`,
    facts: ({ orderStatus }) => ({ order_status: orderStatus }),
    advice: "Read the order; what is final stays as it is.",
  },
  order_not_confirmed: {
    status: 409,
    title: "The order is not confirmed",
    detail: ({ orderStatus }) => `The order is ${orderStatus}.`,
    facts: ({ orderStatus }) => ({ order_status: orderStatus }),
    advice: "Only sold tickets are returned: cancel an order that is reserved.",
  },
  return_exceeds_order: {
    status: 409,
    title: "More than is left of the order",
    detail: ({ requested, left }) => `${requested} were to be returned, and ${left} are left.`,
    facts: ({ holdId, requested, left }) => ({ hold_id: holdId, requested, left }),
    advice: "Return at most `left` of that hold's tickets.",
  },
  hold_expired: {
    status: 410,
    title: "The hold has expired",
    detail: "The time of the hold is over, and its tickets are available to everyone again.",
    facts: ({ holdId }) => ({ hold_id: holdId }),
    advice: "Place a new hold, with a new Idempotency-Key.",
  },
  order_expired: {
    status: 410,
    title: "The order has expired",
    detail: "The order was not confirmed in time, and its tickets were given back.",
    advice: "Start again with new holds.",
  },
} satisfies { readonly [C in Code]?: Entry<C> };
