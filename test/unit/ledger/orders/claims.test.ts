// Claims for orders of another home: taken whole or not at all, kept through doubt, undone only by a void, followed
// once.

import { describe, expect, test } from "vitest";
import { UNAVAILABLE } from "../../../../src/domain/errors.ts";
import { dueAmong, nextClaimDeadline } from "../../../../src/domain/ledger/memory/book.ts";
import type { Terms } from "../../../../src/domain/terms.ts";
import type { FollowCommand } from "../../../../src/domain/ledger/command.ts";
import { must } from "../../../../src/domain/result.ts";
import {
  claimCommand,
  EVENT,
  findHold,
  followCommand,
  holdCommand,
  holdIdOf,
  HOUR,
  MINUTE,
  OTHER_SHOPPER,
  readCommand,
  SHOPPER,
  START,
  termsCommand,
} from "../../../support/builders.ts";
import type { Driver } from "../../../support/ledger/driver.ts";
import {
  A,
  B,
  CLAIM,
  claimOf,
  countsOf,
  ENDS,
  EXPIRES_AT,
  follow,
  HELD_UNTIL,
  inDoubt,
  orderId,
  placed,
  reserved,
  settled,
  stateOf,
  statusOf,
} from "../../../support/ledger/order.ts";

describe("[O1] [O2] a claim", () => {
  test("converts all its holds, keeps their quantity held and is in doubt for 30 s", () => {
    const driver = inDoubt();
    expect(statusOf(driver)).toEqual(["converted", "converted"]);
    expect(findHold(driver.store, A)?.orderId).toBe(orderId);
    expect(claimOf(driver)).toMatchObject({ orderId, state: "doubt", deadline: START + 1 + 30_000, revision: 0 });
    expect(countsOf(driver)).toEqual({ sold: 0, held: 7 });
  });

  test("takes none of its holds when one of them is not active", () => {
    const driver = placed();
    driver.send(claimCommand([B], { key: "another" }), START + 1);
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
      value: {
        eventId: EVENT,
        holds: [
          { holdId: A, quantity: 1 },
          { holdId: B, quantity: 2 },
        ],
      },
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

  test("that had a reply gets it again after the event ended", () => {
    expect(inDoubt().send(CLAIM, ENDS).ok).toBe(true);
  });
});

describe("[O2] [O6] another claim for the same order", () => {
  const REUSED = { ok: false, refusal: { code: "idempotency_key_reused" } };

  test.each([
    ["in doubt", inDoubt],
    ["reserved", reserved],
    ["confirmed", () => settled("confirmed")],
  ])("of the same holds by another attempt, once it is %s, is left to the home and changes nothing", (_, of) => {
    const driver = of();
    const [before, { seq }] = [claimOf(driver), driver.book().head];
    expect(driver.send(claimCommand([B, A], { n: 1 }), START + 4)).toEqual({
      ok: false,
      refusal: UNAVAILABLE,
    });
    expect(claimOf(driver)).toEqual(before);
    expect(driver.book().head.seq).toBe(seq);
  });

  test("of other holds is refused and takes nothing", () => {
    const driver = inDoubt();
    driver.send(holdCommand("c"), START + 1);
    const c = holdIdOf(SHOPPER, "c");
    for (const others of [[c], [A], [A, B, c]]) {
      expect(driver.send(claimCommand(others), START + 2)).toEqual(REUSED);
    }
    expect(findHold(driver.store, c)?.status).toBe("active");
    expect(claimOf(driver)).toMatchObject({ attempt: CLAIM.attempt, state: "doubt" });
  });

  test("of a hold that was placed again under its old id is refused", () => {
    const driver = settled("cancelled");
    const { store } = driver;
    // A day later the row is gone, and the key makes another hold of the same id.
    const anew = { ...must(findHold(store, A), "it was placed"), placedSeq: 99 };
    const find = store.find;
    store.find = (names) => {
      const found = find(names);
      return { ...found, holds: found.holds.map((hold) => (hold.id === A ? anew : hold)) };
    };
    expect(driver.send(CLAIM, START + MINUTE)).toEqual(REUSED);
  });
});

describe("[O2] [O3] an order that its home has made", () => {
  test("stays held until ten seconds after its expiry, and is no longer in doubt", () => {
    const driver = reserved();
    expect(stateOf(driver)).toBe("reserved");
    expect(countsOf(driver)).toEqual({ sold: 0, held: 7 });
    expect(nextClaimDeadline(driver.book())).toBe(EXPIRES_AT + 10_000);
  });

  test("changes nothing that anyone sees: it writes no ledger row", () => {
    const driver = inDoubt();
    const { seq } = driver.book().head;
    follow(driver, "reserved", 7, START + 2);
    expect(driver.book().head.seq).toBe(seq);
  });

  test("confirmed moves its quantity from held to sold", () => {
    expect(countsOf(settled("confirmed"))).toEqual({ sold: 3, held: 4 });
  });

  test.each(["cancelled", "expired"] as const)("%s gives its quantity back, and its holds stay converted", (status) => {
    const driver = settled(status);
    expect(countsOf(driver)).toEqual({ sold: 0, held: 4 });
    expect(statusOf(driver)).toEqual(["converted", "converted"]);
    expect(nextClaimDeadline(driver.book())).toBeNull();
  });

  test.each(["confirmed", "cancelled", "expired"] as const)("%s ends a doubt too", (status) => {
    const driver = inDoubt();
    follow(driver, status, 8, START + 3);
    expect(stateOf(driver)).toBe(status);
    expect(nextClaimDeadline(driver.book())).toBeNull();
  });

  test.each(["confirmed", "cancelled", "expired"] as const)(
    "is %s once: what repeats, crosses or comes later changes nothing, also after a restart",
    (status) => {
      const driver = settled(status);
      const before = countsOf(driver);
      for (const [again, seq] of [
        ["reserved", 7],
        [status, 8],
        ["confirmed", 9],
        ["cancelled", 10],
        ["reserved", 11],
      ] as const) {
        follow(driver, again, seq, START + 4);
        driver.restart();
      }
      expect([countsOf(driver), stateOf(driver)]).toEqual([before, status]);
      expect(nextClaimDeadline(driver.book())).toBeNull();
    },
  );

  test("is followed by a newer revision alone", () => {
    const driver = reserved();
    for (const seq of [6, 7]) {
      follow(driver, "cancelled", seq, START + 3);
      expect(stateOf(driver)).toBe("reserved");
    }
    follow(driver, "cancelled", 8, START + 3);
    expect(stateOf(driver)).toBe("cancelled");
  });

  test("is followed only if this claim made it: by its attempt, and by its holds as they were placed", () => {
    const holdsOf = (driver: Driver) => [A, B].map((id) => must(findHold(driver.store, id), "it was placed"));
    const wrong: ((driver: Driver) => FollowCommand)[] = [
      (driver) => followCommand(claimCommand([A, B], { n: 1 }), holdsOf(driver), { status: "confirmed" }),
      (driver) => followCommand(CLAIM, holdsOf(driver).slice(0, 1), { status: "confirmed" }),
      (driver) => {
        const anew = holdsOf(driver).map((hold) => ({ ...hold, placedSeq: hold.placedSeq + 1 }));
        return followCommand(CLAIM, anew, { status: "confirmed" });
      },
    ];
    for (const command of wrong) {
      const driver = inDoubt();
      expect(driver.send(command(driver), START + 2)).toEqual({ ok: true, value: null });
      expect([stateOf(driver), countsOf(driver)]).toEqual(["doubt", { sold: 0, held: 7 }]);
    }
  });

  test("is ignored where its holds were never claimed", () => {
    const driver = placed();
    follow(driver, "confirmed", 7, START + 1);
    expect(statusOf(driver)).toEqual(["active", "active"]);
    expect(claimOf(driver)).toBeNull();
  });

  test("is to be checked at its deadline, to the millisecond, and waits with its quantity held", () => {
    const doubt = START + 1 + 30_000;
    expect(dueAmong(inDoubt().book().claims, doubt - 1)).toEqual([]);
    expect(dueAmong(inDoubt().book().claims, doubt)).toEqual([orderId]);
    expect(dueAmong(reserved().book().claims, EXPIRES_AT + 9_999)).toEqual([]);
    expect(dueAmong(reserved().book().claims, EXPIRES_AT + 10_000)).toEqual([orderId]);
    for (const driver of [inDoubt(), reserved()]) {
      driver.batch([], EXPIRES_AT + 24 * HOUR);
      driver.restart();
      expect(countsOf(driver)).toEqual({ sold: 0, held: 3 });
    }
  });
});
