// Rule H4: more holds that have run out than are a ledger row each are given back by one row, and are expired from then
// on, however they are read, though their own rows say nothing of it.

import { describe, expect, test } from "vitest";
import { nextExpiry, settledUpTo } from "../../../../src/domain/ledger/memory/book.ts";
import { EMPTY_HEAD, isOfMany, type LedgerRow } from "../../../../src/domain/ledger/chain.ts";
import { verifyLedger } from "../../../../src/domain/ledger/verify.ts";
import { MAX_EXPIRY_ROWS } from "../../../../src/domain/limits.ts";
import { must } from "../../../../src/domain/result.ts";
import { openLedger } from "../../../../src/inventory/batch-runner.ts";
import {
  activeHolds,
  checkoutCommand,
  claimCommand,
  findHold,
  holdCommand,
  HOLD_TTL_MS,
  holdIdOf,
  MINUTE,
  OTHER_SHOPPER,
  releaseCommand,
  SETTINGS,
  sha256,
  SHOPPER,
  START,
  termsCommand,
  unclaimCommand,
} from "../../../support/builders.ts";
import { type Driver, memoryStore, openDriver, sqlStore } from "../../../support/ledger/driver.ts";
import { seenOf } from "../../../support/ledger/model/harness.ts";

const MOST = 3;
const END = START + HOLD_TTL_MS;
const KEYS = ["a", "b", "c", "d"];
const ids = KEYS.map((key) => holdIdOf(SHOPPER, key));
const A = holdIdOf(SHOPPER, "a");

test("[H4] up to 1,000 holds that ran out are a ledger row each", () => {
  expect(MAX_EXPIRY_ROWS).toBe(1_000);
});

describe.each([
  ["memory", memoryStore],
  ["SQL", sqlStore],
])("with a store in %s and at most three rows for what has run out at one time,", (_name, openStore) => {
  /** So many holds of two tickets since START, and one of another shopper a minute later. */
  function placed(count: number): Driver {
    const driver = openDriver(openStore(), (store, clock) =>
      openLedger(store, clock, { ...SETTINGS, maxExpiryRows: MOST }),
    );
    driver.send(termsCommand({ total: 20, maxPerOrder: 10 }), START);
    const commands = KEYS.slice(0, count).map((key) => holdCommand(key, { quantity: 2, notes: `note ${key}` }));
    for (const reply of driver.batch(commands, START)) expect(reply.ok).toBe(true);
    driver.send(holdCommand("later", { by: OTHER_SHOPPER }), START + MINUTE);
    return driver;
  }
  const rowsOf = (driver: Driver): LedgerRow[] => driver.store.rowsAfter(0, 100);
  const expiries = (driver: Driver) => rowsOf(driver).filter(({ kind }) => kind === "expire");

  test("[H4] three holds are three rows, at their time and not a millisecond before it", () => {
    const driver = placed(3);
    driver.batch([], END - 1);
    expect(expiries(driver)).toEqual([]);
    driver.batch([], END);
    expect(expiries(driver).map(({ holdId, quantity }) => [holdId, quantity])).toEqual(
      ids.slice(0, 3).map((id) => [id, 2]),
    );
  });

  test("[H4] [H11] a wake reads three expired holds as they are, and four as a sum; the others live on", () => {
    const driver = placed(3);
    const wokenAt = (clock: number) => {
      const { ranOut, activeHolds: live } = driver.store.load({ clock, most: MOST });
      return { ranOut, live: [...live].map(({ heldUntil }) => heldUntil).sort((a, b) => a - b) };
    };
    expect(wokenAt(END)).toEqual({ ranOut: null, live: [END, END, END, END + MINUTE] });
    expect(wokenAt(END + MINUTE)).toEqual({
      ranOut: { at: END + MINUTE, quantity: 7, firstHeldUntil: END },
      live: [],
    });
    driver.send(holdCommand("last", { by: OTHER_SHOPPER }), START + 2 * MINUTE);
    expect(wokenAt(END + MINUTE)).toEqual({
      ranOut: { at: END + MINUTE, quantity: 7, firstHeldUntil: END },
      live: [END + 2 * MINUTE],
    });
  });

  test.each([
    ["", false],
    [" found on a wake", true],
  ])("[H1] [H4] four holds%s are one row, at their time and not a millisecond before it", (_, wakes) => {
    const driver = placed(4);
    driver.batch([], END - 1);
    if (wakes) driver.restart();
    expect(expiries(driver)).toEqual([]);
    driver.batch([], END);
    expect(expiries(driver)).toMatchObject([
      { at: END, holdId: null, orderId: null, quantity: 8, held: 1, actor: "system" },
    ]);
    expect(driver.book().head).toMatchObject({ held: 1, seq: 7 });
    expect(nextExpiry(driver.book())).toBe(END + MINUTE);
    expect(verifyLedger(EMPTY_HEAD, rowsOf(driver), sha256).broken).toBeNull();
  });

  test("[H4] they are all there for the very command that finds them, of their shopper too", () => {
    const driver = placed(4);
    driver.send(termsCommand({ version: 2, total: 9, maxPerOrder: 8 }), END - 1);
    expect(driver.send(holdCommand("next", { quantity: 8 }), END - 1)).toMatchObject({ ok: false });
    expect(driver.send(holdCommand("next", { quantity: 8 }), END)).toMatchObject({ ok: true });
  });

  test("[H5] [H11] a wake after it, or a second one, gives nothing back again", () => {
    const driver = placed(4);
    driver.batch([], END);
    const before = seenOf(driver.book());
    for (const at of [END, END + 1, END + MINUTE - 1]) {
      driver.restart();
      expect(seenOf(driver.book())).toEqual(before);
      driver.batch([], at);
      expect(driver.book().head).toMatchObject({ held: 1, seq: 7 });
    }
  });

  test("[H11] when its transaction fails nothing of it stays, and the next batch does it once", () => {
    const driver = placed(4);
    const before = rowsOf(driver);
    expect(driver.failingBatch([holdCommand("next")], END)).toBe(true);
    expect(rowsOf(driver)).toEqual(before);
    driver.restart();
    expect(driver.book().head.held).toBe(9);
    expect(nextExpiry(driver.book())).toBe(END);
    driver.batch([], END + 1);
    expect(expiries(driver)).toMatchObject([{ at: END + 1, quantity: 8 }]);
  });

  test("[H11] [X7] what was summed up on wake is summed up again for the time at which it is given back", () => {
    const driver = placed(4);
    expect(driver.failingBatch([], END)).toBe(true);
    driver.restart();
    driver.batch([], END + MINUTE);
    expect(expiries(driver)).toMatchObject([{ at: END + MINUTE, quantity: 9, held: 0 }]);
    expect(nextExpiry(driver.book())).toBeNull();
  });

  test("[H2] [H9] each of them reads as expired by that row, and a release finds it so", () => {
    const driver = placed(4);
    driver.batch([], END);
    const expired = { status: "expired", updatedAt: END, seq: 7, placedSeq: 2, notes: null, heldUntil: END };
    expect(findHold(driver.store, A)).toMatchObject(expired);
    const by = { id: SHOPPER, organizationId: null };
    for (const at of [END, END + MINUTE]) {
      expect(driver.send({ kind: "read", holdIds: [A], by }, at)).toMatchObject({ value: { holds: [expired] } });
      expect(driver.send(releaseCommand(A), at)).toMatchObject({ ok: true, value: expired });
    }
    expect(activeHolds(driver.store)).toEqual([]);
  });

  test("[H8] the same key is still the same hold, and with another body it is refused", () => {
    const driver = placed(4);
    driver.batch([], END);
    driver.restart();
    const again = holdCommand("a", { quantity: 2, notes: "note a" });
    expect(driver.send(again, END)).toMatchObject({ ok: true, value: { replayed: true, hold: { status: "expired" } } });
    expect(driver.send(holdCommand("a", { quantity: 1, notes: "note a" }), END)).toMatchObject({
      refusal: { code: "idempotency_key_reused" },
    });
    expect(driver.book().head.held).toBe(1);
  });

  test("[O1] none of them is checked out or claimed", () => {
    const driver = placed(4);
    const refusal = { code: "hold_expired", holdId: A };
    expect(driver.send(checkoutCommand([A]), END)).toEqual({ ok: false, refusal });
    expect(driver.send(claimCommand([A]), END)).toEqual({ ok: false, refusal });
  });

  test("lists show them as expired, and no longer as active", () => {
    const driver = placed(4);
    driver.batch([], END);
    const page = (status: "active" | "expired") => ({
      walked: driver.store.listHolds({ limit: 10, beforeSeq: null, status }).holds,
      merged: driver.store.holdsByTime({ limit: 10, status, before: null }),
    });
    for (const holds of Object.values(page("active"))) {
      expect(holds.map(({ id }) => id)).toEqual([holdIdOf(OTHER_SHOPPER, "later")]);
    }
    for (const holds of Object.values(page("expired"))) {
      expect(holds.map(({ id, seq, updatedAt }) => [id, seq, updatedAt]).sort()).toEqual(
        ids.map((id) => [id, 7, END]).sort(),
      );
    }
  });

  test("[H4] the next many are a row of their own, and each hold is expired by its own", () => {
    const driver = placed(4);
    driver.batch([], END);
    const again = KEYS.map((key) => holdCommand(`again ${key}`));
    driver.batch(again, END);
    driver.batch([], END + HOLD_TTL_MS);
    expect(expiries(driver).map(({ holdId, quantity, seq }) => [holdId, quantity, seq])).toEqual([
      [null, 8, 7],
      [null, 5, 12],
    ]);
    expect(findHold(driver.store, A)?.seq).toBe(7);
    expect(findHold(driver.store, must(again[0], "there are some").holdId)).toMatchObject({
      status: "expired",
      seq: 12,
    });
  });

  test("[O2] a claim is none of them, and put back after its time it is a row of its own", () => {
    const driver = placed(4);
    const claim = claimCommand([A]);
    driver.send(claim, END - 1);
    driver.batch([], END + MINUTE);
    expect(expiries(driver)).toMatchObject([{ holdId: null, quantity: 7, held: 2 }]);
    driver.send(unclaimCommand(claim), END + MINUTE + 1);
    expect(expiries(driver)).toMatchObject([{ holdId: null }, { holdId: A, quantity: 2, held: 0 }]);
    expect(findHold(driver.store, A)).toMatchObject({ status: "expired", updatedAt: END + MINUTE + 1 });
    driver.restart();
    expect(driver.book().head.held).toBe(0);
  });

  test("[O3] an order that ends with them is one that the batch changed, also where the batch itself failed", () => {
    const faulty = openStore();
    let now = START;
    const ledger = openLedger(faulty.store, () => now, { ...SETTINGS, maxExpiryRows: 1, orderTtlMs: HOLD_TTL_MS });
    const checkout = checkoutCommand([A]);
    ledger.run([termsCommand(), ...KEYS.map((key) => holdCommand(key)), checkout]);
    now = END;
    let writes = 0;
    const { write } = faulty.store;
    faulty.store.write = (draft) => {
      writes += 1;
      if (writes === 2) throw new Error("the disk is full");
      write(draft);
    };
    expect(() => ledger.run([holdCommand("later")])).toThrow("the disk is full");
    ledger.reload();
    const { orders } = ledger.run([]);
    expect(orders.map(({ id, status }) => [id, status])).toEqual([[checkout.orderId, "expired"]]);
    expect(ledger.run([]).orders).toEqual([]);
  });

  test("[X7] while they are not given back no mark is set behind which a wake would miss them", () => {
    const driver = placed(4);
    expect(settledUpTo(driver.book())).toEqual({ orders: 6, holds: 1 });
    expect(driver.failingBatch([], END)).toBe(true);
    driver.restart();
    expect(settledUpTo(driver.book()).holds).toBe(0);
    driver.batch([], END);
    expect(settledUpTo(driver.book())).toEqual({ orders: 7, holds: 5 });
  });
});

test("[H4] a ledger row is of many by its kind and because it names none", () => {
  expect(isOfMany({ kind: "expire", holdId: null })).toBe(true);
  expect(isOfMany({ kind: "expire", holdId: A })).toBe(false);
  expect(isOfMany({ kind: "terms", holdId: null })).toBe(false);
});

test("[H4] a wake adds up what ran out over all the pages that it reads", () => {
  const driver = openDriver(sqlStore(), (store, clock) =>
    openLedger(store, clock, { ...SETTINGS, maxExpiryRows: MOST }),
  );
  driver.send(termsCommand({ total: 5_000, maxPerOrder: 5_000 }), START);
  driver.batch(
    Array.from({ length: 4_000 }, (_, n) => holdCommand(`of the first page ${n}`)),
    START,
  );
  driver.send(holdCommand("of the second"), START + MINUTE);
  const { ranOut, activeHolds: live } = driver.store.load({ clock: END + MINUTE, most: MOST });
  expect(ranOut).toEqual({ at: END + MINUTE, quantity: 4_001, firstHeldUntil: END });
  expect([...live]).toEqual([]);
});
