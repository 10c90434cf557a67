// A checkout over three types whose Worker dies, whose objects are away, or whose D1 is: all or none in the end, and a
// repeat with the key goes on (rules O2, O6, X3).

import { evictDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { checkOut } from "../../../../src/app/orders/check-out.ts";
import { UNAVAILABLE } from "../../../../src/domain/errors.ts";
import { DOUBT_MS } from "../../../../src/domain/limits.ts";
import { type HoldId, homeOfHolds, type OrderId } from "../../../../src/domain/ids.ts";
import { must, refuse } from "../../../../src/domain/result.ts";
import type { Inventories, Inventory } from "../../../../src/inventory/client.ts";
import { contextFor, countsOf, held, inventories, objectOf, placeHold, aShopper } from "../../support/fixture.ts";
import { atEveryStep, DEATHS, dyingAt, type Ports, withFate } from "../../support/faults.ts";
import { fireAlarm, inside, kindsOf, setClock, takeD1Away, TTL_MS } from "../../support/object.ts";
import {
  expectAllOrNone,
  holdsOfTypes,
  orderRowsOf,
  passTime,
  readOrder,
  type Setting,
} from "../../support/order-setting.ts";

const AWAY = refuse(UNAVAILABLE);

/** A checkout over three types, whose Worker dies. */
const CHECKOUT = {
  open: () => holdsOfTypes(3),
  act: ({ checkout }: Setting, ports: Ports) => checkout(ports),
};

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
});

describe("a Worker that dies in the middle of a checkout over three types", () => {
  it.each(DEATHS)(
    "[O2] at a step, its call %s: after the doubts, all holds are converted by an order, or none",
    async (when) => {
      const steps = await atEveryStep(when, {
        ...CHECKOUT,
        async check(setting) {
          await passTime(setting.types, DOUBT_MS + 5_000);
          await expectAllOrNone(setting);
        },
      });
      expect(steps, "two claims and the commit").toBe(3);
    },
  );

  const repeated = async (setting: Setting, step: string): Promise<void> => {
    const again = await setting.checkout();
    expect(again.ok, `${step}: ${JSON.stringify(again)}`).toBe(true);
    await expect.poll(async () => (await orderRowsOf(setting.home)).outbox).toEqual([]);
    await expectAllOrNone(setting);
  };

  it.each(DEATHS)(
    "[O6] at any step, its call %s: a repeat with the same key at once makes the one order",
    async (when) => {
      await atEveryStep(when, { ...CHECKOUT, check: repeated });
    },
  );

  it.each(DEATHS)("[O6] at any step, its call %s: a repeat after it was given up makes the one order", async (when) => {
    await atEveryStep(when, {
      ...CHECKOUT,
      async check(setting, step) {
        await passTime(setting.types, DOUBT_MS + 5_000);
        await repeated(setting, step);
      },
    });
  });

  it.each(DEATHS)("[O2] in giving up, its call %s: what was claimed goes back all the same", async (when) => {
    const steps = await atEveryStep(when, {
      ...CHECKOUT,
      async open() {
        const setting = await holdsOfTypes(3);
        const { home, shopper, holdIds } = setting;
        const by = { id: shopper.id, organizationId: null };
        const own = must(holdIds[0], "at home");
        await inventories(home).release({ holdId: own, by, actor: shopper.id, requestId: "test" });
        return setting;
      },
      async check({ types, home, others, statuses }) {
        await passTime(types, DOUBT_MS + 5_000);
        expect(await statuses()).toEqual(["cancelled", "active", "active"]);
        for (const other of others) expect((await orderRowsOf(other)).claims).toEqual([]);
        expect((await orderRowsOf(home)).orders).toEqual([]);
      },
    });
    expect(steps, "two claims, the home's refusal, its word on the attempt, two unclaims").toBe(6);
  });
});

/** Inventories of which `which` replies to its method `name` by `fate`. */
function withOne(which: string, name: keyof Inventory, answer: () => Promise<unknown>): Inventories {
  return (typeId) => (typeId === which ? { ...inventories(typeId), [name]: answer } : inventories(typeId));
}

describe("an object that is away in the middle of a checkout", () => {
  it("[O2] another type: no order comes of it, claims go back at once, and the key may be used again", async () => {
    const setting = await holdsOfTypes(3);
    const away = must(setting.others[1], "three types");
    const context = { inventories: withOne(away, "claim", () => Promise.resolve(AWAY)) };
    expect(await setting.checkout(context)).toEqual(AWAY);
    await expectAllOrNone(setting);
    expect(await setting.checkout()).toMatchObject({ ok: true, value: { replayed: false } });
    await expect.poll(async () => (await orderRowsOf(setting.home)).outbox).toEqual([]);
    await expectAllOrNone(setting);
  });

  it("[O2] the home: claims stay in doubt with their quantity held until it replies, and are then void", async () => {
    const setting = await holdsOfTypes(2);
    const { home, others } = setting;
    const other = must(others[0], "two types");
    const context = { inventories: withOne(home, "checkout", () => Promise.resolve(AWAY)) };
    expect(await setting.checkout(context)).toEqual(AWAY);
    const resolve = vi.fn(() => Promise.resolve(AWAY));
    await inside(other, (object) => {
      object.inventories = withOne(home, "resolve", resolve);
    });
    const later = Date.now() + TTL_MS + DOUBT_MS;
    await setClock(other, later);
    await fireAlarm(other);
    expect(resolve).toHaveBeenCalledTimes(1);
    expect((await orderRowsOf(other)).claims).toMatchObject([{ state: "doubt" }]);
    expect(await countsOf(other)).toMatchObject({ held: 2, available: 8 });
    await inside(other, (object) => {
      object.inventories = inventories;
    });
    await setClock(other, later + 60_000);
    await fireAlarm(other);
    expect(await kindsOf(other)).toEqual(["terms", "hold", "claim", "unclaim", "expire"]);
    expect(await countsOf(other)).toMatchObject({ held: 0, available: 10 });
    expect((await orderRowsOf(home)).voids).toHaveLength(1);
  });

  it("[O2] the home's word on an attempt is kept by its rows: a commit that comes after it is void", async () => {
    const setting = await holdsOfTypes(2);
    const { home, others, shopper } = setting;
    const other = must(others[0], "two types");
    const late = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const slow = setting.checkout({
      inventories: (typeId) => ({
        ...inventories(typeId),
        checkout: async (command) => {
          reached.resolve();
          await late.promise;
          return inventories(typeId).checkout(command);
        },
      }),
    });
    await reached.promise;
    await passTime([other], DOUBT_MS);
    expect(await kindsOf(other)).toEqual(["terms", "hold", "claim", "unclaim"]);
    await evictDurableObject(objectOf(home));
    await setClock(home, Date.now());
    await setClock(other, Date.now());
    late.resolve();
    // The first attempt is void, so the same request goes on under the next.
    expect(await slow).toMatchObject({ ok: true, value: { replayed: false } });
    const { orders, voids } = await orderRowsOf(home);
    expect([orders.length, voids.length]).toEqual([1, 1]);
    await expect.poll(async () => (await orderRowsOf(other)).claims.map(({ state }) => state)).toEqual(["reserved"]);
    expect(await readOrder(home, orders[0]?.id as OrderId, shopper)).toMatchObject({ value: { status: "reserved" } });
  });

  it("[O2] follows the order that its home made, though the home died before it could send it", async () => {
    const setting = await holdsOfTypes(2);
    const { home, others } = setting;
    const other = must(others[0], "two types");
    const deaf = withOne(other, "follow", () => Promise.resolve(AWAY));
    await inside(home, (object) => {
      object.inventories = deaf;
    });
    expect((await setting.checkout()).ok).toBe(true);
    expect((await orderRowsOf(other)).claims).toMatchObject([{ state: "doubt" }]);
    await evictDurableObject(objectOf(home));
    await passTime([home], 0);
    await expect.poll(async () => (await orderRowsOf(other)).claims.map(({ state }) => state)).toEqual(["reserved"]);
    expect((await orderRowsOf(home)).outbox).toEqual([]);
  });
});

describe("a home that was invented", () => {
  /** The id of a hold of a ticket type that does not exist, smaller than any that does. */
  const INVENTED = `hold_${"0".repeat(52)}` as HoldId;

  it("[O2] [X5] locks no stock: the refusal names its hold, and what was claimed is active again", async () => {
    const { shopper, holdIds, statuses, counts } = await holdsOfTypes(2);
    const ids = [...holdIds, INVENTED];
    const reply = await checkOut(contextFor(shopper), { holdIds: ids, idempotencyKey: "key" });
    expect(reply).toEqual({ ok: false, refusal: { code: "not_found", holdId: INVENTED } });
    expect(await statuses()).toEqual(["active", "active"]);
    expect(await counts()).toMatchObject([{ held: 2 }, { held: 2 }]);
  });

  it("[O2] [X5] of a Worker that died is void as soon as it is queried, and stores nothing", async () => {
    const setting = await holdsOfTypes(1);
    const { home: real, shopper, holdIds } = setting;
    const ids = [...holdIds, INVENTED];
    const { fate } = dyingAt(2, "lost before");
    const context = contextFor(shopper, withFate(fate));
    await checkOut(context, { holdIds: ids, idempotencyKey: "key" }).catch(() => undefined);
    expect((await orderRowsOf(real)).claims).toMatchObject([{ state: "doubt" }]);
    await passTime([real], DOUBT_MS);
    expect(await setting.statuses()).toEqual(["active"]);
    const stored = await inside(homeOfHolds(ids), (_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
    );
    expect(stored).toEqual([]);
  });

  it("[X3] [O2] that cannot read D1 says nothing, and the quantity stays held meanwhile", async () => {
    const setting = await holdsOfTypes(1);
    const { home: real, shopper, holdIds } = setting;
    const ids = [...holdIds, `hold_${"0".repeat(25)}1${"0".repeat(26)}` as HoldId];
    const { fate } = dyingAt(2, "lost before");
    const context = contextFor(shopper, withFate(fate));
    await checkOut(context, { holdIds: ids, idempotencyKey: "key" }).catch(() => undefined);
    await takeD1Away(homeOfHolds(ids));
    await passTime([real], DOUBT_MS);
    expect((await orderRowsOf(real)).claims).toMatchObject([{ state: "doubt" }]);
    expect(await countsOf(real)).toMatchObject({ held: 2 });
  });
});

describe("D1 away", () => {
  it("[X3] holds, checkouts over several types and the ends of orders go on, and no call reaches it", async () => {
    const setting = await holdsOfTypes(3);
    for (const type of setting.types) await takeD1Away(type);
    const calls: string[] = [];
    const fate = (call: string) => {
      calls.push(call);
      return call.startsWith("d1") ? "lost before" : "done";
    };
    const ports = withFate(fate);
    expect((await placeHold(setting.home, aShopper().id, 1)).ok).toBe(true);
    const made = await setting.checkout(ports);
    if (!made.ok) throw new Error(made.refusal.code);
    const { order } = made.value;
    const { shopper, home, types } = setting;
    const by = { id: shopper.id, organizationId: null };
    const cancelled = await inventories(home).settle({
      orderId: order.id,
      status: "cancelled",
      by,
      actor: shopper.id,
      requestId: "test",
    });
    expect(cancelled).toMatchObject({ ok: true, value: { status: "cancelled" } });
    for (const type of types.slice(1)) expect(await countsOf(type)).toMatchObject({ held: 0 });
    expect(calls.filter((call) => call.startsWith("d1"))).toEqual([]);
    expect(await held(home, shopper.id, 2)).toMatch(/^hold_/);
  });
});
