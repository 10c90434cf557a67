// Tickets that were returned and are not for sale again, and returns of other types' tickets, at the home of an order
// (rule O7).

import { describe, expect, test } from "vitest";
import type { LedgerRow } from "../../../../src/domain/ledger/chain.ts";
import { holdIdFrom } from "../../../../src/domain/ids.ts";
import {
  checkoutCommand,
  ELSEWHERE,
  EVENT,
  holdIdOf,
  OTHER_SHOPPER,
  releaseCommand,
  settleCommand,
  sha256Bytes,
  SHOPPER,
  START,
  termsCommand,
} from "../../../support/builders.ts";
import type { Driver } from "../../../support/ledger/driver.ts";
import { A, allCounts, B, CHECKOUT, ended, orderOf, placed } from "../../../support/ledger/order.ts";
import { returnCommand } from "../../../support/ledger/return-command.ts";

const AT = START + 3;
const lastRow = (driver: Driver): LedgerRow | undefined => driver.store.rowsAfter(0, 1_000).at(-1);

describe("[H1] [K4] withdrawn tickets", () => {
  function withdrawn(): Driver {
    const driver = ended("confirmed");
    const items = [{ holdId: B, quantity: 2 }];
    driver.send(returnCommand(CHECKOUT.orderId, items, { returnToStock: false }), AT);
    return driver;
  }
  const take = (driver: Driver, changes: Parameters<typeof termsCommand>[0]) => {
    const reply = driver.send(termsCommand({ version: 2, ...changes }), AT + 1);
    return reply.ok ? reply.value.total : reply.refusal;
  };

  test("stay withdrawn when the total is raised: as many become free as it was raised by", () => {
    const driver = withdrawn();
    expect(take(driver, { total: 12 })).toMatchObject({ applied: true, total: 12 });
    expect(allCounts(driver)).toEqual({ sold: 1, held: 4, withdrawn: 2, free: 5 });
    driver.restart();
    expect(allCounts(driver)).toEqual({ sold: 1, held: 4, withdrawn: 2, free: 5 });
  });

  test("are committed: the total goes down to them, the sold and the held, and not one below", () => {
    const refusal = { code: "capacity_below_committed", requested: 6, committed: 7, sold: 1, held: 4, withdrawn: 2 };
    expect(take(withdrawn(), { pendingTotal: 6 })).toMatchObject({ applied: false, total: 10, refusal });
    const driver = withdrawn();
    expect(take(driver, { pendingTotal: 7 })).toMatchObject({ applied: true, total: 7 });
    expect(allCounts(driver)).toMatchObject({ free: 0 });
  });

  test("[K2] count for sold out: with them all are taken for good, and a raise ends it", () => {
    const driver = withdrawn();
    const status = () => {
      const reply = driver.send({ kind: "counts" }, AT + 2);
      return reply.ok ? [reply.value.status, reply.value.withdrawn, reply.value.available] : reply.refusal;
    };
    driver.send(releaseCommand(holdIdOf(OTHER_SHOPPER, "others"), OTHER_SHOPPER), AT);
    take(driver, { pendingTotal: 4 });
    expect(status()).toEqual(["available", 2, 1]);
    take(driver, { version: 3, pendingTotal: 3 });
    expect(status()).toEqual(["sold_out", 2, 0]);
    take(driver, { version: 4, total: 4 });
    expect(status()).toEqual(["available", 2, 1]);
  });
});

describe("[O7] a return of other types' tickets", () => {
  const THERE = holdIdFrom(ELSEWHERE, SHOPPER, "there", sha256Bytes);
  const claimed = [
    { eventId: EVENT, holds: [{ holdId: THERE, placedSeq: 5, quantity: 2, source: "web", unitPrice: 9_000 } as const] },
  ];
  const checkout = checkoutCommand([A, B], { claimed });

  function sold(): Driver {
    const driver = placed();
    driver.batch([checkout, settleCommand(checkout.orderId, "confirmed")], START + 1);
    return driver;
  }
  const there = (quantity: number, choice?: Parameters<typeof returnCommand>[2]) =>
    returnCommand(checkout.orderId, [{ holdId: THERE, quantity }], choice);

  test("has a home row that moves nothing, so that the order's version rises and followers are sent it", () => {
    const driver = sold();
    const before = orderOf(driver)?.seq ?? 0;
    driver.send(there(1), AT);
    expect(allCounts(driver)).toMatchObject({ sold: 3 });
    const row = { kind: "return", holdId: null, orderId: checkout.orderId, quantity: 0, sold: 3, seq: before + 1 };
    expect(lastRow(driver)).toMatchObject(row);
    const [message] = driver.store.outbox(10, []);
    expect(message).toMatchObject({ ticketTypeId: ELSEWHERE, order: { seq: before + 1 } });
    expect(message?.order.items[2]).toMatchObject({ holdId: THERE, returned: 1, withdrawn: 0 });
  });

  test("says in that row whether they are withdrawn", () => {
    const driver = sold();
    driver.send(there(2, { returnToStock: false }), AT);
    expect(lastRow(driver)).toMatchObject({ kind: "withdraw", holdId: null, quantity: 0, withdrawn: 0 });
    expect(orderOf(driver)?.items[2]).toMatchObject({ returned: 2, withdrawn: 2 });
  });

  test("is bounded by what is left of them, and of all cancels the order only with the home's own", () => {
    const driver = sold();
    expect(driver.send(there(3), AT)).toMatchObject({
      refusal: { code: "return_exceeds_order", requested: 3, left: 2 },
    });
    driver.send(there(2), AT);
    expect(orderOf(driver)?.status).toBe("confirmed");
    driver.send(returnCommand(checkout.orderId, "all", { key: "all" }), AT);
    expect(orderOf(driver)?.status).toBe("cancelled");
    expect(allCounts(driver)).toEqual({ sold: 0, held: 4, withdrawn: 0, free: 6 });
  });
});
