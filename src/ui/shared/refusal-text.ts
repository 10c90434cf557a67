// Writes refusals as sentences for a buyer, with what to do. Texts of the API are never shown (rule S15).

import type { Code, Refusal } from "../../domain/errors.ts";
import type { SaidBuying as Said } from "./texts/buying-texts.ts";
import { type Place, showInstant } from "./time.ts";

type Refused<C extends Code> = Extract<Refusal, { code: C }>;
type Told = { readonly [C in Code]?: (refusal: Refused<C>, said: Said["t"]["refusal"], place: Place) => string };

/** What a buyer can meet and do something about. */
const TOLD: Told = {
  sold_out: ({ availableQuantity }, said) => said.soldOut(availableQuantity),
  not_on_sale: notOnSaleText,
  quantity_out_of_bounds: ({ min, max }, said) => said.bounds(min, max),
  shopper_limit_reached: ({ remaining }, said) => said.shopperLimit(remaining),
  address_limit_reached: (_, said) => said.addressLimit,
  organization_suspended: (_, said) => said.suspended,
  hold_expired: (_, said) => said.expired,
  hold_not_active: (_, said) => said.notActive,
  hold_converted: (_, said) => said.notActive,
  extension_refused: ({ reason }, said) =>
    ({ limit: said.extendLimit, others_waiting: said.extendOthers, not_offered: said.extendNever })[reason],
  order_expired: (_, said) => said.orderOver,
  order_not_reserved: (_, said) => said.orderFinal,
  rate_limited: (_, said) => said.tooMuch,
  overloaded: (_, said) => said.busy,
  temporarily_unavailable: (_, said) => said.busy,
  idempotency_in_progress: (_, said) => said.unsure,
};

/** What a shopper is told of a refusal; its times are in the zone of `place`. */
export function refusalText<C extends Code>(
  { t }: Said,
  place: Place,
  refusal: Refused<C> & { readonly code: C },
): string {
  const tell = TOLD[refusal.code];
  return tell ? tell(refusal, t.refusal, place) : t.refusal.other;
}

function notOnSaleText(refusal: Refused<"not_on_sale">, said: Said["t"]["refusal"], place: Place): string {
  switch (refusal.reason) {
    case "sale_not_open":
      return said.notOpen(showInstant(place, refusal.opensAt));
    case "sale_closed":
      return said.closed;
    case "event_over":
      return said.over;
    case "event_not_published":
    case "ticket_type_hidden":
      return said.hidden;
  }
}
