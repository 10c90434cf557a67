// What a buyer reads of a refusal: the same of one that the API returned and of one that a page was given.

import { expect, test } from "vitest";
import type { Code } from "../../../src/domain/errors.ts";
import { factsOf } from "../../../src/http/pages/refusals/refusal-facts.ts";
import { problemExample } from "../../../src/http/problems/problem-samples.ts";
import { refusalText } from "../../../src/ui/shared/refusal-text.ts";
import { buyingTextsIn } from "../../../src/ui/shared/texts/buying-texts.ts";

const [en, af] = [await buyingTextsIn("en"), await buyingTextsIn("af")];
const place = { locale: "en", zone: "Africa/Johannesburg" } as const;

const MET: readonly Code[] = [
  ...(["sold_out", "not_on_sale", "quantity_out_of_bounds", "shopper_limit_reached", "address_limit_reached"] as const),
  ...(["organization_suspended", "hold_expired", "hold_not_active", "hold_converted", "extension_refused"] as const),
  ...(["order_expired", "order_not_reserved", "rate_limited", "overloaded", "temporarily_unavailable"] as const),
  "idempotency_in_progress",
];

test.each(MET)("[S15] %s has words of its own in both languages", (code) => {
  const problem = { ...problemExample(code) };
  expect(refusalText(en, place, problem)).not.toBe(en.t.refusal.other);
  expect(refusalText(af, { ...place, locale: "af" }, problem)).not.toBe(refusalText(en, place, problem));
});

test("[S12] the facts of a refusal are in its words, whether the API or a form of ours was refused", () => {
  const { refusal } = en.t;
  const own = [
    { code: "sold_out", availableQuantity: 3 },
    { code: "quantity_out_of_bounds", min: 2, max: 7 },
    { code: "shopper_limit_reached", maxPerOrder: 9, remaining: 4 },
    { code: "not_on_sale", reason: "sale_not_open", opensAt: Date.UTC(2026, 11, 5, 16) },
    { code: "not_on_sale", reason: "sale_closed", closedAt: 0 },
    { code: "not_on_sale", reason: "event_over" },
  ] as const;
  expect(own.map((each) => refusalText(en, place, factsOf(each)))).toEqual([
    ...[refusal.soldOut(3), refusal.bounds(2, 7), refusal.shopperLimit(4)],
    ...[refusal.notOpen("Saturday, 5 December 2026 at 18:00"), refusal.closed, refusal.over],
  ]);
});

test.each([null, "", "constructor", "other", "internal_error"])("[S15] the code %j is said in general", (code) => {
  expect(refusalText(en, place, { code })).toBe(en.t.refusal.other);
});
