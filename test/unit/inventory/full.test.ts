// Rule X7: how much may be live at one time, at the bound and on both sides of it.

import { describe, expect, test } from "vitest";
import { DOUBT_MS, MAX_LIVE } from "../../../src/domain/limits.ts";
import { openLedger } from "../../../src/inventory/batch-runner.ts";
import {
  checkoutCommand,
  claimCommand,
  holdCommand,
  HOLD_TTL_MS,
  holdIdOf,
  OTHER_SHOPPER,
  ORDER_TTL_MS,
  releaseCommand,
  SETTINGS,
  settleCommand,
  SHOPPER,
  START,
  termsCommand,
  unclaimCommand,
} from "../../support/builders.ts";
import { type Driver, memoryStore, openDriver, sqlStore } from "../../support/ledger/driver.ts";

const FULL = { ok: false, refusal: { code: "overloaded", retryAfterSeconds: 5 } };
const MAX = 3;

test("[X7] an inventory has at most 100,000 holds, orders and claims at one time", () => {
  expect(MAX_LIVE).toBe(100_000);
});

describe.each([
  ["memory", memoryStore],
  ["SQL", sqlStore],
])("[X7] an inventory with a store in %s that may have three live ones at a time", (_name, openStore) => {
  /** With holds a and b of one shopper, and c of another, since START. */
  function full(): Driver {
    const driver = openDriver(openStore(), (store, clock) => openLedger(store, clock, { ...SETTINGS, maxLive: MAX }));
    driver.send(termsCommand({ total: 10, maxPerOrder: 5 }), START);
    for (const key of ["a", "b"]) expect(driver.send(holdCommand(key), START)).toMatchObject({ ok: true });
    expect(driver.send(holdCommand("c", { by: OTHER_SHOPPER }), START)).toMatchObject({ ok: true });
    return driver;
  }
  const more = (driver: Driver, at = START) => driver.send(holdCommand("more", { by: OTHER_SHOPPER }), at);
  const A = holdIdOf(SHOPPER, "a");
  const B = holdIdOf(SHOPPER, "b");

  test("takes the third hold and refuses the fourth, and again after a wake, until one runs out", () => {
    const driver = full();
    expect(more(driver)).toEqual(FULL);
    driver.restart();
    expect(more(driver)).toEqual(FULL);
    expect(more(driver, START + HOLD_TTL_MS - 1)).toEqual(FULL);
    expect(driver.book().head.held).toBe(3);
    expect(more(driver, START + HOLD_TTL_MS)).toMatchObject({ ok: true });
  });

  test("refuses the hold of the same batch that would be one more, and takes one after a release in it", () => {
    const driver = full();
    const [release, fourth, fifth] = driver.batch(
      [releaseCommand(A), holdCommand("d"), holdCommand("e", { by: OTHER_SHOPPER })],
      START + 1,
    );
    expect([release?.ok, fourth?.ok]).toEqual([true, true]);
    expect(fifth).toEqual(FULL);
  });

  test("[H6] [H8] names any other fault of a hold first, and still replies to a repeat", () => {
    const driver = full();
    expect(driver.send(holdCommand("a"), START)).toMatchObject({ ok: true, value: { replayed: true } });
    expect(driver.send(holdCommand("d", { quantity: 4 }), START)).toMatchObject({
      refusal: { code: "shopper_limit_reached" },
    });
  });

  test("[O1] [O5] makes an order in the place of its holds, which keeps a place until it has ended", () => {
    const driver = full();
    const checkout = checkoutCommand([A, B]);
    expect(driver.send(checkout, START + 1)).toMatchObject({ ok: true });
    expect(more(driver)).toMatchObject({ ok: true });
    expect(driver.send(holdCommand("d"), START + 1)).toEqual(FULL);
    expect(driver.send(settleCommand(checkout.orderId, "confirmed"), START + 2)).toMatchObject({ ok: true });
    expect(driver.send(holdCommand("d"), START + 2)).toMatchObject({ ok: true });
    expect(driver.send(holdCommand("e"), START + ORDER_TTL_MS)).toMatchObject({ ok: true });
  });

  test("[O2] takes a claim in the place of its holds, and puts them back though there is no room", () => {
    const driver = full();
    const claim = claimCommand([A, B]);
    expect(driver.send(claim, START + 1)).toMatchObject({ ok: true });
    expect(more(driver, START + 1)).toMatchObject({ ok: true });
    expect(driver.send(holdCommand("d"), START + 1)).toEqual(FULL);
    expect(driver.send(unclaimCommand(claim), START + DOUBT_MS)).toEqual({ ok: true, value: null });
    expect(driver.book().head.held).toBe(4);
    driver.restart();
    expect(driver.book().holds.size).toBe(4);
    expect(driver.send(holdCommand("d"), START + DOUBT_MS)).toEqual(FULL);
    driver.send(releaseCommand(A), START + DOUBT_MS);
    expect(driver.send(holdCommand("d"), START + DOUBT_MS)).toEqual(FULL);
  });
});
