// When an order may still be confirmed or cancelled, and when it has lapsed.

import { describe, expect, test } from "vitest";
import { isLapsed, ORDER_STATUSES, settlement } from "../../../src/domain/orders/order.ts";
import { START } from "../../support/builders.ts";

const EXPIRES_AT = START;
const at = (status: (typeof ORDER_STATUSES)[number]) => ({ status, expiresAt: EXPIRES_AT });

const settle = { ok: true, value: "settle" };
const already = { ok: true, value: "already" };
const expired = { ok: false, refusal: { code: "order_expired" } };
const not = (orderStatus: string) => ({ ok: false, refusal: { code: "order_not_reserved", orderStatus } });

describe("[O4] a reserved order", () => {
  test("may be confirmed and cancelled until a millisecond before it expires, and has lapsed from then on", () => {
    for (const wanted of ["confirmed", "cancelled"] as const) {
      expect(settlement(at("reserved"), wanted, EXPIRES_AT - 1)).toEqual(settle);
      expect(settlement(at("reserved"), wanted, EXPIRES_AT)).toEqual(expired);
    }
    expect([isLapsed(at("reserved"), EXPIRES_AT - 1), isLapsed(at("reserved"), EXPIRES_AT)]).toEqual([false, true]);
  });
});

describe("[O5] an order that is final", () => {
  test.each(["confirmed", "cancelled", "expired"] as const)("never lapses: %s", (status) => {
    expect(isLapsed(at(status), EXPIRES_AT + 1)).toBe(false);
  });

  test.each([
    ["confirmed", "confirmed", already],
    ["cancelled", "cancelled", already],
    ["confirmed", "cancelled", not("confirmed")],
    ["cancelled", "confirmed", not("cancelled")],
    ["expired", "confirmed", expired],
    ["expired", "cancelled", expired],
  ] as const)(
    "and is %s, requested to be %s, returns the same before and after its expiry",
    (status, wanted, answer) => {
      expect(settlement(at(status), wanted, EXPIRES_AT - 1)).toEqual(answer);
      expect(settlement(at(status), wanted, EXPIRES_AT + 1)).toEqual(answer);
    },
  );

  test("has just these statuses beside reserved", () => {
    expect(ORDER_STATUSES).toEqual(["reserved", "confirmed", "cancelled", "expired"]);
  });
});
