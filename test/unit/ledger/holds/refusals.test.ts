// When a hold is refused: the order of the reasons, the sale's windows, the shopper's limit and the stock.

import { describe, expect, test } from "vitest";
import type { HoldCommand } from "../../../../src/domain/ledger/command.ts";
import type { Terms } from "../../../../src/domain/terms.ts";
import {
  findHold,
  BOX_OFFICE,
  checkoutCommand,
  claimCommand,
  ORDER_TTL_MS,
  FOREIGN_KEY,
  holdCommand,
  HOLD_TTL_MS,
  holdIdOf,
  HOUR,
  MINUTE,
  OTHER_SHOPPER,
  readCommand,
  releaseCommand,
  settleCommand,
  SHOPPER,
  START,
  termsCommand,
  unclaimCommand,
} from "../../../support/builders.ts";
import { type Driver, openDriver, openOnSale } from "../../../support/ledger/driver.ts";

const CLOSES = START + 240 * HOUR;
const ENDS = START + 241 * HOUR;

/** What a hold of one, placed at `clock` under these terms, is refused with; null when it is placed. */
function refusalAt(clock: number, terms: Partial<Terms>, command: HoldCommand = holdCommand("first")): unknown {
  const reply = openOnSale(terms).send(command, clock);
  return reply.ok ? null : reply.refusal;
}

describe("[H6] a hold is refused with the first that applies", () => {
  const allWrong: Partial<Terms> = { organizationStatus: "suspended", hidden: true, maxPerOrder: 1, total: 1 };
  const tooMany = holdCommand("first", { quantity: 20 });

  test("not found: the type has no terms", () => {
    expect(openDriver().send(tooMany, START)).toEqual({ ok: false, refusal: { code: "not_found" } });
  });
  test("not found: a key of another organisation", () => {
    expect(refusalAt(START, allWrong, holdCommand("first", { by: FOREIGN_KEY, quantity: 20 }))).toEqual({
      code: "not_found",
    });
  });
  test("[T4] then that the organisation is suspended", () => {
    expect(refusalAt(START, allWrong, tooMany)).toEqual({ code: "organization_suspended" });
  });
  test("then that it is not on sale", () => {
    expect(refusalAt(START, { ...allWrong, organizationStatus: "active" }, tooMany)).toEqual({
      code: "not_on_sale",
      reason: "ticket_type_hidden",
    });
  });
  test("then that the quantity is out of bounds", () => {
    expect(refusalAt(START, { maxPerOrder: 4, total: 1 }, tooMany)).toEqual({
      code: "quantity_out_of_bounds",
      min: 1,
      max: 4,
    });
  });
  test("then that the shopper has too many", () => {
    const driver = openOnSale({ total: 3, maxPerOrder: 4 });
    driver.send(holdCommand("first", { quantity: 3 }), START);
    const reply = driver.send(holdCommand("second", { quantity: 2 }), START);
    expect(reply).toEqual({ ok: false, refusal: { code: "shopper_limit_reached", maxPerOrder: 4, remaining: 1 } });
  });
  test("then that not enough are left, and how many are", () => {
    expect(refusalAt(START, { total: 2 }, holdCommand("first", { quantity: 3 }))).toEqual({
      code: "sold_out",
      availableQuantity: 2,
    });
  });
  test("and else it is placed", () => {
    expect(refusalAt(START, { total: 3 }, holdCommand("first", { quantity: 3 }))).toBeNull();
  });
  test.each([[1], [5]])("quantity %i is outside of 2 to 4", (quantity) => {
    expect(refusalAt(START, { minPerOrder: 2 }, holdCommand("first", { quantity }))).toEqual({
      code: "quantity_out_of_bounds",
      min: 2,
      max: 4,
    });
  });
  test.each([[2], [4]])("quantity %i is inside of 2 to 4", (quantity) => {
    expect(refusalAt(START, { minPerOrder: 2 }, holdCommand("first", { quantity }))).toBeNull();
  });
});

describe("[E5] a type is on sale", () => {
  const notOpen = (opensAt: number): unknown => ({ code: "not_on_sale", reason: "sale_not_open", opensAt });
  const closed = (closedAt: number): unknown => ({ code: "not_on_sale", reason: "sale_closed", closedAt });
  const over = { code: "not_on_sale", reason: "event_over" };

  test.each<[string, Partial<Terms>, number, unknown]>([
    ["not before the event's sale starts", { eventSaleStart: START + 10 }, START + 9, notOpen(START + 10)],
    ["from the millisecond at which the event's sale starts", { eventSaleStart: START + 10 }, START + 10, null],
    ["until a millisecond before the event's sale ends", {}, CLOSES - 1, null],
    ["not at the millisecond at which the event's sale ends", {}, CLOSES, closed(CLOSES)],
    ["not before its own sale starts", { saleStart: START + 10 }, START + 9, notOpen(START + 10)],
    ["from the millisecond at which its own sale starts", { saleStart: START + 10 }, START + 10, null],
    ["until a millisecond before its own sale ends", { saleEnd: START + 10 }, START + 9, null],
    ["not at the millisecond at which its own sale ends", { saleEnd: START + 10 }, START + 10, closed(START + 10)],
    [
      "not by its own window alone, before the event's",
      { saleStart: START, eventSaleStart: START + 10 },
      START + 9,
      notOpen(START + 10),
    ],
    ["not by its own window alone, after the event's", { saleEnd: CLOSES + 10 }, CLOSES, closed(CLOSES)],
    ["with its own start and no end of its own, until the event's", { saleStart: START }, CLOSES, closed(CLOSES)],
    [
      "with its own end and no start of its own, from the event's",
      { saleEnd: CLOSES - 1, eventSaleStart: START + 10 },
      START + 9,
      notOpen(START + 10),
    ],
    ["not at the millisecond at which the event ends", { eventSaleEnd: ENDS }, ENDS, over],
    ["until a millisecond before the event ends", { eventSaleEnd: ENDS }, ENDS - 1, null],
    ["not while the event is a draft", { eventStatus: "draft" }, START, { code: "not_found" }],
    ["while it is published", { eventStatus: "published" }, START, null],
    ["while it is live", { eventStatus: "live" }, START, null],
    ["not when it was ended by hand", { eventStatus: "ended" }, START, over],
    ["not when it is archived", { eventStatus: "archived" }, START, over],
    ["not while it is hidden", { hidden: true }, START, { code: "not_on_sale", reason: "ticket_type_hidden" }],
  ])("%s", (_title, terms, clock, expected) => {
    const driver = openDriver();
    driver.send(termsCommand(terms), START - 1);
    const reply = driver.send(holdCommand("first"), clock);
    expect(reply.ok ? null : reply.refusal).toEqual(expected);
  });

  test("not while the event is a draft, which its own organisation sees as the reason", () => {
    const refusal = refusalAt(START, { eventStatus: "draft" }, holdCommand("first", { by: BOX_OFFICE }));
    expect(refusal).toEqual({ code: "not_on_sale", reason: "event_not_published" });
  });
});

describe("[H7] the shopper's limit of four", () => {
  const FOUR = holdIdOf(SHOPPER, "four");
  const claim = claimCommand([FOUR]);
  const order = checkoutCommand([FOUR]);
  /** A shopper with a hold of all four that it may have. */
  function withFour(): Driver {
    const driver = openOnSale();
    driver.send(holdCommand("four", { quantity: 4 }), START);
    return driver;
  }
  const mayHoldAnother = (driver: Driver, clock: number): boolean => {
    const reply = driver.send(holdCommand("another"), clock);
    if (!reply.ok) expect(reply.refusal).toEqual({ code: "shopper_limit_reached", maxPerOrder: 4, remaining: 0 });
    return reply.ok;
  };

  test("counts several holds together, up to it and not beyond", () => {
    const driver = openOnSale();
    const replies = ["1", "2", "3", "4", "5"].map((key) => driver.send(holdCommand(key), START).ok);
    expect(replies).toEqual([true, true, true, true, false]);
  });
  test("counts those placed in the same batch", () => {
    const driver = openOnSale();
    const replies = driver.batch([holdCommand("1", { quantity: 3 }), holdCommand("2", { quantity: 2 })], START);
    expect(replies.map(({ ok }) => ok)).toEqual([true, false]);
  });
  test("counts active holds, and no longer at held_until", () => {
    expect(mayHoldAnother(withFour(), START + HOLD_TTL_MS - 1)).toBe(false);
    expect(mayHoldAnother(withFour(), START + HOLD_TTL_MS)).toBe(true);
  });
  test("does not count what was released", () => {
    const driver = withFour();
    driver.send(releaseCommand(FOUR), START + 1);
    expect(mayHoldAnother(driver, START + 1)).toBe(true);
  });
  test("counts what is in doubt, also past held_until", () => {
    const driver = withFour();
    driver.send(claim, START + 1);
    expect(mayHoldAnother(driver, START + HOLD_TTL_MS)).toBe(false);
  });
  test("counts what is reserved, also past held_until and after a restart", () => {
    const driver = withFour();
    driver.send(order, START + 1);
    driver.restart();
    expect(mayHoldAnother(driver, START + HOLD_TTL_MS)).toBe(false);
  });
  test.each(["confirmed", "cancelled"] as const)("does not count an order that is %s", (status) => {
    const driver = withFour();
    driver.batch([order, settleCommand(order.orderId, status)], START + 1);
    expect(mayHoldAnother(driver, START + 1)).toBe(true);
  });
  test("does not count an order that expired, and does a millisecond before", () => {
    const driver = withFour();
    driver.send(order, START);
    driver.restart();
    expect(mayHoldAnother(driver, START + ORDER_TTL_MS - 1)).toBe(false);
    expect(mayHoldAnother(driver, START + ORDER_TTL_MS)).toBe(true);
  });
  test("counts a hold again whose claim was undone", () => {
    const driver = withFour();
    driver.batch([claim, unclaimCommand(claim)], START + 1);
    expect(mayHoldAnother(driver, START + 1)).toBe(false);
  });
  test("is one shopper's, not another's", () => {
    expect(withFour().send(holdCommand("theirs", { by: OTHER_SHOPPER, quantity: 4 }), START).ok).toBe(true);
  });
  test("says that none remain when it was lowered below what the shopper has", () => {
    const driver = withFour();
    driver.send(termsCommand({ version: 2, maxPerOrder: 2 }), START);
    expect(driver.send(holdCommand("another"), START)).toMatchObject({
      refusal: { code: "shopper_limit_reached", maxPerOrder: 2, remaining: 0 },
    });
  });
});

describe("[H12] a door sale", () => {
  const door = (key: string, quantity: number): HoldCommand =>
    holdCommand(key, { by: BOX_OFFICE, source: "scanner", quantity });

  test("is not held to the shopper's limit, but to the bounds of one order and the stock", () => {
    const driver = openOnSale();
    expect(driver.batch([door("1", 4), door("2", 4)], START).map(({ ok }) => ok)).toEqual([true, true]);
    expect(driver.send(door("3", 5), START)).toMatchObject({ refusal: { code: "quantity_out_of_bounds" } });
    expect(driver.send(door("4", 3), START)).toEqual({
      ok: false,
      refusal: { code: "sold_out", availableQuantity: 2 },
    });
  });
  test("neither counts nor is counted: beside it the same key has a shopper's limit for the web", () => {
    const driver = openOnSale();
    const web = (key: string): HoldCommand => holdCommand(key, { by: BOX_OFFICE, quantity: 4 });
    driver.send(door("1", 2), START);
    expect(driver.send(web("2"), START).ok).toBe(true);
    expect(driver.send(web("3"), START)).toMatchObject({ refusal: { code: "shopper_limit_reached", remaining: 0 } });
    expect(driver.send(door("4", 4), START).ok).toBe(true);
  });
  test("is the key's own, which releases it and checks it out", () => {
    const driver = openOnSale();
    driver.batch([door("1", 1), door("2", 1)], START);
    const [first, second] = [holdIdOf(BOX_OFFICE, "1"), holdIdOf(BOX_OFFICE, "2")];
    expect(findHold(driver.store, first)).toMatchObject({ userId: BOX_OFFICE, source: "scanner" });
    expect(driver.send(releaseCommand(first, BOX_OFFICE), START)).toMatchObject({
      ok: true,
      value: { status: "cancelled" },
    });
    expect(driver.send(checkoutCommand([second], { by: BOX_OFFICE }), START).ok).toBe(true);
  });
});

describe("[H10] a hold belongs to its shopper", () => {
  const HOLD = holdIdOf(SHOPPER, "first");
  const placed = (): Driver => {
    const driver = openOnSale();
    driver.send(holdCommand("first"), START);
    return driver;
  };
  const notFound = { ok: false, refusal: { code: "not_found", holdId: HOLD } };

  test("who reads and releases it", () => {
    const driver = placed();
    expect(driver.send(readCommand([HOLD]), START)).toMatchObject({ ok: true, value: { holds: [{ id: HOLD }] } });
    expect(driver.send(releaseCommand(HOLD), START).ok).toBe(true);
  });
  test("and its organisation's staff may too", () => {
    const driver = placed();
    expect(driver.send(readCommand([HOLD], BOX_OFFICE), START).ok).toBe(true);
    expect(driver.send(releaseCommand(HOLD, BOX_OFFICE), START).ok).toBe(true);
  });
  test.each([
    ["another shopper", OTHER_SHOPPER],
    ["another organisation's key", FOREIGN_KEY],
  ])("and for %s it does not exist, which changes nothing", (_who, by) => {
    const driver = placed();
    for (const command of [readCommand([HOLD], by), releaseCommand(HOLD, by)])
      expect(driver.send(command, START)).toEqual({ ok: false, refusal: { code: "not_found" } });
    expect(driver.send(checkoutCommand([HOLD], { by }), START)).toEqual(notFound);
    expect(driver.send(claimCommand([HOLD], { by }), START)).toEqual(notFound);
    expect(findHold(driver.store, HOLD)).toMatchObject({ status: "active" });
  });
  test("and not even its organisation's staff check it out", () => {
    expect(placed().send(checkoutCommand([HOLD], { by: BOX_OFFICE }), START)).toEqual(notFound);
    expect(placed().send(claimCommand([HOLD], { by: BOX_OFFICE }), START)).toEqual(notFound);
  });
});

test("[T4] a suspended organisation's holds can be read and released, and its type sells again after it", () => {
  const driver = openOnSale();
  driver.send(holdCommand("first"), START);
  driver.send(termsCommand({ version: 2, organizationStatus: "suspended" }), START + MINUTE);
  expect(driver.send(holdCommand("second"), START + MINUTE)).toEqual({
    ok: false,
    refusal: { code: "organization_suspended" },
  });
  expect(driver.send(readCommand([holdIdOf(SHOPPER, "first")]), START + MINUTE).ok).toBe(true);
  expect(driver.send(releaseCommand(holdIdOf(SHOPPER, "first")), START + MINUTE).ok).toBe(true);
  driver.send(termsCommand({ version: 3 }), START + MINUTE);
  expect(driver.send(holdCommand("second"), START + MINUTE).ok).toBe(true);
});
