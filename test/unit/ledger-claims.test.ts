// Claims in one inventory: taken whole or not at all, kept through doubt, undone only by a void.

import { describe, expect, test } from "vitest";
import { dueOrders, nextClaimDeadline, nextExpiry } from "../../src/domain/ledger/book.ts";
import type { Terms } from "../../src/domain/terms.ts";
import {
  claimCommand,
  committedCommand,
  holdCommand,
  holdIdOf,
  HOUR,
  MINUTE,
  OTHER_SHOPPER,
  readCommand,
  settleCommand,
  SHOPPER,
  START,
  termsCommand,
  unclaimCommand,
} from "../support/builders.ts";
import type { Driver } from "../support/ledger-driver.ts";
import {
  A,
  B,
  CLAIM,
  ENDS,
  EXPIRES_AT,
  HELD_UNTIL,
  countsOf,
  inDoubt,
  orderId,
  placed,
  reserved,
  settled,
  stateOf,
  statusOf,
} from "../support/ledger-order.ts";

describe("[O1] [O2] a claim", () => {
  test("converts all its holds, keeps their quantity held and is in doubt for 30 s", () => {
    const driver = inDoubt();
    expect(statusOf(driver)).toEqual(["converted", "converted"]);
    expect(driver.store.findHold(A)?.claim).toEqual({ orderId, state: "doubt", deadline: START + 1 + 30_000 });
    expect(countsOf(driver)).toEqual({ sold: 0, held: 7 });
  });

  test("takes none of its holds when one of them is not active", () => {
    const driver = placed();
    driver.send(claimCommand([B]), START + 1);
    expect(driver.send(CLAIM, START + 1)).toEqual({
      ok: false,
      refusal: { code: "hold_not_active", holdStatus: "converted", holdId: B },
    });
    expect(statusOf(driver)).toEqual(["active", "converted"]);
  });

  test("takes none of its holds when one of them is another's or unknown", () => {
    const driver = placed();
    for (const id of [holdIdOf(OTHER_SHOPPER, "others"), holdIdOf(SHOPPER, "never")]) {
      expect(driver.send(claimCommand([A, id]), START + 1)).toEqual({
        ok: false,
        refusal: { code: "not_found", holdId: id },
      });
    }
    expect(statusOf(driver)).toEqual(["active", "active"]);
  });

  test("again is the same claim, with its first deadline", () => {
    const driver = inDoubt();
    const { head } = driver.book();
    expect(driver.send(CLAIM, START + MINUTE)).toMatchObject({
      ok: true,
      value: { holds: [{ id: A, status: "converted" }, { id: B }] },
    });
    expect(driver.book().head).toEqual(head);
    expect(nextClaimDeadline(driver.book())).toBe(START + 1 + 30_000);
  });

  test("again in the same batch, and after a restart past held_until, is the same claim", () => {
    const driver = placed();
    expect(driver.batch([CLAIM, CLAIM], START + 1).map(({ ok }) => ok)).toEqual([true, true]);
    driver.restart();
    expect(driver.send(CLAIM, HELD_UNTIL + 1).ok).toBe(true);
    expect(countsOf(driver)).toEqual({ sold: 0, held: 3 });
  });

  test("keeps a hold from expiring at held_until", () => {
    const driver = inDoubt();
    driver.batch([], HELD_UNTIL);
    expect(statusOf(driver)).toEqual(["converted", "converted"]);
    expect(countsOf(driver)).toEqual({ sold: 0, held: 3 });
  });

  test("of a released hold is refused with its status", () => {
    const driver = placed();
    driver.send({ ...readCommand([]), kind: "release", holdId: A, actor: "test", requestId: "req-1" }, START + 1);
    expect(driver.send(claimCommand([A]), START + 1)).toEqual({
      ok: false,
      refusal: { code: "hold_not_active", holdStatus: "cancelled", holdId: A },
    });
  });

  test.each<[string, Partial<Terms>, number, unknown]>([
    ["is taken after the sale closed", { saleEnd: START + 10 }, START + 10, null],
    ["is taken after the type was hidden", { hidden: true }, START + 1, null],
    ["is taken until a millisecond before the event ends", { eventEnd: START + 10 }, START + 9, null],
    [
      "is refused at the millisecond at which the event ends",
      { eventEnd: START + 10 },
      START + 10,
      { code: "not_on_sale", reason: "event_over" },
    ],
    [
      "is refused when the event was ended by hand",
      { eventStatus: "ended" },
      START + 1,
      { code: "not_on_sale", reason: "event_over" },
    ],
    [
      "[T4] is refused when the organisation is suspended",
      { organizationStatus: "suspended" },
      START + 1,
      { code: "organization_suspended" },
    ],
  ])("of a hold placed in time %s", (_title, terms, clock, expected) => {
    const driver = placed();
    driver.send(termsCommand({ version: 2, ...terms }), START + 1);
    const reply = driver.send(CLAIM, clock);
    expect(reply.ok ? null : reply.refusal).toEqual(expected);
  });

  test("that was answered is answered again after the event ended", () => {
    expect(inDoubt().send(CLAIM, ENDS).ok).toBe(true);
  });
});

describe("[O2] [O3] a committed order", () => {
  test("stays held until its own deadline, and is no longer in doubt", () => {
    const driver = reserved();
    expect(stateOf(driver)).toEqual(["reserved", "reserved"]);
    expect(countsOf(driver)).toEqual({ sold: 0, held: 7 });
    expect(nextClaimDeadline(driver.book())).toBe(EXPIRES_AT);
  });

  test("changes nothing that anyone sees: it writes no ledger row", () => {
    const driver = inDoubt();
    const { seq } = driver.book().head;
    driver.send(committedCommand(orderId, EXPIRES_AT), START + 2);
    expect(driver.book().head.seq).toBe(seq);
  });

  test.each(["confirmed", "cancelled", "expired"] as const)(
    "is ignored after the order was %s, in a later batch and in the same",
    (status) => {
      const driver = reserved();
      const batch = [settleCommand(orderId, status), committedCommand(orderId, EXPIRES_AT + 1)];
      driver.batch(batch, START + 3);
      driver.batch(batch, START + 4);
      expect(stateOf(driver)).toEqual([status, status]);
      expect(nextClaimDeadline(driver.book())).toBeNull();
    },
  );

  test("is ignored where its holds were never claimed", () => {
    const driver = placed();
    expect(driver.send(committedCommand(orderId, EXPIRES_AT), START + 1)).toEqual({ ok: true, value: null });
    expect(statusOf(driver)).toEqual(["active", "active"]);
  });
});

describe("[O2] [H4] an undone claim", () => {
  const undo = unclaimCommand(orderId);

  test("gives active holds with their old held_until, which then run out as ever", () => {
    const driver = inDoubt();
    driver.send(undo, HELD_UNTIL - 1);
    expect(driver.store.findHold(A)).toMatchObject({ status: "active", heldUntil: HELD_UNTIL, claim: null });
    expect(nextExpiry(driver.book())).toBe(HELD_UNTIL);
    driver.batch([], HELD_UNTIL);
    expect(statusOf(driver)).toEqual(["expired", "expired"]);
  });

  test("at held_until gives back at once", () => {
    const driver = inDoubt();
    driver.send(undo, HELD_UNTIL);
    expect(statusOf(driver)).toEqual(["expired", "expired"]);
    expect(countsOf(driver)).toEqual({ sold: 0, held: 0 });
    expect(driver.store.rowsAfter(6, 100).map(({ kind }) => kind)).toEqual([
      "expire",
      "unclaim",
      "expire",
      "unclaim",
      "expire",
    ]);
  });

  test("at held_until gives its tickets to the next command of the same batch", () => {
    const driver = inDoubt();
    const replies = driver.batch([undo, holdCommand("next", { quantity: 4 })], HELD_UNTIL);
    expect(replies.map(({ ok }) => ok)).toEqual([true, true]);
  });

  test("twice, also after a restart, is undone once", () => {
    const driver = inDoubt();
    driver.batch([undo, undo], HELD_UNTIL);
    driver.restart();
    driver.send(undo, HELD_UNTIL + 1);
    expect(countsOf(driver)).toEqual({ sold: 0, held: 0 });
  });

  test("can be claimed anew, and an old unclaim does not undo the new order's", () => {
    const driver = inDoubt();
    const next = claimCommand([A, B], SHOPPER, 1);
    driver.batch([undo, next, undo], START + 2);
    expect(driver.store.findHold(A)?.claim).toMatchObject({ orderId: next.orderId, state: "doubt" });
    expect(nextClaimDeadline(driver.book())).toBe(START + 2 + 30_000);
    expect(dueOrders(driver.book(), START + HOUR)).toEqual({ doubts: [next.orderId], reserved: [] });
  });

  test.each<[string, () => Driver]>([
    ["committed", reserved],
    ["confirmed", () => settled("confirmed")],
    ["cancelled", () => settled("cancelled")],
  ])("is none when the order was %s: only a void puts a hold back", (_state, open) => {
    const driver = open();
    const before = [countsOf(driver), stateOf(driver), statusOf(driver)];
    driver.send(undo, START + 4);
    expect([countsOf(driver), stateOf(driver), statusOf(driver)]).toEqual(before);
  });
});
