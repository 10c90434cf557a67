// Rule H14: how often a shopper may give back and hold again, at the limit and above it, and to the millisecond.

import { describe, expect, test } from "vitest";
import type { HoldId } from "../../../../src/domain/ids.ts";
import { addGivenBack, givenBackBy, nothingGivenBack } from "../../../../src/domain/ledger/memory/given-back.ts";
import { GIVEN_BACK_MS, MAX_COUNTED_SHOPPERS, MAX_GIVEN_BACK } from "../../../../src/domain/limits.ts";
import {
  BOX_OFFICE,
  checkoutCommand,
  holdCommand,
  holdIdOf,
  idOf,
  OTHER_SHOPPER,
  releaseCommand,
  settleCommand,
  SHOPPER,
  START,
} from "../../../support/builders.ts";
import { type Driver, openOnSale } from "../../../support/ledger/driver.ts";

/** The tests begin with one of the ten minutes that are counted. */
const NEXT = START + GIVEN_BACK_MS;
const LIMITED = (at: number) => ({
  ok: false,
  refusal: { code: "rate_limited", retryAfterSeconds: Math.ceil((NEXT - at) / 1_000) },
});

function holdsAndReleases(driver: Driver, times: number, by = SHOPPER): void {
  for (let n = 0; n < times; n++) {
    expect(driver.send(holdCommand(`${n}`, { by }), START)).toMatchObject({ ok: true });
    expect(driver.send(releaseCommand(holdIdOf(by, `${n}`), by), START)).toMatchObject({ ok: true });
  }
}
const more = (driver: Driver, at = START, by = SHOPPER) => driver.send(holdCommand("more", { by }), at);

test("[H14] the limit is 60 in ten minutes, which begin with START here", () => {
  expect([MAX_GIVEN_BACK, GIVEN_BACK_MS, START % GIVEN_BACK_MS]).toEqual([60, 600_000, 0]);
});

describe("[H14] a shopper who has given back", () => {
  test("59 times may hold again, but after the 60th waits until ten minutes are over, to the millisecond", () => {
    const driver = openOnSale();
    holdsAndReleases(driver, MAX_GIVEN_BACK - 1);
    expect(more(driver)).toMatchObject({ ok: true });
    driver.send(releaseCommand(holdIdOf(SHOPPER, "more")), START);
    const another = (at: number) => driver.send(holdCommand("another"), at);
    expect(another(START)).toEqual(LIMITED(START));
    expect(another(NEXT - 1)).toEqual(LIMITED(NEXT - 1));
    expect(LIMITED(NEXT - 1).refusal.retryAfterSeconds).toBe(1);
    expect(another(NEXT)).toMatchObject({ ok: true });
  });

  test("too often is distinguished from others, whose holds go on", () => {
    const driver = openOnSale();
    holdsAndReleases(driver, MAX_GIVEN_BACK);
    expect(more(driver, START, OTHER_SHOPPER)).toMatchObject({ ok: true });
    expect(more(driver)).toEqual(LIMITED(START));
  });

  test("too often still gets replies to its repeats, still gives back and still checks out", () => {
    const driver = openOnSale();
    holdsAndReleases(driver, MAX_GIVEN_BACK - 1);
    for (const key of ["a", "b"]) driver.send(holdCommand(key), START);
    const [a, b] = [holdIdOf(SHOPPER, "a"), holdIdOf(SHOPPER, "b")];
    expect(driver.send(releaseCommand(a), START)).toMatchObject({ ok: true, value: { status: "cancelled" } });
    expect(more(driver)).toEqual(LIMITED(START));
    expect(driver.send(holdCommand("b"), START)).toMatchObject({ ok: true, value: { replayed: true } });
    expect(driver.send(checkoutCommand([b]), START)).toMatchObject({ ok: true });
    expect(driver.send(releaseCommand(a), START)).toMatchObject({ ok: true, value: { status: "cancelled" } });
  });

  test("by swaps is limited as by releases", () => {
    const driver = openOnSale();
    let last: HoldId | null = null;
    for (let n = 0; n <= MAX_GIVEN_BACK; n++) {
      expect(driver.send(holdCommand(`${n}`, { replaces: last }), START)).toMatchObject({ ok: true });
      last = holdIdOf(SHOPPER, `${n}`);
    }
    expect(driver.send(holdCommand("more", { replaces: last }), START)).toEqual(LIMITED(START));
    expect(driver.book().head.held, "the old hold stands").toBe(1);
  });

  test("by cancelled orders is limited as by releases, and a confirmed one is none", () => {
    const driver = openOnSale();
    holdsAndReleases(driver, MAX_GIVEN_BACK - 2);
    for (const [key, status] of [
      ["a", "confirmed"],
      ["b", "cancelled"],
      ["c", "cancelled"],
    ] as const) {
      expect(driver.send(holdCommand(key), START)).toMatchObject({ ok: true });
      const order = checkoutCommand([holdIdOf(SHOPPER, key)], { key });
      driver.batch([order, settleCommand(order.orderId, status)], START);
    }
    expect(more(driver)).toEqual(LIMITED(START));
  });

  test("all within one batch is limited in it", () => {
    const driver = openOnSale();
    const commands = Array.from({ length: MAX_GIVEN_BACK }, (_, n) => [
      holdCommand(`${n}`),
      releaseCommand(holdIdOf(SHOPPER, `${n}`)),
    ]).flat();
    const replies = driver.batch([...commands, holdCommand("more"), holdCommand("more", { by: OTHER_SHOPPER })], START);
    expect(replies.slice(0, -2).every(({ ok }) => ok)).toBe(true);
    expect(replies.slice(-2)).toMatchObject([LIMITED(START), { ok: true }]);
  });

  test("in a batch whose transaction failed has given nothing back", () => {
    const driver = openOnSale();
    holdsAndReleases(driver, MAX_GIVEN_BACK - 1);
    driver.send(holdCommand("a"), START);
    expect(driver.failingBatch([releaseCommand(holdIdOf(SHOPPER, "a"))], START)).toBe(true);
    expect(more(driver)).toMatchObject({ ok: true });
  });

  test("is not the one whose holds an organiser releases, nor is the organiser, however often", () => {
    const driver = openOnSale();
    for (let n = 0; n < 2 * MAX_GIVEN_BACK; n++) {
      driver.send(holdCommand(`${n}`), START);
      driver.send(releaseCommand(holdIdOf(SHOPPER, `${n}`), BOX_OFFICE), START);
      driver.send(holdCommand(`${n}`, { by: BOX_OFFICE, source: "scanner" }), START);
      driver.send(releaseCommand(holdIdOf(BOX_OFFICE, `${n}`), BOX_OFFICE), START);
    }
    expect(more(driver)).toMatchObject({ ok: true });
    expect(driver.send(holdCommand("door", { by: BOX_OFFICE, source: "scanner" }), START)).toMatchObject({ ok: true });
  });

  test("gets any other reason first: what is sold out is sold out", () => {
    const driver = openOnSale({ total: 1 });
    holdsAndReleases(driver, MAX_GIVEN_BACK);
    more(driver, START, OTHER_SHOPPER);
    expect(more(driver)).toMatchObject({ refusal: { code: "sold_out" } });
  });
});

test("[H14] [X7] an inventory counts 10,000 shoppers at most, and drops whose give-backs are oldest", () => {
  const given = nothingGivenBack();
  const name = (n: number) => idOf("shp", `shopper ${n}`);
  addGivenBack(
    given,
    new Map([
      [name(0), 1],
      [name(1), 2],
    ]),
    START,
  );
  addGivenBack(given, new Map([[name(0), 4]]), START);
  const crowd = Array.from({ length: MAX_COUNTED_SHOPPERS - 1 }, (_, n) => [name(n + 2), 1] as const);
  addGivenBack(given, new Map(crowd), START);
  expect(given.counts.size).toBe(10_000);
  expect([givenBackBy(given, name(0), START), givenBackBy(given, name(1), START)]).toEqual([5, 0]);
  addGivenBack(given, new Map([[name(1), 1]]), START + GIVEN_BACK_MS);
  expect(given.counts.size).toBe(1);
});
