// What of a basket could not be held, as the form before told it in the address: types, codes and numbers, no text.

import type { PublishedEvent } from "../../db/events/public-events.ts";
import type { Refusal } from "../../domain/errors.ts";
import { MAX_ITEMS_PER_BASKET } from "../../domain/limits.ts";
import type { Said } from "../../ui/shared/texts/texts.ts";
import { type Notice, placeOf } from "../../ui/shared/views/show.ts";
import { refusalText } from "./refusal-text.ts";
import { showOf } from "./shown-show.ts";

/** Null when nothing was refused, or nothing that this event has. Each is `tt_….code`, or `tt_….sold_out.left`. */
export function refusedNotice(
  said: Said,
  { event, ticketTypes }: PublishedEvent,
  told: readonly string[],
): Notice | null {
  const place = placeOf(said, showOf(event));
  const more = told.slice(0, MAX_ITEMS_PER_BASKET).flatMap((each) => {
    const [typeId, code = "", left] = each.split(".");
    const type = ticketTypes.find(({ id }) => id === typeId);
    return type ? [said.t.refusal.of(type.name, refusalText(said, place, refusalOf(code, left, type)))] : [];
  });
  if (more.length === 0) return null;
  return { kind: "warn", text: said.t.basket.refused, more: [...more, said.t.basket.refusedMore] };
}

/** As much of the refusal as a page of its own can say anew. */
function refusalOf(
  code: string,
  left: string | undefined,
  type: { readonly min_per_order: number; readonly max_per_order: number },
): Refusal {
  switch (code) {
    case "sold_out":
      return { code, availableQuantity: /^\d{1,7}$/.test(left ?? "") ? Number(left) : 0 };
    case "quantity_out_of_bounds":
      return { code, min: type.min_per_order, max: type.max_per_order };
    case "shopper_limit_reached":
      return { code, maxPerOrder: type.max_per_order, remaining: 0 };
    case "address_limit_reached":
      return { code, maxUnpaid: 0, remaining: 0 };
    case "organization_suspended":
      return { code };
    case "not_on_sale":
      return { code, reason: "ticket_type_hidden" };
    case "rate_limited":
    case "overloaded":
    case "temporarily_unavailable":
      return { code, retryAfterSeconds: 1 };
    default:
      return { code: "internal_error" };
  }
}
