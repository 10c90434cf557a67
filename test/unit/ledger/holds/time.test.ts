// Time in the ledger: how long a hold lasts, to the millisecond, and what it is when the clock or the alarm is wrong.

import { describe, expect, test } from "vitest";
import { nextExpiry } from "../../../../src/domain/ledger/memory/book.ts";
import { EMPTY_HEAD } from "../../../../src/domain/ledger/chain.ts";
import type { Command } from "../../../../src/domain/ledger/command.ts";
import { verifyLedger } from "../../../../src/domain/ledger/verify.ts";
import {
  findHold,
  checkoutCommand,
  claimCommand,
  holdCommand,
  HOLD_TTL_MS,
  holdIdOf,
  HOUR,
  MINUTE,
  OTHER_SHOPPER,
  readCommand,
  releaseCommand,
  sha256,
  SHOPPER,
  START,
  termsCommand,
} from "../../../support/builders.ts";
import { type Driver, openDriver, openOnSale } from "../../../support/ledger/driver.ts";
import { playTimeline } from "../../../support/ledger/timeline.ts";

const HOLD = holdIdOf(SHOPPER, "first");
const HELD_UNTIL = START + HOLD_TTL_MS;
const COUNTS = { kind: "counts" } as const;
const READ = readCommand([HOLD]);
/** Another shopper requests all ten. */
const TAKE_ALL = holdCommand("other", { by: OTHER_SHOPPER, quantity: 10 });
const SOLD_OUT = { code: "sold_out", availableQuantity: 0 };

/** All ten tickets are held until HELD_UNTIL. */
function allHeld(): Driver {
  const driver = openOnSale({ maxPerOrder: 10 });
  driver.send(holdCommand("first", { quantity: 10 }), START);
  return driver;
}

describe("a hold", () => {
  test("[H2] [H3] lasts 300 s from the object's clock, and starts active with all its attributes", () => {
    const driver = openOnSale();
    expect(driver.send(holdCommand("first", { quantity: 2, notes: "aisle" }), START)).toMatchObject({
      ok: true,
      value: {
        replayed: false,
        hold: {
          id: HOLD,
          userId: SHOPPER,
          quantity: 2,
          status: "active",
          source: "web",
          notes: "aisle",
          unitPrice: 15_000,
          heldUntil: START + 300_000,
          createdAt: START,
          updatedAt: START,
          orderId: null,
        },
      },
    });
    expect(driver.send(COUNTS, START)).toMatchObject({ value: { total: 10, sold: 0, held: 2, available: 8 } });
  });

  test("[H3] is active at held_until - 1 and expired at held_until", () => {
    playTimeline(allHeld(), [
      [HOLD_TTL_MS - 1, READ, "active"],
      [HOLD_TTL_MS, READ, "expired"],
    ]);
  });

  test("[H4] keeps its quantity to held_until - 1; the next request has it at held_until, with no alarm", () => {
    playTimeline(allHeld(), [
      [0, TAKE_ALL, SOLD_OUT],
      [HOLD_TTL_MS - 1, TAKE_ALL, SOLD_OUT],
      [HOLD_TTL_MS, TAKE_ALL, "active"],
      [HOLD_TTL_MS, COUNTS, { held: 10, available: 0 }],
    ]);
  });

  test.each<[string, Command, string, string | object]>([
    ["cannot be claimed", claimCommand([HOLD]), "converted", { code: "hold_expired", holdId: HOLD }],
    ["cannot be checked out", checkoutCommand([HOLD]), "converted", { code: "hold_expired", holdId: HOLD }],
    ["is not cancelled by a release", releaseCommand(HOLD), "cancelled", "expired"],
  ])("[H4] [H9] that expired %s at held_until, and one millisecond before that is done", (_, end, before, after) => {
    playTimeline(allHeld(), [
      [HOLD_TTL_MS - 1, end],
      [HOLD_TTL_MS - 1, READ, before],
    ]);
    playTimeline(allHeld(), [
      [HOLD_TTL_MS, end, after],
      [HOLD_TTL_MS, READ, "expired"],
    ]);
  });

  test("[H2] keeps its quantity, price and time when the terms change under it", () => {
    const driver = allHeld();
    driver.send(termsCommand({ version: 2, total: 50, unitPrice: 99_900, maxPerOrder: 1 }), START + 1);
    expect(findHold(driver.store, HOLD)).toMatchObject({
      quantity: 10,
      unitPrice: 15_000,
      heldUntil: HELD_UNTIL,
      createdAt: START,
    });
  });

  test("[H2] that is final stays as it is, whatever comes later", () => {
    const driver = allHeld();
    driver.send(releaseCommand(HOLD), START + 1);
    const cancelled = findHold(driver.store, HOLD);
    driver.send(claimCommand([HOLD]), START + 2);
    driver.send(releaseCommand(HOLD), START + 3);
    driver.batch([], HELD_UNTIL + HOUR);
    expect(findHold(driver.store, HOLD)).toEqual(cancelled);
  });
});

describe("the object's clock", () => {
  test.each([
    ["never runs backwards past the ledger's last row", 60_000, HELD_UNTIL],
    ["is the clock again when that row lies more than a minute ahead", 60_001, HELD_UNTIL - 60_001],
    ["is the clock again when that row lies half an hour ahead", 30 * MINUTE, HELD_UNTIL - 30 * MINUTE],
  ])("[H3] %s: a hold placed %d ms behind it lasts 300 s from then", (_, behindMs, createdAt) => {
    for (const isAsleep of [false, true]) {
      const driver = allHeld();
      driver.batch([], HELD_UNTIL);
      if (isAsleep) driver.restart();
      const reply = driver.send(holdCommand("later", { by: OTHER_SHOPPER }), HELD_UNTIL - behindMs);
      expect(reply).toMatchObject({ ok: true, value: { hold: { createdAt, heldUntil: createdAt + HOLD_TTL_MS } } });
      expect(driver.book().head.at).toBe(createdAt);
      expect(verifyLedger(EMPTY_HEAD, driver.store.rowsAfter(0, 100), sha256).broken).toBeNull();
    }
  });

  test("[H3] keeps an expired hold expired when the wall clock is set back", () => {
    playTimeline(allHeld(), [
      [HOLD_TTL_MS, READ, "expired"],
      [0, READ, "expired"],
      [0, "wake"],
      [0, READ, "expired"],
    ]);
  });

  test("[H3] does not lengthen a hold when the wall clock is set back and comes again", () => {
    playTimeline(allHeld(), [
      [-MINUTE, TAKE_ALL, SOLD_OUT],
      [HOLD_TTL_MS - 1, READ, "active"],
      [HOLD_TTL_MS, READ, "expired"],
    ]);
  });
});

describe("expiry", () => {
  /** Three holds that run out at HELD_UNTIL, + 1 s and + 2 s. */
  function three(): Driver {
    const driver = openOnSale();
    for (const second of [0, 1, 2]) driver.send(holdCommand(`hold ${second}`), START + second * 1_000);
    return driver;
  }

  test("[H5] that comes late gives all back once, each hold in the order in which it ran out", () => {
    const driver = three();
    driver.batch([], HELD_UNTIL + HOUR);
    const rows = driver.store.rowsAfter(4, 100);
    expect(rows.map(({ kind, holdId, held }) => [kind, holdId, held])).toEqual([
      ["expire", holdIdOf(SHOPPER, "hold 0"), 2],
      ["expire", holdIdOf(SHOPPER, "hold 1"), 1],
      ["expire", holdIdOf(SHOPPER, "hold 2"), 0],
    ]);
  });

  test("[H5] that comes twice, or again after a restart, changes nothing more", () => {
    const driver = three();
    driver.batch([], HELD_UNTIL + HOUR);
    const { head } = driver.book();
    driver.batch([], HELD_UNTIL + HOUR);
    driver.restart();
    driver.batch([], HELD_UNTIL + 2 * HOUR);
    expect(driver.book().head).toEqual(head);
  });

  test("[H5] after a restart finds the holds that ran out while nothing was in memory", () => {
    const driver = three();
    driver.restart();
    expect(nextExpiry(driver.book())).toBe(HELD_UNTIL);
    driver.batch([], HELD_UNTIL + 1_000);
    expect(driver.book().head.held).toBe(1);
  });

  test("[H5] names as next the first that is still active", () => {
    const driver = three();
    driver.send(releaseCommand(holdIdOf(SHOPPER, "hold 0")), START + 3_000);
    expect(nextExpiry(driver.book())).toBe(HELD_UNTIL + 1_000);
    driver.send(claimCommand([holdIdOf(SHOPPER, "hold 1")]), START + 3_000);
    expect(nextExpiry(driver.book())).toBe(HELD_UNTIL + 2_000);
    driver.batch([], HELD_UNTIL + 2_000);
    expect(nextExpiry(driver.book())).toBeNull();
  });

  test("[H5] is written down as the system's own doing", () => {
    const driver = three();
    driver.batch([], HELD_UNTIL);
    expect(driver.store.rowsAfter(4, 1)).toMatchObject([
      { kind: "expire", actor: "system", requestId: null, quantity: 1, at: HELD_UNTIL },
    ]);
  });

  test("[X5] without terms writes nothing", () => {
    const driver = openDriver();
    driver.batch([], START);
    expect(driver.store.rowsAfter(0, 10)).toEqual([]);
  });
});
