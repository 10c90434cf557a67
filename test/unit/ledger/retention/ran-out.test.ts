// How holds that were given back by one ledger row are deleted (rules H4, H13): through the row that gave them back, a page at
// a time, and not one of them before its day.

import { expect, test } from "vitest";
import { EMPTY_HEAD, firstBrokenRow } from "../../../../src/domain/ledger/chain.ts";
import { SWEEP_GRID_MS } from "../../../../src/domain/ledger/retention.ts";
import {
  findHold,
  holdCommand,
  HOLD_TTL_MS,
  holdIdOf,
  HOUR,
  OTHER_SHOPPER,
  releaseCommand,
  sha256,
  SHOPPER,
  START,
  termsCommand,
} from "../../../support/builders.ts";
import { openRetentionDriver, type RetentionDriver } from "../../../support/ledger/retention-driver.ts";

const DAY = 24 * HOUR;
const END = START + HOLD_TTL_MS;
/** The step of deletion in which they go: a day after they ran out, on the grid. */
const GONE = Math.ceil((END + DAY) / SWEEP_GRID_MS) * SWEEP_GRID_MS;
const MANY = 10;
const SMALL_STEPS = { rowsAStep: 4 };

const left = ({ query }: RetentionDriver): number => query("SELECT id FROM holds").length;
const marks = ({ query }: RetentionDriver): unknown[] => query("SELECT seq FROM ran_out").map(({ seq }) => seq);

/** Ten holds that ran out together, one that was released before, and one that was placed after. */
function withMany(): RetentionDriver {
  const driver = openRetentionDriver(SMALL_STEPS, { maxExpiryRows: 3 });
  driver.send(termsCommand({ total: 50, maxPerOrder: 50 }), START);
  driver.send(holdCommand("released"), START);
  driver.send(releaseCommand(holdIdOf(SHOPPER, "released")), START);
  driver.batch(
    Array.from({ length: MANY }, (_, n) => holdCommand(`${n}`)),
    START,
  );
  driver.send(holdCommand("after", { by: OTHER_SHOPPER }), END);
  return driver;
}

test("[H13] they are deleted a day after they ran out, in steps, and not a millisecond before", () => {
  const driver = withMany();
  expect(marks(driver)).toEqual([14]);
  driver.sweep(GONE - 1);
  expect(left(driver)).toBe(MANY + 1);
  expect(driver.dueAt(GONE - 1)).toBe(GONE);
  expect(driver.sweep(GONE)).toBeGreaterThan(2);
  expect(driver.query("SELECT id FROM holds").map(({ id }) => id)).toEqual([holdIdOf(OTHER_SHOPPER, "after")]);
  expect(marks(driver)).toEqual([]);
  expect(firstBrokenRow(EMPTY_HEAD, driver.store.rowsAfter(0, 100), sha256)).toBeNull();
});

test("[H8] [H13] a key that is used again after its day makes a new hold of the same id", () => {
  const driver = withMany();
  const again = holdCommand("3");
  expect(driver.send(again, GONE - 1)).toMatchObject({ value: { replayed: true, hold: { status: "expired" } } });
  driver.sweep(GONE);
  expect(driver.send(again, GONE)).toMatchObject({ value: { replayed: false, hold: { status: "active" } } });
});

test("[K5] [H13] they stay while D1 does not know that they have run out", () => {
  const driver = withMany();
  driver.said.projectedSeq = 13;
  driver.sweep(GONE);
  expect(left(driver)).toBe(MANY + 1);
  driver.said.projectedSeq = 14;
  driver.sweep(GONE);
  expect(left(driver)).toBe(1);
});

test("[H11] [H13] whatever step the object dies in, its next life goes on, and a hold reads as expired", () => {
  const driver = withMany();
  for (let steps = 0; steps < 20 && marks(driver).length > 0; steps++) {
    const before = left(driver);
    driver.setFailing(true);
    driver.stepAt(GONE);
    driver.setFailing(false);
    expect(left(driver)).toBe(before);
    driver.reopen();
    expect(driver.book().head.held).toBe(1);
    driver.stepAt(GONE);
    expect(before - left(driver)).toBeLessThanOrEqual(SMALL_STEPS.rowsAStep);
    for (let n = 0; n < MANY; n++) {
      expect(findHold(driver.store, holdIdOf(SHOPPER, `${n}`))?.status ?? "expired").toBe("expired");
    }
  }
  expect(driver.faults.length).toBeGreaterThan(2);
  expect(left(driver)).toBe(1);
});

test("[H13] an object without room keeps all ledger rows since the first of them was placed until they go", () => {
  const driver = withMany();
  driver.said.bytes = driver.settings.cutAboveBytes + 1;
  driver.settings.holdKeptFullMs = driver.settings.holdKeptMs;
  driver.sweep(GONE - SWEEP_GRID_MS);
  const first = driver.store.rowsAfter(0, 1)[0]?.seq ?? 0;
  expect(first).toBeLessThanOrEqual(4);
  driver.sweep(GONE);
  expect(driver.store.rowsAfter(0, 1)[0]?.seq).toBe(15);
});
