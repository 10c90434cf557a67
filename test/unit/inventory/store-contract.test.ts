// What every store of an inventory's rows promises, held by the one in memory and the one on SQL alike.

import { describe, expect, test } from "vitest";
import { runBatch } from "../../../src/domain/ledger/batch.ts";
import { type HoldId } from "../../../src/domain/ids.ts";
import { openBook } from "../../../src/domain/ledger/memory/book.ts";
import { EMPTY_HEAD, firstBrokenRow } from "../../../src/domain/ledger/chain.ts";
import type { Command } from "../../../src/domain/ledger/command.ts";
import { must } from "../../../src/domain/result.ts";
import type { HoldQuery } from "../../../src/inventory/storage/store.ts";
import {
  activeHolds,
  findHold,
  BOX_OFFICE,
  checkoutCommand,
  extendCommand,
  holdCommand,
  HOLD_TTL_MS,
  holdIdOf,
  OTHER_SHOPPER,
  releaseCommand,
  SETTINGS,
  settleCommand,
  sha256,
  SHOPPER,
  START,
  termsCommand,
} from "../../support/builders.ts";
import { type Driver, memoryStore, openDriver, sqlStore } from "../../support/ledger/driver.ts";
import { seenOf } from "../../support/ledger/model/harness.ts";

const FIRST = holdIdOf(SHOPPER, "first");
const SECOND = holdIdOf(OTHER_SHOPPER, "second");
const DOOR = holdIdOf(BOX_OFFICE, "door");
const ORDER = checkoutCommand([FIRST]);
const PAGE: HoldQuery = { limit: 100, beforeSeq: null };

describe.each([
  ["memory", memoryStore],
  ["SQL", sqlStore],
])("the store in %s", (_name, openStore) => {
  /** One hold of each fate, a millisecond apart: confirmed, released, and active at the door. */
  function written(): Driver {
    const driver = openDriver(openStore());
    driver.send(termsCommand(), START);
    driver.send(holdCommand("first", { quantity: 2, notes: "at the rail" }), START + 1);
    driver.send(holdCommand("second", { by: OTHER_SHOPPER }), START + 2);
    driver.batch([holdCommand("door", { by: BOX_OFFICE, source: "scanner", quantity: 3 }), ORDER], START + 2);
    driver.send(settleCommand(ORDER.orderId, "confirmed"), START + 3);
    driver.send(releaseCommand(SECOND, OTHER_SHOPPER), START + 4);
    return driver;
  }
  const ids = (driver: Driver, query: Partial<HoldQuery>): string[] =>
    driver.store.listHolds({ ...PAGE, ...query }).holds.map(({ id }) => id);

  test("[X5] says of nothing written that there is nothing", () => {
    const { store } = openStore();
    expect(store.load()).toEqual({
      terms: null,
      head: null,
      activeHolds: [],
      ranOut: null,
      orders: [],
      claims: [],
    });
    expect(findHold(store, FIRST)).toBeNull();
    const names = { holds: [FIRST], orders: [ORDER.orderId], claims: [ORDER.orderId], voids: [ORDER.attempt] };
    expect(store.find(names)).toEqual({ holds: [], orders: [], claims: [], voids: [], returns: [] });
    expect(store.rowsAt([1, 2])).toEqual([]);
    expect(store.holdsByTime({ limit: 10, status: "active", before: null })).toEqual([]);
    expect(store.outbox(10, [])).toEqual([]);
    expect(store.rowsAfter(0, 10)).toEqual([]);
    expect(store.listHolds(PAGE)).toEqual({ holds: [], nextSeq: null });
    expect(store.projectedSeq()).toBe(0);
  });

  test("[H11] gives back the book that was written, with terms, counts and live holds", () => {
    const driver = written();
    expect(seenOf(openBook(driver.store.load()))).toEqual(seenOf(driver.book()));
    expect(driver.book().head).toMatchObject({ total: 10, sold: 2, held: 3 });
  });

  test("[O9] keeps what an extension makes of a hold, and until when it may be extended", () => {
    const driver = written();
    driver.send(extendCommand(DOOR, "a", BOX_OFFICE), START + 60_000);
    driver.send(extendCommand(DOOR, "b", BOX_OFFICE), START + 120_000);
    const extended = must(findHold(driver.store, DOOR), "it was placed");
    expect(extended).toMatchObject({ heldUntil: START + 120_000 + HOLD_TTL_MS, firstPlacedAt: START + 2 });
    expect(new Set(extended.extensionKeys).size).toBe(2);
    expect(activeHolds(driver.store)).toEqual([extended]);
    expect(seenOf(openBook(driver.store.load()))).toEqual(seenOf(driver.book()));
  });

  test("[O8] keeps which hold took the place of which", () => {
    const driver = written();
    const swap = holdCommand("new", { by: BOX_OFFICE, source: "scanner", replaces: DOOR });
    driver.send(swap, START + 60_000);
    expect(findHold(driver.store, DOOR)).toMatchObject({ status: "cancelled", replacedBy: swap.holdId });
    const [placed] = activeHolds(driver.store);
    expect(placed).toMatchObject({ id: swap.holdId, replaces: DOOR, heldUntil: START + 2 + HOLD_TTL_MS });
  });

  test("lists the holds of a status by time, the newest first, in pages that may be merged", () => {
    const driver = written();
    driver.batch([holdCommand("x"), holdCommand("y")], START + 5);
    const [x, y] = [holdIdOf(SHOPPER, "x"), holdIdOf(SHOPPER, "y")].sort();
    const page = (before: { createdAt: number; id: string } | null, limit = 10) =>
      driver.store.holdsByTime({ limit, status: "active", before }).map(({ id }) => id);
    expect(page(null)).toEqual([y, x, DOOR]);
    expect(page(null, 2)).toEqual([y, x]);
    expect(page({ createdAt: START + 5, id: String(y) })).toEqual([x, DOOR]);
    expect(page({ createdAt: START + 2, id: DOOR })).toEqual([]);
    expect(driver.store.holdsByTime({ limit: 10, status: "cancelled", before: null }).map(({ id }) => id)).toEqual([
      SECOND,
    ]);
  });

  test("knows whether anything but terms was ever written, and deletes all of it on request", () => {
    const driver = openDriver(openStore());
    expect(driver.store.wasTouched()).toBe(false);
    driver.send(termsCommand(), START);
    expect(driver.store.wasTouched()).toBe(false);
    driver.send(holdCommand("first"), START + 1);
    expect(driver.store.wasTouched()).toBe(true);
    driver.store.forget();
    expect(driver.store.wasTouched()).toBe(false);
    expect([...driver.store.load().activeHolds]).toEqual([]);
    expect(driver.store.rowsAfter(0, 10)).toEqual([]);
  });

  test("[H11] keeps nothing of a failed transaction, not even rows of the tables before the failure", () => {
    const driver = written();
    const before = {
      book: seenOf(openBook(driver.store.load())),
      rows: driver.store.rowsAfter(0, 100),
      holds: driver.store.listHolds(PAGE),
    };
    const commands: Command[] = [
      holdCommand("third"),
      releaseCommand(DOOR, BOX_OFFICE),
      termsCommand({ version: 2, total: 20 }),
    ];
    expect(driver.failingBatch(commands, START + 5)).toBe(true);
    expect(seenOf(openBook(driver.store.load()))).toEqual(before.book);
    expect(driver.store.rowsAfter(0, 100)).toEqual(before.rows);
    expect(driver.store.listHolds(PAGE)).toEqual(before.holds);
  });

  test("[H11] refuses a draft over a stale book, and keeps none of it", () => {
    const { store } = openStore();
    const stale = openBook(store.load());
    const draftOf = (commands: readonly Command[]) => runBatch(stale, commands, START, store.find, SETTINGS).draft;
    store.write(draftOf([termsCommand()]));
    expect(() => store.write(draftOf([termsCommand({ total: 5 }), holdCommand("first")]))).toThrow();
    expect(store.load().terms?.terms.total).toBe(10);
    expect(findHold(store, FIRST)).toBeNull();
  });

  test("[H11] can be written again after its very first transaction failed", () => {
    const driver = openDriver(openStore());
    expect(driver.failingBatch([termsCommand()], START)).toBe(true);
    driver.restart();
    expect(driver.store.load().terms).toBeNull();
    driver.send(termsCommand(), START);
    expect(driver.store.load().terms?.terms.version).toBe(1);
  });

  test("[H8] finds a hold by its id, also a final one, with all its attributes", () => {
    const { store } = written();
    expect(findHold(store, FIRST)).toEqual({
      id: FIRST,
      userId: SHOPPER,
      quantity: 2,
      status: "converted",
      source: "web",
      notes: "at the rail",
      unitPrice: 15_000,
      heldUntil: START + 1 + HOLD_TTL_MS,
      firstPlacedAt: START + 1,
      extensionKeys: [],
      replaces: null,
      replacedBy: null,
      ...{ basket: null, address: null },
      createdAt: START + 1,
      updatedAt: START + 2,
      orderId: ORDER.orderId,
      placedSeq: 2,
      seq: 5,
    });
    expect(findHold(store, SECOND)?.status).toBe("cancelled");
    expect(findHold(store, holdIdOf(SHOPPER, "never"))).toBeNull();
  });

  test("finds the holds of a list of ids, and leaves out those that do not exist", () => {
    const { store } = written();
    const find = (holds: readonly HoldId[]) => store.find({ holds, orders: [], claims: [], voids: [] }).holds;
    expect(
      find([DOOR, holdIdOf(SHOPPER, "never"), FIRST])
        .map(({ id }) => id)
        .sort(),
    ).toEqual([DOOR, FIRST].sort());
    expect(find([])).toEqual([]);
  });

  test("[H4] [H7] [X7] reads of a live hold on wake only its end, its counts and its last ledger row", () => {
    const driver = written();
    driver.send(holdCommand("last", { quantity: 2 }), START + 5);
    const read = Array.from(driver.store.load().activeHolds);
    expect(read.sort((a, b) => a.seq - b.seq)).toEqual([
      { userId: BOX_OFFICE, counted: 0, heldUntil: START + 2 + HOLD_TTL_MS, seq: 4, unpaid: [] },
      { userId: SHOPPER, counted: 2, heldUntil: START + 5 + HOLD_TTL_MS, seq: 8, unpaid: [] },
    ]);
  });

  test("finds the holds that ledger rows name, of those that are left", () => {
    const { store } = written();
    const by = (changedBy: readonly number[]) =>
      store.find({ holds: [], changedBy, orders: [], claims: [], voids: [] }).holds.map(({ id }) => id);
    expect(by([4, 7]).sort()).toEqual([DOOR, SECOND].sort());
    expect(by([1, 99])).toEqual([]);
  });

  test("[H11] reads every live hold on wake, however many there are", () => {
    const driver = openDriver(openStore());
    driver.send(termsCommand({ total: 2_000 }), START);
    const placed = Array.from({ length: 1_501 }, (_, n) =>
      holdCommand(`hold ${n}`, { source: "scanner", by: BOX_OFFICE }),
    );
    driver.batch(placed, START + 1);
    const final = must(placed[7], "it was placed");
    driver.send(releaseCommand(final.holdId, BOX_OFFICE), START + 2);
    const live = activeHolds(driver.store).map(({ id }) => id);
    expect(live.sort()).toEqual(
      placed
        .filter((each) => each !== final)
        .map(({ holdId }) => holdId)
        .sort(),
    );
  });

  test.each([
    ["quotes and a backslash", `"it's" \\ here`],
    ["a line's end and the first and last control character", "one\ntwo\u0001\u001f\u007f"],
    ["characters beyond the first plane", "\u{1f3ab} caf\u00e9 \u4e2d"],
    ["all that there may be", "\u{1f3ab}".repeat(250)],
  ])("[H11] keeps notes to the letter: %s", (_, notes) => {
    const driver = openDriver(openStore());
    driver.send(termsCommand(), START);
    driver.send(holdCommand("first", { notes }), START + 1);
    expect(findHold(driver.store, FIRST)?.notes).toBe(notes);
    expect(activeHolds(driver.store).map((hold) => hold.notes)).toEqual([notes]);
  });

  test("[K5] gives the ledger rows after a position in their order, at most as many as requested", () => {
    const { store } = written();
    const all = store.rowsAfter(0, 100);
    expect(all.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(all.map(({ kind }) => kind)).toEqual(["terms", "hold", "hold", "hold", "checkout", "confirm", "release"]);
    expect(store.rowsAfter(3, 2)).toEqual(all.slice(3, 5));
    expect(store.rowsAfter(7, 100)).toEqual([]);
    expect(firstBrokenRow(EMPTY_HEAD, all, sha256)).toBeNull();
  });

  test("lists holds in the order of the ledger, the newest first, also those of the same millisecond", () => {
    expect(ids(written(), {})).toEqual([DOOR, SECOND, FIRST]);
  });

  test("goes through all holds page by page, each once, and says when there are no more", () => {
    const driver = written();
    const pages: string[][] = [];
    for (let beforeSeq: number | null = null, more = true; more; more = beforeSeq !== null) {
      const page = driver.store.listHolds({ limit: 2, beforeSeq });
      pages.push(page.holds.map(({ id }) => id));
      beforeSeq = page.nextSeq;
    }
    expect(pages).toEqual([[DOOR, SECOND], [FIRST]]);
    expect(driver.store.listHolds({ limit: 3, beforeSeq: null }).nextSeq).toBeNull();
  });

  test.each<[Partial<HoldQuery>, string[]]>([
    [{ status: "active" }, [DOOR]],
    [{ status: "converted" }, [FIRST]],
    [{ status: "cancelled" }, [SECOND]],
    [{ status: "expired" }, []],
    [{ userId: SHOPPER }, [FIRST]],
    [{ source: "scanner" }, [DOOR]],
    [{ source: "web", status: "cancelled" }, [SECOND]],
    [{ source: "web", userId: BOX_OFFICE }, []],
  ])("lists the holds of %o", (query, expected) => {
    expect(ids(written(), query)).toEqual(expected);
  });

  test("[K5] remembers up to which row D1 has been sent", () => {
    const { store } = written();
    expect(store.projectedSeq()).toBe(0);
    store.setProjectedSeq(3, null);
    store.setProjectedSeq(7, null);
    expect(store.projectedSeq()).toBe(7);
  });
});
