// Extending a hold (rule O9): how far, how often, when it is refused, and what a repeat comes to.

import { describe, expect, test } from "vitest";
import { liveSlots } from "../../../../src/domain/ledger/memory/live-holds.ts";
import { nextExpiry } from "../../../../src/domain/ledger/memory/book.ts";
import {
  BOX_OFFICE,
  checkoutCommand,
  claimCommand,
  extendCommand,
  findHold,
  FOREIGN_KEY,
  holdCommand,
  HOLD_TTL_MS,
  holdIdOf,
  HOUR,
  MINUTE,
  OTHER_SHOPPER,
  readCommand,
  releaseCommand,
  SECOND,
  SETTINGS,
  SHOPPER,
  START,
  termsCommand,
  unclaimCommand,
} from "../../../support/builders.ts";
import { type Driver, memoryStore, openDriver, openOnSale, openRealLedger } from "../../../support/ledger/driver.ts";
import { playTimeline } from "../../../support/ledger/timeline.ts";

const HOLD = holdIdOf(SHOPPER, "first");
const HELD_UNTIL = START + HOLD_TTL_MS;
const COUNTS = { kind: "counts" } as const;

function held(changes: Parameters<typeof openOnSale>[0] = {}, holdTtlMs = HOLD_TTL_MS): Driver {
  const driver = openOnSale(changes, holdTtlMs);
  driver.send(holdCommand("first", { quantity: 2 }), START);
  return driver;
}

const READ = readCommand([HOLD]);

let keys = 0;
/** An extension with a key of its own. */
const extend = () => extendCommand(HOLD, `key ${(keys += 1)}`);
/** The hold after an extension with a key of its own, or why it was refused. */
function extended(driver: Driver, clock: number, key = `key ${(keys += 1)}`): unknown {
  const reply = driver.send(extendCommand(HOLD, key), clock);
  return reply.ok ? reply.value.hold : reply.refusal;
}
const refused = (reason: string) => ({ code: "extension_refused", reason, holdId: HOLD });

describe("an extension", () => {
  test("[O9] gives the hold its full time from now on, in a ledger row that changes no count", () => {
    const driver = held();
    expect(extended(driver, HELD_UNTIL - 1)).toMatchObject({
      heldUntil: HELD_UNTIL - 1 + HOLD_TTL_MS,
      firstPlacedAt: START,
      createdAt: START,
      updatedAt: HELD_UNTIL - 1,
      seq: 3,
      placedSeq: 2,
    });
    expect(driver.store.rowsAfter(2, 10)).toMatchObject([
      { kind: "extend", holdId: HOLD, quantity: 2, held: 2, sold: 0 },
    ]);
    expect(driver.send(COUNTS, HELD_UNTIL)).toMatchObject({ value: { held: 2, available: 8 } });
  });

  test("[O9] [H3] [H4] moves the moment at which the hold runs out, to the millisecond, also after a wake", () => {
    for (const wakes of [false, true]) {
      const driver = held();
      extended(driver, START + MINUTE);
      if (wakes) driver.restart();
      expect(nextExpiry(driver.book())).toBe(HELD_UNTIL + MINUTE);
      playTimeline(driver, [
        [HOLD_TTL_MS, READ, "active"],
        [HOLD_TTL_MS + MINUTE - 1, READ, "active"],
        [HOLD_TTL_MS + MINUTE, READ, "expired"],
        [HOLD_TTL_MS + MINUTE, COUNTS, { held: 0 }],
      ]);
    }
  });

  test("[O9] of holds by the thousand leaves one deadline of each in memory, not one of every extension", () => {
    const driver = openOnSale({ total: 1_000, maxPerOrder: 100, holdExtension: "always" });
    const names = Array.from({ length: 300 }, (_, n) => String(n));
    const idOf = (name: string) => holdIdOf(BOX_OFFICE, name);
    driver.batch(
      names.map((name) => holdCommand(name, { by: BOX_OFFICE, source: "scanner" })),
      START,
    );
    for (let n = 1; n <= 10; n++) {
      driver.batch(
        names.map((name) => extendCommand(idOf(name), `${n}`, BOX_OFFICE)),
        START + n * MINUTE,
      );
    }
    const { holds } = driver.book();
    expect([...liveSlots(holds)]).toHaveLength(300);
    expect(holds.seq.length).toBeLessThanOrEqual(1_024);
    expect(nextExpiry(driver.book())).toBe(START + 10 * MINUTE + HOLD_TTL_MS);
  });

  test("[O9] that gains a second is made, one that gains less returns the hold unchanged and is not counted", () => {
    const driver = held();
    expect(extended(driver, START + SECOND - 1)).toMatchObject({ heldUntil: HELD_UNTIL, extensionKeys: [], seq: 2 });
    expect(driver.store.rowsAfter(2, 10)).toEqual([]);
    expect(extended(driver, START + SECOND)).toMatchObject({ heldUntil: HELD_UNTIL + SECOND, seq: 3 });
  });

  test("[O9] never shortens a hold that lasts longer than holds do now", () => {
    const store = memoryStore();
    const before = openDriver(store, openRealLedger, { ...SETTINGS, holdTtlMs: 20 * MINUTE });
    before.batch([termsCommand(), holdCommand("first")], START);
    const now = openDriver(store);
    expect(extended(now, START + MINUTE)).toMatchObject({ heldUntil: START + 20 * MINUTE, extensionKeys: [] });
    expect(extended(now, START + 16 * MINUTE)).toMatchObject({ heldUntil: START + 21 * MINUTE });
  });

  test("[O9] is made ten times, and the eleventh is refused for good", () => {
    const driver = held();
    for (let n = 1; n <= 10; n++) expect(extended(driver, START + n * MINUTE)).toMatchObject({ status: "active" });
    expect(findHold(driver.store, HOLD)?.extensionKeys).toHaveLength(10);
    const until = 10 * MINUTE + HOLD_TTL_MS;
    playTimeline(driver, [
      [10 * MINUTE, extend(), refused("limit")],
      [until - 1, extend(), refused("limit")],
      [until, READ, "expired"],
    ]);
  });

  test("[O9] ends at most 60 minutes after the first placing, and needs at least a second to gain", () => {
    playTimeline(held({}, 25 * MINUTE), [
      [20 * MINUTE, extend()],
      [35 * MINUTE - 1 - SECOND, extend(), { heldUntil: START + HOUR - 1 - SECOND }],
      [36 * MINUTE, extend(), { heldUntil: START + HOUR }],
      [50 * MINUTE, extend(), refused("limit")],
    ]);
    playTimeline(held({}, 25 * MINUTE), [
      [20 * MINUTE, extend()],
      [35 * MINUTE - SECOND + 1, extend(), { heldUntil: START + HOUR - SECOND + 1 }],
      [36 * MINUTE, extend(), refused("limit")],
      [HOUR - SECOND, READ, "active"],
      [HOUR - SECOND + 1, READ, "expired"],
    ]);
  });

  test("[O9] while_available is refused once nothing is available, and is made while one ticket is", () => {
    const atTheDoor = { by: BOX_OFFICE, source: "scanner" } as const;
    playTimeline(held(), [
      [0, holdCommand("others", { ...atTheDoor, quantity: 4 })],
      [0, holdCommand("more", { ...atTheDoor, quantity: 3 })],
      [MINUTE, extend(), { heldUntil: HELD_UNTIL + MINUTE }],
      [MINUTE, holdCommand("last", { by: OTHER_SHOPPER })],
      [2 * MINUTE, extend(), refused("others_waiting")],
      // Nothing would be taken from anybody.
      [MINUTE + SECOND - 1, extend(), { heldUntil: HELD_UNTIL + MINUTE }],
      [2 * MINUTE, releaseCommand(holdIdOf(OTHER_SHOPPER, "last"), OTHER_SHOPPER)],
      [2 * MINUTE, extend(), { heldUntil: HELD_UNTIL + 2 * MINUTE }],
    ]);
  });

  test.each([
    ["always", { heldUntil: HELD_UNTIL + MINUTE }],
    ["while_available", refused("others_waiting")],
    ["never", refused("not_offered")],
  ] as const)("[O9] with nothing available, where the event extends %s", (holdExtension, expected) => {
    playTimeline(held({ holdExtension, total: 2 }), [[MINUTE, extend(), expected]]);
  });

  test("[O9] follows the terms as they are when it comes", () => {
    playTimeline(held({ holdExtension: "never" }), [
      [0, extend(), refused("not_offered")],
      [1, termsCommand({ version: 2, holdExtension: "always" })],
      [MINUTE, extend(), { heldUntil: HELD_UNTIL + MINUTE }],
    ]);
  });
});

describe("a repeat of an extension with its key", () => {
  test("[O9] changes nothing, is marked as a repeat, and returns the present hold", () => {
    const driver = held();
    extended(driver, START + MINUTE, "once");
    for (const clock of [START + MINUTE, START + 2 * MINUTE]) {
      const again = driver.send(extendCommand(HOLD, "once"), clock);
      expect(again).toMatchObject({ ok: true, value: { replayed: true, hold: { heldUntil: HELD_UNTIL + MINUTE } } });
    }
    driver.restart();
    expect(driver.send(extendCommand(HOLD, "once"), HELD_UNTIL + MINUTE)).toMatchObject({
      value: { replayed: true, hold: { status: "expired" } },
    });
  });

  test("[O9] is one in the same batch too, and after nine others", () => {
    const driver = held();
    const replies = driver.batch([extendCommand(HOLD, "0"), extendCommand(HOLD, "0")], START + MINUTE);
    expect(replies).toMatchObject([{ value: { replayed: false } }, { value: { replayed: true } }]);
    for (let n = 1; n < 10; n++) extended(driver, START + n * MINUTE + MINUTE, String(n));
    expect(driver.send(extendCommand(HOLD, "0"), START + 11 * MINUTE)).toMatchObject({ value: { replayed: true } });
    expect(extended(driver, START + 11 * MINUTE)).toEqual(refused("limit"));
  });

  test("[O9] decides again after a refusal or a gain that was too small, which are not remembered", () => {
    const driver = held({ total: 2 });
    expect(extended(driver, START + 1, "key")).toMatchObject({ heldUntil: HELD_UNTIL });
    expect(extended(driver, START + MINUTE, "key")).toEqual(refused("others_waiting"));
    driver.send(termsCommand({ version: 2, total: 3 }), START + MINUTE);
    expect(extended(driver, START + MINUTE, "key")).toMatchObject({ heldUntil: HELD_UNTIL + MINUTE });
  });

  test("[O9] by another actor is another request", () => {
    const driver = held();
    extended(driver, START + MINUTE, "key");
    const byStaff = driver.send(extendCommand(HOLD, "key", BOX_OFFICE), START + 2 * MINUTE);
    expect(byStaff).toMatchObject({ value: { replayed: false, hold: { heldUntil: HELD_UNTIL + 2 * MINUTE } } });
  });
});

describe("an extension is refused", () => {
  test("[O9] [H10] of what is nobody's or another's as not found", () => {
    const driver = held();
    for (const command of [
      extendCommand(HOLD, "key", OTHER_SHOPPER),
      extendCommand(HOLD, "key", FOREIGN_KEY),
      extendCommand(holdIdOf(SHOPPER, "none")),
    ]) {
      expect(driver.send(command, START + MINUTE)).toEqual({ ok: false, refusal: { code: "not_found" } });
    }
  });

  test("[O9] [H3] of a hold that expired at held_until, and made one millisecond before", () => {
    playTimeline(held(), [[HOLD_TTL_MS, extend(), { code: "hold_expired", holdId: HOLD }]]);
    playTimeline(held(), [[HOLD_TTL_MS - 1, extend(), { heldUntil: HELD_UNTIL - 1 + HOLD_TTL_MS }]]);
  });

  test("[O9] of a hold that was released, or that an order has taken, in doubt or for good", () => {
    const ends = [
      { command: releaseCommand(HOLD), holdStatus: "cancelled" },
      { command: checkoutCommand([HOLD]), holdStatus: "converted" },
      { command: claimCommand([HOLD]), holdStatus: "converted" },
    ] as const;
    for (const { command, holdStatus } of ends) {
      const driver = held();
      driver.send(command, START + 1);
      expect(extended(driver, START + MINUTE)).toEqual({ code: "hold_not_active", holdStatus, holdId: HOLD });
    }
  });

  test("[O2] [O9] while a claim is in doubt; undone, the hold has the time that it was extended to", () => {
    const claim = claimCommand([HOLD]);
    playTimeline(held(), [
      [MINUTE, extend()],
      [MINUTE + 1, claim],
      [HOLD_TTL_MS + SECOND, unclaimCommand(claim)],
      [HOLD_TTL_MS + MINUTE - 1, READ, "active"],
      [HOLD_TTL_MS + MINUTE, READ, "expired"],
    ]);
  });

  test("[O9] [T4] while the organisation is suspended and once the event is over, not for a closed sale", () => {
    playTimeline(held(), [
      [1, termsCommand({ version: 2, organizationStatus: "suspended" })],
      [MINUTE, extend(), { code: "organization_suspended" }],
    ]);
    playTimeline(held({ eventEnd: START + MINUTE }), [
      [MINUTE, extend(), { code: "not_on_sale", reason: "event_over" }],
    ]);
    playTimeline(held({ eventEnd: START + MINUTE }), [[MINUTE - 1, extend(), "active"]]);
    playTimeline(held({ saleEnd: START + SECOND }), [[MINUTE, extend(), { heldUntil: HELD_UNTIL + MINUTE }]]);
  });
});
