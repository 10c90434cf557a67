// Returns at a ticket type that is not the order's home (rule O7): it is sent the order as it is, and applies the
// difference against its claim, so that messages may repeat, cross or be lost.

import { describe, expect, test } from "vitest";
import type { OrderStatus } from "../../../../src/domain/orders/order.ts";
import { findHold, followCommand, START } from "../../../support/builders.ts";
import type { Driver } from "../../../support/ledger/driver.ts";
import {
  A,
  allCounts,
  B,
  CLAIM,
  claimOf,
  EXPIRES_AT,
  inDoubt,
  reserved,
  settled,
  stateOf,
} from "../../../support/ledger/order.ts";

type Back = readonly [returned: number, withdrawn: number];

/** The home's order at its ledger row `seq`, of whose holds A (1 ticket) and B (2) so much was returned. */
function message(driver: Driver, status: OrderStatus, seq: number, a: Back, b: Back) {
  const holds = [A, B].flatMap((id) => findHold(driver.store, id) ?? []);
  const back = ([returned, withdrawn]: Back) => ({ returned, withdrawn });
  return followCommand(CLAIM, holds, { status, seq, expiresAt: EXPIRES_AT, returned: { [A]: back(a), [B]: back(b) } });
}
function follow(driver: Driver, ...[status, seq, a, b]: [OrderStatus, number, Back, Back]): void {
  driver.send(message(driver, status, seq, a, b), START + 4);
}
const NONE: Back = [0, 0];

const rowsSince = (driver: Driver, seq: number) =>
  driver.store.rowsAfter(seq, 100).map(({ kind, holdId, quantity }) => [kind, holdId, quantity]);

describe("[O7] a claim of an order that was confirmed", () => {
  test("gives back what was returned, and withdraws what is not for sale again", () => {
    const driver = settled("confirmed");
    const { seq } = driver.book().head;
    follow(driver, "confirmed", 9, [1, 0], [2, 1]);
    expect(allCounts(driver)).toEqual({ sold: 0, held: 4, withdrawn: 1, free: 5 });
    expect(rowsSince(driver, seq)).toEqual([
      ["return", A, 1],
      ["return", B, 1],
      ["withdraw", B, 1],
    ]);
    expect(claimOf(driver)).toMatchObject({
      state: "confirmed",
      revision: 9,
      holds: [
        { holdId: A, returned: 1, withdrawn: 0 },
        { holdId: B, returned: 2, withdrawn: 1 },
      ],
    });
  });

  test("applies the difference alone, however often the order is sent, also after a restart", () => {
    const driver = settled("confirmed");
    follow(driver, "confirmed", 9, NONE, [1, 0]);
    for (const again of [9, 9]) {
      driver.restart();
      follow(driver, "confirmed", again, NONE, [1, 0]);
    }
    expect(allCounts(driver)).toMatchObject({ sold: 2, free: 4 });
    follow(driver, "confirmed", 12, NONE, [2, 0]);
    expect(allCounts(driver)).toMatchObject({ sold: 1, free: 5 });
  });

  test("takes nothing back when an older message comes late", () => {
    const driver = settled("confirmed");
    follow(driver, "confirmed", 11, [1, 0], [1, 1]);
    const before = allCounts(driver);
    follow(driver, "confirmed", 10, [1, 0], NONE);
    follow(driver, "reserved", 7, NONE, NONE);
    expect(allCounts(driver)).toEqual(before);
    follow(driver, "cancelled", 13, [1, 0], [2, 1]);
    expect(allCounts(driver)).toEqual({ sold: 0, held: 4, withdrawn: 1, free: 5 });
    expect(stateOf(driver)).toBe("cancelled");
  });

  test("writes no ledger row for a return that was of other types' tickets, and knows the newer revision", () => {
    const driver = settled("confirmed");
    const { seq } = driver.book().head;
    follow(driver, "confirmed", 9, NONE, NONE);
    expect(driver.book().head.seq).toBe(seq);
    expect(claimOf(driver)?.revision).toBe(9);
  });

  test("is final once everything was returned: no later message sells or gives back anything", () => {
    const driver = settled("confirmed");
    follow(driver, "cancelled", 9, [1, 1], [2, 2]);
    const before = allCounts(driver);
    expect(before).toEqual({ sold: 0, held: 4, withdrawn: 3, free: 3 });
    for (const status of ["confirmed", "cancelled", "expired", "reserved"] as const) {
      follow(driver, status, 20, [1, 1], [2, 2]);
      driver.restart();
    }
    expect([allCounts(driver), stateOf(driver)]).toEqual([before, "cancelled"]);
  });
});

describe("[O3] [O7] a claim that has missed the confirmation", () => {
  test.each([
    ["in doubt", inDoubt],
    ["reserved", reserved],
  ] as const)("while %s sells and gives back at once what a message says was returned since", (_, open) => {
    const driver = open();
    const { seq } = driver.book().head;
    follow(driver, "confirmed", 9, NONE, [1, 0]);
    expect(rowsSince(driver, seq)).toEqual([
      ["confirm", A, 1],
      ["confirm", B, 2],
      ["return", B, 1],
    ]);
    expect(allCounts(driver)).toEqual({ sold: 2, held: 4, withdrawn: 0, free: 4 });
  });

  test("takes a sold and wholly returned order for what it is, and not one that was never sold", () => {
    const returned = reserved();
    const { seq } = returned.book().head;
    follow(returned, "cancelled", 9, [1, 0], [2, 2]);
    const kinds = rowsSince(returned, seq).map(([kind]) => kind);
    expect(kinds).toEqual(["confirm", "confirm", "return", "withdraw"]);
    expect(allCounts(returned)).toEqual({ sold: 0, held: 4, withdrawn: 2, free: 4 });
    const cancelled = reserved();
    follow(cancelled, "cancelled", 9, NONE, NONE);
    expect(rowsSince(cancelled, seq).map(([kind]) => kind)).toEqual(["cancel", "cancel"]);
    expect(allCounts(cancelled)).toEqual({ sold: 0, held: 4, withdrawn: 0, free: 6 });
  });
});

test("[O7] what the home would ever take back is a bug, and changes nothing", () => {
  const driver = settled("confirmed");
  follow(driver, "confirmed", 9, NONE, [2, 1]);
  const before = allCounts(driver);
  const [outcome] = driver.outcomes([message(driver, "confirmed", 10, NONE, [1, 1])], START + 5);
  expect(outcome).toHaveProperty("bug");
  expect(allCounts(driver)).toEqual(before);
});
