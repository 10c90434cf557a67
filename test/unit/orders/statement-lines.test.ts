// What the lines of a bank statement pay for: references in their texts, and amounts.

import { describe, expect, it } from "vitest";
import type { OrderId } from "../../../src/domain/ids.ts";
import type { OrderStatus } from "../../../src/domain/orders/order.ts";
import { referenceOf } from "../../../src/domain/orders/reference.ts";
import { matchLines, referencesIn } from "../../../src/domain/orders/statement-lines.ts";

const NOW = 1_000;
const idOf = (body: string) => `ord_${"0".repeat(26)}${body}${"0".repeat(16)}` as OrderId;
const order = (body: string, status: OrderStatus = "reserved", expiresAt = NOW + 1) => ({
  ...{ id: idOf(body), status, total: 15_000, expiresAt },
});
const A = order("7k3f9qz2m4");
const B = order("2vgs0000m4");
const a = referenceOf(A.id);
const b = referenceOf(B.id);

/** The outcomes of these lines, over these orders. */
function outcomes(lines: readonly (readonly [string, number])[], orders = [A, B]) {
  const read = lines.map(([text, amount]) => ({ candidates: referencesIn(text), amount }));
  return matchLines(read, orders, NOW);
}

describe("[O15] a reference is found in the text of a payment", () => {
  it.each([
    a,
    a.toLowerCase(),
    a.replaceAll("-", " "),
    a.replaceAll("-", ""),
    `EFT/${a}/J DOE`,
    `PAYMENT FROM A SHOPPER REF:${a}`,
    `REF${a.replaceAll("-", "")}20261130`,
    `ref${a} thanks`,
    `${a.replaceAll("-", "").slice(0, 5)} ${a.replaceAll("-", "").slice(5)}`,
  ])("in %s", (text) => {
    expect(outcomes([[text, 15_000]])).toEqual([{ outcome: "match", reference: a, order: A, sameAs: null }]);
  });

  it("never in one that is mistyped, or cut off", () => {
    const wrong = `${a.slice(0, -1)}${a.endsWith("0") ? "1" : "0"}`;
    for (const text of [wrong, a.slice(1), a.slice(0, -1), "", "A SHOPPER PAYS FOR TWO"])
      expect(outcomes([[text, 15_000]]), text).toMatchObject([{ outcome: "no_reference", order: null }]);
  });

  it("[X4] in a long text of what could be references only so many are searched", () => {
    expect(referencesIn("7k3f9qz2m4z ".repeat(40)).length).toBeLessThanOrEqual(4);
    expect(referencesIn("0".repeat(500)).length).toBeLessThanOrEqual(4);
  });
});

describe("[O15] a line of a statement", () => {
  it("is proposed only for an order that waits for just its amount", () => {
    const lines = [[a, 15_000]] as const;
    const of = (one: typeof A) => outcomes(lines, [one])[0]?.outcome;
    expect(outcomes([[a, 14_999]])[0]?.outcome).toBe("wrong_amount");
    expect(of({ ...A, status: "confirmed" })).toBe("already_confirmed");
    expect(of({ ...A, status: "cancelled" })).toBe("not_waiting");
    expect(of({ ...A, status: "expired" })).toBe("not_waiting");
    expect(of({ ...A, expiresAt: NOW }), "it has run out by now").toBe("not_waiting");
  });

  it("that comes again is marked with the first, whatever its amount; one of several orders names none", () => {
    const said = outcomes([
      [a, 15_000],
      [`${a} ${b}`, 30_000],
      [a.toLowerCase(), 1],
      [b, 15_000],
    ]);
    expect(said.map(({ outcome, sameAs }) => [outcome, sameAs])).toEqual([
      ["match", null],
      ["several_references", null],
      ["repeated", 0],
      ["match", null],
    ]);
  });

  it("with a reference of no order here says what it read", () => {
    expect(outcomes([[`EFT ${b}`, 15_000]], [A])).toEqual([
      { outcome: "unknown_reference", reference: b, order: null, sameAs: null },
    ]);
  });
});
