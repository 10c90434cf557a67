// How an order ends in one inventory, once, and when D1 has to be asked about it.

import { describe, expect, test } from "vitest";
import { dueOrders, nextClaimDeadline } from "../../src/domain/ledger/book.ts";
import { committedCommand, HOUR, MINUTE, settleCommand, START } from "../support/builders.ts";
import {
  EXPIRES_AT,
  countsOf,
  inDoubt,
  orderId,
  placed,
  reserved,
  settled,
  stateOf,
  statusOf,
} from "../support/ledger-order.ts";

describe("[O3] settling an order", () => {
  test("confirmed moves its quantity from held to sold", () => {
    expect(countsOf(settled("confirmed"))).toEqual({ sold: 3, held: 4 });
  });

  test.each(["cancelled", "expired"] as const)("%s gives its quantity back, and its holds stay converted", (status) => {
    const driver = settled(status);
    expect(countsOf(driver)).toEqual({ sold: 0, held: 4 });
    expect(statusOf(driver)).toEqual(["converted", "converted"]);
  });

  test("happens once: a second settle, of any status, in any batch, changes nothing", () => {
    const driver = settled("confirmed");
    for (const status of ["confirmed", "cancelled", "expired"] as const)
      driver.send(settleCommand(orderId, status), START + 4);
    driver.restart();
    driver.batch([settleCommand(orderId, "cancelled"), settleCommand(orderId, "confirmed")], START + 5);
    expect(countsOf(driver)).toEqual({ sold: 3, held: 4 });
  });

  test("twice in one batch happens once, and the first wins", () => {
    const driver = reserved();
    driver.batch([settleCommand(orderId, "cancelled"), settleCommand(orderId, "confirmed")], START + 3);
    expect(countsOf(driver)).toEqual({ sold: 0, held: 4 });
    expect(stateOf(driver)).toEqual(["cancelled", "cancelled"]);
  });

  test.each(["confirmed", "cancelled", "expired"] as const)("%s ends a doubt too", (status) => {
    const driver = inDoubt();
    driver.send(settleCommand(orderId, status), START + 3);
    expect(stateOf(driver)).toEqual([status, status]);
    expect(nextClaimDeadline(driver.book())).toBeNull();
  });

  test("of an order that has nothing here changes nothing", () => {
    const driver = placed();
    expect(driver.send(settleCommand(orderId, "confirmed"), START + 1)).toEqual({ ok: true, value: null });
    expect(countsOf(driver)).toEqual({ sold: 0, held: 7 });
  });
});

describe("[O2] [O4] orders to ask D1 about", () => {
  test("are those in doubt at their deadline, and those reserved at their expiry, to the millisecond", () => {
    const doubt = START + 1 + 30_000;
    expect(dueOrders(inDoubt().book(), doubt - 1)).toEqual({ doubts: [], reserved: [] });
    expect(dueOrders(inDoubt().book(), doubt)).toEqual({ doubts: [orderId], reserved: [] });
    expect(dueOrders(reserved().book(), EXPIRES_AT - 1)).toEqual({ doubts: [], reserved: [] });
    expect(dueOrders(reserved().book(), EXPIRES_AT)).toEqual({ doubts: [], reserved: [orderId] });
  });

  test("wait with their quantity held as long as it takes", () => {
    for (const driver of [inDoubt(), reserved()]) {
      driver.batch([], EXPIRES_AT + 24 * HOUR);
      driver.restart();
      expect(countsOf(driver)).toEqual({ sold: 0, held: 3 });
    }
  });

  test("take the deadline that D1's own row says", () => {
    const driver = reserved();
    driver.send(committedCommand(orderId, EXPIRES_AT + MINUTE), EXPIRES_AT);
    expect(nextClaimDeadline(driver.book())).toBe(EXPIRES_AT + MINUTE);
    expect(dueOrders(driver.book(), EXPIRES_AT)).toEqual({ doubts: [], reserved: [] });
  });
});
