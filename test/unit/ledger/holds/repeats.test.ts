// The same request again: holds by idempotency key, and releases. It never takes or gives twice.

import { describe, expect, test } from "vitest";
import type { HoldCommand } from "../../../../src/domain/ledger/command.ts";
import type { Reply } from "../../../../src/domain/ledger/decide.ts";
import type { Terms } from "../../../../src/domain/terms.ts";
import {
  BOX_OFFICE,
  checkoutCommand,
  holdCommand,
  HOLD_TTL_MS,
  holdIdOf,
  HOUR,
  OTHER_SHOPPER,
  releaseCommand,
  settleCommand,
  SHOPPER,
  START,
  termsCommand,
} from "../../../support/builders.ts";
import { type Driver, openDriver, openOnSale } from "../../../support/ledger/driver.ts";

const HOLD = holdIdOf(SHOPPER, "first");
const ASK = holdCommand("first", { quantity: 2, notes: "aisle" });
const REUSED = { ok: false, refusal: { code: "idempotency_key_reused" } };

function placed(): Driver {
  const driver = openOnSale();
  driver.send(ASK, START);
  return driver;
}
const heldBy = (driver: Driver): number => driver.book().head.held;

describe("[H8] the same key with the same body", () => {
  const replay = (status: string) => ({ ok: true, value: { replayed: true, hold: { id: HOLD, quantity: 2, status } } });

  test("is the same hold and holds nothing more", () => {
    const driver = placed();
    expect(driver.send(ASK, START + 1)).toMatchObject(replay("active"));
    expect(heldBy(driver)).toBe(2);
    expect(driver.book().head.seq).toBe(2);
  });

  test("is the same hold when 50 come in one batch: the first is new, 49 are replays of it", () => {
    const driver = openOnSale();
    const replies = driver.batch(
      Array.from({ length: 50 }, () => ASK),
      START,
    );
    const replayed = (reply: Reply): unknown =>
      reply.ok && typeof reply.value === "object" && reply.value && "replayed" in reply.value && reply.value.replayed;
    expect(replies.map(replayed)).toEqual([false, ...Array.from({ length: 49 }, () => true)]);
    expect(heldBy(driver)).toBe(2);
  });

  test("is the same hold after a restart", () => {
    const driver = placed();
    driver.restart();
    expect(driver.send(ASK, START + 1)).toMatchObject(replay("active"));
    expect(heldBy(driver)).toBe(2);
  });

  test.each<[string, Partial<Terms>, number]>([
    ["the sale closed", {}, START + 240 * HOUR],
    ["the event ended", { eventStatus: "ended" }, START + 1],
    ["the type was hidden", { hidden: true }, START + 1],
    ["the organisation was suspended", { organizationStatus: "suspended" }, START + 1],
    ["the bounds moved", { minPerOrder: 3 }, START + 1],
    ["the limit was lowered", { maxPerOrder: 1 }, START + 1],
    ["the price changed", { unitPrice: 1 }, START + 1],
  ])("is the same hold after %s", (_what, terms, clock) => {
    const driver = placed();
    driver.send(termsCommand({ version: 2, ...terms }), START + 1);
    expect(driver.send(ASK, clock)).toMatchObject({
      ok: true,
      value: { replayed: true, hold: { id: HOLD, unitPrice: 15_000 } },
    });
  });

  test("is the same hold after the type sold out", () => {
    const driver = placed();
    driver.send(termsCommand({ version: 2, total: 2 }), START + 1);
    expect(driver.send(holdCommand("other", { by: OTHER_SHOPPER }), START + 1)).toMatchObject({
      refusal: { code: "sold_out" },
    });
    expect(driver.send(ASK, START + 1)).toMatchObject(replay("active"));
  });

  test("is the hold as it is now: expired", () => {
    const driver = placed();
    expect(driver.send(ASK, START + HOLD_TTL_MS - 1)).toMatchObject(replay("active"));
    expect(driver.send(ASK, START + HOLD_TTL_MS)).toMatchObject(replay("expired"));
    expect(heldBy(driver)).toBe(0);
  });

  test("is the hold as it is now: cancelled, also after a restart", () => {
    const driver = placed();
    driver.send(releaseCommand(HOLD), START + 1);
    driver.restart();
    expect(driver.send(ASK, START + 2)).toMatchObject(replay("cancelled"));
    expect(heldBy(driver)).toBe(0);
  });

  test.each<[string, (driver: Driver) => void, number]>([
    ["released", (driver) => driver.send(releaseCommand(HOLD), START + 1), START + 2],
    ["replaced", (driver) => driver.send(holdCommand("next", { replaces: HOLD }), START + 1), START + 2],
    ["expired", () => undefined, START + HOLD_TTL_MS],
  ])("[H2] is the same hold without its notes once it is %s, whatever notes the repeat brings", (_, giveBack, at) => {
    for (const restarts of [false, true]) {
      const driver = placed();
      expect(driver.send(ASK, START + 1)).toMatchObject({ value: { hold: { notes: "aisle" } } });
      giveBack(driver);
      if (restarts) driver.restart();
      const gone = { ok: true, value: { replayed: true, hold: { id: HOLD, notes: null } } };
      expect(driver.send(ASK, at)).toMatchObject(gone);
      expect(driver.send({ ...ASK, notes: "window" }, at)).toMatchObject(gone);
      expect(driver.send({ ...ASK, quantity: 1 }, at)).toEqual(REUSED);
    }
  });

  test("[H2] keeps the notes of a hold that an order took", () => {
    const driver = placed();
    driver.send(checkoutCommand([HOLD]), START + 1);
    driver.restart();
    expect(driver.send(ASK, START + 2)).toMatchObject({ value: { hold: { status: "converted", notes: "aisle" } } });
    expect(driver.send({ ...ASK, notes: "window" }, START + 2)).toEqual(REUSED);
  });

  test("is the hold as it is now: converted", () => {
    const driver = placed();
    const order = checkoutCommand([HOLD]);
    driver.batch([order, settleCommand(order.orderId, "confirmed")], START + 1);
    expect(driver.send(ASK, START + 2)).toMatchObject(replay("converted"));
    expect(driver.book().head).toMatchObject({ sold: 2, held: 0 });
  });

  test("is a new hold, once, when the first one's transaction failed", () => {
    const driver = openOnSale();
    expect(driver.failingBatch([ASK], START)).toBe(true);
    driver.restart();
    expect(driver.send(ASK, START + 1)).toMatchObject({ ok: true, value: { replayed: false } });
    expect(driver.send(ASK, START + 2)).toMatchObject({ ok: true, value: { replayed: true } });
    expect(heldBy(driver)).toBe(2);
  });

  test("is not searched before the type is found", () => {
    expect(openDriver().send(ASK, START)).toEqual({ ok: false, refusal: { code: "not_found" } });
  });

  test("of another shopper is another hold", () => {
    const driver = placed();
    const theirs = driver.send(holdCommand("first", { by: OTHER_SHOPPER, quantity: 2, notes: "aisle" }), START);
    expect(theirs).toMatchObject({ ok: true, value: { replayed: false, hold: { userId: OTHER_SHOPPER } } });
    expect(heldBy(driver)).toBe(4);
  });

  test("that was refused is not remembered: it is decided again", () => {
    const driver = openOnSale({ hidden: true });
    expect(driver.send(ASK, START)).toMatchObject({ refusal: { code: "not_on_sale" } });
    driver.send(termsCommand({ version: 2 }), START);
    expect(driver.send(holdCommand("first", { quantity: 1 }), START)).toMatchObject({
      ok: true,
      value: { replayed: false },
    });
  });
});

describe("[H8] the same key with another body", () => {
  test.each<[string, HoldCommand]>([
    ["quantity", { ...ASK, quantity: 1 }],
    ["notes", { ...ASK, notes: "window" }],
    ["notes left out", { ...ASK, notes: null }],
    ["source", { ...ASK, source: "scanner" }],
  ])("is refused: %s", (_what, command) => {
    const driver = placed();
    expect(driver.send(command, START + 1)).toEqual(REUSED);
    expect(heldBy(driver)).toBe(2);
  });

  test("is refused in one batch with the first", () => {
    const driver = openOnSale();
    const replies = driver.batch([ASK, { ...ASK, quantity: 1 }], START);
    expect(replies[0]?.ok).toBe(true);
    expect(replies[1]).toEqual(REUSED);
  });

  test("is refused before anything else of H6, and after the hold is final", () => {
    const driver = placed();
    driver.send(releaseCommand(HOLD), START + 1);
    driver.send(termsCommand({ version: 2, organizationStatus: "suspended" }), START + 1);
    expect(driver.send({ ...ASK, quantity: 99 }, START + 2)).toEqual(REUSED);
  });
});

describe("[H9] releasing", () => {
  test("gives the quantity back and says cancelled", () => {
    const driver = placed();
    expect(driver.send(releaseCommand(HOLD), START + 1)).toMatchObject({
      ok: true,
      value: { status: "cancelled", updatedAt: START + 1 },
    });
    expect(heldBy(driver)).toBe(0);
  });

  test("a second time changes nothing and returns the present hold", () => {
    const driver = placed();
    const first = driver.send(releaseCommand(HOLD), START + 1);
    const { head } = driver.book();
    const second = driver.send(releaseCommand(HOLD), START + 2);
    expect(second.ok && first.ok && { ...second.value, at: first.value.at }).toEqual(first.ok && first.value);
    expect(driver.book().head).toEqual(head);
  });

  test("twice in one batch gives back once", () => {
    const driver = placed();
    driver.send(holdCommand("other", { by: OTHER_SHOPPER, quantity: 3 }), START);
    driver.batch([releaseCommand(HOLD), releaseCommand(HOLD, BOX_OFFICE)], START + 1);
    expect(heldBy(driver)).toBe(3);
  });

  test("after the expiry returns expired and gives nothing back twice", () => {
    const driver = placed();
    driver.send(holdCommand("other", { by: OTHER_SHOPPER, quantity: 3 }), START + 1);
    expect(driver.send(releaseCommand(HOLD), START + HOLD_TTL_MS)).toMatchObject({
      ok: true,
      value: { status: "expired" },
    });
    expect(heldBy(driver)).toBe(3);
  });

  test("a converted hold is refused, whatever its order is", () => {
    const driver = placed();
    const order = checkoutCommand([HOLD]);
    const refused = { ok: false, refusal: { code: "hold_converted", holdId: HOLD } };
    driver.send(order, START + 1);
    expect(driver.send(releaseCommand(HOLD), START + 1)).toEqual(refused);
    expect(driver.send(releaseCommand(HOLD, BOX_OFFICE), START + 1)).toEqual(refused);
    driver.send(settleCommand(order.orderId, "cancelled"), START + 1);
    expect(driver.send(releaseCommand(HOLD), START + 1)).toEqual(refused);
    expect(heldBy(driver)).toBe(0);
  });
});
