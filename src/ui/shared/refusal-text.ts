// Turns a refusal into a sentence for a buyer, with what to do. Texts of the API are never shown (rule S15).

import type { BuyingWording } from "./texts/buying-texts.ts";
import { type Place, showInstant } from "./time/time.ts";

/** A refusal as the API writes it: its code, and its facts beside it. `code` null: the reason is not known any more. */
export type RefusalFacts = { readonly code: string | null; readonly [fact: string]: unknown };

/** What a shopper reads of a refusal; its times are in the zone of `place`. */
export function refusalText({ t }: BuyingWording, place: Place, facts: RefusalFacts): string {
  const { refusal } = t;
  const amount = (name: string) => {
    const value = facts[name];
    return typeof value === "number" ? value : 0;
  };
  switch (facts.code ?? "") {
    case "sold_out":
      return refusal.soldOut(amount("available_quantity"));
    case "not_on_sale":
      return notOnSaleText(refusal, place, facts);
    case "quantity_out_of_bounds":
      return refusal.bounds(amount("min"), amount("max"));
    case "shopper_limit_reached":
      return refusal.shopperLimit(amount("remaining"));
    case "address_limit_reached":
      return refusal.addressLimit;
    case "organization_suspended":
      return refusal.suspended;
    case "hold_expired":
      return refusal.expired;
    case "hold_not_active":
    case "hold_converted":
    case "not_found":
      return refusal.notActive;
    case "extension_refused":
      if (facts["reason"] === "limit") return refusal.extendLimit;
      return facts["reason"] === "others_waiting" ? refusal.extendOthers : refusal.extendNever;
    case "order_expired":
      return refusal.orderOver;
    case "order_not_reserved":
      return refusal.orderFinal;
    case "rate_limited":
      return refusal.tooMuch;
    case "overloaded":
    case "temporarily_unavailable":
      return refusal.busy;
    case "idempotency_in_progress":
      return refusal.unsure;
    default:
      return refusal.other;
  }
}

function notOnSaleText(
  refusal: BuyingWording["t"]["refusal"],
  place: Place,
  { reason, opens_at }: RefusalFacts,
): string {
  if (reason === "sale_not_open" && typeof opens_at === "string")
    return refusal.notOpen(showInstant(place, Date.parse(opens_at)));
  if (reason === "sale_closed") return refusal.closed;
  return reason === "event_over" ? refusal.over : refusal.hidden;
}
