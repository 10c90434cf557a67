// Has one refusal of each code, for the examples of the API document.

import type { Code, Refusal } from "../../domain/errors.ts";
import { parseHoldId, parseId } from "../../domain/ids.ts";
import { assert } from "../../domain/result.ts";
import { type ProblemBody, problemBody } from "./problem.ts";
import { isCode, PROBLEMS } from "./problem-map.ts";
import { idExample } from "../schemas/common.ts";
import { HOLD_EXAMPLE } from "../schemas/sales/hold.ts";

type Of<C extends Code> = Extract<Refusal, { code: C }>;
/** Codes whose refusals have no facts, or only optional ones. */
type Bare = { [C in Code]: { readonly code: C } extends Of<C> ? C : never }[Code];

const holdId = parseHoldId(HOLD_EXAMPLE);
assert(holdId !== null, "the example is an id");

const WITH_FACTS = {
  invalid_request: { code: "invalid_request", errors: [{ path: "/quantity", message: "Not a whole number" }] },
  origin_not_allowed: { code: "origin_not_allowed", expected: "https://tickets.example", sent: null },
  method_not_allowed: { code: "method_not_allowed", allowed: ["GET", "PATCH"] },
  unknown_reference: { code: "unknown_reference", path: "/venue_id" },
  sold_out: { code: "sold_out", availableQuantity: 1 },
  not_on_sale: { code: "not_on_sale", reason: "sale_not_open", opensAt: Date.UTC(2026, 10, 1, 7) },
  shopper_limit_reached: { code: "shopper_limit_reached", maxPerOrder: 10, remaining: 2 },
  address_limit_reached: { code: "address_limit_reached", maxUnpaid: 125, remaining: 2 },
  hold_not_active: { code: "hold_not_active", holdStatus: "cancelled", holdId },
  hold_converted: { code: "hold_converted", holdId },
  extension_refused: { code: "extension_refused", reason: "others_waiting", holdId },
  basket_refused: { code: "basket_refused", refused: [], holdIds: [] },
  order_not_reserved: { code: "order_not_reserved", orderStatus: "confirmed" },
  order_not_confirmed: { code: "order_not_confirmed", orderStatus: "reserved" },
  mail_not_possible: { code: "mail_not_possible", reason: "no_contact" },
  return_exceeds_order: { code: "return_exceeds_order", holdId, requested: 3, left: 2 },
  ticket_admitted: {
    code: "ticket_admitted",
    ...{ ticketNumber: 2, admittedAt: Date.UTC(2026, 11, 5, 18, 20), gateId: parseId("gate", idExample("gate")) },
  },
  crew_code_refused: { code: "crew_code_refused", reason: "used_up" },
  invalid_transition: { code: "invalid_transition", status: "ended", allowed: ["archived"] },
  not_publishable: { code: "not_publishable", missing: ["ticket_types"] },
  capacity_exceeded: { code: "capacity_exceeded", requested: 6_000, used: 0, capacity: 5_000 },
  capacity_below_committed: {
    code: "capacity_below_committed",
    ...{ requested: 10, committed: 14, sold: 10, held: 3, withdrawn: 1 },
  },
  hold_expired: { code: "hold_expired", holdId },
  quantity_out_of_bounds: { code: "quantity_out_of_bounds", min: 1, max: 10 },
  rate_limited: { code: "rate_limited", retryAfterSeconds: 60 },
  overloaded: { code: "overloaded", retryAfterSeconds: 1 },
  restoring: { code: "restoring", retryAfterSeconds: 60 },
  temporarily_unavailable: { code: "temporarily_unavailable", retryAfterSeconds: 1 },
} satisfies { readonly [C in Exclude<Code, Bare>]: Of<C> };

/** The body of the response to a request that is refused with this code. */
export function problemExample(code: Code): ProblemBody {
  const samples: { readonly [C in Code]?: Refusal } = WITH_FACTS;
  // The cast holds, since a code without a sample is bare.
  return problemBody(samples[code] ?? ({ code } as Refusal), "4f6d1c3e-8a52-4b7e-9d0f-2c1b5a7e6d43");
}

/** No operation lists these: they are returned before a route is found. */
const BEFORE_ROUTES: ReadonlySet<Code> = new Set(["https_required", "method_not_allowed"]);

/** The codes with which operations may refuse. */
export const ROUTE_CODES: readonly Code[] = Object.keys(PROBLEMS)
  .filter(isCode)
  .filter((code) => !BEFORE_ROUTES.has(code));
