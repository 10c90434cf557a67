// Tests the contact of an order in the ledger of its home: kept, erased, and sent to no other inventory.

import { describe, expect, test } from "vitest";
import { ERASED } from "../../../../src/domain/orders/contact.ts";
import { homeOf } from "../../../../src/domain/ids.ts";
import { sharedOrder } from "../../../../src/domain/orders/order.ts";
import { must } from "../../../../src/domain/result.ts";
import {
  BOX_OFFICE,
  checkoutCommand,
  CONTACT,
  eraseCommand,
  FOREIGN_KEY,
  MINUTE,
  orderCommand,
  OTHER_SHOPPER,
  resolveCommand,
  settleCommand,
  SHOPPER,
  START,
  termsCommand,
} from "../../../support/builders.ts";
import { A, B, orderOf, placed } from "../../../support/ledger/order.ts";

const CHECKOUT = checkoutCommand([A, B], { contact: CONTACT, locale: "af" });
const { orderId } = CHECKOUT;

function ordered() {
  const driver = placed();
  driver.send(CHECKOUT, START + 1);
  return driver;
}

describe("[O11] the contact of an order", () => {
  test("is the order's, with the language of its mails, also after a wake", () => {
    const driver = ordered();
    driver.restart();
    const read = driver.send(orderCommand(orderId), START + 2);
    expect(read).toMatchObject({ ok: true, value: { contact: CONTACT, locale: "af" } });
  });

  test("is in no ledger row, and is sent to no other inventory", () => {
    const driver = ordered();
    const rows = JSON.stringify(driver.store.rowsAfter(0, 100));
    expect(rows).not.toMatch(/buyer@|A Buyer|27821234567/);
    const order = must(orderOf(driver), "it was made");
    expect(JSON.stringify(sharedOrder(order))).not.toMatch(/buyer@|A Buyer|27821234567/);
    const resolved = driver.send(resolveCommand(orderId, CHECKOUT.attempt), START + 2);
    expect(resolved).toMatchObject({ ok: true, value: sharedOrder(order) });
    expect(JSON.stringify(resolved)).not.toMatch(/buyer@|A Buyer|27821234567/);
  });

  test("[O6] is not compared: a repeat with another finds the order with the first", () => {
    const driver = ordered();
    const other = { ...CHECKOUT, contact: { ...CONTACT, email: "other@example.com" }, locale: "en" } as const;
    for (const repeat of [other, checkoutCommand([A, B])]) {
      expect(driver.send(repeat, START + 2)).toMatchObject({
        ok: true,
        value: { replayed: true, order: { contact: CONTACT, locale: "af" } },
      });
    }
  });

  test.each([SHOPPER, BOX_OFFICE])("is erased by %s: one ledger row says so and holds nothing of it", (by) => {
    const driver = ordered();
    const { head } = driver.book();
    const erased = driver.send(eraseCommand(orderId, by), START + 2);
    expect(erased).toMatchObject({ ok: true, value: { contact: ERASED, status: "reserved", seq: head.seq + 1 } });
    expect(driver.store.rowsAfter(head.seq, 10)).toMatchObject([
      { kind: "contact", orderId, holdId: null, quantity: 0, sold: head.sold, held: head.held, actor: "test" },
    ]);
    expect(orderOf(driver)?.history).toContain(head.seq + 1);
    driver.restart();
    expect(orderOf(driver)?.contact).toEqual(ERASED);
  });

  test("is erased once: again, nothing is written", () => {
    const driver = ordered();
    driver.send(eraseCommand(orderId), START + 2);
    const { seq } = driver.book().head;
    expect(driver.send(eraseCommand(orderId), START + 3)).toMatchObject({ ok: true, value: { contact: ERASED, seq } });
    expect(driver.book().head.seq).toBe(seq);
  });

  test("that was never given is returned as it is, and nothing is written", () => {
    const driver = placed();
    driver.send(checkoutCommand([A, B]), START + 1);
    const { seq } = driver.book().head;
    expect(driver.send(eraseCommand(orderId), START + 2)).toMatchObject({ ok: true, value: { contact: null, seq } });
    expect(driver.book().head.seq).toBe(seq);
  });

  test.each([OTHER_SHOPPER, FOREIGN_KEY])("[H10] is not erased by %s, for whom there is no such order", (by) => {
    const driver = ordered();
    expect(driver.send(eraseCommand(orderId, by), START + 2)).toEqual({ ok: false, refusal: { code: "not_found" } });
    expect(orderOf(driver)?.contact).toEqual(CONTACT);
  });

  test.each(["confirmed", "cancelled"] as const)(
    "stays erased when the order is %s, and when its key is used again",
    (status) => {
      const driver = ordered();
      driver.send(eraseCommand(orderId), START + 2);
      driver.send(settleCommand(orderId, status), START + 3);
      driver.send(CHECKOUT, START + 4);
      expect(orderOf(driver)).toMatchObject({ status, contact: ERASED });
    },
  );

  test("is erased of an order that has ended, too", () => {
    const driver = ordered();
    driver.send(settleCommand(orderId, "confirmed"), START + 2);
    expect(driver.send(eraseCommand(orderId), START + 3)).toMatchObject({
      ok: true,
      value: { contact: ERASED, status: "confirmed" },
    });
  });

  test("[K5] goes to D1 with the order, and then that it was erased", () => {
    const driver = ordered();
    const home = homeOf(orderId);
    const sent = () =>
      driver.store.projectionAfter(0, 100).flatMap(({ order, erased }) => (order ? [[order, erased]] : []));
    expect(home).toBe(driver.book().terms?.terms.ticketTypeId);
    expect(sent()).toEqual([[expect.stringContaining("buyer@example.com"), null]]);
    driver.send(eraseCommand(orderId), START + 2);
    expect(sent()).toEqual([[expect.not.stringContaining("buyer@example.com"), orderId]]);
  });
});

describe("[O4] an order waits", () => {
  const expiresAfter = (orderMinutes?: number) => {
    const driver = placed();
    if (orderMinutes !== undefined) driver.send(termsCommand({ version: 2, orderMinutes }), START + 1);
    driver.send(CHECKOUT, START + 1);
    return { driver, lasts: must(orderOf(driver), "it was made").expiresAt - START - 1 };
  };

  test.each([
    [undefined, 15],
    [15, 15],
    [16, 16],
    [10_080, 10_080],
  ])("with order_minutes %s of its event for %i minutes", (orderMinutes, minutes) => {
    expect(expiresAfter(orderMinutes).lasts).toBe(minutes * MINUTE);
  });

  test("to the millisecond: the one before may confirm, the one at it may not", () => {
    const early = expiresAfter(2_880);
    const late = expiresAfter(2_880);
    const at = START + 1 + 2_880 * MINUTE;
    expect(early.driver.send(settleCommand(orderId, "confirmed"), at - 1)).toMatchObject({ ok: true });
    expect(late.driver.send(settleCommand(orderId, "confirmed"), at)).toEqual({
      ok: false,
      refusal: { code: "order_expired" },
    });
    expect(orderOf(late.driver)).toMatchObject({ status: "expired" });
  });

  test("as long as was promised when it was made: a change of the event is for the orders after it", () => {
    const { driver } = expiresAfter(60);
    driver.send(termsCommand({ version: 3, orderMinutes: 30 }), START + 2);
    expect(must(orderOf(driver), "it was made").expiresAt).toBe(START + 1 + 60 * MINUTE);
  });
});
