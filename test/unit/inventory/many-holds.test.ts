// Very much at once: what ran out since the last batch, and more than one text of the platform holds that one batch claims
// and settles. The store is on SQL, with the platform's limit of 2,000,000 bytes a value.

import { describe, expect, test } from "vitest";
import type { HoldId } from "../../../src/domain/ids.ts";
import { firstBrokenRow, EMPTY_HEAD } from "../../../src/domain/ledger/chain.ts";
import type { HoldCommand } from "../../../src/domain/ledger/command.ts";
import { MAX_BATCH } from "../../../src/domain/limits.ts";
import {
  checkoutCommand,
  findHold,
  holdCommand,
  HOLD_TTL_MS,
  idOf,
  MINUTE,
  settleCommand,
  sha256,
  START,
  termsCommand,
} from "../../support/builders.ts";
import { openSqlStore } from "../../../src/inventory/storage/sql-store.ts";
import { type Driver, openDriver, sqlStore } from "../../support/ledger/driver.ts";
import { openNodeSqlite } from "../../support/sqlite/node-sqlite.ts";

const TOTAL = 20_000;
const LONG = "\u20ac".repeat(500);
/** The longest as JSON: six bytes each. */
const ESCAPED = "\u0001".repeat(500);

/** Ten holds of one ticket for each of so many shoppers, placed at `at`, in batches as they come. */
function placeMany(driver: Driver, count: number, notes: string | null, at: number): HoldCommand[] {
  const commands = Array.from({ length: count }, (_, n) =>
    holdCommand(`hold ${n}`, { by: idOf("shp", `shopper ${Math.floor(n / 10)}`), notes }),
  );
  for (let n = 0; n < count; n += MAX_BATCH) {
    for (const reply of driver.batch(commands.slice(n, n + MAX_BATCH), at)) expect(reply.ok).toBe(true);
  }
  return commands;
}

function opened(store = sqlStore()): Driver {
  const driver = openDriver(store);
  driver.send(termsCommand({ total: TOTAL, maxPerOrder: 10 }), START);
  return driver;
}

const heldUntil = START + HOLD_TTL_MS;

describe.each([
  ["11,000 holds", 11_000, null],
  ["1,300 holds with the longest notes", 1_300, LONG],
  ["1,300 holds with notes that JSON has to escape", 1_300, ESCAPED],
])("%s that ran out between two batches", (_, count, notes) => {
  const waking = [
    ["", false],
    [" of an object that has woken since", true],
  ] as const;
  test.each(waking)("[H4] [H11] are all given back by the next batch%s, which goes on from there", (__, wakes) => {
    const driver = opened();
    const placed = placeMany(driver, count, notes, START);
    expect(driver.book().head.held).toBe(count);
    if (wakes) driver.restart();
    expect(driver.send(holdCommand("the next"), heldUntil)).toMatchObject({ ok: true });
    expect(driver.book().head).toMatchObject({ total: TOTAL, sold: 0, held: 1 });
    driver.restart();
    expect(driver.book().head).toMatchObject({ total: TOTAL, sold: 0, held: 1 });
    const rows = driver.store.rowsAfter(0, 3 * count);
    // The terms, each hold, one row for all that ran out, and the next hold.
    expect(rows).toHaveLength(count + 3);
    expect(firstBrokenRow(EMPTY_HEAD, rows, sha256)).toBeNull();
    expect(findHold(driver.store, lastOf(placed))).toMatchObject({ status: "expired", notes: null });
  });
});

test("[O2] [O3] a full batch of checkouts of ten holds with longest notes is written, as are their ends", () => {
  const driver = opened();
  const placed = placeMany(driver, 10 * MAX_BATCH, LONG, START);
  const orders = Array.from({ length: MAX_BATCH }, (_, n) => {
    const holds = placed.slice(10 * n, 10 * n + 10);
    return checkoutCommand(
      holds.map(({ holdId }) => holdId),
      { by: idOf("shp", `shopper ${n}`) },
    );
  });
  for (const reply of driver.batch(orders, START + MINUTE)) expect(reply.ok).toBe(true);
  const ends = orders.map(({ orderId, buyer }) => settleCommand(orderId, "confirmed", buyer.id));
  for (const reply of driver.batch(ends, START + MINUTE)) expect(reply.ok).toBe(true);
  driver.restart();
  expect(driver.book().head).toMatchObject({ sold: 10 * MAX_BATCH, held: 0 });
  expect(findHold(driver.store, lastOf(placed))).toMatchObject({ status: "converted", notes: LONG });
});

test("[H4] [H11] all expired holds are given back in one transaction, which fails whole and is retried", () => {
  const storage = openNodeSqlite();
  const driver = opened({ ...storage, store: openSqlStore(storage) });
  placeMany(driver, 11_000, null, START);
  const rows = driver.book().head.seq;
  storage.sql.exec(`CREATE TRIGGER last_row BEFORE INSERT ON ledger WHEN NEW.seq = ${rows + 1}
    BEGIN SELECT RAISE(ABORT, 'disk full'); END`);
  expect(() => driver.batch([], heldUntil)).toThrow("disk full");
  driver.restart();
  expect(driver.book().head).toMatchObject({ seq: rows, held: 11_000 });
  storage.sql.exec("DROP TRIGGER last_row");
  driver.batch([], heldUntil);
  expect(driver.book().head).toMatchObject({ seq: rows + 1, held: 0 });
});

function lastOf(placed: readonly HoldCommand[]): HoldId {
  const last = placed.at(-1);
  if (!last) throw new Error("some were placed");
  return last.holdId;
}
