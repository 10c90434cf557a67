// What terms say by themselves: when an event is over, what the public sees, which status is shown.

import { describe, expect, test } from "vitest";
import { EVENT_STATUSES } from "../../../src/domain/events/event.ts";
import { isEventOver, isVisible, saleRefusal, publicStatus } from "../../../src/domain/terms.ts";
import { START, termsOf } from "../../support/builders.ts";

describe("[E4] [O1] an event is over", () => {
  test("at the millisecond of its end, whatever its status still says", () => {
    const terms = termsOf({ eventEnd: START, eventStatus: "live" });
    expect(isEventOver(terms, START - 1)).toBe(false);
    expect(isEventOver(terms, START)).toBe(true);
  });

  test("before its end when it was ended or archived by hand", () => {
    const over = EVENT_STATUSES.filter((eventStatus) => isEventOver(termsOf({ eventStatus }), START));
    expect(over).toEqual(["ended", "archived"]);
  });
});

describe("[E5] the sale's window", () => {
  test("is empty when the type's window and the event's do not meet", () => {
    const terms = termsOf({
      saleStart: START + 10,
      saleEnd: START + 20,
      eventSaleStart: START - 10,
      eventSaleEnd: START + 10,
    });
    expect(saleRefusal(terms, START + 9)).toEqual({
      code: "not_on_sale",
      reason: "sale_not_open",
      opensAt: START + 10,
    });
    expect(saleRefusal(terms, START + 10)).toEqual({
      code: "not_on_sale",
      reason: "sale_closed",
      closedAt: START + 10,
    });
  });

  test("of a single millisecond is open in it alone", () => {
    const terms = termsOf({ saleStart: START, saleEnd: START + 1 });
    expect([START - 1, START, START + 1].map((now) => saleRefusal(terms, now) === null)).toEqual([false, true, false]);
  });
});

test("[P3] a type is visible while its event is public and it is not hidden", () => {
  const seen = EVENT_STATUSES.flatMap((eventStatus) =>
    [false, true]
      .filter((hidden) => isVisible(termsOf({ eventStatus, hidden })))
      .map((hidden) => [eventStatus, hidden]),
  );
  expect(seen).toEqual([
    ["published", false],
    ["live", false],
  ]);
});

test.each([
  [false, 10, 0, 0, "available"],
  [false, 10, 9, 0, "available"],
  [false, 10, 10, 0, "sold_out"],
  [false, 10, 7, 2, "available"],
  [false, 10, 7, 3, "sold_out"],
  [false, 10, 0, 10, "sold_out"],
  [true, 10, 0, 0, "hidden"],
  [true, 10, 7, 3, "hidden"],
] as const)(
  "[K2] hidden %s with total %i, %i sold and %i withdrawn is shown as %s",
  (hidden, total, sold, withdrawn, status) => {
    expect(publicStatus(hidden, { total, sold, withdrawn })).toBe(status);
  },
);
