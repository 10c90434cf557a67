// Rule H15: what shoppers of one address may hold and reserve unpaid, exactly at the limit and one above it, and what
// counts at each turn of a hold and an order. Each also after a wake, which reads it from the rows.

import { describe, expect, test } from "vitest";
import type { HolderId } from "../../../../src/domain/ids.ts";
import { DOUBT_MS } from "../../../../src/domain/limits.ts";
import type { Terms } from "../../../../src/domain/terms.ts";
import { addressHash } from "../../../support/ledger/address.ts";
import {
  BOX_OFFICE,
  checkoutCommand,
  claimCommand,
  extendCommand,
  findHold,
  followCommand,
  holdCommand,
  holdIdOf,
  HOLD_TTL_MS,
  idOf,
  ORDER_TTL_MS,
  OTHER_SHOPPER,
  releaseCommand,
  SETTINGS,
  settleCommand,
  SHOPPER,
  START,
  termsCommand,
  unclaimCommand,
} from "../../../support/builders.ts";
import { type Driver, memoryStore, openDriver, sqlStore } from "../../../support/ledger/driver.ts";

const HERE = addressHash(2 ** 48 - 1);
const THERE = addressHash(0);
const MAX = 5;
const A = holdIdOf(SHOPPER, "a");
const B = holdIdOf(OTHER_SHOPPER, "b");
const LIMITED = (remaining: number) => ({
  ok: false,
  refusal: { code: "address_limit_reached", maxUnpaid: MAX, remaining },
});

describe.each([
  ["memory", memoryStore],
  ["SQL", sqlStore],
])("[H15] with a store in %s, of a type of which an address may have five unpaid", (_name, openStore) => {
  const opened = (changes: Partial<Terms> = {}): Driver => {
    const driver = openDriver(openStore());
    driver.send(termsCommand({ total: 100, maxPerOrder: 10, maxUnpaidPerAddress: MAX, ...changes }), START);
    return driver;
  };
  /** The holds of two shoppers at one address: three tickets and two. */
  function full(changes: Partial<Terms> = {}): Driver {
    const driver = opened(changes);
    expect(hold(driver, "a", 3)).toMatchObject({ ok: true });
    expect(hold(driver, "b", 2, OTHER_SHOPPER)).toMatchObject({ ok: true });
    return driver;
  }
  let third = 0;
  function hold(driver: Driver, key: string, quantity: number, by: HolderId = SHOPPER, at = START, address = HERE) {
    return driver.send(holdCommand(key, { by, quantity, address }), at);
  }
  /** What a further shopper there may have: all of it and not one more, in this life of the object and the next. */
  function expectLeft(driver: Driver, left: number, at = START): void {
    for (const restarts of [false, true]) {
      if (restarts) driver.restart();
      third += 1;
      const by = idOf("shp", `one more shopper ${third}`);
      expect(hold(driver, "more", left + 1, by, at)).toEqual(LIMITED(left));
      if (left === 0) continue;
      expect(hold(driver, "more", left, by, at)).toMatchObject({ ok: true });
      expect(driver.send(releaseCommand(holdIdOf(by, "more"), by), at)).toMatchObject({ ok: true });
    }
  }

  test("takes five and refuses a sixth, whoever requests it from there, and takes it from elsewhere", () => {
    const driver = opened();
    expect(hold(driver, "a", 3)).toMatchObject({ ok: true });
    expect(hold(driver, "b", 3, OTHER_SHOPPER)).toEqual(LIMITED(2));
    expectLeft(driver, 2);
    expect(hold(driver, "b", 2, OTHER_SHOPPER)).toMatchObject({ ok: true });
    expectLeft(driver, 0);
    expect(hold(driver, "c", 1, OTHER_SHOPPER, START, THERE)).toMatchObject({ ok: true });
  });

  test("counts within one batch too, and a refused one not", () => {
    const driver = opened();
    const commands = ["a", "b", "c"].map((key) =>
      holdCommand(key, { by: idOf("shp", key), quantity: 2, address: HERE }),
    );
    expect(driver.batch(commands, START)).toMatchObject([{ ok: true }, { ok: true }, LIMITED(1)]);
    expectLeft(driver, 1);
  });

  test("counts none without an address, of a member's or key's, and where there is no limit", () => {
    const driver = full();
    expect(driver.send(holdCommand("c", { quantity: 1, address: null }), START)).toMatchObject({ ok: true });
    expect(driver.send(holdCommand("d", { by: idOf("shp", "d"), quantity: 4 }), START)).toMatchObject({ ok: true });
    for (const source of ["scanner", "web"] as const) {
      const door = holdCommand(source, { by: BOX_OFFICE, quantity: 4, source, address: HERE });
      expect(driver.send(door, START)).toMatchObject({ ok: true, value: { hold: { address: null } } });
    }
    for (const terms of [{ maxUnpaidPerAddress: null }, {}]) {
      const free = openDriver(openStore());
      free.send(termsCommand({ total: 100, ...terms }), START);
      for (let n = 0; n < 20; n++) expect(hold(free, `${n}`, 4, idOf("shp", `${n}`))).toMatchObject({ ok: true });
    }
  });

  test("[H6] [H8] is checked after the shopper's limit, before what is left, and never for a repeat", () => {
    const driver = full({ total: 5, maxPerOrder: 3 });
    expect(hold(driver, "c", 1)).toMatchObject({ refusal: { code: "shopper_limit_reached" } });
    expect(hold(driver, "c", 1, idOf("shp", "c"))).toEqual(LIMITED(0));
    expect(hold(driver, "c", 1, idOf("shp", "c"), START, THERE)).toMatchObject({ refusal: { code: "sold_out" } });
    expect(hold(driver, "a", 3)).toMatchObject({ ok: true, value: { replayed: true } });
    expect(hold(driver, "a", 3, SHOPPER, START, THERE), "from wherever it comes").toMatchObject({
      value: { replayed: true, hold: { address: HERE } },
    });
  });

  test("frees what is released, at once, and what runs out, to the millisecond", () => {
    const driver = full();
    driver.send(releaseCommand(A), START);
    expectLeft(driver, 3);
    expectLeft(driver, 3, START + HOLD_TTL_MS - 1);
    expectLeft(driver, 5, START + HOLD_TTL_MS);
  });

  test("[O9] goes on counting a hold that is extended", () => {
    const driver = full();
    driver.send(releaseCommand(B, OTHER_SHOPPER), START);
    driver.send(extendCommand(A), START + HOLD_TTL_MS - 1);
    expectLeft(driver, 2, START + HOLD_TTL_MS);
    expectLeft(driver, 5, START + 2 * HOLD_TTL_MS - 1);
  });

  test("[O8] frees for a swap what it replaces there, and counts it where the new one comes from", () => {
    const driver = full();
    const swap = (key: string, quantity: number, replaces: typeof A, address = HERE) =>
      driver.send(holdCommand(key, { quantity, replaces, address }), START);
    expect(swap("new", 4, A)).toEqual(LIMITED(3));
    expect(swap("new", 3, A)).toMatchObject({ ok: true });
    expectLeft(driver, 0);
    expect(swap("moved", 3, holdIdOf(SHOPPER, "new"), THERE)).toMatchObject({ ok: true });
    expectLeft(driver, 3);
    expect(swap("back", 4, holdIdOf(SHOPPER, "moved")), "elsewhere it frees nothing here").toEqual(LIMITED(3));
  });

  test.each(["cancelled", "confirmed"] as const)(
    "[O3] counts a reserved order, and once it is %s no more",
    (status) => {
      const driver = full();
      const order = checkoutCommand([A]);
      driver.send(order, START);
      expectLeft(driver, 0);
      expectLeft(driver, 2, START + HOLD_TTL_MS);
      driver.send(settleCommand(order.orderId, status), START + HOLD_TTL_MS);
      expectLeft(driver, 5, START + HOLD_TTL_MS);
    },
  );

  test("[O4] counts a reserved order until it expires, to the millisecond", () => {
    const driver = full();
    driver.send(checkoutCommand([A]), START);
    expectLeft(driver, 2, START + ORDER_TTL_MS - 1);
    expectLeft(driver, 5, START + ORDER_TTL_MS);
  });

  test("counts each ticket of an order where its hold came from, wherever the checkout does", () => {
    const driver = opened();
    hold(driver, "a", 2);
    hold(driver, "c", 1, SHOPPER, START, THERE);
    hold(driver, "d", 1);
    const order = checkoutCommand([A, holdIdOf(SHOPPER, "c"), holdIdOf(SHOPPER, "d")]);
    expect(driver.send(order, START)).toMatchObject({ ok: true });
    expectLeft(driver, 2);
    expect([...driver.book().unpaid]).toEqual(
      expect.arrayContaining([
        [HERE, 3],
        [THERE, 1],
      ]),
    );
    driver.send(settleCommand(order.orderId, "confirmed"), START);
    expect([...driver.book().unpaid]).toEqual([]);
  });

  test("[O2] counts a claim of another home's order until it follows that one's end", () => {
    const driver = full();
    const claim = claimCommand([A]);
    driver.send(claim, START);
    expectLeft(driver, 0);
    const meant = [findHold(driver.store, A)].flatMap((found) => found ?? []);
    const followed = (status: "reserved" | "confirmed", seq: number) =>
      driver.send(followCommand(claim, meant, { status, seq, expiresAt: START + ORDER_TTL_MS }), START + 1);
    followed("reserved", 2);
    expectLeft(driver, 0, START + 1);
    followed("confirmed", 3);
    expectLeft(driver, 3, START + 1);
  });

  test("[O2] counts a hold that a void attempt gives back again, or no more when its time has passed", () => {
    for (const [at, left] of [
      [START + 1, 0],
      [START + HOLD_TTL_MS + DOUBT_MS, 5],
    ] as const) {
      const driver = full();
      const claim = claimCommand([A]);
      driver.send(claim, START);
      driver.send(unclaimCommand(claim), at);
      expectLeft(driver, left, at);
    }
  });

  test("[H4] counts none of a crowd of holds that one row gave back", () => {
    const driver = openDriver(openStore(), undefined, { ...SETTINGS, maxExpiryRows: 1 });
    driver.send(termsCommand({ total: 100, maxPerOrder: 10, maxUnpaidPerAddress: MAX }), START);
    for (let n = 0; n < 5; n++) hold(driver, `${n}`, 1, idOf("shp", `${n}`));
    expectLeft(driver, 0, START + HOLD_TTL_MS - 1);
    expectLeft(driver, 5, START + HOLD_TTL_MS);
    expect(driver.store.rowsAfter(0, 100).filter(({ kind }) => kind === "expire")).toHaveLength(1);
  });

  test("[H11] is as before when the transaction fails", () => {
    const driver = full();
    expect(driver.failingBatch([releaseCommand(A)], START)).toBe(true);
    expectLeft(driver, 0);
  });

  test("[K6] follows the organiser's limit as it is now, also below what is held", () => {
    const driver = full();
    driver.send(termsCommand({ version: 2, total: 100, maxUnpaidPerAddress: 3 }), START);
    expect(hold(driver, "c", 1, idOf("shp", "c"))).toEqual({
      ok: false,
      refusal: { code: "address_limit_reached", maxUnpaid: 3, remaining: 0 },
    });
    driver.send(termsCommand({ version: 3, total: 100, maxUnpaidPerAddress: null }), START);
    expect(hold(driver, "c", 4, idOf("shp", "c"))).toMatchObject({ ok: true });
  });
});
