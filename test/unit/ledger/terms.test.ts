// How an inventory takes its terms: in order, never below what is committed, and which of their effects are visible.

import { describe, expect, test } from "vitest";
import type { Terms } from "../../../src/domain/terms.ts";
import {
  checkoutCommand,
  claimCommand,
  followCommand,
  holdCommand,
  holdIdOf,
  HOUR,
  idOf,
  OTHER_SHOPPER,
  releaseCommand,
  orderCommand,
  resolveCommand,
  settleCommand,
  unclaimCommand,
  SHOPPER,
  START,
  termsCommand,
} from "../../support/builders.ts";
import { type Driver, openDriver, openOnSale } from "../../support/ledger/driver.ts";

const COUNTS = { kind: "counts" } as const;
const HOLD = holdIdOf(SHOPPER, "first");

/** Ten tickets: two sold, three held. */
function partlySold(): Driver {
  const driver = openOnSale();
  const sale = holdIdOf(OTHER_SHOPPER, "sale");
  const order = checkoutCommand([sale], { by: OTHER_SHOPPER });
  driver.batch([holdCommand("sale", { by: OTHER_SHOPPER, quantity: 2 }), order], START);
  const confirm = settleCommand(order.orderId, "confirmed", OTHER_SHOPPER);
  driver.batch([confirm, holdCommand("first", { quantity: 3 })], START);
  return driver;
}
const shown = (driver: Driver): unknown => {
  const reply = driver.send(COUNTS, START);
  return reply.ok
    ? { status: reply.value.status, total: reply.value.total, available: reply.value.available }
    : reply.refusal;
};
const take = (driver: Driver, terms: Partial<Terms>): unknown => {
  const reply = driver.send(termsCommand(terms), START);
  return reply.ok ? reply.value : reply.refusal;
};

/** As a version that is not the one in force. */
const NOT_TAKEN = { code: "version_conflict" };

describe("[K6] terms", () => {
  test("that are newer are taken", () => {
    const driver = openOnSale();
    expect(take(driver, { version: 3, total: 12, minPerOrder: 2 })).toEqual({
      version: 3,
      total: { version: 3, applied: true, total: 12 },
    });
    expect(driver.send(holdCommand("first"), START)).toMatchObject({
      refusal: { code: "quantity_out_of_bounds", min: 2 },
    });
  });

  test("[X6] that are older never overwrite newer ones, and are not confirmed as taken", () => {
    const driver = openOnSale({ version: 5, total: 20 });
    expect(take(driver, { version: 4, total: 5, hidden: true })).toEqual(NOT_TAKEN);
    expect(shown(driver)).toEqual({ status: "available", total: 20, available: 20 });
  });

  test("[X6] get the same result when repeated, and are refused with the same version but other content", () => {
    const driver = openOnSale({ version: 5 });
    expect(take(driver, { version: 5 })).toEqual({ version: 5, total: { version: 5, applied: true, total: 10 } });
    expect(take(driver, { version: 5, total: 99 })).toEqual(NOT_TAKEN);
    expect(take(driver, { version: 5, hidden: true })).toEqual(NOT_TAKEN);
    expect(shown(driver)).toEqual({ status: "available", total: 10, available: 10 });
    expect(driver.book().head.seq).toBe(1);
  });

  test("that come out of order in one batch leave the newest", () => {
    const driver = openOnSale();
    driver.batch(
      [
        termsCommand({ version: 4, total: 14 }),
        termsCommand({ version: 2, total: 12 }),
        termsCommand({ version: 3, total: 13 }),
      ],
      START,
    );
    expect(shown(driver)).toMatchObject({ total: 14 });
    driver.restart();
    expect(shown(driver)).toMatchObject({ total: 14 });
  });

  test("whose transaction failed are taken when they come again", () => {
    const driver = openOnSale();
    expect(driver.failingBatch([termsCommand({ version: 2, total: 20 })], START)).toBe(true);
    driver.restart();
    expect(shown(driver)).toMatchObject({ total: 10 });
    take(driver, { version: 2, total: 20 });
    expect(shown(driver)).toMatchObject({ total: 20 });
  });

  test("hold for the next command of their own batch", () => {
    const driver = openOnSale();
    const [, reply] = driver.batch([termsCommand({ version: 2, hidden: true }), holdCommand("first")], START);
    expect(reply).toEqual({ ok: false, refusal: { code: "not_on_sale", reason: "ticket_type_hidden" } });
  });

  test("of another ticket type are a bug, not a reply", () => {
    expect(() => take(openOnSale(), { version: 2, ticketTypeId: idOf("tt", "vip") })).toThrow(/their own ticket type/);
  });
});

describe("[K4] a total", () => {
  const below = (version: number, requested: number) => ({
    version,
    total: {
      version,
      applied: false,
      total: 10,
      refusal: { code: "capacity_below_committed", requested, committed: 5, sold: 2, held: 3, withdrawn: 0 },
    },
  });

  test("is raised while selling, and the next hold may take what came", () => {
    const driver = partlySold();
    take(driver, { version: 2, total: 11 });
    expect(driver.send(holdCommand("more", { by: OTHER_SHOPPER, quantity: 4 }), START).ok).toBe(true);
    expect(shown(driver)).toEqual({ status: "available", total: 11, available: 2 });
  });

  test("is lowered to what is committed", () => {
    const driver = partlySold();
    expect(take(driver, { version: 2, pendingTotal: 5 })).toEqual({
      version: 2,
      total: { version: 2, applied: true, total: 5 },
    });
    expect(shown(driver)).toMatchObject({ total: 5, available: 0 });
    expect(driver.send(holdCommand("more", { by: OTHER_SHOPPER }), START)).toEqual({
      ok: false,
      refusal: { code: "sold_out", availableQuantity: 0 },
    });
  });

  test("is not lowered one below what is committed, and the refusal has the numbers", () => {
    const driver = partlySold();
    expect(take(driver, { version: 2, pendingTotal: 4 })).toEqual(below(2, 4));
    expect(shown(driver)).toMatchObject({ total: 10, available: 5 });
  });

  test("[K6] that is refused still applies the unseen raise before it, if that covers what is committed", () => {
    const raised = partlySold();
    expect(take(raised, { version: 3, total: 12, pendingTotal: 4 })).toEqual({
      version: 3,
      total: { ...below(3, 4).total, total: 12 },
    });
    expect(shown(raised)).toMatchObject({ total: 12, available: 7 });
    const atCommitted = partlySold();
    take(atCommitted, { version: 3, total: 5, pendingTotal: 4 });
    expect(shown(atCommitted)).toMatchObject({ total: 5, available: 0 });
    const belowCommitted = partlySold();
    take(belowCommitted, { version: 3, total: 4, pendingTotal: 3 });
    expect(shown(belowCommitted)).toMatchObject({ total: 10, available: 5 });
  });

  test("that was refused is refused again when repeated, though it would now fit, also after a restart", () => {
    const driver = partlySold();
    take(driver, { version: 2, pendingTotal: 4 });
    driver.send(releaseCommand(HOLD), START);
    expect(take(driver, { version: 2, pendingTotal: 4 })).toEqual(below(2, 4));
    driver.restart();
    expect(take(driver, { version: 2, pendingTotal: 4 })).toEqual(below(2, 4));
    expect(shown(driver)).toMatchObject({ total: 10 });
  });

  test("that was refused is judged again with a newer version", () => {
    const driver = partlySold();
    take(driver, { version: 2, pendingTotal: 4 });
    driver.send(releaseCommand(HOLD), START);
    expect(take(driver, { version: 3, pendingTotal: 4 })).toEqual({
      version: 3,
      total: { version: 3, applied: true, total: 4 },
    });
  });

  test("that was refused leaves the rest of its terms in force", () => {
    const driver = partlySold();
    take(driver, { version: 2, pendingTotal: 4, hidden: true });
    expect(shown(driver)).toEqual({ status: "hidden", total: 10, available: 5 });
  });

  test("is never set below committed, whatever arrives", () => {
    const driver = partlySold();
    expect(take(driver, { version: 2, total: 1 })).toEqual(below(2, 1));
    expect(driver.book().head).toMatchObject({ total: 10, sold: 2, held: 3 });
  });

  test("is judged by what the batch before it in line has committed", () => {
    const driver = openOnSale();
    const replies = driver.batch(
      [holdCommand("first", { quantity: 3 }), termsCommand({ version: 2, pendingTotal: 2 })],
      START,
    );
    expect(replies[1]).toMatchObject({
      ok: true,
      value: { total: { applied: false, total: 10, refusal: { committed: 3, sold: 0, held: 3 } } },
    });
  });
});

describe("[K2] the status that is shown", () => {
  const allSold = (): Driver => {
    const driver = openOnSale({ total: 2 });
    const order = checkoutCommand([HOLD]);
    driver.batch([holdCommand("first", { quantity: 2 }), order, settleCommand(order.orderId, "confirmed")], START);
    return driver;
  };

  test("is sold_out when all are sold, not when all are held", () => {
    const driver = openOnSale({ total: 2 });
    driver.send(holdCommand("first", { quantity: 2 }), START);
    expect(shown(driver)).toEqual({ status: "available", total: 2, available: 0 });
    expect(shown(allSold())).toEqual({ status: "sold_out", total: 2, available: 0 });
  });

  test("leaves sold_out by itself when the total is raised", () => {
    const driver = allSold();
    take(driver, { version: 2, total: 3 });
    expect(shown(driver)).toEqual({ status: "available", total: 3, available: 1 });
  });

  test("is hidden while the organiser hides it, sold out or not", () => {
    const driver = allSold();
    take(driver, { version: 2, total: 2, hidden: true });
    expect(shown(driver)).toMatchObject({ status: "hidden" });
    take(driver, { version: 3, total: 2 });
    expect(shown(driver)).toMatchObject({ status: "sold_out" });
  });

  test("[P3] is visible to the public while the event is published or live and the type not hidden", () => {
    const visible = (terms: Partial<Terms>): unknown => {
      const reply = openOnSale(terms).send(COUNTS, START);
      return reply.ok && reply.value.visible;
    };
    expect([visible({}), visible({ eventStatus: "live" })]).toEqual([true, true]);
    expect([
      visible({ eventStatus: "draft" }),
      visible({ eventStatus: "ended" }),
      visible({ eventStatus: "archived" }),
      visible({ hidden: true }),
    ]).toEqual([false, false, false, false]);
  });
});

describe("[L2] a change of what a message shows", () => {
  test.each<[string, Partial<Terms>, number]>([
    ["of the total is one ledger row", { total: 11 }, 1],
    ["of hidden is one ledger row", { hidden: true }, 1],
    ["of both is one ledger row", { total: 11, hidden: true }, 1],
    [
      "is none when only the price, limits or windows changed",
      { unitPrice: 1, maxPerOrder: 9, saleEnd: START + HOUR },
      0,
    ],
  ])("%s", (_title, terms, rows) => {
    const driver = openOnSale();
    take(driver, { version: 2, ...terms });
    expect(driver.store.rowsAfter(1, 10)).toHaveLength(rows);
    expect(driver.store.load().terms?.terms.version).toBe(2);
  });
});

describe("[X5] an inventory without terms", () => {
  const claim = claimCommand([HOLD]);
  const order = checkoutCommand([HOLD]);
  test.each([
    [holdCommand("first")],
    [releaseCommand(HOLD)],
    [COUNTS],
    [order],
    [orderCommand(order.orderId)],
    [settleCommand(order.orderId, "confirmed")],
    [resolveCommand(order.orderId, order.attempt)],
    [claim],
    [unclaimCommand(claim)],
    [followCommand(claim, [])],
  ])("returns not found and writes nothing: $kind", (command) => {
    const driver = openDriver();
    expect(driver.batch([command], START)).toEqual([{ ok: false, refusal: { code: "not_found" } }]);
    expect(driver.failingBatch([command], START)).toBe(false);
  });
});
