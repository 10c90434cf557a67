// What every store promises of orders, claims, voids and the messages between objects. See store-contract.test.ts.

import { describe, expect, test } from "vitest";
import { holdIdFrom, type TicketTypeId } from "../../../src/domain/ids.ts";
import { settledUpTo } from "../../../src/domain/ledger/memory/book.ts";
import { must } from "../../../src/domain/result.ts";
import {
  activeHolds,
  findHold,
  BOX_OFFICE,
  checkoutCommand,
  claimCommand,
  EVENT,
  followCommand,
  holdCommand,
  holdIdOf,
  idOf,
  OTHER_SHOPPER,
  releaseCommand,
  resolveCommand,
  settleCommand,
  sha256Bytes,
  SHOPPER,
  START,
  termsCommand,
} from "../../support/builders.ts";
import { type Driver, memoryStore, openDriver, sqlStore } from "../../support/ledger/driver.ts";
import { projectedOrder } from "../../support/ledger/memory-store.ts";
import { seenOf } from "../../support/ledger/model/harness.ts";

const NEAR = idOf("tt", "near");
const FAR = idOf("tt", "far");
const FIRST = holdIdOf(SHOPPER, "first");
const SECOND = holdIdOf(OTHER_SHOPPER, "second");
const DOOR = holdIdOf(BOX_OFFICE, "door");
const ORDER = checkoutCommand([FIRST]);

describe.each([
  ["memory", memoryStore],
  ["SQL", sqlStore],
])("the orders in the store in %s", (_name, openStore) => {
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
  test("[H11] reads on wake the active holds, and the live orders and claims that are due, oldest first", () => {
    const driver = written();
    expect(activeHolds(driver.store).map(({ id }) => id)).toEqual([DOOR]);
    const [a, b] = [holdIdOf(SHOPPER, "a"), holdIdOf(SHOPPER, "b")];
    const reserved = checkoutCommand([a], { key: "live" });
    const doubt = claimCommand([DOOR], { by: BOX_OFFICE });
    driver.batch([holdCommand("a"), holdCommand("b"), doubt, reserved], START + 5);
    driver.send(checkoutCommand([b], { key: "later" }), START + 6);
    const { orders, claims } = driver.store.load();
    expect(activeHolds(driver.store)).toEqual([]);
    expect([...orders].map(({ orderId, counted, startedSeq }) => [orderId, counted, startedSeq])).toEqual([
      [reserved.orderId, 1, 11],
      [checkoutCommand([b], { key: "later" }).orderId, 1, 12],
    ]);
    expect([...claims]).toEqual([
      {
        orderId: doubt.orderId,
        userId: BOX_OFFICE,
        counted: 0,
        deadline: START + 5 + 30_000,
        startedSeq: 10,
        unpaid: [],
      },
    ]);
  });

  test("[H11] finds the live orders on wake from the mark on, and none that began before it", () => {
    const driver = openDriver(openStore());
    driver.send(termsCommand({ total: 5_000, maxPerOrder: 5_000 }), START);
    for (let n = 0; n < 600; n++) driver.send(holdCommand(`${n}`), START + 1);
    for (let n = 0; n < 600; n++) {
      const order = checkoutCommand([holdIdOf(SHOPPER, `${n}`)], { key: `${n}` });
      driver.batch(n === 500 ? [order] : [order, settleCommand(order.orderId, "confirmed")], START + 2);
    }
    const before = seenOf(driver.book());
    expect(settledUpTo(driver.book())).toEqual({ orders: 1_601, holds: 1_800 });
    driver.store.setProjectedSeq(driver.book().head.seq, settledUpTo(driver.book()));
    driver.restart();
    expect(seenOf(driver.book())).toEqual(before);
    expect([...driver.book().orders.byId.keys()]).toEqual([
      checkoutCommand([holdIdOf(SHOPPER, "500")], { key: "500" }).orderId,
    ]);
  });

  test("[O2] [O3] finds orders, claims and voids by their ids, and each order's ledger rows", () => {
    const driver = written();
    const doubt = claimCommand([DOOR], { by: BOX_OFFICE });
    const { attempt } = checkoutCommand([SECOND], { key: "none" });
    driver.batch([doubt, resolveCommand(checkoutCommand([SECOND], { key: "none" }).orderId, attempt)], START + 5);
    const { orders, claims, voids } = driver.store.find({
      holds: [],
      orders: [ORDER.orderId, doubt.orderId],
      claims: [doubt.orderId, ORDER.orderId],
      voids: [attempt, ORDER.attempt],
    });
    expect(orders).toMatchObject([
      { id: ORDER.orderId, status: "confirmed", seq: 6, history: [5, 6], items: [{ holdId: FIRST, placedSeq: 2 }] },
    ]);
    expect(claims).toMatchObject([{ orderId: doubt.orderId, state: "doubt", holds: [{ holdId: DOOR, placedSeq: 4 }] }]);
    expect(voids).toEqual([attempt]);
    expect(driver.store.rowsAt([6, 99, 5]).map(({ seq, kind }) => [seq, kind])).toEqual([
      [5, "checkout"],
      [6, "confirm"],
    ]);
    const held = must(findHold(driver.store, DOOR), "it was placed");
    driver.send(followCommand(doubt, [held], { status: "cancelled", seq: 9 }), START + 6);
    const followed = driver.store.find({ holds: [], orders: [], claims: [doubt.orderId], voids: [] }).claims;
    expect(followed).toMatchObject([{ state: "cancelled", revision: 9, startedSeq: 8 }]);
    expect([...driver.store.load().claims]).toEqual([]);
  });

  test("[O3] keeps a message for each other type until its newest revision is acknowledged", () => {
    const driver = written();
    const claimed = [NEAR, FAR].map((type) => {
      const holdId = holdIdFrom(type, SHOPPER, "there", sha256Bytes);
      return { eventId: EVENT, holds: [{ holdId, placedSeq: 1, quantity: 1, source: "web", unitPrice: 1 } as const] };
    });
    const order = checkoutCommand([holdIdOf(SHOPPER, "more")], { key: "of three", claimed });
    driver.batch([holdCommand("more"), order], START + 5);
    const waiting = (except: readonly TicketTypeId[] = []) =>
      driver.store
        .outbox(10, except)
        .map(({ ticketTypeId, order: sent }) => [ticketTypeId, sent.status, sent.seq])
        .sort();
    expect(waiting()).toEqual(
      [
        [FAR, "reserved", 9],
        [NEAR, "reserved", 9],
      ].sort(),
    );
    expect(waiting([FAR])).toEqual([[NEAR, "reserved", 9]]);
    expect(driver.store.outbox(1, [])).toHaveLength(1);
    driver.send(settleCommand(order.orderId, "confirmed"), START + 6);
    driver.store.dropFromOutbox(order.orderId, NEAR, 9);
    expect(waiting([FAR]), "an older acknowledgement").toEqual([[NEAR, "confirmed", 10]]);
    driver.store.dropFromOutbox(order.orderId, NEAR, 10);
    expect(waiting()).toEqual([[FAR, "confirmed", 10]]);
  });

  test("[K5] gives the projection each order once, with the last of its rows, as D1 takes it", () => {
    const { store } = written();
    const waiting = store.projectionAfter(0, 100);
    const kept = store.find({ holds: [], orders: [ORDER.orderId], claims: [], voids: [] }).orders[0];
    expect(waiting.map(({ order }) => order)).toEqual(
      [1, 2, 3, 4, 5, 6, 7].map((seq) => (seq === 6 ? projectedOrder(must(kept, "it was made")) : null)),
    );
    expect(waiting.map(({ seq, sold, held }) => ({ seq, sold, held }))).toEqual(
      store.rowsAfter(0, 100).map(({ seq, sold, held }) => ({ seq, sold, held })),
    );
    expect(store.projectionAfter(4, 2)).toEqual(waiting.slice(4, 6));
    expect(store.projectionAfter(7, 100)).toEqual([]);
  });
});
