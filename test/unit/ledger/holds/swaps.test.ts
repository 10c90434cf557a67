// A hold in the place of another (rule O8): one decision, in which the old hold's quantity is free for the new one.

import { describe, expect, test } from "vitest";
import type { HoldCommand } from "../../../../src/domain/ledger/command.ts";
import {
  BOX_OFFICE,
  checkoutCommand,
  claimCommand,
  extendCommand,
  findHold,
  holdCommand,
  HOLD_TTL_MS,
  holdIdOf,
  MINUTE,
  OTHER_ORGANIZATION,
  OTHER_SHOPPER,
  readCommand,
  releaseCommand,
  SETTINGS,
  SHOPPER,
  START,
  termsCommand,
} from "../../../support/builders.ts";
import { type Driver, memoryStore, openDriver, openOnSale, openRealLedger } from "../../../support/ledger/driver.ts";

const OLD = holdIdOf(SHOPPER, "old");
const NEW = holdIdOf(SHOPPER, "new");
const HELD_UNTIL = START + HOLD_TTL_MS;
const COUNTS = { kind: "counts" } as const;

/** Two of ten tickets are held by `old`. */
function held(changes: Parameters<typeof openOnSale>[0] = {}, quantity = 2): Driver {
  const driver = openOnSale(changes);
  driver.send(holdCommand("old", { quantity, notes: "aisle" }), START);
  return driver;
}
const swapOf = (changes: Parameters<typeof holdCommand>[1] = {}): HoldCommand =>
  holdCommand("new", { quantity: 3, replaces: OLD, ...changes });
const refusal = (driver: Driver, command: HoldCommand, clock: number): unknown => {
  const before = [findHold(driver.store, OLD), driver.book().head.held];
  const reply = driver.send(command, clock);
  if (!reply.ok) expect([findHold(driver.store, OLD), driver.book().head.held]).toEqual(before);
  return reply.ok ? "placed" : reply.refusal;
};

describe("a swap", () => {
  test("[O8] cancels the old hold and places the new one in one decision, and each shows the other", () => {
    const driver = held();
    expect(driver.send(swapOf(), START + MINUTE)).toMatchObject({
      ok: true,
      value: {
        replayed: false,
        hold: { id: NEW, quantity: 3, status: "active", notes: null, replaces: OLD, replacedBy: null },
      },
    });
    expect(driver.send(readCommand([OLD]), START + MINUTE)).toMatchObject({
      value: { holds: [{ status: "cancelled", replacedBy: NEW, replaces: null, updatedAt: START + MINUTE, seq: 3 }] },
    });
    expect(driver.store.rowsAfter(1, 10)).toMatchObject([
      { seq: 2, kind: "hold", holdId: OLD, quantity: 2, held: 2 },
      { seq: 3, kind: "swap", holdId: OLD, quantity: 2, held: 0 },
      { seq: 4, kind: "hold", holdId: NEW, quantity: 3, held: 3, actor: "test", requestId: "req-1" },
    ]);
    expect(driver.store.listHolds({ limit: 10, beforeSeq: null }).holds.map(({ id }) => id)).toEqual([NEW, OLD]);
  });

  test("[O8] [O9] inherits held_until, the first placing and the extensions, and has the price of today", () => {
    const driver = held();
    driver.send(extendCommand(OLD, "a"), START + MINUTE);
    driver.send(extendCommand(OLD, "b"), START + 2 * MINUTE);
    driver.send(termsCommand({ version: 2, unitPrice: 99 }), START + 2 * MINUTE);
    driver.send(swapOf(), START + 3 * MINUTE);
    expect(findHold(driver.store, NEW)).toMatchObject({
      heldUntil: HELD_UNTIL + 2 * MINUTE,
      firstPlacedAt: START,
      createdAt: START + 3 * MINUTE,
      extensionKeys: findHold(driver.store, OLD)?.extensionKeys,
      unitPrice: 99,
    });
    driver.restart();
    for (let n = 3; n <= 10; n++) {
      expect(driver.send(extendCommand(NEW, String(n)), START + n * MINUTE).ok).toBe(true);
    }
    expect(driver.send(extendCommand(NEW, "11"), START + 11 * MINUTE)).toMatchObject({ refusal: { reason: "limit" } });
  });

  test("[O8] gives its quantity back once: at the new hold's time, and never at the old one's again", () => {
    const driver = held();
    driver.send(swapOf(), HELD_UNTIL - 1);
    expect(driver.send(COUNTS, HELD_UNTIL - 1)).toMatchObject({ value: { held: 3, available: 7 } });
    expect(driver.send(COUNTS, HELD_UNTIL)).toMatchObject({ value: { held: 0, available: 10 } });
    expect(driver.send(releaseCommand(OLD), HELD_UNTIL)).toMatchObject({ value: { status: "cancelled" } });
    expect(driver.store.rowsAfter(4, 10)).toMatchObject([{ kind: "expire", holdId: NEW }]);
  });

  test("[O8] [H7] counts the old hold as free for the shopper's limit, and nothing else", () => {
    const full = held({}, 4);
    expect(refusal(full, swapOf({ quantity: 4 }), START + 1)).toBe("placed");
    const both = held({}, 2);
    both.send(holdCommand("beside", { quantity: 1 }), START);
    expect(refusal(both, swapOf({ quantity: 4 }), START + 1)).toEqual({
      code: "shopper_limit_reached",
      maxPerOrder: 4,
      remaining: 3,
    });
    expect(refusal(both, swapOf({ quantity: 3 }), START + 1)).toBe("placed");
  });

  test("[O8] [H1] counts the old hold as free for stock, and nothing else", () => {
    const driver = held({ total: 3 }, 2);
    expect(refusal(driver, swapOf({ quantity: 4 }), START + 1)).toEqual({ code: "sold_out", availableQuantity: 3 });
    expect(refusal(driver, swapOf({ quantity: 3 }), START + 1)).toBe("placed");
    expect(driver.send(COUNTS, START + 1)).toMatchObject({ value: { held: 3, available: 0 } });
  });

  test("[O8] [H12] of a door sale, or from the door to the web, counts only web tickets for the limit", () => {
    const driver = openOnSale();
    const door = holdIdOf(BOX_OFFICE, "door");
    driver.send(holdCommand("door", { by: BOX_OFFICE, source: "scanner", quantity: 4 }), START);
    driver.send(holdCommand("web", { by: BOX_OFFICE, quantity: 2 }), START);
    const toWeb = holdCommand("new", { by: BOX_OFFICE, quantity: 3, replaces: door });
    expect(driver.send(toWeb, START)).toMatchObject({ refusal: { code: "shopper_limit_reached", remaining: 2 } });
    expect(driver.send({ ...toWeb, source: "scanner" }, START)).toMatchObject({ ok: true });
  });
});

test("[O8] [X7] a swap is made in an inventory that has no room for one more hold", () => {
  const driver = openDriver(memoryStore(), openRealLedger, { ...SETTINGS, maxLive: 1 });
  driver.batch([termsCommand(), holdCommand("old", { quantity: 2 })], START);
  expect(driver.send(holdCommand("beside"), START)).toMatchObject({ refusal: { code: "overloaded" } });
  expect(driver.send(swapOf(), START)).toMatchObject({ ok: true });
  expect(driver.send(holdCommand("beside"), START)).toMatchObject({ refusal: { code: "overloaded" } });
});

describe("a swap is refused, and the old hold remains untouched,", () => {
  test("[O8] [H10] of a hold that is unknown, another's, or of another organisation", () => {
    const driver = held();
    driver.send(holdCommand("theirs", { by: OTHER_SHOPPER }), START);
    const theirs = holdIdOf(OTHER_SHOPPER, "theirs");
    const none = holdIdOf(SHOPPER, "none");
    expect(refusal(driver, swapOf({ replaces: theirs }), START + 1)).toEqual({ code: "not_found", holdId: theirs });
    expect(refusal(driver, swapOf({ replaces: none }), START + 1)).toEqual({ code: "not_found", holdId: none });
    const byStaff = { ...swapOf({ by: BOX_OFFICE, source: "scanner" }), replaces: OLD };
    expect(refusal(driver, byStaff, START + 1)).toEqual({ code: "not_found", holdId: OLD });
    const elsewhere = { ...swapOf(), holder: { id: SHOPPER, organizationId: OTHER_ORGANIZATION } };
    expect(refusal(driver, elsewhere, START + 1)).toEqual({ code: "not_found" });
  });

  test("[O8] [H3] of a hold that expired at held_until, and is made one millisecond before", () => {
    expect(refusal(held(), swapOf(), HELD_UNTIL - 1)).toBe("placed");
    const driver = held();
    driver.batch([], HELD_UNTIL);
    expect(refusal(driver, swapOf(), HELD_UNTIL)).toEqual({ code: "hold_expired", holdId: OLD });
  });

  test("[O8] of a hold that was released, replaced before, or taken by an order, in doubt or for good", () => {
    const ends = [
      { command: releaseCommand(OLD), holdStatus: "cancelled" },
      { command: holdCommand("other", { replaces: OLD }), holdStatus: "cancelled" },
      { command: checkoutCommand([OLD]), holdStatus: "converted" },
      { command: claimCommand([OLD]), holdStatus: "converted" },
    ] as const;
    for (const { command, holdStatus } of ends) {
      const driver = held();
      driver.send(command, START + 1);
      expect(refusal(driver, swapOf(), START + 2)).toEqual({ code: "hold_not_active", holdStatus, holdId: OLD });
    }
  });

  test("[O8] [E5] at the millisecond when the sale closes, not one before; also when hidden or suspended", () => {
    const closedAt = START + MINUTE;
    expect(refusal(held({ saleEnd: closedAt }), swapOf(), closedAt - 1)).toBe("placed");
    const closed = { code: "not_on_sale", reason: "sale_closed", closedAt };
    expect(refusal(held({ saleEnd: closedAt }), swapOf(), closedAt)).toEqual(closed);
    const hidden = held();
    hidden.send(termsCommand({ version: 2, hidden: true }), START + 1);
    expect(refusal(hidden, swapOf(), START + 2)).toEqual({ code: "not_on_sale", reason: "ticket_type_hidden" });
    const suspended = held();
    suspended.send(termsCommand({ version: 2, organizationStatus: "suspended" }), START + 1);
    expect(refusal(suspended, swapOf(), START + 2)).toEqual({ code: "organization_suspended" });
  });

  test("[O8] [H6] for its quantity's bounds before the state of the old hold", () => {
    const driver = held();
    driver.send(releaseCommand(OLD), START + 1);
    expect(refusal(driver, swapOf({ quantity: 5 }), START + 2)).toMatchObject({ code: "quantity_out_of_bounds" });
  });
});

describe("a repeat of a swap", () => {
  test("[O8] [H8] is the same hold and changes nothing, also when the old hold is long final", () => {
    const driver = held();
    driver.send(swapOf(), START + 1);
    driver.restart();
    const { head } = driver.book();
    expect(driver.send(swapOf(), START + 2)).toMatchObject({ value: { replayed: true, hold: { id: NEW } } });
    expect(driver.book().head).toEqual(head);
    expect(driver.batch([swapOf(), swapOf()], START + 3)).toMatchObject([
      { value: { replayed: true } },
      { value: { replayed: true } },
    ]);
  });

  test("[O8] [H8] that names another hold to replace, or none, is another request with the same key", () => {
    const driver = held();
    driver.send(swapOf(), START + 1);
    const reused = { ok: false, refusal: { code: "idempotency_key_reused" } };
    expect(driver.send(swapOf({ replaces: NEW }), START + 2)).toEqual(reused);
    expect(driver.send(swapOf({ replaces: null }), START + 2)).toEqual(reused);
    expect(driver.send(holdCommand("old", { quantity: 2, notes: "aisle", replaces: NEW }), START + 2)).toEqual(reused);
  });

  test("[O8] twice for one hold in one batch: the first replaces it, and the other finds it replaced", () => {
    const driver = held();
    const replies = driver.batch([swapOf(), holdCommand("other", { replaces: OLD })], START + 1);
    expect(replies).toMatchObject([
      { ok: true, value: { replayed: false } },
      { ok: false, refusal: { code: "hold_not_active", holdStatus: "cancelled", holdId: OLD } },
    ]);
    expect(driver.send(COUNTS, START + 1)).toMatchObject({ value: { held: 3 } });
  });
});
