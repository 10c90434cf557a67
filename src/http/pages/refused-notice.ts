// What of a basket could not be held, as the form before told it in the address: types, codes and numbers, no text.

import type { PublishedEvent } from "../../db/events/public-events.ts";
import type { NotOnSale, Refusal, RefusedItem } from "../../domain/errors.ts";
import { MAX_ITEMS_PER_BASKET } from "../../domain/limits.ts";
import type { Said } from "../../ui/shared/texts/texts.ts";
import { type Notice, placeOf } from "../../ui/shared/views/show.ts";
import { refusalText } from "../../ui/shared/refusal-text.ts";
import { showOf } from "./shown-show.ts";

/** What was refused, for the address of the page that a form leads to; `refusedNotice` reads it. */
export function refusedQuery(refused: readonly RefusedItem[]): [string, string][] {
  return refused.map(({ ticketTypeId, refusal }) => ["not", [ticketTypeId, ...factsOf(refusal)].join(".")]);
}

function factsOf(refusal: Refusal | null): (string | number)[] {
  if (refusal === null) return ["other"];
  if (refusal.code === "sold_out") return [refusal.code, refusal.availableQuantity];
  if (refusal.code === "shopper_limit_reached") return [refusal.code, refusal.remaining];
  if (refusal.code !== "not_on_sale") return [refusal.code];
  return [refusal.code, refusal.reason, ...(refusal.reason === "sale_not_open" ? [refusal.opensAt] : [])];
}

/**
 * Null when nothing was refused, or nothing that this event has. Each is `tt_….code`, some with facts after a dot.
 * `lines`: how many there are of what is held all the same.
 */
export function refusedNotice(
  said: Said,
  { event, ticketTypes }: PublishedEvent,
  told: readonly string[],
  lines: number,
): Notice | null {
  const place = placeOf(said, showOf(event));
  const more = told.slice(0, MAX_ITEMS_PER_BASKET).flatMap((each) => {
    const [typeId, code = "", ...facts] = each.split(".");
    const type = ticketTypes.find(({ id }) => id === typeId);
    return type ? [said.t.refusal.of(type.name, refusalText(said, place, refusalOf(code, facts, type)))] : [];
  });
  if (more.length === 0) return null;
  return {
    kind: "warn",
    text: said.t.basket.refused,
    more: [...more, ...(lines > 0 ? [said.t.basket.refusedMore(lines)] : [])],
  };
}

/** As much of the refusal as a page of its own can say anew. */
function refusalOf(
  code: string,
  [fact = "", more = ""]: readonly string[],
  type: { readonly min_per_order: number; readonly max_per_order: number },
): Refusal {
  switch (code) {
    case "sold_out":
      return { code, availableQuantity: numberIn(fact) };
    case "quantity_out_of_bounds":
      return { code, min: type.min_per_order, max: type.max_per_order };
    case "shopper_limit_reached":
      return { code, maxPerOrder: type.max_per_order, remaining: numberIn(fact) };
    case "address_limit_reached":
      return { code, maxUnpaid: 0, remaining: 0 };
    case "organization_suspended":
    case "idempotency_in_progress":
      return { code };
    case "not_on_sale":
      return notOnSale(fact, more);
    case "rate_limited":
    case "overloaded":
    case "temporarily_unavailable":
      return { code, retryAfterSeconds: 1 };
    default:
      return { code: "internal_error" };
  }
}

/** Up to 7 digits; else 0. */
function numberIn(fact: string): number {
  return /^\d{1,7}$/.test(fact) ? Number(fact) : 0;
}

/** `more`: when the sale opens, epoch ms. */
function notOnSale(reason: string, more: string): NotOnSale {
  const code = "not_on_sale";
  if (reason === "sale_not_open" && /^\d{1,14}$/.test(more)) return { code, reason, opensAt: Number(more) };
  if (reason === "sale_closed") return { code, reason, closedAt: 0 };
  return { code, reason: reason === "event_over" ? reason : "ticket_type_hidden" };
}
