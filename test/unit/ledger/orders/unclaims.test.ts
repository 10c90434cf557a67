// Claims that are undone, since their attempt is void: active again, or given back at once when their time has passed.

import { describe, expect, test } from "vitest";
import { nextClaimDeadline, nextExpiry } from "../../../../src/domain/ledger/memory/book.ts";
import { claimCommand, findHold, holdCommand, START, unclaimCommand } from "../../../support/builders.ts";
import type { Driver } from "../../../support/ledger/driver.ts";
import {
  A,
  B,
  CLAIM,
  claimOf,
  countsOf,
  HELD_UNTIL,
  inDoubt,
  reserved,
  settled,
  stateOf,
  statusOf,
} from "../../../support/ledger/order.ts";

describe("[O2] [H4] an undone claim", () => {
  const undo = unclaimCommand(CLAIM);

  test("gives active holds with their old held_until, which then run out as ever", () => {
    const driver = inDoubt();
    driver.send(undo, HELD_UNTIL - 1);
    expect(findHold(driver.store, A)).toMatchObject({ status: "active", heldUntil: HELD_UNTIL, orderId: null });
    expect(claimOf(driver)).toBeNull();
    expect(nextExpiry(driver.book())).toBe(HELD_UNTIL);
    driver.batch([], HELD_UNTIL);
    expect(statusOf(driver)).toEqual(["expired", "expired"]);
  });

  test("at held_until gives back at once", () => {
    const driver = inDoubt();
    driver.send(undo, HELD_UNTIL);
    expect(statusOf(driver)).toEqual(["expired", "expired"]);
    expect(countsOf(driver)).toEqual({ sold: 0, held: 0 });
    const kinds = driver.store.rowsAfter(6, 100).map(({ kind }) => kind);
    expect(kinds).toEqual(["expire", "unclaim", "expire", "unclaim", "expire"]);
  });

  test("at held_until gives its tickets to the next command of the same batch", () => {
    const driver = inDoubt();
    const replies = driver.batch([undo, holdCommand("next", { quantity: 4 })], HELD_UNTIL);
    expect(replies.map(({ ok }) => ok)).toEqual([true, true]);
  });

  test("twice, also after a restart, is undone once", () => {
    const driver = inDoubt();
    driver.batch([undo, undo], HELD_UNTIL);
    driver.restart();
    driver.send(undo, HELD_UNTIL + 1);
    expect(countsOf(driver)).toEqual({ sold: 0, held: 0 });
  });

  test("can be claimed again, and an old unclaim does not undo the new attempt's", () => {
    const driver = inDoubt();
    const next = claimCommand([A, B], { n: 1 });
    driver.batch([undo, next, undo], START + 2);
    expect(claimOf(driver)).toMatchObject({ attempt: next.attempt, state: "doubt" });
    expect(nextClaimDeadline(driver.book())).toBe(START + 2 + 30_000);
  });

  test.each<[string, () => Driver]>([
    ["made", reserved],
    ["confirmed", () => settled("confirmed")],
    ["cancelled", () => settled("cancelled")],
  ])("is none when the order was %s: only a void puts a hold back", (_state, open) => {
    const driver = open();
    const before = [countsOf(driver), stateOf(driver), statusOf(driver)];
    driver.send(undo, START + 4);
    expect([countsOf(driver), stateOf(driver), statusOf(driver)]).toEqual(before);
  });
});
