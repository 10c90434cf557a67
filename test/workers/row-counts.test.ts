// The exact figures of docs: rows an object writes, statements that reach D1.

import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { newId } from "../../src/app/context.ts";
import type { HoldId, TicketTypeId } from "../../src/domain/ids.ts";
import { RETENTION, SWEEP_GRID_MS } from "../../src/domain/ledger/retention.ts";
import { must } from "../../src/domain/result.ts";
import { app } from "../../src/http/app.ts";
import { openPorts } from "../../src/inventory/ports.ts";
import { countsOf, holdIdOf, inventories, placeHold, seedType } from "./fixture.ts";
import { fireAlarm, inside, setClock, TTL_MS, usePorts } from "./object.ts";
import { costOf, countStatements, countWrites, type Writes } from "./row-counts.ts";
import { BASE, shopper as mintShopper } from "./http.ts";

const DELETED_AFTER_MS = RETENTION.holdKeptMs + 2 * SWEEP_GRID_MS;
const A_BATCH = 16;
const BATCHES = 8;
const HOLDS = A_BATCH * BATCHES;

/** Places a batch of holds of one ticket each, which arrive in one turn. */
function placeBatch(typeId: TicketTypeId, holders: readonly ReturnType<typeof newHolder>[]): Promise<HoldId[]> {
  return inside(typeId, async (object) => {
    const replies = await Promise.all(
      holders.map((holder) =>
        object.hold(typeId, {
          holdId: holdIdOf(typeId, holder, "key"),
          holder: { id: holder, organizationId: null },
          quantity: 1,
          source: "web",
          notes: null,
          actor: holder,
          requestId: "test",
        }),
      ),
    );
    return replies.map((reply) => must(reply.ok ? reply.value.hold.id : null, "there is room"));
  });
}

const newHolder = () => newId("shp");
const newHolders = (count: number) => Array.from({ length: count }, newHolder);

function perHold({ rows, alarms }: Writes, holds: number): number {
  return (rows + alarms) / holds;
}

/** Lets a day pass and the alarm delete all, and says what all of it has cost. */
async function perHoldWithDeletion(typeId: TicketTypeId, writes: Writes): Promise<number> {
  const left = () =>
    inside(typeId, (_, { storage }) => Number(storage.sql.exec("SELECT COUNT(*) AS n FROM holds").toArray()[0]?.["n"]));
  const later = Date.now() + DELETED_AFTER_MS;
  for (let step = 0; step < 10 && (await left()) > 0; step++) {
    await setClock(typeId, later + step * 1_500);
    await fireAlarm(typeId);
  }
  expect(await left()).toBe(0);
  console.log(`with deletion ${perHold(writes, HOLDS).toFixed(2)} a hold`);
  return perHold(writes, HOLDS);
}

// A batch a second, each with its alarm and its projection: the dearest case of 16 a batch.
describe("rows written in the object, at 16 commands a batch, alarms counted", () => {
  it("[H11] a hold that expires costs at most 4.5", async () => {
    const { typeId } = await seedType(10_000);
    await countsOf(typeId);
    const now = Date.now();
    await setClock(typeId, now);
    const writes = await countWrites(typeId);
    for (let n = 0; n < BATCHES; n++) {
      await setClock(typeId, now + n * 1_000);
      await placeBatch(typeId, newHolders(A_BATCH));
      await fireAlarm(typeId);
    }
    for (let n = 0; n < BATCHES; n++) {
      await setClock(typeId, now + n * 1_000 + TTL_MS);
      await fireAlarm(typeId);
    }
    expect(await countsOf(typeId)).toMatchObject({ held: 0, available: 10_000 });
    console.log(
      `hold → expiry: ${writes.rows} rows, ${writes.alarms} alarms, ${perHold(writes, HOLDS).toFixed(2)} a hold`,
    );
    expect(perHold(writes, HOLDS)).toBeLessThanOrEqual(4.5);
    expect(
      writes.rows,
      "a hold and its ledger row, twice: anything less is a count that misses",
    ).toBeGreaterThanOrEqual(4 * HOLDS);
    expect(await perHoldWithDeletion(typeId, writes), "[H13] with its deletion").toBeLessThanOrEqual(5.5);
  });

  it("[O3] [H11] a hold that becomes a confirmed order costs at most 7.5", async () => {
    const { typeId } = await seedType(10_000);
    await countsOf(typeId);
    const now = Date.now();
    const writes = await countWrites(typeId);
    for (let n = 0; n < BATCHES; n++) {
      await setClock(typeId, now + n * 1_000);
      const buyers = newHolders(A_BATCH);
      const holdIds = await placeBatch(typeId, buyers);
      const orders = buyers.map((holderId, index) => ({
        holderId,
        orderId: newId("ord"),
        holdIds: [must(holdIds[index], "each buyer has a hold")],
      }));
      const by = { actor: "system", requestId: "test" };
      await inside(typeId, async (object) => {
        await Promise.all(orders.map((order) => object.claim(typeId, { ...order, ...by })));
        const expiresAt = now + 900_000;
        await Promise.all(orders.map(({ orderId }) => object.committed(typeId, { orderId, expiresAt })));
        await Promise.all(orders.map(({ orderId }) => object.settle(typeId, { orderId, status: "confirmed", ...by })));
      });
      await fireAlarm(typeId);
    }
    expect(await countsOf(typeId)).toMatchObject({ held: 0, sold: HOLDS });
    console.log(
      `hold → confirmed order: ${writes.rows} rows, ${writes.alarms} alarms, ${perHold(writes, HOLDS).toFixed(2)} a hold`,
    );
    expect(perHold(writes, HOLDS)).toBeLessThanOrEqual(7.5);
    expect(writes.rows).toBeGreaterThanOrEqual(7 * HOLDS);
    expect(await perHoldWithDeletion(typeId, writes), "[H13] with its deletion").toBeLessThanOrEqual(8.5);
  });
});

describe("what an operation reads and writes in the object, alone in its batch", () => {
  // Rows are read by SQLite's count of what its cursors touch: no more than these, whoever changes the statements.
  const NOTHING = { rows: 0, read: 0, alarms: 0 };
  const by = { actor: "system", requestId: "test" };

  it("[H11] a hold and each end of it write the hold's row and a ledger row, a repeat or a refusal writes none", async () => {
    const { typeId } = await seedType(10);
    // Why before the object has its terms: an alarm that was set by then would run beside what is counted.
    const writes = await countWrites(typeId, "held");
    await countsOf(typeId);
    const start = Date.now();
    await setClock(typeId, start);
    const holder = newHolder();
    const own = { id: holder, organizationId: null };
    await placeHold(typeId, holder, 1); // Finds the first deadlines of the object, which stand from then on.
    const cost = (work: () => Promise<unknown>) => costOf(writes, work);
    const hold = (key: string, quantity = 1) => placeHold(typeId, holder, quantity, key);
    const idOf = (key: string) => holdIdOf(typeId, holder, key);
    const orderId = newId("ord");
    const claim = { orderId, holdIds: [idOf("ordered")], holderId: holder, ...by };
    const costs = {
      hold: await cost(() => hold("first")),
      repeat: await cost(() => hold("first")),
      refused: await cost(() => hold("too many", 11)),
      read: await cost(() => inventories(typeId).read({ holdIds: [idOf("first")], by: own })),
      counts: await cost(() => inventories(typeId).counts()),
      release: await cost(() => inventories(typeId).release({ holdId: idOf("first"), by: own, ...by })),
      releasedAgain: await cost(() => inventories(typeId).release({ holdId: idOf("first"), by: own, ...by })),
      ordered: await cost(() => hold("ordered")),
      claim: await cost(() => inventories(typeId).claim(claim)),
      committed: await cost(() => inventories(typeId).committed({ orderId, expiresAt: start + 900_000 })),
      confirm: await cost(() => inventories(typeId).settle({ orderId, status: "confirmed", ...by })),
      expiry: await cost(async () => {
        await setClock(typeId, start + TTL_MS);
        await fireAlarm(typeId);
      }),
    };
    console.log(JSON.stringify(costs));
    const most: Record<keyof typeof costs, Writes> = {
      // Of those read one is the id in the batch's one look-up, and two are its rows in the values that they are sent as.
      hold: { rows: 2, read: 8, alarms: 0 },
      repeat: NOTHING,
      refused: { rows: 0, read: 1, alarms: 0 },
      read: NOTHING,
      counts: NOTHING,
      release: { rows: 2, read: 10, alarms: 0 },
      releasedAgain: { rows: 0, read: 2, alarms: 0 },
      ordered: { rows: 2, read: 8, alarms: 0 },
      claim: { rows: 2, read: 8, alarms: 0 },
      committed: { rows: 1, read: 5, alarms: 0 },
      confirm: { rows: 2, read: 8, alarms: 0 },
      // One hold's two rows, and one that says how far D1 was told.
      expiry: { rows: 3, read: 27, alarms: 1 },
    };
    for (const [name, { rows, read, alarms }] of Object.entries(most)) {
      const cost = must(Object.entries(costs).find(([other]) => other === name)?.[1], name);
      expect({ rows: cost.rows, alarms: cost.alarms }, name).toEqual({ rows, alarms });
      expect(cost.read, name).toBeLessThanOrEqual(read);
    }
  });
});

describe("what reaches D1", () => {
  it("[K5] 1,000 ledger rows are projected by at most 5 statements", async () => {
    const { typeId } = await seedType(10_000);
    await countsOf(typeId);
    await usePorts(typeId, { project: () => Promise.reject(new Error("D1_ERROR: away")) });
    for (let n = 0; n < 10; n++) await placeBatch(typeId, newHolders(100));
    const counting = countStatements(env.DB);
    await inside(typeId, (object) => {
      object.ports = { ...object.ports, project: openPorts(counting.d1).project };
    });
    const row = () =>
      env.DB.prepare("SELECT held_count FROM ticket_types WHERE id = ?").bind(typeId).first<{ held_count: number }>();
    await expect.poll(row, { timeout: 45_000 }).toEqual({ held_count: 1_000 });
    console.log(`1,000 ledger rows projected: ${counting.count()} statements`);
    expect(counting.count()).toBeGreaterThan(0);
    expect(counting.count()).toBeLessThanOrEqual(5);
  });

  it("[X3] [X5] a shopper's hold, its repeat, read and release meet neither D1 nor KV, once the terms are known", async () => {
    const { typeId } = await seedType(100);
    await countsOf(typeId);
    const { token } = await mintShopper();
    const touched: string[] = [];
    const forbid = <T extends object>(name: string, binding: T): T =>
      new Proxy(binding, {
        get(_, method) {
          touched.push(`${name}.${String(method)}`);
          throw new Error(`${name} is on the path`);
        },
      });
    const asked = (name: string) => () => {
      touched.push(`the object's ${name}`);
      return Promise.reject(new Error("D1_ERROR: not on the path"));
    };
    // Why not the projection: it is the alarm's, behind the answers.
    const names = ["readTerms", "readVerdicts", "arbitrate", "expireOrders"] as const;
    await usePorts(typeId, Object.fromEntries(names.map((name) => [name, asked(name)])));
    const worker = { ...env, DB: forbid("D1", env.DB), CATALOGUE_CACHE: forbid("KV", env.CATALOGUE_CACHE) };
    const ask = async (method: string, path: string, init: { key?: string; body?: string; token?: string } = {}) => {
      const headers = new Headers({ Authorization: `Bearer ${init.token ?? token}` });
      if (init.key !== undefined) headers.set("Idempotency-Key", init.key);
      if (init.body !== undefined) headers.set("Content-Type", "application/json");
      const request = new Request(BASE + path, { method, headers, body: init.body ?? null });
      const answer = await app.fetch(request, worker, {
        waitUntil: () => undefined,
        passThroughOnException: () => undefined,
        props: {},
      });
      return { status: answer.status, body: await answer.json<{ id: string; status: string }>() };
    };
    const hold = { key: "once", body: `{"quantity":2}` };
    const placed = await ask("POST", `/v1/ticket-types/${typeId}/holds`, hold);
    expect(placed.status).toBe(201);
    expect((await ask("POST", `/v1/ticket-types/${typeId}/holds`, hold)).status).toBe(201);
    expect((await ask("GET", `/v1/holds/${placed.body.id}`)).status).toBe(200);
    expect(await ask("DELETE", `/v1/holds/${placed.body.id}`)).toMatchObject({
      status: 200,
      body: { status: "cancelled" },
    });
    expect(touched).toEqual([]);
    await ask("GET", `/v1/holds/${placed.body.id}`, { token: `vgk_${"A".repeat(43)}` });
    expect(touched, "a key has to be looked up: this count would have seen it").not.toEqual([]);
  });
});
