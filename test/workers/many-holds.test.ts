// More at once than one text of the platform holds, in a real object: what ran out while nobody asked, and what one batch
// claims and settles. setup.ts holds the object to the platform's 2,000,000 bytes.

import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { newId } from "../../src/app/context.ts";
import type { HolderId, HoldId, TicketTypeId } from "../../src/domain/ids.ts";
import { MAX_BATCH } from "../../src/domain/limits.ts";
import { must } from "../../src/domain/result.ts";
import { countsOf, holdIdOf, inventories, objectOf, placeHold, seedType } from "./fixture.ts";
import { alarmComes, inside, ledgerOf, setClock, silenceFeed, TTL_MS, usePorts } from "./object.ts";

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
    expect(last).toMatchObject({ kind: "expire", held: 0, seq: 1 + 2 * count });
  });

  it("[H4] [H5] [H11] are all given back when the object wakes", async () => {
    const typeId = await openType();
    await placeMany(typeId, count, notes);
    await sleepUntilAllRanOut(typeId);
    expect(await countsOf(typeId)).toEqual({ total: TOTAL, sold: 0, held: 0, available: TOTAL });
    expect(await placeHold(typeId, newId("shp"), 1)).toMatchObject({ ok: true });
  });
});

it("[O2] [O3] [K4] a full batch of claims of ten holds with the longest notes is taken, and a page of their ends with it", async () => {
  const typeId = await openType();
  const carts = await placeMany(typeId, MAX_BATCH * HOLDS_A_SHOPPER, LONG);
  const orders = carts.map((cart) => ({ ...cart, orderId: newId("ord") }));
  const claimed = await inside(typeId, (object) =>
    Promise.all(orders.map((order) => object.claim(typeId, { ...order, ...BY }))),
  );
  for (const reply of claimed) expect(reply.ok).toBe(true);
  const settled = await inside(typeId, (object) =>
    Promise.all(orders.map(({ orderId }) => object.settle(typeId, { orderId, status: "confirmed", ...BY }))),
  );
  for (const reply of settled) expect(reply.ok).toBe(true);
  const sold = MAX_BATCH * HOLDS_A_SHOPPER;
  expect(await countsOf(typeId)).toEqual({ total: TOTAL, sold, held: 0, available: TOTAL - sold });
  const [first] = carts;
  const { holderId, holdIds } = must(first, "there are carts");
  const kept = await inventories(typeId).read({ holdIds, by: { id: holderId, organizationId: null } });
  expect(kept.ok && kept.value.holds.map(({ notes }) => notes)).toEqual(holdIds.map(() => LONG));
});
