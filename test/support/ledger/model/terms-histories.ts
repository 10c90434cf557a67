// Generates changes of terms for random histories: totals, windows, states and prices near the boundaries.

import fc from "fast-check";
import { HOLD_EXTENSIONS, type HoldExtension } from "../../../../src/domain/events/event.ts";
import type { Terms } from "../../../../src/domain/terms.ts";
import { HOUR, MINUTE } from "../../builders.ts";

export type TermsChange =
  | { readonly kind: "total" | "pending" | "max" | "price" | "orderMinutes"; readonly value: number }
  | { readonly kind: "unpaid"; readonly value: number | null }
  | { readonly kind: "hidden"; readonly value: boolean }
  | { readonly kind: "extension"; readonly value: HoldExtension }
  | { readonly kind: "event"; readonly value: Terms["eventStatus"] }
  | { readonly kind: "organization"; readonly value: Terms["organizationStatus"] }
  | {
      readonly kind: "saleStart" | "saleEnd" | "eventSaleStart" | "eventSaleEnd" | "eventEnd";
      readonly value: number | null;
    };

const later = fc.option(fc.constantFrom(-1, 0, 1, MINUTE, 6 * MINUTE, 24 * HOUR, 24 * HOUR), { nil: null });
const earlier = fc.option(fc.constantFrom(-HOUR, -HOUR, -MINUTE, -1, 0, 1, MINUTE), { nil: null });
export const termsChange: fc.Arbitrary<TermsChange> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom("total" as const, "pending" as const),
      value: fc.integer({ min: 1, max: 14 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("max" as const), value: fc.integer({ min: 1, max: 8 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("unpaid" as const), value: fc.option(fc.integer({ min: 1, max: 5 })) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("price" as const), value: fc.nat(10) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("orderMinutes" as const), value: fc.constantFrom(15, 16, 10_080) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("hidden" as const), value: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("extension" as const), value: fc.constantFrom(...HOLD_EXTENSIONS) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("event" as const),
      value: fc.constantFrom(
        "draft",
        "published",
        "published",
        "published",
        "live",
        "live",
        "live",
        "ended",
        "archived",
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("organization" as const),
      value: fc.constantFrom("active", "active", "suspended"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom("saleStart" as const, "eventSaleStart" as const), value: earlier }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom("saleEnd" as const, "eventSaleEnd" as const, "eventEnd" as const),
      value: later,
    }),
  },
);
