// What an inventory makes of terms after D1 was restored to an earlier state.

import { describe, expect, test } from "vitest";
import type { Terms } from "../../../src/domain/terms.ts";
import {
  checkoutCommand,
  holdCommand,
  holdIdOf,
  OTHER_SHOPPER,
  settleCommand,
  START,
  termsCommand,
} from "../../support/builders.ts";
import { type Driver, openOnSale } from "../../support/ledger/driver.ts";

/** As a version that is not the one in force. */
const NOT_TAKEN = { code: "version_conflict" };

/** Ten tickets: two sold, three held. */
function partlySold(): Driver {
  const driver = openOnSale();
  const sale = holdIdOf(OTHER_SHOPPER, "sale");
  const order = checkoutCommand([sale], { by: OTHER_SHOPPER });
  driver.batch([holdCommand("sale", { by: OTHER_SHOPPER, quantity: 2 }), order], START);
  const confirm = settleCommand(order.orderId, "confirmed", OTHER_SHOPPER);
  driver.batch([confirm, holdCommand("first", { quantity: 3 })], START);
  return driver;
}
const shown = (driver: Driver): unknown => {
  const reply = driver.send({ kind: "counts" }, START);
  return reply.ok
    ? { status: reply.value.status, total: reply.value.total, available: reply.value.available }
    : reply.refusal;
};
const take = (driver: Driver, terms: Partial<Terms>): unknown => {
  const reply = driver.send(termsCommand(terms), START);
  return reply.ok ? reply.value : reply.refusal;
};

describe("[X6] terms after a restore of D1", () => {
  const EPOCH = START;

  test("are taken in a newer epoch whatever their version, and the inventory's own total remains", () => {
    const driver = partlySold();
    take(driver, { version: 7, total: 12 });
    const kept = { version: 2, total: { version: 2, applied: true, total: 12, kept: true } };
    expect(take(driver, { version: 2, epoch: EPOCH, total: 10, maxPerOrder: 3 })).toEqual(kept);
    expect(shown(driver)).toMatchObject({ total: 12, available: 7 });
    expect(driver.book().terms?.terms.maxPerOrder).toBe(3);
    driver.restart();
    expect(take(driver, { version: 2, epoch: EPOCH, total: 10, maxPerOrder: 3 })).toEqual(kept);
  });

  test("keep the total also where D1 waits for a lower one, or has one below what is committed", () => {
    const driver = partlySold();
    expect(take(driver, { version: 1, epoch: EPOCH, pendingTotal: 6 })).toMatchObject({
      total: { total: 10, kept: true },
    });
    expect(take(driver, { version: 1, epoch: EPOCH + 1, total: 2 })).toMatchObject({
      total: { total: 10, kept: true },
    });
  });

  test("are a repeat when D1 has taken over the total, and are not when it says another", () => {
    const driver = partlySold();
    take(driver, { version: 7, total: 12 });
    take(driver, { version: 2, epoch: EPOCH, total: 10 });
    expect(take(driver, { version: 2, epoch: EPOCH, total: 12 })).toMatchObject({ total: { total: 12 } });
    expect(take(driver, { version: 2, epoch: EPOCH, total: 11 })).toEqual(NOT_TAKEN);
  });

  test("of an older epoch are not taken, however new their version: not even one millisecond older", () => {
    const driver = openOnSale({ epoch: EPOCH });
    expect(take(driver, { version: 99, epoch: EPOCH - 1, hidden: true })).toEqual(NOT_TAKEN);
    expect(take(driver, { version: 99, hidden: true })).toEqual(NOT_TAKEN);
    expect(take(driver, { version: 99, epoch: EPOCH, total: 15 })).toMatchObject({ version: 99, total: { total: 15 } });
  });

  test("are changed in their epoch as before, and totals are judged again", () => {
    const driver = partlySold();
    take(driver, { version: 2, epoch: EPOCH, total: 12 });
    expect(take(driver, { version: 3, epoch: EPOCH, total: 20 })).toEqual({
      version: 3,
      total: { version: 3, applied: true, total: 20 },
    });
    expect(take(driver, { version: 4, epoch: EPOCH, pendingTotal: 4 })).toMatchObject({ total: { applied: false } });
  });

  test("of a release that knows neither epoch nor hash are taken by their version", () => {
    const driver = openOnSale();
    const old = (changes: Partial<Terms>): unknown => {
      const { hash: _, ...terms } = termsCommand(changes).terms;
      const reply = driver.send({ ...termsCommand(), terms }, START);
      return reply.ok ? reply.value : reply.refusal;
    };
    expect(old({ version: 2, total: 11 })).toMatchObject({ total: { total: 11 } });
    expect(old({ version: 2, total: 11 })).toMatchObject({ total: { total: 11 } });
    expect(take(driver, { version: 3, epoch: EPOCH })).toMatchObject({ version: 3 });
    expect(old({ version: 4 })).toEqual(NOT_TAKEN);
  });
});
