import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { startCheckout } from "../../src/app/start-checkout.ts";
import { orders } from "../../src/db/schema-sales.ts";
import { DOUBT_MS } from "../../src/domain/limits.ts";
import { must } from "../../src/domain/result.ts";
import { aShopper, contextFor, countsOf, db, held, placeHold, seedShow, seedType, statusOf } from "./fixture.ts";
import { dyingAt, quiet, withFate } from "./faults.ts";
import { fireAlarm, inside, kindsOf, setClock, takeD1Away, TTL_MS } from "./object.ts";

async function twoHolds() {
  const { typeIds } = await seedShow([{ total: 10 }, { total: 10 }]);
  const types = [must(typeIds[0], "two types"), must(typeIds[1], "two types")] as const;
  const shopper = aShopper();
  const holdIds = [await held(types[0], shopper.id, 2), await held(types[1], shopper.id, 1)] as const;
  const statuses = () =>
    Promise.all([statusOf(types[0], shopper.id, holdIds[0]), statusOf(types[1], shopper.id, holdIds[1])]);
  const ordered = () => db.select().from(orders).where(eq(orders.user_id, shopper.id));
  return { types, shopper, holdIds, statuses, ordered };
}

type Setting = Awaited<ReturnType<typeof twoHolds>>;

/** A checkout whose Worker dies at call `n`; says whether it lived long enough to be done before. */
async function dies({ shopper, holdIds }: Setting, n: number, when: "lost before" | "lost after"): Promise<boolean> {
  const { fate, died } = dyingAt(n, when);
  await startCheckout(contextFor(shopper, withFate(fate)), { holdIds, idempotencyKey: "key" }).catch(() => undefined);
  await quiet();
  return died();
}

/** Lets the doubts' time pass, so that each inventory asks D1. */
async function passDoubts({ types }: Setting): Promise<void> {
  for (const typeId of types) {
    await setClock(typeId, Date.now() + DOUBT_MS + 5_000);
    await fireAlarm(typeId);
  }
}

async function expectAllOrNone(setting: Setting): Promise<void> {
  const found = await setting.ordered();
  expect(await setting.statuses()).toEqual(found.length === 1 ? ["converted", "converted"] : ["active", "active"]);
  for (const [index, quantity] of [2, 1].entries()) {
    expect(await countsOf(must(setting.types[index], "two types"))).toMatchObject({ sold: 0, held: quantity });
  }
}

const WHEN = ["lost before", "lost after"] as const;

describe("a Worker that dies in the middle of a checkout", () => {
  it.each(WHEN)(
    "[O2] at any step, its call %s: when the doubts have passed, all holds are converted by an order, or none",
    async (when) => {
      let steps = 0;
      for (let n = 1; ; n++) {
        const setting = await twoHolds();
        if (!(await dies(setting, n, when))) break;
        steps = n;
        await passDoubts(setting);
        await expectAllOrNone(setting);
      }
      expect(steps).toBeGreaterThanOrEqual(8); // one look at D1, two reads, two claims, the commit, two tellings
    },
  );

  it.each(WHEN)(
    "[O6] at any step, its call %s: a repeat with the same key at once makes the one order",
    async (when) => {
      for (let n = 1; ; n++) {
        const setting = await twoHolds();
        if (!(await dies(setting, n, when))) break;
        const { shopper, holdIds } = setting;
        const again = await startCheckout(contextFor(shopper), { holdIds, idempotencyKey: "key" });
        expect(again.ok, `step ${n}: ${JSON.stringify(again)}`).toBe(true);
        expect(await setting.ordered()).toHaveLength(1);
        await expectAllOrNone(setting);
      }
    },
  );

  it.each(WHEN)("[O6] at any step, its call %s: a repeat after it was given up makes the one order", async (when) => {
    for (let n = 1; ; n++) {
      const setting = await twoHolds();
      if (!(await dies(setting, n, when))) break;
      await passDoubts(setting);
      const { shopper, holdIds } = setting;
      const again = await startCheckout(contextFor(shopper), { holdIds, idempotencyKey: "key" });
      expect(again.ok, `step ${n}: ${JSON.stringify(again)}`).toBe(true);
      await expectAllOrNone(setting);
    }
  });

  it("[O6] an attempt that was given up while its inventory could not be told is cleared away by the next", async () => {
    const setting = await twoHolds();
    const { shopper, holdIds, types } = setting;
    const refusing = contextFor(
      shopper,
      withFate((call) => (call === "unclaim" ? "lost before" : "done")),
    );
    const ports = refusing.inventories;
    const context = {
      ...refusing,
      inventories: (typeId: (typeof types)[number]) =>
        typeId === types[1]
          ? {
              ...ports(typeId),
              claim: async () => ({ ok: false, refusal: { code: "overloaded", retryAfterSeconds: 1 } }) as const,
            }
          : ports(typeId),
    };
    await startCheckout(context, { holdIds, idempotencyKey: "key" }).catch(() => undefined);
    expect(await setting.statuses()).toEqual(["converted", "active"]);
    expect(await startCheckout(contextFor(shopper), { holdIds, idempotencyKey: "key" })).toMatchObject({ ok: true });
    await expectAllOrNone(setting);
  });
});

describe("D1 in the middle of a checkout", () => {
  it("[O2] commits and loses the answer: the repeat within the request finds the order, nothing is undone", async () => {
    const setting = await twoHolds();
    let batches = 0;
    const fate = (call: string) => (call === "d1 batch" && ++batches === 2 ? "lost after" : "done");
    const { shopper, holdIds } = setting;
    const reply = await startCheckout(contextFor(shopper, withFate(fate)), { holdIds, idempotencyKey: "key" });
    expect(reply).toMatchObject({ ok: true, value: { replayed: true } });
    await expectAllOrNone(setting);
    expect(await kindsOf(setting.types[0])).not.toContain("unclaim");
  });

  it("[X3] away from the start: 503, and nothing was touched", async () => {
    const setting = await twoHolds();
    const { shopper, holdIds } = setting;
    const fate = (call: string) => (call.startsWith("d1") ? "lost before" : "done");
    const reply = await startCheckout(contextFor(shopper, withFate(fate)), { holdIds, idempotencyKey: "key" });
    expect(reply).toEqual({ ok: false, refusal: { code: "temporarily_unavailable", retryAfterSeconds: 1 } });
    expect(await setting.statuses()).toEqual(["active", "active"]);
    expect(await kindsOf(setting.types[0])).toEqual(["terms", "hold"]);
  });

  it("[X3] [O2] away while an inventory is in doubt: it waits with the quantity held, and then follows D1", async () => {
    const { typeId } = await seedType(2);
    const shopper = aShopper();
    const start = Date.now();
    await setClock(typeId, start);
    const holdId = await held(typeId, shopper.id, 2);
    const { fate } = dyingAt(4, "lost before"); // after the claim, before the commit
    await startCheckout(contextFor(shopper, withFate(fate)), { holdIds: [holdId], idempotencyKey: "key" }).catch(
      () => undefined,
    );
    const ports = await inside(typeId, (object) => ({ ...object.ports }));
    await takeD1Away(typeId);
    await setClock(typeId, start + TTL_MS + DOUBT_MS);
    await fireAlarm(typeId);
    expect(await placeHold(typeId, aShopper().id, 1)).toEqual({
      ok: false,
      refusal: { code: "sold_out", availableQuantity: 0 },
    });
    await inside(typeId, (object) => {
      object.ports = ports;
      object.clock = () => start + 2 * TTL_MS + DOUBT_MS;
    });
    await fireAlarm(typeId);
    expect(await kindsOf(typeId)).toEqual(["terms", "hold", "claim", "unclaim", "expire"]);
    expect(await countsOf(typeId)).toEqual({ total: 2, sold: 0, held: 0, available: 2 });
  });
});
