// A refusal of the API as the refusal that it was made of, as far as a buyer is told of it (S12, S15).

import type { NotOnSale, Refusal } from "../../domain/errors.ts";
import { refusalText } from "../shared/refusal-text.ts";
import type { SaidBuying } from "../shared/texts/buying-texts.ts";
import type { Place } from "../shared/time.ts";

/** A problem, or an item of a basket that was refused: a code, and its facts beside it. */
export type Told = { readonly code: string | null; readonly [fact: string]: unknown };

/** What passes by itself: the same call is sent again. Whether it was done, nobody knows yet. */
const PASSING: ReadonlySet<string> = new Set([
  "idempotency_in_progress",
  "overloaded",
  "rate_limited",
  "restoring",
  "temporarily_unavailable",
  "internal_error",
]);

export function isPassing(code: string): boolean {
  return PASSING.has(code);
}

/** What a shopper is told of it, in their language; the texts of the API are never shown. */
export function toldText(said: SaidBuying, place: Place, told: Told): string {
  const { refusal } = said.t;
  switch (told.code ?? "") {
    case "hold_expired":
      return refusal.expired;
    case "hold_not_active":
    case "hold_converted":
    case "not_found":
      return refusal.notActive;
    case "extension_refused":
      if (told["reason"] === "limit") return refusal.extendLimit;
      return told["reason"] === "others_waiting" ? refusal.extendOthers : refusal.extendNever;
    default:
      return refusalText(said, place, refusalOf(told));
  }
}

function refusalOf(told: Told): Refusal {
  const code = told.code ?? "";
  switch (code) {
    case "sold_out":
      return { code, availableQuantity: numberIn(told["available_quantity"]) };
    case "quantity_out_of_bounds":
      return { code, min: numberIn(told["min"]), max: numberIn(told["max"]) };
    case "shopper_limit_reached":
      return { code, maxPerOrder: numberIn(told["max_per_order"]), remaining: numberIn(told["remaining"]) };
    case "address_limit_reached":
      return { code, maxUnpaid: 0, remaining: 0 };
    case "not_on_sale":
      return notOnSale(told["reason"], told["opens_at"]);
    case "organization_suspended":
    case "idempotency_in_progress":
      return { code };
    case "rate_limited":
    case "overloaded":
    case "temporarily_unavailable":
      return { code, retryAfterSeconds: 1 };
    default:
      return { code: "internal_error" };
  }
}

function numberIn(fact: unknown): number {
  return typeof fact === "number" ? fact : 0;
}

function notOnSale(reason: unknown, opensAt: unknown): NotOnSale {
  const code = "not_on_sale";
  if (reason === "sale_not_open" && typeof opensAt === "string") return { code, reason, opensAt: Date.parse(opensAt) };
  if (reason === "sale_closed") return { code, reason, closedAt: 0 };
  return { code, reason: reason === "event_over" ? reason : "ticket_type_hidden" };
}
