// Tests a real object with more at once than one text of the platform holds: what ran out without a request, and what
// one batch claims and settles. setup.ts holds the object to the platform's 2,000,000 bytes.

import { createHash } from "node:crypto";
import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { attemptIdFrom, type HolderId, type HoldId, orderIdFrom, type TicketTypeId } from "../../../src/domain/ids.ts";
import { MAX_BATCH } from "../../../src/domain/limits.ts";
import type { SharedOrder } from "../../../src/domain/orders/order.ts";
import { must } from "../../../src/domain/result.ts";
import { countsOf, holdIdOf, inventories, objectOf, placeHold, seedType } from "../support/fixture.ts";
import { alarmComes, inside, ledgerOf, setClock, silenceFeed, TTL_MS, usePorts } from "../support/object.ts";

const TOTAL = 20_000;
const HOLDS_A_SHOPPER = 10;
const LONG = "\u20ac".repeat(500);
const BY = { actor: "system", requestId: "test" };

type Cart = { readonly holderId: HolderId; readonly holdIds: readonly HoldId[] };

async function openType(): Promise<TicketTypeId> {
  const { typeId } = await seedType(TOTAL);
  await usePorts(typeId, { project: () => Promise.resolve() });
  await silenceFeed(typeId);
  await countsOf(typeId);
  return typeId;
}

/** So many holds of one ticket, ten of a shopper, in batches as they come. */
function placeMany(typeId: TicketTypeId, count: number, notes: string | null): Promise<Cart[]> {
  const carts = Array.from({ length: count / HOLDS_A_SHOPPER }, () => {
    const holderId = newId("shp");
    const holdIds = Array.from({ length: HOLDS_A_SHOPPER }, (_, n) => holdIdOf(typeId, holderId, `key ${n}`));
    return { holderId, holdIds };
  });
  const commands = carts.flatMap(({ holderId, holdIds }) =>
    holdIds.map((holdId) => ({
      holdId,
      holder: { id: holderId, organizationId: null },
      ...{ quantity: 1, source: "web" as const, notes, actor: holderId, requestId: "test" },
    })),
  );
  return inside(typeId, async (object) => {
    for (let n = 0; n < count; n += MAX_BATCH) {
      const replies = await Promise.all(
        commands.slice(n, n + MAX_BATCH).map((command) => object.hold(typeId, command)),
      );
      for (const reply of replies) expect(reply.ok).toBe(true);
    }
    return carts;
  });
}

/** As if it had been away until all of them had run out. */
async function sleepUntilAllRanOut(typeId: TicketTypeId): Promise<void> {
  await inside(typeId, (_, { storage }) =>
    storage.sql.exec("UPDATE holds SET held_until = ?", Date.now() - 1).toArray(),
  );
  await evictDurableObject(objectOf(typeId));
}

const volumes = [
  ["11,000 holds", 11_000, null],
  ["1,300 holds with the longest notes", 1_300, LONG],
] as const;

describe.each(volumes)("%s that ran out between two batches", (_, count, notes) => {
  it("[H4] [H11] are all given back by the next command, which is served", async () => {
    const typeId = await openType();
    await setClock(typeId, Date.now());
    await placeMany(typeId, count, notes);
    await setClock(typeId, Date.now() + TTL_MS);
    expect(await placeHold(typeId, newId("shp"), 1)).toMatchObject({ ok: true });
    expect(await countsOf(typeId)).toEqual({ total: TOTAL, sold: 0, held: 1, available: TOTAL - 1 });
  });

  it("[H4] [H5] are all given back by the alarm", async () => {
    const typeId = await openType();
    await setClock(typeId, Date.now());
    await placeMany(typeId, count, notes);
    await setClock(typeId, Date.now() + TTL_MS);
    await alarmComes(typeId);
    const last = must((await ledgerOf(typeId)).at(-1), "there are rows");
    expect(last).toMatchObject({ kind: "expire", hold_id: null, held: 0, seq: 1 + count + 1 });
  });

  it("[H4] [H5] [H11] are all given back when the object wakes", async () => {
    const typeId = await openType();
    await placeMany(typeId, count, notes);
    await sleepUntilAllRanOut(typeId);
    expect(await countsOf(typeId)).toEqual({ total: TOTAL, sold: 0, held: 0, available: TOTAL });
    expect(await placeHold(typeId, newId("shp"), 1)).toMatchObject({ ok: true });
  });
});

describe("a full batch of orders of ten holds with the longest notes", () => {
  const sold = MAX_BATCH * HOLDS_A_SHOPPER;
  const sha256 = (text: string): Uint8Array => createHash("sha256").update(text).digest();
  /** Smaller than any ticket type that there is. */
  const ELSEWHERE = `tt_${"0".repeat(26)}` as TicketTypeId;

  /** The command that each cart's checkout sends to the object, as its home or as another of its types. */
  function checkoutsOf(home: TicketTypeId, carts: readonly Cart[]) {
    return carts.map(({ holderId, holdIds }) => {
      const orderId = orderIdFrom(home, holderId, "key", sha256);
      const attempt = attemptIdFrom(orderId, holdIds, 0, sha256);
      return { orderId, attempt, buyer: { id: holderId, organizationId: null }, holdIds, ...BY };
    });
  }

  async function expectSold(typeId: TicketTypeId, [first]: readonly Cart[]): Promise<void> {
    expect(await countsOf(typeId)).toEqual({ total: TOTAL, sold, held: 0, available: TOTAL - sold });
    const { holderId, holdIds } = must(first, "there are carts");
    const kept = await inventories(typeId).read({ holdIds, by: { id: holderId, organizationId: null } });
    expect(kept.ok && kept.value.holds.map(({ notes }) => notes)).toEqual(holdIds.map(() => LONG));
  }

  it("[O2] [O3] [K4] is made at its home, and all are confirmed at once", async () => {
    const typeId = await openType();
    const carts = await placeMany(typeId, sold, LONG);
    const checkouts = checkoutsOf(typeId, carts);
    const made = await inside(typeId, (object) =>
      Promise.all(checkouts.map((checkout) => object.checkout(typeId, { ...checkout, claimed: [] }))),
    );
    for (const reply of made) expect(reply.ok && reply.value !== "void").toBe(true);
    const settled = await inside(typeId, (object) =>
      Promise.all(
        checkouts.map(({ orderId, buyer: by }) => object.settle(typeId, { orderId, status: "confirmed", by, ...BY })),
      ),
    );
    for (const reply of settled) expect(reply).toMatchObject({ ok: true, value: { status: "confirmed" } });
    await expectSold(typeId, carts);
  });

  it("[O2] [O3] [K4] is claimed for a home elsewhere, and follows the ends of all at once", async () => {
    const typeId = await openType();
    const carts = await placeMany(typeId, sold, LONG);
    const claims = checkoutsOf(ELSEWHERE, carts);
    const claimed = await inside(typeId, (object) => Promise.all(claims.map((claim) => object.claim(typeId, claim))));
    const orders = claims.map(({ orderId, attempt, buyer }, n): SharedOrder => {
      const reply = must(claimed[n], "each is answered");
      const holds = reply.ok ? reply.value.holds : [];
      const items = holds.map((hold) => ({
        ...{ ...hold, ticketTypeId: typeId, amount: hold.quantity * hold.unitPrice },
        ...{ returned: 0, withdrawn: 0 },
      }));
      const [now, total] = [Date.now(), items.reduce((sum, { amount }) => sum + amount, 0)];
      const times = { expiresAt: now, createdAt: now, updatedAt: now };
      return {
        id: orderId,
        userId: buyer.id,
        status: "confirmed",
        attempt,
        items,
        total,
        ...times,
        seq: 2,
        history: [],
      };
    });
    const followed = await inside(typeId, (object) =>
      Promise.all(orders.map((order) => object.follow(typeId, { order, ...BY }))),
    );
    for (const reply of followed) expect(reply).toEqual({ ok: true, value: null });
    await expectSold(typeId, carts);
  });
});
