// What deletion leaves in the tables, and that nothing but it is missed (rules H13, H8): the real store, in Node.

import { describe, expect, test } from "vitest";
import { openBook } from "../../../../src/domain/ledger/memory/book.ts";
import { EMPTY_HEAD, firstBrokenRow } from "../../../../src/domain/ledger/chain.ts";
import type { ClaimCommand, FollowCommand } from "../../../../src/domain/ledger/command.ts";
import { SWEEP_GRID_MS } from "../../../../src/domain/ledger/retention.ts";
import { must } from "../../../../src/domain/result.ts";
import {
  checkoutCommand,
  claimCommand,
  findHold,
  followCommand,
  holdCommand,
  HOLD_TTL_MS,
  holdIdOf,
  HOUR,
  releaseCommand,
  settleCommand,
  sha256,
  SHOPPER,
  START,
  termsCommand,
} from "../../../support/builders.ts";
import { seenOf } from "../../../support/ledger/model/harness.ts";
import { openRetentionDriver, type RetentionDriver } from "../../../support/ledger/retention-driver.ts";

const DAY = 24 * HOUR;
const ARCHIVED = START + 10 * DAY;
const KEYS = ["released", "expired", "confirmed", "cancelled", "lapsed"];

const idsOf = ({ query }: RetentionDriver): unknown[] => query("SELECT id FROM holds ORDER BY id").map(({ id }) => id);
const keysLeft = (driver: RetentionDriver, keys: readonly string[] = KEYS): string[] => {
  const ids = idsOf(driver);
  return keys.filter((key) => ids.includes(holdIdOf(SHOPPER, key)));
};

/** A hold for each way to end, all ended at START + 5 min, in this order. */
function withEndedHolds(changes: Parameters<typeof openRetentionDriver>[0] = {}): RetentionDriver {
  const driver = openRetentionDriver(changes);
  driver.send(termsCommand({ total: 20, maxPerOrder: 20 }), START);
  driver.batch(
    KEYS.map((key) => holdCommand(key)),
    START,
  );
  const ordered = (["confirmed", "cancelled"] as const).map((status) => ({
    status,
    checkout: checkoutCommand([holdIdOf(SHOPPER, status)], { key: status }),
  }));
  const lapsed = claimCommand([holdIdOf(SHOPPER, "lapsed")]);
  driver.batch([...ordered.map(({ checkout }) => checkout), lapsed], START);
  const claimed = must(findHold(driver.store, holdIdOf(SHOPPER, "lapsed")), "it was placed");
  const end = START + HOLD_TTL_MS;
  driver.batch([releaseCommand(holdIdOf(SHOPPER, "released")), { kind: "counts" }], end - 1);
  const ends = ordered.map(({ status, checkout }) => settleCommand(checkout.orderId, status));
  driver.batch([...ends, followCommand(lapsed, [claimed], { status: "expired" })], end);
  return driver;
}

/** Its home says that the order of the hold "long" was cancelled. */
function followLong({ store }: RetentionDriver, claim: ClaimCommand): FollowCommand {
  const hold = must(findHold(store, holdIdOf(SHOPPER, "long")), "it was placed");
  return followCommand(claim, [hold], { status: "cancelled" });
}

describe("final holds", () => {
  const end = START + HOLD_TTL_MS;
  test.each<[string, number, readonly string[]]>([
    ["a millisecond before", end + DAY - 2, KEYS],
    ["as the first is 24 hours old, a millisecond before the others", end + DAY - 1, KEYS.slice(1)],
    ["as all are", end + DAY, []],
  ])("[H13] [H8] are there, and their keys remembered, until 24 hours after their end: %s", (_, at, left) => {
    const driver = withEndedHolds({ rowsAStep: 1_000 });
    driver.stepAt(at);
    expect(keysLeft(driver)).toEqual(left);
    for (const key of KEYS) {
      const reply = driver.send(holdCommand(key), at);
      expect(reply.ok && reply.value.replayed, key).toBe(left.includes(key));
    }
  });

  test.each([
    [START + DAY, ["old", "new"]],
    [START + 1 + DAY, ["new"]],
  ])("[H13] [O8] that another has replaced go 24 hours after that, and the other stays: at %i", (at, left) => {
    const driver = openRetentionDriver({ rowsAStep: 1_000 });
    driver.send(termsCommand(), START);
    driver.send(holdCommand("old"), START);
    driver.send(holdCommand("new", { replaces: holdIdOf(SHOPPER, "old") }), START + 1);
    driver.send(checkoutCommand([holdIdOf(SHOPPER, "new")]), START + 2);
    driver.stepAt(at);
    expect(keysLeft(driver, ["old", "new"])).toEqual(left);
  });

  test("[H13] go a bounded number a step, in the order of their ends", () => {
    const driver = withEndedHolds();
    const seen: number[] = [];
    const at = START + 2 * DAY;
    for (let due = driver.dueAt(at); due !== null && due <= at; due = driver.dueAt(at)) {
      driver.stepAt(at);
      seen.push(keysLeft(driver).length);
    }
    expect(seen).toEqual([5, 5, 2, 0]);
  });

  test("[H13] stay while their end has not been sent to D1, however old", () => {
    const driver = withEndedHolds();
    const released = must(
      driver.query("SELECT seq FROM ledger WHERE kind = 'release'")[0]?.["seq"],
      "it was released",
    ) as number;
    driver.said.projectedSeq = released - 1;
    driver.sweep(START + 30 * DAY);
    expect(keysLeft(driver)).toEqual(KEYS);
    expect(driver.dueAt(START + 30 * DAY)).toBeNull();
    driver.said.projectedSeq = released;
    driver.sweep(START + 30 * DAY);
    expect(keysLeft(driver)).toEqual(KEYS.slice(1));
  });

  test("[H13] [H1] alone are deleted: what is live stays, and the counts with it, also after a wake", () => {
    const driver = withEndedHolds();
    const at = START + 2 * DAY;
    driver.send(holdCommand("late", { quantity: 2 }), at - 1);
    const order = claimCommand([holdIdOf(SHOPPER, "ordered")]);
    driver.batch([holdCommand("ordered", { quantity: 3 }), order], at - 1);
    const before = seenOf(driver.book());
    expect(driver.sweep(at)).toBeGreaterThan(1);
    expect(seenOf(driver.book())).toEqual(before);
    driver.reopen();
    expect(seenOf(driver.book())).toEqual(before);
    expect(driver.book().head).toMatchObject({ held: 5, sold: 1 });
    expect(keysLeft(driver, [...KEYS, "late", "ordered"])).toEqual(["late", "ordered"]);
    expect(seenOf(openBook(driver.store.load()))).toEqual(before);
  });

  test("[H13] that are live after a day, since their home was away, are deleted a day after their end", () => {
    const driver = openRetentionDriver();
    const order = claimCommand([holdIdOf(SHOPPER, "long")]);
    driver.batch([termsCommand(), holdCommand("long"), order], START);
    driver.sweep(START + 3 * DAY);
    expect(keysLeft(driver, ["long"])).toEqual(["long"]);
    driver.send(followLong(driver, order), START + 3 * DAY);
    driver.sweep(START + 4 * DAY - 1);
    expect(keysLeft(driver, ["long"])).toEqual(["long"]);
    driver.sweep(START + 4 * DAY + SWEEP_GRID_MS);
    expect(keysLeft(driver, ["long"])).toEqual([]);
    expect(driver.dueAt(START + 5 * DAY)).toBeNull();
  });

  test("[H13] [H8] of a key that is free again are not confused with what it held before", () => {
    const driver = withEndedHolds();
    const again = START + 2 * DAY;
    driver.sweep(again);
    expect(driver.send(holdCommand("released", { quantity: 7 }), again)).toMatchObject({
      ok: true,
      value: { replayed: false, hold: { quantity: 7, createdAt: again } },
    });
    driver.reopen();
    driver.sweep(again + 1);
    expect(keysLeft(driver)).toEqual(["released"]);
    driver.send({ kind: "counts" }, again + HOLD_TTL_MS);
    driver.sweep(again + HOLD_TTL_MS + DAY + SWEEP_GRID_MS);
    expect(keysLeft(driver)).toEqual([]);
  });

  test("[H13] [H11] all stay when the step's transaction fails, and go when it is retried 30 s later", () => {
    const driver = withEndedHolds();
    const at = START + 2 * DAY;
    driver.stepAt(at);
    driver.setFailing(true);
    driver.stepAt(at);
    driver.stepAt(at + 29_999);
    expect(driver.faults).toHaveLength(1);
    expect(keysLeft(driver)).toEqual(KEYS);
    driver.setFailing(false);
    expect(driver.dueAt(at + 29_999)).toBe(at + 30_000);
    driver.sweep(at + 30_000);
    expect(keysLeft(driver)).toEqual([]);
  });

  test("[H13] [X5] an inventory without terms has nothing due and writes nothing", () => {
    const driver = openRetentionDriver();
    expect(driver.sweep(START + 365 * DAY)).toBe(0);
    expect(driver.query("SELECT name FROM sqlite_master")).toEqual([]);
  });
});

describe("the ledger", () => {
  const rowsOf = ({ store }: RetentionDriver) => store.rowsAfter(0, 1_000);
  const archive = (driver: RetentionDriver): unknown =>
    driver.send(
      termsCommand({ version: 2, total: 20, eventStatus: "archived", eventArchivedAt: ARCHIVED, hidden: true }),
      ARCHIVED,
    );

  test("[H13] stays whole, at any age, until 90 days after archiving; then all but its last row goes", () => {
    const driver = withEndedHolds();
    archive(driver);
    const whole = rowsOf(driver);
    const over = ARCHIVED + 90 * DAY;
    driver.sweep(over - 1);
    expect(rowsOf(driver)).toEqual(whole);
    expect(driver.retention().checkpoint()).toBeNull();
    expect(driver.dueAt(over - 1)).toBe(over);
    driver.sweep(over);
    expect(rowsOf(driver)).toEqual(whole.slice(-1));
    expect(driver.dueAt(over)).toBeNull();
    expect(driver.dueAt(over + 1_000 * DAY), "an object of an event long over sleeps for good").toBeNull();
  });

  test("[H13] is cut behind a checkpoint of position, chain and counts, from which the other rows go on", () => {
    const driver = withEndedHolds();
    archive(driver);
    const whole = rowsOf(driver);
    driver.sweep(ARCHIVED + 90 * DAY);
    const last = must(whole.at(-2), "there were more rows than one");
    const { seq, at, total, sold, held, withdrawn, hash } = last;
    const checkpoint = must(driver.retention().checkpoint(), "the ledger was cut");
    expect(checkpoint).toEqual({ seq, at, total, sold, held, withdrawn, hash });
    expect(firstBrokenRow(checkpoint, rowsOf(driver), sha256)).toBeNull();
    expect(firstBrokenRow(EMPTY_HEAD, rowsOf(driver), sha256)).toBe(seq + 1);
    const before = seenOf(driver.book());
    driver.reopen();
    expect(driver.retention().checkpoint()).toEqual(checkpoint);
    expect(seenOf(driver.book())).toEqual(before);
    expect(driver.store.wasTouched(), "a type whose ledger was cut is no untouched one").toBe(true);
  });

  test("[H13] above its limit of bytes drops what is an hour old and projected, a few a step, and sells on", () => {
    const driver = withEndedHolds({ cutAboveBytes: 1_000 });
    const at = START + 2 * DAY;
    driver.send(holdCommand("late"), at - 1);
    const whole = rowsOf(driver);
    const late = must(whole.at(-1), "the last is the late hold").seq;
    driver.sweep(at);
    expect(rowsOf(driver), "there is room").toEqual(whole);
    driver.said.bytes = 1_001;
    let before = rowsOf(driver).length;
    for (let due: number | null = at; due !== null && due <= at; due = driver.dueAt(at)) {
      driver.stepAt(at);
      const after = rowsOf(driver).length;
      expect(before - after).toBeLessThanOrEqual(driver.settings.rowsAStep);
      before = after;
    }
    expect(rowsOf(driver).map(({ seq }) => seq)).toEqual([late]);
    expect(driver.send(holdCommand("later"), at)).toMatchObject({ ok: true });
    const { checkpoint } = driver.retention();
    expect(firstBrokenRow(must(checkpoint(), "cut"), rowsOf(driver), sha256)).toBeNull();
  });

  test("[H13] is never cut past the row that placed a hold which is still there", () => {
    const driver = openRetentionDriver({ cutAboveBytes: 1_000 });
    const order = claimCommand([holdIdOf(SHOPPER, "long")]);
    driver.batch(
      [termsCommand({ total: 20, maxPerOrder: 20 }), holdCommand("first"), holdCommand("long"), order],
      START,
    );
    driver.send(releaseCommand(holdIdOf(SHOPPER, "first")), START);
    driver.said.bytes = 1_001;
    driver.stepAt(START);
    driver.sweep(START + 3 * DAY);
    expect(rowsOf(driver)[0]).toMatchObject({ kind: "hold", holdId: holdIdOf(SHOPPER, "long") });
    expect(driver.dueAt(START + 3 * DAY)).toBeNull();
  });

  test("[H13] [H8] is not held up, nor a hold listed twice, by the old row of a key that was used again", () => {
    const driver = openRetentionDriver({ cutAboveBytes: 1_000, rowsAStep: 100 });
    const order = claimCommand([holdIdOf(SHOPPER, "long")]);
    driver.batch([termsCommand(), holdCommand("long"), order, holdCommand("twice")], START);
    driver.send(releaseCommand(holdIdOf(SHOPPER, "twice")), START);
    const at = START + 2 * DAY;
    driver.sweep(at);
    expect(driver.send(holdCommand("twice"), at)).toMatchObject({ ok: true, value: { replayed: false } });
    driver.send(followLong(driver, order), at);
    const placed = driver.store.listHolds({ limit: 10, beforeSeq: null }).holds.map(({ id }) => id);
    expect(placed).toEqual([holdIdOf(SHOPPER, "twice"), holdIdOf(SHOPPER, "long")]);
    // D1 is said not to know the end of the second one, so that it stays.
    const again = must(rowsOf(driver).at(-2), "the second time").seq;
    driver.said.projectedSeq = again + 1;
    driver.said.bytes = 1_001;
    for (let step = 1; step <= 3; step++) driver.stepAt(at + DAY + step * SWEEP_GRID_MS);
    expect(rowsOf(driver)[0]).toMatchObject({ seq: again, kind: "hold", holdId: holdIdOf(SHOPPER, "twice") });
  });

  test("[H13] new holds are shed over the second limit alone", () => {
    const driver = withEndedHolds({ shedAboveBytes: 2_000 });
    driver.said.bytes = 2_000;
    driver.retention().run();
    expect(driver.retention().isFull()).toBe(false);
    driver.said.bytes = 2_001;
    driver.retention().run();
    expect(driver.retention().isFull()).toBe(true);
    driver.reopen();
    expect(driver.retention().isFull(), "known from the first moment on").toBe(true);
    driver.said.bytes = 2_000;
    driver.retention().run();
    expect(driver.retention().isFull()).toBe(false);
  });
});
