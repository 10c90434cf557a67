// Generates random histories of an inventory as abstract steps. said.ts gives them their meaning, so that they
// hit boundaries: repeats, known holds and orders, and the milliseconds around every deadline.

import fc from "fast-check";
import type { HolderId } from "../../../../src/domain/ids.ts";
import type { OrderStatus } from "../../../../src/domain/orders/order.ts";
import { BOX_OFFICE, FOREIGN_KEY, HOLD_TTL_MS, MINUTE, OTHER_SHOPPER, SECOND, SHOPPER } from "../../builders.ts";
import { type TermsChange, termsChange } from "./terms-histories.ts";

export type Move =
  | { readonly to: "later"; readonly ms: number }
  | { readonly to: "expiry" | "order" | "sale"; readonly pick: number; readonly offset: number };

/** Whose holds an act picks from: an active hold's own holder acts, or `by` on holds that it requested, or on anyone's. */
export type Of = "active" | "asked" | "any";

type OnHold = { readonly by: HolderId; readonly pick: number; readonly of: Of };

export type Act =
  | {
      readonly kind: "hold";
      readonly by: HolderId;
      readonly key: number;
      readonly quantity: number;
      readonly notes: string | null;
      readonly door: boolean;
    }
  | ({ readonly kind: "release" } & OnHold)
  | ({ readonly kind: "extend" | "swap"; readonly key: number; readonly quantity: number } & OnHold)
  | { readonly kind: "read"; readonly by: HolderId; readonly picks: readonly number[] }
  | { readonly kind: "counts" }
  | {
      readonly kind: "checkout" | "claim";
      readonly by: HolderId;
      readonly picks: readonly number[];
      readonly key: number;
      readonly n: number;
      readonly of: Of;
      /** What another type has claimed for a checkout: nothing, or a hold of this event or of another. */
      readonly elsewhere: "nothing" | "same event" | "another event";
    }
  | { readonly kind: "order" | "resolve"; readonly by: HolderId; readonly pick: number; readonly n: number }
  | {
      readonly kind: "settle";
      readonly by: HolderId;
      readonly pick: number;
      readonly status: "confirmed" | "cancelled";
    }
  | {
      readonly kind: "return";
      readonly by: HolderId;
      readonly pick: number;
      readonly key: number;
      /** All that is left, or so many of the order's first hold and of its second, if there is one. */
      readonly quantities: "all" | readonly number[];
      readonly toStock: boolean;
      readonly stale: boolean;
    }
  | { readonly kind: "erase"; readonly by: HolderId; readonly pick: number }
  | { readonly kind: "unclaim"; readonly pick: number; readonly n: number }
  | {
      readonly kind: "follow";
      readonly pick: number;
      /** `returned`: sold, and all of it returned since. */
      readonly status: OrderStatus | "returned";
      readonly seq: number;
      readonly lasts: number;
      /** Whether the order names holds that were placed otherwise than those that were claimed. */
      readonly anew: boolean;
    }
  | { readonly kind: "terms"; readonly newer: number; readonly restored: number; readonly change: TermsChange }
  | { readonly kind: "again"; readonly pick: number };

/** `fail`: the batch's transaction fails. `restart`: the memory is read from the rows before the batch. */
export type Step = { readonly move: Move; readonly acts: readonly Act[]; readonly mode: "run" | "fail" | "restart" };

const holder = fc.oneof(
  { weight: 8, arbitrary: fc.constant(SHOPPER) },
  { weight: 5, arbitrary: fc.constant(OTHER_SHOPPER) },
  { weight: 3, arbitrary: fc.constant(BOX_OFFICE) },
  { weight: 1, arbitrary: fc.constant(FOREIGN_KEY) },
);
/** Counted from the newest: most acts are about what has just been said. */
const pick = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0, 1, 2) }, { weight: 1, arbitrary: fc.nat(20) });

const of = fc.constantFrom<Of[]>("active", "active", "active", "asked", "any");

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      to: fc.constant("later" as const),
      ms: fc.constantFrom(0, 0, 1, SECOND, 29_999, 30_000, MINUTE),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      to: fc.constant("later" as const),
      // The last two of those that go back: as far as a clock is believed, and as one that was wrong is corrected (H3).
      ms: fc.constantFrom(-1, -1, -SECOND, -SECOND, -MINUTE, -10 * MINUTE, 6 * MINUTE, 6 * MINUTE),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      to: fc.constantFrom("expiry" as const, "order" as const),
      pick,
      offset: fc.constantFrom(-1, 0, 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ to: fc.constant("sale" as const), pick, offset: fc.constantFrom(-1, 0, 1) }) },
);

const quantity = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 3 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 6 }) },
);
const extend: fc.Arbitrary<Act> = fc.record({
  kind: fc.constantFrom("extend" as const, "extend" as const, "swap" as const),
  by: holder,
  key: fc.nat(40),
  quantity,
  pick,
  of,
});
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant("hold" as const),
      by: holder,
      key: fc.nat(7),
      quantity,
      notes: fc.constantFrom(null, null, null, "at the rail"),
      door: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("release" as const), by: holder, pick, of }) },
  { weight: 3, arbitrary: extend },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("read" as const), by: holder, picks: fc.array(pick, { maxLength: 3 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "counts" as const }) },
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constantFrom("checkout" as const, "claim" as const),
      by: holder,
      picks: fc.array(pick, { minLength: 1, maxLength: 3 }),
      key: fc.nat(2),
      n: fc.nat(1),
      of,
      elsewhere: fc.constantFrom(
        "nothing" as const,
        "nothing" as const,
        "same event" as const,
        "another event" as const,
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("order" as const, "resolve" as const, "resolve" as const),
      by: holder,
      pick,
      n: fc.nat(1),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("settle" as const),
      by: holder,
      pick,
      status: fc.constantFrom("confirmed" as const, "confirmed" as const, "cancelled" as const),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constant("return" as const),
      by: holder,
      pick,
      key: fc.nat(3),
      quantities: fc.oneof(
        { weight: 1, arbitrary: fc.constant("all" as const) },
        { weight: 4, arbitrary: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 2 }) },
      ),
      toStock: fc.constantFrom(true, false, false),
      stale: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("erase" as const), by: holder, pick }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("unclaim" as const), pick, n: fc.nat(1) }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant("follow" as const),
      pick,
      status: fc.constantFrom<(OrderStatus | "returned")[]>(
        ...([
          "reserved",
          "reserved",
          "confirmed",
          "confirmed",
          "cancelled",
          "expired",
          "expired",
          "expired",
          "returned",
        ] as const),
      ),
      seq: fc.integer({ min: 1, max: 6 }),
      lasts: fc.constantFrom(MINUTE, 15 * MINUTE),
      anew: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("terms" as const),
      newer: fc.constantFrom(1, 1, 1, 2, 0, -1),
      restored: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, -1),
      change: termsChange,
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("again" as const), pick }) },
);

const step: fc.Arbitrary<Step> = fc.record({
  move,
  acts: fc.oneof(
    { weight: 5, arbitrary: fc.array(act, { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: fc.array(act, { maxLength: 8 }) },
  ),
  mode: fc.oneof(
    { weight: 12, arbitrary: fc.constant("run" as const) },
    { weight: 2, arbitrary: fc.constant("fail" as const) },
    { weight: 1, arbitrary: fc.constant("restart" as const) },
  ),
});

/** The steps of a shopper who extends a hold for as long as that is possible. */
const patience: fc.Arbitrary<Step> = fc.record({
  move: fc.constantFrom(...[-1, -SECOND, -MINUTE].map((offset) => ({ to: "expiry" as const, pick: 0, offset }))),
  acts: fc.array(extend, { minLength: 1, maxLength: 2 }),
  mode: fc.constant("run" as const),
});

/** `withTerms`: most inventories get their terms before anything else; some are called before they have any. */
export const history = fc.record({
  total: fc.integer({ min: 1, max: 10 }),
  withTerms: fc.oneof({ weight: 12, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  holdTtlMs: fc.constantFrom(HOLD_TTL_MS, HOLD_TTL_MS, 15 * MINUTE),
  steps: fc.oneof(
    { weight: 6, arbitrary: fc.array(step, { minLength: 1, maxLength: 44, size: "max" }) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.array(step, { minLength: 1, maxLength: 3 }), fc.array(patience, { minLength: 8, maxLength: 24 }))
        .map(([before, after]) => [...before, ...after]),
    },
  ),
});
export type History = typeof history extends fc.Arbitrary<infer T> ? T : never;
