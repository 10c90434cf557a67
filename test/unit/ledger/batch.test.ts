// The batch and its rows: one transaction for all that follows from it, an unbroken chain, a bug that stays alone.

import { describe, expect, test } from "vitest";
import { NOTHING_FOUND } from "../../../src/domain/ledger/memory/draft.ts";
import { runBatch } from "../../../src/domain/ledger/batch.ts";
import { EMPTY_HEAD, firstBrokenRow, type Head, hashRow, type LedgerRow } from "../../../src/domain/ledger/chain.ts";
import type { Command } from "../../../src/domain/ledger/command.ts";
import { must } from "../../../src/domain/result.ts";
import { adoptDraft } from "../../../src/domain/ledger/memory/adopt-draft.ts";
import {
  dueDeadlines,
  firstDeadline,
  pushDeadline,
  type Deadline,
} from "../../../src/domain/ledger/memory/deadlines.ts";
import {
  findHold,
  checkoutCommand,
  claimCommand,
  holdCommand,
  HOLD_TTL_MS,
  holdIdOf,
  HOUR,
  idOf,
  releaseCommand,
  SETTINGS,
  settleCommand,
  sha256,
  SHOPPER,
  START,
  termsCommand,
  unclaimCommand,
} from "../../support/builders.ts";
import { type Driver, openOnSale } from "../../support/ledger/driver.ts";
import { seenOf } from "../../support/ledger/model/harness.ts";

const HOLD = holdIdOf(SHOPPER, "first");
const shopperOf = (name: string) => idOf("shp", name);

describe("[H1] a batch", () => {
  test("of 200 holds on the last 50 places exactly 50, in the order of their arrival", () => {
    const driver = openOnSale({ total: 50 });
    const replies = driver.batch(
      Array.from({ length: 200 }, (_, index) => holdCommand("one", { by: shopperOf(String(index)) })),
      START,
    );
    expect(replies.map(({ ok }) => ok)).toEqual(Array.from({ length: 200 }, (_, index) => index < 50));
    expect(replies[199]).toEqual({ ok: false, refusal: { code: "sold_out", availableQuantity: 0 } });
    expect(driver.book().head).toMatchObject({ total: 50, sold: 0, held: 50 });
  });

  test("gives what one command gives back to the next one", () => {
    const driver = openOnSale({ total: 1 });
    driver.send(holdCommand("first"), START);
    const other = holdCommand("other", { by: shopperOf("other") });
    expect(driver.batch([other, releaseCommand(HOLD), other], START).map(({ ok }) => ok)).toEqual([false, true, true]);
  });

  test("has one clock for all its commands", () => {
    const driver = openOnSale();
    driver.batch([holdCommand("1"), holdCommand("2"), releaseCommand(HOLD)], START + 5);
    expect(driver.store.rowsAfter(1, 10).map(({ at }) => at)).toEqual([START + 5, START + 5]);
  });
});

describe("[H11] what follows from a batch", () => {
  const batch: Command[] = [holdCommand("second"), checkoutCommand([HOLD]), termsCommand({ version: 2, total: 3 })];
  const placed = (): Driver => {
    const driver = openOnSale();
    driver.send(holdCommand("first"), START);
    return driver;
  };

  test("leaves memory as it was until it is adopted", () => {
    const driver = placed();
    const before = seenOf(driver.book());
    const { draft } = runBatch(driver.book(), batch, START + HOLD_TTL_MS, driver.store.find, SETTINGS);
    expect(draft.rows.length).toBeGreaterThan(1);
    expect(seenOf(driver.book())).toEqual(before);
    adoptDraft(draft);
    expect(seenOf(driver.book())).not.toEqual(before);
  });

  test("leaves memory as it was when the transaction fails, and the same batch succeeds after it", () => {
    const driver = placed();
    const before = seenOf(driver.book());
    expect(driver.failingBatch(batch, START + 1)).toBe(true);
    expect(seenOf(driver.book())).toEqual(before);
    expect(driver.batch(batch, START + 1).map(({ ok }) => ok)).toEqual([true, true, true]);
  });

  test("gives back in the next batch what expired in one that failed", () => {
    const driver = placed();
    expect(driver.failingBatch([], START + HOLD_TTL_MS)).toBe(true);
    expect(driver.book().head.held).toBe(1);
    driver.batch([], START + HOLD_TTL_MS);
    expect(driver.book().head.held).toBe(0);
  });

  test("is nothing where all is refused, read or repeated", () => {
    const driver = placed();
    const nothing: Command[] = [
      { kind: "counts" },
      holdCommand("first"),
      holdCommand("big", { quantity: 99 }),
      termsCommand(),
      unclaimCommand(claimCommand([HOLD])),
    ];
    expect(driver.failingBatch(nothing, START + 1)).toBe(false);
  });
});

describe("[X1] a bug in one decision", () => {
  const broken: Command = { ...termsCommand({ version: 2, ticketTypeId: idOf("tt", "vip") }) };

  test("is that command's alone: the others of its batch are decided and written", () => {
    const driver = openOnSale();
    const outcomes = driver.outcomes([holdCommand("1"), broken, holdCommand("2")], START);
    expect(outcomes.map((outcome) => ("bug" in outcome ? "bug" : outcome.reply.ok))).toEqual([true, "bug", true]);
    expect(driver.book().head.held).toBe(2);
    expect(driver.store.load().head).toEqual(driver.book().head);
  });

  test("[H1] that would break the balance is stopped before it changes anything", () => {
    const driver = openOnSale();
    driver.send(holdCommand("first"), START);
    // What a hold in the rows must never be: more than the counts know of.
    const { draft, outcomes } = runBatch(
      driver.book(),
      [releaseCommand(holdIdOf(SHOPPER, "ghost"))],
      START,
      ({ holds: [id = HOLD] = [] }) => ({
        ...NOTHING_FOUND,
        holds: [
          {
            ...must(findHold(driver.store, HOLD), "it was placed"),
            id,
            quantity: 2,
            heldUntil: START + HOUR,
          },
        ],
      }),
      SETTINGS,
    );
    expect(outcomes).toMatchObject([{ bug: { message: expect.stringContaining("held -1") } }]);
    expect(draft.rows).toEqual([]);
    expect(draft.holds.size).toBe(0);
  });
});

describe("the ledger's rows", () => {
  function rows(): LedgerRow[] {
    const driver = openOnSale();
    const { orderId } = checkoutCommand([HOLD]);
    driver.batch([holdCommand("first", { quantity: 2 }), holdCommand("second")], START);
    driver.batch(
      [checkoutCommand([HOLD]), settleCommand(orderId, "confirmed"), releaseCommand(holdIdOf(SHOPPER, "second"))],
      START + 1,
    );
    return driver.store.rowsAfter(0, 100);
  }

  test("[T6] say who did what to which hold and order, in which request", () => {
    const by = { ...holdCommand("first", { quantity: 2 }), actor: "shopper:someone", requestId: "req-7" };
    const driver = openOnSale();
    driver.send(by, START);
    expect(driver.store.rowsAfter(1, 1)).toMatchObject([
      {
        seq: 2,
        at: START,
        kind: "hold",
        holdId: HOLD,
        orderId: null,
        quantity: 2,
        total: 10,
        sold: 0,
        held: 2,
        actor: "shopper:someone",
        requestId: "req-7",
      },
    ]);
    expect(rows().filter(({ kind }) => kind === "checkout" || kind === "confirm")).toMatchObject([
      { holdId: HOLD, orderId: checkoutCommand([HOLD]).orderId, quantity: 2, actor: "test" },
      { holdId: HOLD, orderId: checkoutCommand([HOLD]).orderId, quantity: 2, sold: 2 },
    ]);
  });

  test("[T7] are a chain that holds as it was written", () => {
    expect(firstBrokenRow(EMPTY_HEAD, rows(), sha256)).toBeNull();
  });

  test.each<[string, Partial<LedgerRow>]>([
    ["seq", { seq: 9 }],
    ["at", { at: START + 9 }],
    ["kind", { kind: "release" }],
    ["hold", { holdId: null }],
    ["order", { orderId: claimCommand([HOLD]).orderId }],
    ["quantity", { quantity: 9 }],
    ["total", { total: 9 }],
    ["sold", { sold: 1 }],
    ["held", { held: 1 }],
    ["actor", { actor: "someone else" }],
    ["request", { requestId: null }],
    ["hash", { hash: "0".repeat(64) }],
  ])("[T6] show a changed %s", (_what, changed) => {
    const changedRows = rows().map((row) => (row.seq === 3 ? { ...row, ...changed } : row));
    expect(firstBrokenRow(EMPTY_HEAD, changedRows, sha256)).toBe(changed.seq ?? 3);
  });

  test("[T6] show a missing row, a doubled one and another beginning", () => {
    const all = rows();
    expect(
      firstBrokenRow(
        EMPTY_HEAD,
        all.filter(({ seq }) => seq !== 3),
        sha256,
      ),
    ).toBe(4);
    expect(
      firstBrokenRow(
        EMPTY_HEAD,
        all.flatMap((row) => (row.seq === 3 ? [row, row] : [row])),
        sha256,
      ),
    ).toBe(3);
    expect(firstBrokenRow({ ...EMPTY_HEAD, seq: 1 }, all.slice(1), sha256)).toBe(2);
  });

  test("[T6] show a gap, though every hash was computed again over it", () => {
    let before: Head = EMPTY_HEAD;
    const forged = rows().flatMap((row) => {
      if (row.seq === 3) return [];
      const whole = { ...row, hash: hashRow(before, row, sha256) };
      before = whole;
      return [whole];
    });
    expect(firstBrokenRow(EMPTY_HEAD, forged, sha256)).toBe(4);
  });
});

describe("deadlines", () => {
  const times = Array.from({ length: 200 }, (_, index) => (index * 7_919) % 211);
  const heap = (): Deadline<number>[] => {
    const entries: Deadline<number>[] = [];
    times.forEach((at, id) => pushDeadline(entries, { at, id }));
    return entries;
  };

  test("come out earliest first, the stale ones dropped on the way", () => {
    const entries = heap();
    const out: number[] = [];
    const gone = new Set<number>();
    for (
      let next = firstDeadline(entries, ({ id }) => !gone.has(id));
      next;
      next = firstDeadline(entries, ({ id }) => !gone.has(id))
    ) {
      out.push(next.at);
      gone.add(next.id);
    }
    expect(out).toEqual([...times].sort((a, b) => a - b));
    expect(entries).toEqual([]);
  });

  test("[H4] that are due are exactly those at or before now, in order, and stay in the heap", () => {
    const entries = heap();
    for (const now of [-1, 0, 1, 100, 210, 211]) {
      expect(dueDeadlines(entries, now).map(({ at }) => at)).toEqual(
        times.filter((at) => at <= now).sort((a, b) => a - b),
      );
    }
    expect(entries).toHaveLength(times.length);
  });
});
