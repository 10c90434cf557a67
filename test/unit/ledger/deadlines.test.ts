// The heap of deadlines: its first is the earliest that is live, and what is stale does not pile up in it.

import { describe, expect, test } from "vitest";
import { nextClaimDeadline, nextExpiry } from "../../../src/domain/ledger/memory/book.ts";
import { type Deadline, dropStale, firstDeadline, pushDeadline } from "../../../src/domain/ledger/memory/deadlines.ts";
import { DOUBT_MS } from "../../../src/domain/limits.ts";
import {
  claimCommand,
  holdCommand,
  HOLD_TTL_MS,
  holdIdOf,
  OTHER_SHOPPER,
  SHOPPER,
  START,
  unclaimCommand,
} from "../../support/builders.ts";
import { openOnSale } from "../../support/ledger/driver.ts";

const CYCLES = 3_000;
/** What may lie in a heap beside the live ones. */
const MOST_STALE = 1_100;

describe("[X4] the memory grows with what is live, not with what has been:", () => {
  test("orders that are given up leave their deadlines for no longer than it takes a thousand of them", () => {
    const driver = openOnSale();
    const hold = holdIdOf(SHOPPER, "hold");
    const other = holdIdOf(OTHER_SHOPPER, "other");
    driver.batch([holdCommand("hold"), holdCommand("other", { by: OTHER_SHOPPER })], START);
    // Its doubt is the first to end: nothing behind it is dropped from the top.
    driver.batch([claimCommand([other], { by: OTHER_SHOPPER })], START);
    for (let n = 1; n < CYCLES; n++) {
      const claim = claimCommand([hold], { key: `${n}` });
      driver.batch([claim], START + n);
      driver.batch([unclaimCommand(claim)], START + n);
      expect(driver.book().claims.deadlines.length).toBeLessThan(MOST_STALE);
    }
    expect(nextClaimDeadline(driver.book())).toBe(START + DOUBT_MS);
    expect(nextExpiry(driver.book())).toBe(START + HOLD_TTL_MS);
  });
});

test("[H4] what is dropped is stale, and the others come in the order of their time", () => {
  const heap: Deadline<number>[] = [];
  const live = ({ id }: Deadline<number>): boolean => id % 3 === 0;
  for (let id = 0; id < 6_000; id++) pushDeadline(heap, { at: (id * 7_919) % 6_007, id });
  dropStale(heap, 2_000, live);
  expect(heap).toHaveLength(2_000);
  const gone = new Set<number>();
  const times: number[] = [];
  const next = () => firstDeadline(heap, (entry) => live(entry) && !gone.has(entry.id));
  for (let first = next(); first !== null; first = next()) {
    gone.add(first.id);
    times.push(first.at);
  }
  expect(times).toHaveLength(2_000);
  expect(times).toEqual([...times].sort((a, b) => a - b));
});
