// Orders at their home: made once, void or not, ended once, and expired by the clock alone.

import { describe, expect, test } from "vitest";
import { nextExpiry } from "../../../../src/domain/ledger/memory/book.ts";
import type { Claimed } from "../../../../src/domain/ledger/command.ts";
import { must } from "../../../../src/domain/result.ts";
import {
  BOX_OFFICE,
  checkoutCommand,
  ELSEWHERE,
  EVENT,
  FOREIGN_KEY,
  holdCommand,
  holdIdOf,
  HOUR,
  idOf,
  OTHER_SHOPPER,
  orderCommand,
  releaseCommand,
  resolveCommand,
  settleCommand,
  sha256Bytes,
  SHOPPER,
  START,
  termsCommand,
} from "../../../support/builders.ts";
import { holdIdFrom } from "../../../../src/domain/ids.ts";
import {
  A,
  B,
  CHECKOUT,
  countsOf,
  ended,
  EXPIRES_AT,
  isVoid,
  ordered,
  orderOf,
  placed,
  statusOf,
} from "../../../support/ledger/order.ts";

const { orderId } = CHECKOUT;
const THERE = holdIdFrom(ELSEWHERE, SHOPPER, "there", sha256Bytes);
/** What the type elsewhere has claimed for the same order. */
const CLAIMED: Claimed = {
  eventId: EVENT,
  holds: [{ holdId: THERE, placedSeq: 5, quantity: 2, source: "web", unitPrice: 9_000 }],
};
const OF_TWO = checkoutCommand([A, B], { claimed: [CLAIMED] });

describe("[O1] [O2] a checkout at its home", () => {
  test("makes one reserved order of its own holds and of others' claims, in the order they were named", () => {
    const driver = placed();
    const named = { ...OF_TWO, holdIds: [B, THERE, A] };
    const reply = driver.send(named, START + 1);
    expect(reply).toMatchObject({
      ok: true,
      value: {
        replayed: false,
        order: {
          id: orderId,
          status: "reserved",
          items: [
            { holdId: B, quantity: 2, unitPrice: 15_000, amount: 30_000 },
            { holdId: THERE, ticketTypeId: ELSEWHERE, quantity: 2, unitPrice: 9_000, amount: 18_000 },
            { holdId: A, quantity: 1, unitPrice: 15_000, amount: 15_000 },
          ],
          total: 63_000,
          expiresAt: EXPIRES_AT,
          history: [5, 6],
          seq: 6,
        },
      },
    });
    expect(statusOf(driver)).toEqual(["converted", "converted"]);
    expect(countsOf(driver)).toEqual({ sold: 0, held: 7 });
    expect(driver.store.outbox(10, [])).toMatchObject([{ ticketTypeId: ELSEWHERE, order: { id: orderId } }]);
  });

  test("of one type has nobody to send to", () => {
    expect(ordered().store.outbox(10, [])).toEqual([]);
  });

  test("takes none of its holds when one is not active", () => {
    const driver = placed();
    driver.send(releaseCommand(B), START + 1);
    expect(driver.send(CHECKOUT, START + 1)).toEqual({
      ok: false,
      refusal: { code: "hold_not_active", holdStatus: "cancelled", holdId: B },
    });
    expect(statusOf(driver)).toEqual(["active", "cancelled"]);
    expect(orderOf(driver)).toBeNull();
  });

  test("refuses holds of another event than its own", () => {
    const driver = placed();
    const mixed = checkoutCommand([A], { claimed: [{ ...CLAIMED, eventId: idOf("evt", "another") }] });
    expect(driver.send(mixed, START + 1)).toEqual({ ok: false, refusal: { code: "mixed_events" } });
    expect(statusOf(driver)).toEqual(["active", "active"]);
  });

  test("again is the same order, in the same batch, after a restart, after its end and after the event", () => {
    const driver = placed();
    const [first, second] = driver.batch([CHECKOUT, CHECKOUT], START + 1);
    expect([first, second]).toMatchObject([{ value: { replayed: false } }, { value: { replayed: true } }]);
    driver.restart();
    driver.send(settleCommand(orderId, "cancelled"), START + 2);
    const again = driver.send({ ...CHECKOUT, holdIds: [B, A] }, START + 300 * HOUR);
    expect(again).toMatchObject({ ok: true, value: { replayed: true, order: { id: orderId, status: "cancelled" } } });
  });

  test("[O6] with other holds under the same key is refused, and takes nothing", () => {
    const driver = ordered();
    driver.send(holdCommand("c"), START + 1);
    const c = holdIdOf(SHOPPER, "c");
    for (const other of [checkoutCommand([c]), checkoutCommand([A]), checkoutCommand([A, B, c]), OF_TWO]) {
      expect(driver.send(other, START + 2)).toEqual({ ok: false, refusal: { code: "idempotency_key_reused" } });
    }
    expect(orderOf(driver)?.items).toHaveLength(2);
  });

  test("[O6] with a hold that another type has placed again is refused", () => {
    const driver = placed();
    driver.send(OF_TWO, START + 1);
    const anew = { ...CLAIMED, holds: CLAIMED.holds.map((hold) => ({ ...hold, placedSeq: 6 })) };
    expect(driver.send({ ...OF_TWO, claimed: [anew] }, START + 2)).toEqual({
      ok: false,
      refusal: { code: "idempotency_key_reused" },
    });
    expect(driver.send(OF_TWO, START + 2)).toMatchObject({ ok: true, value: { replayed: true } });
  });
});

describe("[O2] an attempt", () => {
  test("that was refused for good is void from then on, and its commit comes too late, also after a restart", () => {
    const driver = placed();
    driver.send(termsCommand({ version: 2, organizationStatus: "suspended" }), START + 1);
    expect(driver.send(OF_TWO, START + 1)).toMatchObject({ refusal: { code: "organization_suspended" } });
    driver.send(termsCommand({ version: 3 }), START + 2);
    driver.restart();
    expect(driver.send(OF_TWO, START + 2)).toEqual({ ok: true, value: "void" });
    expect(orderOf(driver)).toBeNull();
    const next = checkoutCommand([A, B], { claimed: [CLAIMED], n: 1 });
    expect(driver.send(next, START + 2)).toMatchObject({ ok: true, value: { replayed: false } });
  });

  test("that is queried before it made an order is void, and stays so", () => {
    const driver = placed();
    const ask = resolveCommand(orderId, OF_TWO.attempt);
    expect(driver.batch([ask, OF_TWO], START + 1)).toEqual([
      { ok: true, value: null },
      { ok: true, value: "void" },
    ]);
    driver.restart();
    expect(driver.send(OF_TWO, START + 2)).toEqual({ ok: true, value: "void" });
    expect(driver.send(ask, START + 2)).toEqual({ ok: true, value: null });
  });

  test("that made the order returns it, and so does any other attempt of its key", () => {
    const driver = ordered();
    for (const attempt of [CHECKOUT.attempt, OF_TWO.attempt]) {
      expect(driver.send(resolveCommand(orderId, attempt), START + 2)).toMatchObject({
        ok: true,
        value: { id: orderId },
      });
    }
    expect(isVoid(driver)).toBe(false);
    expect(driver.failingBatch([resolveCommand(orderId, OF_TWO.attempt)], START + 2), "nothing is written").toBe(false);
  });

  test("of one type leaves no void when it is refused: nobody will query it", () => {
    const driver = placed();
    driver.send(releaseCommand(A), START + 1);
    expect(driver.failingBatch([CHECKOUT], START + 1)).toBe(false);
  });

  test("whose void was not written, since its transaction failed, may still make the order", () => {
    const driver = placed();
    expect(driver.failingBatch([resolveCommand(orderId, OF_TWO.attempt)], START + 1)).toBe(true);
    driver.restart();
    expect(driver.send(OF_TWO, START + 2)).toMatchObject({ ok: true, value: { replayed: false } });
  });
});

describe("[O3] [O5] the end of an order", () => {
  test("confirmed moves its quantity from held to sold, and sends it to the other types", () => {
    const driver = placed();
    driver.send(OF_TWO, START + 1);
    driver.send(settleCommand(orderId, "confirmed"), START + 2);
    expect(countsOf(driver)).toEqual({ sold: 3, held: 4 });
    expect(driver.store.outbox(10, [])).toMatchObject([
      { ticketTypeId: ELSEWHERE, order: { status: "confirmed", seq: 8, history: [5, 6, 7, 8] } },
    ]);
  });

  test("cancelled gives its quantity back, and its holds stay converted", () => {
    const driver = ended("cancelled");
    expect(countsOf(driver)).toEqual({ sold: 0, held: 4 });
    expect(statusOf(driver)).toEqual(["converted", "converted"]);
  });

  test("happens once: the same again returns it, another is refused, and neither writes", () => {
    const driver = ended("confirmed");
    const again = [settleCommand(orderId, "confirmed"), settleCommand(orderId, "cancelled")];
    expect(driver.failingBatch(again, START + 3)).toBe(false);
    expect(driver.batch(again, START + 3)).toMatchObject([
      { ok: true, value: { status: "confirmed" } },
      { ok: false, refusal: { code: "order_not_reserved", orderStatus: "confirmed" } },
    ]);
  });

  test("of two in one batch the first wins", () => {
    const driver = ordered();
    driver.batch([settleCommand(orderId, "cancelled"), settleCommand(orderId, "confirmed")], START + 3);
    expect(countsOf(driver)).toEqual({ sold: 0, held: 4 });
    expect(orderOf(driver)?.status).toBe("cancelled");
  });

  test("is refused to a version that has passed", () => {
    const driver = ordered();
    const { seq } = must(orderOf(driver), "it was made");
    const confirm = settleCommand(orderId, "confirmed");
    const passed = { ok: false, refusal: { code: "version_conflict" } };
    expect(driver.send({ ...confirm, ifMatch: seq - 1 }, START + 2)).toEqual(passed);
    expect(driver.send({ ...confirm, ifMatch: seq }, START + 2).ok).toBe(true);
  });

  test("[H10] [T3] is for its buyer and its organisation: for others the order does not exist", () => {
    const unknown = { ok: false, refusal: { code: "not_found" } };
    for (const by of [OTHER_SHOPPER, FOREIGN_KEY]) {
      expect(ordered().send(settleCommand(orderId, "cancelled", by), START + 2)).toEqual(unknown);
      expect(ordered().send(orderCommand(orderId, by), START + 2)).toEqual(unknown);
    }
    expect(ordered().send(settleCommand(orderId, "confirmed", BOX_OFFICE), START + 2).ok).toBe(true);
    expect(ordered().send(orderCommand(orderId, BOX_OFFICE), START + 2).ok).toBe(true);
  });
});

describe("[O4] a reserved order", () => {
  test("may be confirmed a millisecond before expires_at, and has expired at it, whoever requests it first", () => {
    const early = ordered();
    expect(early.send(settleCommand(orderId, "confirmed"), EXPIRES_AT - 1)).toMatchObject({ ok: true });
    for (const status of ["confirmed", "cancelled"] as const) {
      const late = ordered();
      expect(late.send(settleCommand(orderId, status), EXPIRES_AT)).toEqual({
        ok: false,
        refusal: { code: "order_expired" },
      });
      expect(countsOf(late)).toEqual({ sold: 0, held: 0 });
    }
  });

  test("gives its tickets to a command of the batch at expires_at, without an alarm and after a restart", () => {
    const driver = ordered();
    driver.restart();
    expect(nextExpiry(driver.book())).toBe(START + 300_000); // The other shopper's hold is the first to end.
    driver.batch([], EXPIRES_AT - 1);
    expect(nextExpiry(driver.book())).toBe(EXPIRES_AT);
    expect(driver.send(holdCommand("next", { by: OTHER_SHOPPER, quantity: 4 }), EXPIRES_AT)).toMatchObject({
      ok: true,
    });
    expect(orderOf(driver)).toMatchObject({ status: "expired", updatedAt: EXPIRES_AT });
    expect(driver.store.rowsAfter(7, 2)).toMatchObject([
      { kind: "expire_order", holdId: A, orderId, actor: "system", requestId: null },
      { kind: "expire_order", holdId: B, orderId },
    ]);
    expect(nextExpiry(driver.book())).toBe(EXPIRES_AT + 300_000);
  });

  test("expires once, and a confirmed one never", () => {
    const driver = ordered();
    driver.batch([], EXPIRES_AT);
    driver.restart();
    driver.batch([orderCommand(orderId)], EXPIRES_AT + HOUR);
    expect(countsOf(driver)).toEqual({ sold: 0, held: 0 });
    const sold = ended("confirmed");
    sold.batch([orderCommand(orderId)], EXPIRES_AT + HOUR);
    expect(countsOf(sold)).toEqual({ sold: 3, held: 0 });
  });
});
