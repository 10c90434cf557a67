import { abortAllDurableObjects, evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { UNAVAILABLE } from "../../../src/domain/errors.ts";
import { noLiveHolds } from "../../../src/domain/ledger/memory/live-holds.ts";
import { countsOf, held, inventories, objectOf, placeHold, seedType, statusOf } from "../support/fixture.ts";
import { inside, ledgerOf } from "../support/object.ts";

describe("memory is a cache of the rows", () => {
  it("[H1] [H11] memory that was poisoned is forgotten with the object, and the rows win", async () => {
    const { typeId } = await seedType(10);
    const shopper = newId("shp");
    const holdId = await held(typeId, shopper, 4, "key");
    await inside(typeId, (object) => {
      const book = object.ledger.book();
      book.head = { ...book.head, held: 0, total: 1_000 };
      Object.assign(book.holds, noLiveHolds());
      book.quantities.clear();
    });
    expect(await countsOf(typeId)).toEqual({ total: 1_000, sold: 0, held: 0, available: 1_000 });
    await evictDurableObject(objectOf(typeId));
    expect(await countsOf(typeId)).toEqual({ total: 10, sold: 0, held: 4, available: 6 });
    expect(await statusOf(typeId, shopper, holdId)).toBe("active");
    expect(await placeHold(typeId, shopper, 7)).toMatchObject({
      refusal: { code: "shopper_limit_reached", remaining: 6 },
    });
  });

  it("[H8] a key is remembered over a restart, also when its hold is final", async () => {
    const { typeId } = await seedType(10);
    const shopper = newId("shp");
    const active = await held(typeId, shopper, 1, "active");
    const released = await held(typeId, shopper, 1, "released");
    const by = { id: shopper, organizationId: null };
    await inventories(typeId).release({ holdId: released, by, actor: shopper, requestId: "test" });
    await abortAllDurableObjects();
    const again = await Promise.all([
      placeHold(typeId, shopper, 1, "active"),
      placeHold(typeId, shopper, 1, "released"),
    ]);
    expect(again).toMatchObject([
      { ok: true, value: { replayed: true, hold: { id: active, status: "active" } } },
      { ok: true, value: { replayed: true, hold: { id: released, status: "cancelled" } } },
    ]);
    expect(await placeHold(typeId, shopper, 2, "released")).toEqual({
      ok: false,
      refusal: { code: "idempotency_key_reused" },
    });
    expect(await countsOf(typeId)).toEqual({ total: 10, sold: 0, held: 1, available: 9 });
  });
});

describe("a transaction that fails", () => {
  it("[H11] replies 503 to all of its batch, leaves rows and memory as before, and the next batch works", async () => {
    const { typeId } = await seedType(10);
    const shopper = newId("shp");
    await held(typeId, shopper, 1);
    const before = await ledgerOf(typeId);
    await inside(typeId, (_, state) => {
      state.storage.sql.exec(
        "CREATE TRIGGER disk_full BEFORE INSERT ON ledger BEGIN SELECT RAISE(ABORT, 'disk full'); END",
      );
    });
    const replies = await Promise.all([placeHold(typeId, shopper, 2), placeHold(typeId, newId("shp"), 3)]);
    for (const reply of replies) expect(reply).toEqual({ ok: false, refusal: UNAVAILABLE });
    expect(await ledgerOf(typeId)).toEqual(before);
    expect(await countsOf(typeId)).toEqual({ total: 10, sold: 0, held: 1, available: 9 });
    await inside(typeId, (_, state) => {
      state.storage.sql.exec("DROP TRIGGER disk_full");
    });
    await held(typeId, shopper, 9);
    expect(await countsOf(typeId)).toEqual({ total: 10, sold: 0, held: 10, available: 0 });
  });

  it("[X1] a throw in one decision is that command's alone", async () => {
    const { typeId } = await seedType(10);
    const shopper = newId("shp");
    await countsOf(typeId);
    // No request from outside can have a quantity that is not a number, so it simulates a bug.
    const [broken, sound] = await Promise.all([placeHold(typeId, shopper, Number.NaN), placeHold(typeId, shopper, 1)]);
    expect(broken).toEqual({ ok: false, refusal: { code: "internal_error" } });
    expect(sound.ok).toBe(true);
    expect(await countsOf(typeId)).toEqual({ total: 10, sold: 0, held: 1, available: 9 });
  });
});
