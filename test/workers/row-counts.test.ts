// The exact figures of docs: rows an object writes, statements that reach D1.

import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { newId } from "../../src/app/context.ts";
import type { HoldId, TicketTypeId } from "../../src/domain/ids.ts";
import { must } from "../../src/domain/result.ts";
import { app } from "../../src/http/app.ts";
import { openPorts } from "../../src/inventory/ports.ts";
import { countsOf, holdIdOf, seedType } from "./fixture.ts";
import { fireAlarm, inside, setClock, TTL_MS, usePorts } from "./object.ts";
import { countStatements, countWrites, type Writes } from "./row-counts.ts";
import { BASE, shopper as mintShopper } from "./http.ts";

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
