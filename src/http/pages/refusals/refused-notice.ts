// Writes which types of a basket could not be held into the address of the next page, and reads it there: types, codes
// and numbers, no text.

import type { PublishedEvent } from "../../../db/events/public-events.ts";
import type { Refusal, RefusedItem } from "../../../domain/errors.ts";
import { MAX_ITEMS_PER_BASKET } from "../../../domain/limits.ts";
import type { Wording } from "../../../ui/shared/texts/texts.ts";
import { type Notice, placeOf } from "../../../ui/shared/views/show.ts";
import { type RefusalFacts, refusalText } from "../../../ui/shared/refusal-text.ts";
import { showOf } from "../events/prepare-show.ts";

/** What was refused, as parameters of the page that a form leads to; `refusedNotice` reads them. */
export function refusedQuery(refused: readonly RefusedItem[]): [string, string][] {
  return refused.map(({ ticketTypeId, refusal }) => ["not", [ticketTypeId, ...shortened(refusal)].join(".")]);
}

function shortened(refusal: Refusal | null): (string | number)[] {
  if (refusal === null) return ["other"];
  if (refusal.code === "sold_out") return [refusal.code, refusal.availableQuantity];
  if (refusal.code === "shopper_limit_reached") return [refusal.code, refusal.remaining];
  if (refusal.code !== "not_on_sale") return [refusal.code];
  return [refusal.code, refusal.reason, ...(refusal.reason === "sale_not_open" ? [refusal.opensAt] : [])];
}

/**
 * Null when nothing was refused, or nothing of this event. Each of `parameters` is `tt_….code`, some with facts after a
 * dot. `lines`: the number of lines that the basket holds nevertheless.
 */
export function refusedNotice(
  wording: Wording,
  { event, ticketTypes }: PublishedEvent,
  parameters: readonly string[],
  lines: number,
): Notice | null {
  const place = placeOf(wording, showOf(event));
  const more = parameters.slice(0, MAX_ITEMS_PER_BASKET).flatMap((each) => {
    const [typeId, ...shortened] = each.split(".");
    const type = ticketTypes.find(({ id }) => id === typeId);
    return type ? [wording.t.refusal.of(type.name, refusalText(wording, place, factsIn(shortened, type)))] : [];
  });
  if (more.length === 0) return null;
  return {
    kind: "warn",
    text: wording.t.basket.refused,
    more: [...more, ...(lines > 0 ? [wording.t.basket.refusedMore(lines)] : [])],
  };
}

/** Anybody can write such an address, so an invalid number becomes 0 and an invalid time is left out. */
function factsIn(
  [code = "", fact = "", opensAt = ""]: readonly string[],
  type: { readonly min_per_order: number; readonly max_per_order: number },
): RefusalFacts {
  const amount = /^\d{1,7}$/.test(fact) ? Number(fact) : 0;
  return {
    ...{ code, available_quantity: amount, remaining: amount, reason: fact },
    ...{ min: type.min_per_order, max: type.max_per_order },
    ...(/^\d{1,14}$/.test(opensAt) && { opens_at: new Date(Number(opensAt)).toISOString() }),
  };
}
