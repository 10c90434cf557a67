// Returns at the home of an order (rule O7): sold tickets are free again or withdrawn, once, and never more than are
// left.

import { describe, expect, test } from "vitest";
import type { ReturnCommand } from "../../../../src/domain/ledger/command.ts";
import type { LedgerRow } from "../../../../src/domain/ledger/chain.ts";
import {
  BOX_OFFICE,
  FOREIGN_KEY,
  holdCommand,
  OTHER_SHOPPER,
  settleCommand,
  START,
} from "../../../support/builders.ts";
import type { Driver } from "../../../support/ledger/driver.ts";
import { A, allCounts, B, CHECKOUT, ended, ordered, orderOf } from "../../../support/ledger/order.ts";
import { returnCommand, returnIdOf } from "../../../support/ledger/return-command.ts";

const { orderId } = CHECKOUT;
const AT = START + 3;
/** A has one ticket and B two, and they are numbered in the order of their ids. */
const HIGHEST_OF_B = A < B ? 3 : 2;
const some = (quantity: number, choice?: Parameters<typeof returnCommand>[2]): ReturnCommand =>
  returnCommand(orderId, [{ holdId: B, quantity }], choice);
const ALL = returnCommand(orderId, "all", { key: "all" });

const lastRow = (driver: Driver): LedgerRow | undefined => driver.store.rowsAfter(0, 1_000).at(-1);
const refusalOf = (driver: Driver, command: ReturnCommand, at = AT): unknown => {
  const reply = driver.send(command, at);
  return reply.ok ? "accepted" : reply.refusal;
};

describe("[O7] a return", () => {
  test("of a part makes it free again, and the order keeps what was returned of each item", () => {
    const driver = ended("confirmed");
    expect(allCounts(driver)).toEqual({ sold: 3, held: 4, withdrawn: 0, free: 3 });
    const reply = driver.send(some(1), AT);
    expect(reply).toMatchObject({
      ok: true,
      value: { replayed: false, order: { status: "confirmed", updatedAt: AT } },
    });
    expect(allCounts(driver)).toEqual({ sold: 2, held: 4, withdrawn: 0, free: 4 });
    expect(orderOf(driver)?.items).toMatchObject([
      { holdId: A, quantity: 1, returned: 0, withdrawn: 0 },
      { holdId: B, quantity: 2, returned: 1, withdrawn: 0 },
    ]);
    expect(lastRow(driver)).toMatchObject({ kind: "return", holdId: B, orderId, quantity: 1, sold: 2 });
  });

  test("of all that is left cancels the order, whatever was returned before", () => {
    const driver = ended("confirmed");
    driver.send(some(1), AT);
    expect(driver.send(ALL, AT + 1)).toMatchObject({ ok: true, value: { order: { status: "cancelled" } } });
    expect(allCounts(driver)).toEqual({ sold: 0, held: 4, withdrawn: 0, free: 6 });
    expect(orderOf(driver)?.items.map(({ returned }) => returned)).toEqual([1, 2]);
  });

  test("of the last ticket by name cancels it as well, and of the last but one does not", () => {
    const driver = ended("confirmed");
    driver.send(
      returnCommand(
        orderId,
        [
          { holdId: A, quantity: 1 },
          { holdId: B, quantity: 1 },
        ],
        { key: "two" },
      ),
      AT,
    );
    expect(orderOf(driver)?.status).toBe("confirmed");
    driver.send(some(1), AT);
    expect(orderOf(driver)?.status).toBe("cancelled");
  });

  test("without return to stock withdraws the tickets: they are neither sold nor free", () => {
    const driver = ended("confirmed");
    driver.send(some(2, { returnToStock: false }), AT);
    expect(allCounts(driver)).toEqual({ sold: 1, held: 4, withdrawn: 2, free: 3 });
    expect(orderOf(driver)?.items[1]).toMatchObject({ returned: 2, withdrawn: 2 });
    expect(lastRow(driver)).toMatchObject({ kind: "withdraw", quantity: 2, sold: 1, withdrawn: 2 });
    const hold = (quantity: number) => holdCommand(`more ${quantity}`, { by: BOX_OFFICE, quantity });
    expect(driver.send(hold(4), AT)).toEqual({ ok: false, refusal: { code: "sold_out", availableQuantity: 3 } });
    expect(driver.send(hold(3), AT).ok).toBe(true);
  });

  test("[T6] is a row of the ledger with the actor who requested it, and the order's history names it", () => {
    const driver = ended("confirmed");
    driver.send({ ...ALL, actor: "key_desk", requestId: "req-9" }, AT);
    const rows = driver.store.rowsAt(orderOf(driver)?.history ?? []);
    const told = rows.slice(-2).map(({ kind, holdId, actor, requestId }) => ({ kind, holdId, actor, requestId }));
    const by = { kind: "return", actor: "key_desk", requestId: "req-9" };
    expect(told).toEqual([
      { ...by, holdId: A },
      { ...by, holdId: B },
    ]);
    expect(orderOf(driver)?.seq).toBe(rows.at(-1)?.seq);
  });

  test("keeps what was requested, with its reason, and no ledger row has the reason", () => {
    const driver = ended("confirmed");
    driver.send(some(1, { reason: "rained off" }), AT);
    const id = returnIdOf(orderId, "return");
    const taken = [{ holdId: B, quantity: 1 }];
    const seq = orderOf(driver)?.seq;
    const tickets = [HIGHEST_OF_B];
    const kept = { orderId, id, items: taken, taken, tickets, returnToStock: true, reason: "rained off", seq };
    expect(driver.store.returnsOf(orderId)).toEqual([kept]);
    expect(JSON.stringify(driver.store.rowsAfter(0, 1_000))).not.toContain("rained off");
  });
});

describe("[O7] a return is refused", () => {
  test.each([
    ["reserved", ordered],
    ["cancelled", () => ended("cancelled")],
  ] as const)("of an order that is %s: it has sold nothing", (orderStatus, open) => {
    for (const command of [some(1), ALL]) {
      const driver = open();
      expect(refusalOf(driver, command)).toEqual({ code: "order_not_confirmed", orderStatus });
    }
  });

  test("of an order that expires at that very millisecond, and not of one confirmed a millisecond before", () => {
    const late = ordered();
    const expiresAt = orderOf(late)?.expiresAt ?? 0;
    expect(refusalOf(late, ALL, expiresAt)).toEqual({ code: "order_not_confirmed", orderStatus: "expired" });
    const inTime = ordered();
    inTime.send(settleCommand(orderId, "confirmed"), expiresAt - 1);
    expect(refusalOf(inTime, ALL, expiresAt)).toBe("accepted");
  });

  test("of more than is left, with the numbers; of just what is left it is not", () => {
    const driver = ended("confirmed");
    expect(refusalOf(driver, some(3))).toEqual({ code: "return_exceeds_order", holdId: B, requested: 3, left: 2 });
    driver.send(some(1, { key: "first" }), AT);
    const tooMuch = { code: "return_exceeds_order", holdId: B, requested: 2, left: 1 };
    expect(refusalOf(driver, some(2, { key: "second" }))).toEqual(tooMuch);
    expect(allCounts(driver)).toEqual({ sold: 2, held: 4, withdrawn: 0, free: 4 });
    expect(refusalOf(driver, some(1, { key: "third" }))).toBe("accepted");
  });

  test("as a whole when one of its items is: nothing of it is done", () => {
    const driver = ended("confirmed");
    const items = [
      { holdId: A, quantity: 1 },
      { holdId: B, quantity: 3 },
    ];
    expect(refusalOf(driver, returnCommand(orderId, items))).toMatchObject({ code: "return_exceeds_order", holdId: B });
    expect(allCounts(driver)).toMatchObject({ sold: 3 });
  });

  test("of a hold that the order has not", () => {
    const driver = ended("confirmed");
    const other = holdCommand("others", { by: OTHER_SHOPPER }).holdId;
    const command = returnCommand(orderId, [{ holdId: other, quantity: 1 }]);
    expect(refusalOf(driver, command)).toEqual({ code: "not_found", holdId: other });
  });

  test("[H10] [T2] of another's order, as if it did not exist", () => {
    const driver = ended("confirmed");
    for (const by of [OTHER_SHOPPER, FOREIGN_KEY]) {
      expect(refusalOf(driver, some(1, { by }))).toEqual({ code: "not_found" });
    }
  });

  test("when the order is no longer as its If-Match says, and a repeat succeeds all the same", () => {
    const driver = ended("confirmed");
    const version = orderOf(driver)?.seq ?? 0;
    const stale = some(1, { key: "stale", ifMatch: version - 1 });
    expect(refusalOf(driver, stale)).toEqual({ code: "version_conflict" });
    const current = some(1, { ifMatch: version });
    expect(refusalOf(driver, current)).toBe("accepted");
    expect(driver.send(current, AT + 1)).toMatchObject({ ok: true, value: { replayed: true } });
    expect(allCounts(driver)).toMatchObject({ sold: 2 });
  });
});

describe("[O7] the same key again", () => {
  test("is the same return: nothing more comes back, also after a restart and when nothing is left", () => {
    const driver = ended("confirmed");
    driver.send(some(1), AT);
    for (const at of [AT, AT + 1]) {
      expect(driver.send(some(1), at)).toMatchObject({ ok: true, value: { replayed: true } });
      driver.restart();
    }
    expect(allCounts(driver)).toMatchObject({ sold: 2, free: 4 });
    driver.send(ALL, AT + 2);
    const replayed = driver.send(some(1), AT + 3);
    expect(replayed).toMatchObject({ ok: true, value: { replayed: true, order: { status: "cancelled" } } });
    expect(allCounts(driver)).toMatchObject({ sold: 0, free: 6 });
  });

  test.each<[string, ReturnCommand]>([
    ["another quantity", some(2)],
    ["another hold", returnCommand(orderId, [{ holdId: A, quantity: 1 }])],
    [
      "one hold more",
      returnCommand(orderId, [
        { holdId: A, quantity: 1 },
        { holdId: B, quantity: 1 },
      ]),
    ],
    ["all of it", returnCommand(orderId, "all")],
    ["another place for the tickets", some(1, { returnToStock: false })],
    ["another reason", some(1, { reason: "rained off" })],
  ])("with %s is refused, and returns nothing", (_, other) => {
    const driver = ended("confirmed");
    driver.send(some(1), AT);
    expect(refusalOf(driver, other)).toEqual({ code: "idempotency_key_reused" });
    expect(allCounts(driver)).toMatchObject({ sold: 2 });
  });

  test("of two requests in one batch returns once, and two keys for the last tickets return them once", () => {
    const twice = ended("confirmed");
    twice.batch([some(1), some(1)], AT);
    expect(allCounts(twice)).toMatchObject({ sold: 2 });
    const last = ended("confirmed");
    const replies = last.batch([some(2, { key: "one" }), some(2, { key: "other" }), some(1, { key: "third" })], AT);
    expect(replies.map((reply) => reply.ok)).toEqual([true, false, false]);
    expect(allCounts(last)).toMatchObject({ sold: 1, free: 5 });
  });

  test("[H11] of one whose transaction failed returns it then, and once", () => {
    const driver = ended("confirmed");
    expect(driver.failingBatch([some(1)], AT)).toBe(true);
    driver.restart();
    expect(allCounts(driver)).toMatchObject({ sold: 3 });
    expect(driver.send(some(1), AT)).toMatchObject({ ok: true, value: { replayed: false } });
  });
});

describe("[O5] [O7] what crosses a return", () => {
  test("a cancel that crosses a confirm cancels no paid order", () => {
    const driver = ordered();
    const cancel = settleCommand(orderId, "cancelled");
    const replies = driver.batch([settleCommand(orderId, "confirmed"), cancel], AT);
    expect(replies[1]).toEqual({ ok: false, refusal: { code: "order_not_reserved", orderStatus: "confirmed" } });
    expect(allCounts(driver)).toMatchObject({ sold: 3 });
    driver.send(some(1), AT);
    expect(driver.send(cancel, AT)).toMatchObject({ ok: false, refusal: { orderStatus: "confirmed" } });
    expect(allCounts(driver)).toMatchObject({ sold: 2 });
  });

  test("a confirm of an order with nothing left sells nothing again, and a cancel gives nothing back again", () => {
    const driver = ended("confirmed");
    driver.send(ALL, AT);
    expect(driver.send(settleCommand(orderId, "confirmed"), AT)).toMatchObject({ ok: false });
    expect(driver.send(settleCommand(orderId, "cancelled"), AT)).toMatchObject({ ok: true });
    expect(allCounts(driver)).toEqual({ sold: 0, held: 4, withdrawn: 0, free: 6 });
  });

  test("time: an order that was confirmed does not run out, with or without a return", () => {
    const driver = ended("confirmed");
    driver.send(some(1), AT);
    driver.batch([], (orderOf(driver)?.expiresAt ?? 0) + 1);
    expect(orderOf(driver)?.status).toBe("confirmed");
    expect(allCounts(driver)).toMatchObject({ sold: 2 });
  });
});
