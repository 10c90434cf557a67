// The projection of an inventory into a D1 that was put back: it goes back to what D1 has, and ends with all of it.

import { describe, expect, test } from "vitest";
import type { Projection } from "../../../src/db/projection/projection.ts";
import type { Checkpoint } from "../../../src/domain/ledger/chain.ts";
import { must } from "../../../src/domain/result.ts";
import { openProjection } from "../../../src/inventory/projection/project.ts";
import {
  checkoutCommand,
  holdCommand,
  holdIdOf,
  OTHER_SHOPPER,
  SHOPPER,
  START,
  termsCommand,
} from "../../support/builders.ts";
import { type Driver, memoryStore, openDriver, sqlStore } from "../../support/ledger/driver.ts";

const SHOPPERS = [SHOPPER, OTHER_SHOPPER];

/** D1 as far as the projection writes it: the type's row, and the last of each order by its guard. */
type Copy = { countsSeq: number; held: number; readonly orders: Map<string, number> };

function emptyCopy(): Copy {
  return { countsSeq: 0, held: 0, orders: new Map() };
}

function take(copy: Copy, { counts, orders }: Projection): void {
  for (const order of orders) {
    const [id, , , , , , seq] = JSON.parse(order) as [string, ...unknown[]];
    copy.orders.set(id, Math.max(copy.orders.get(id) ?? 0, Number(seq)));
  }
  if (counts && copy.countsSeq < counts.seq && copy.countsSeq >= counts.from)
    Object.assign(copy, { countsSeq: counts.seq, held: counts.held });
}

function sell(driver: Driver, from: number, count: number): void {
  for (let n = from; n < from + count; n++) {
    const by = SHOPPERS[n % 2] ?? SHOPPER;
    driver.batch(
      [holdCommand(`${n}`, { by }), checkoutCommand([holdIdOf(by, `${n}`)], { by, key: `${n}` })],
      START + n,
    );
  }
}

describe.each([
  ["memory", memoryStore],
  ["SQLite", sqlStore],
])("the projection of an inventory in %s", (_name, openStore) => {
  function projected() {
    let cut: Checkpoint | null = null;
    const driver = openDriver(openStore());
    driver.send(termsCommand({ total: 1_000, maxPerOrder: 100 }), START);
    const d1 = { copy: emptyCopy(), during: (): void => undefined };
    let now = START;
    const projection = openProjection({
      ledger: { book: driver.book },
      store: driver.store,
      ports: () => ({
        readTerms: () => Promise.reject(new Error("not asked for")),
        project: async (sent) => {
          d1.during();
          take(d1.copy, sent);
        },
      }),
      clock: () => now,
      random: () => 0,
      checkpoint: () => cut,
      log: (_event, fault) => {
        throw fault;
      },
    });
    const untilDone = async (): Promise<void> => {
      for (now += 1; projection.seq() < driver.book().head.seq; now += 1) await projection.step();
    };
    const expectAll = (orders: number): void => {
      const { seq, held } = driver.book().head;
      expect({ countsSeq: d1.copy.countsSeq, held: d1.copy.held }).toEqual({ countsSeq: seq, held });
      expect(d1.copy.orders.size).toBe(orders);
    };
    /** The ledger's rows up to `seq` are cut; an object that reads them anyway fails. */
    const cutUpTo = (seq: number): void => {
      cut = must(driver.store.rowsAt([seq])[0], "there is such a row");
      const { projectionAfter } = driver.store;
      driver.store.projectionAfter = (after, limit) => {
        if (after < seq) throw new Error("these rows are cut");
        return projectionAfter(after, limit);
      };
    };
    return { driver, d1, projection, untilDone, expectAll, cutUpTo };
  }

  test("[X6] [K5] goes back to the position that a restored D1 has, and sends again what came after it", async () => {
    const { driver, d1, projection, untilDone, expectAll } = projected();
    sell(driver, 0, 3);
    await untilDone();
    const earlier = { ...d1.copy, orders: new Map(d1.copy.orders) };
    sell(driver, 3, 3);
    await untilDone();
    d1.copy = earlier;
    sell(driver, 6, 2);
    await untilDone();
    expect(d1.copy.countsSeq, "counts are not taken over a gap").toBe(earlier.countsSeq);
    projection.compare(d1.copy.countsSeq);
    expect(driver.store.projectedSeq(), "also in another life").toBe(earlier.countsSeq);
    await untilDone();
    expectAll(8);
  });

  test("[X6] stays where it is when D1 has as much or more, or was not queried", async () => {
    const { driver, projection, untilDone } = projected();
    sell(driver, 0, 2);
    await untilDone();
    const { seq } = driver.book().head;
    for (const position of [seq, seq + 1, undefined]) {
      projection.compare(position);
      expect(projection.seq()).toBe(seq);
    }
    projection.compare(seq - 1);
    expect(projection.seq()).toBe(seq - 1);
  });

  test("[X6] keeps a position of D1 that arrives while it sends to D1", async () => {
    const { driver, d1, projection, untilDone, expectAll } = projected();
    sell(driver, 0, 3);
    await untilDone();
    d1.copy = emptyCopy();
    sell(driver, 3, 1);
    d1.during = () => {
      projection.compare(0);
      d1.during = () => undefined;
    };
    await untilDone();
    expectAll(4);
  });

  test("[X6] [H13] reads orders, page by page, where their ledger rows are cut, and then the rows left", async () => {
    const { driver, d1, projection, untilDone, expectAll, cutUpTo } = projected();
    sell(driver, 0, 6);
    await untilDone();
    d1.copy = emptyCopy();
    cutUpTo(driver.book().head.seq - 3);
    const { ordersUpTo } = driver.store;
    const pages: number[] = [];
    driver.store.ordersUpTo = (seq, after) => {
      const page = ordersUpTo(seq, after, 2);
      pages.push(page.length);
      return page;
    };
    projection.compare(0);
    sell(driver, 6, 1);
    await untilDone();
    expectAll(7);
    expect(pages).toEqual([2, 2, 0]);
  });
});
