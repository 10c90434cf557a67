// The exact figures of docs: rows an object writes, statements that reach D1.

import { env } from "cloudflare:workers";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { extensionKeyFrom, type TicketTypeId } from "../../../../src/domain/ids.ts";
import { RETENTION, SWEEP_GRID_MS } from "../../../../src/domain/ledger/retention.ts";
import { must } from "../../../../src/domain/result.ts";
import { app } from "../../../../src/http/app.ts";
import { openPorts } from "../../../../src/inventory/ports.ts";
import { countsOf, holdIdOf, inventories, placeHold, seedType } from "../../support/fixture.ts";
import { fireAlarm, inside, setClock, TTL_MS, usePorts } from "../../support/object.ts";
import {
  confirming,
  costOf,
  countStatements,
  countWrites,
  newHolder,
  newHolders,
  ordering,
  placeBatch,
  type Writes,
} from "../../support/storage/row-counts.ts";
import { apiKey, BASE, shopper as mintShopper } from "../../support/http.ts";

const DELETED_AFTER_MS = RETENTION.holdKeptMs + 2 * SWEEP_GRID_MS;
const sha256 = (text: string): Uint8Array => createHash("sha256").update(text).digest();
const A_BATCH = 16;
const BATCHES = 8;
const HOLDS = A_BATCH * BATCHES;

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
      await inside(typeId, async (object) => {
        const checkouts = buyers.map((buyer, index) =>
          ordering(typeId, buyer, must(holdIds[index], "each has a hold")),
        );
        await Promise.all(checkouts.map((checkout) => object.checkout(typeId, checkout)));
        await Promise.all(checkouts.map((checkout) => object.settle(typeId, confirming(checkout))));
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
  // Rows are read as SQLite counts what its cursors touch. A change of the statements must not read more than these.
  const NOTHING = { rows: 0, read: 0, alarms: 0 };
  /** The id and the row of an active hold, and three times that none was given back with many (rule H4). */
  const FOUND = { rows: 0, read: 5, alarms: 0 };
  const by = { actor: "system", requestId: "test" };

  it("[H11] a hold and each end of it write its row and a ledger row, a repeat or a refusal none", async () => {
    const { typeId } = await seedType(10);
    // Begins before the object has its terms, since an alarm that was set by then would run beside the counted work.
    const writes = await countWrites(typeId, "held");
    await countsOf(typeId);
    const start = Date.now();
    await setClock(typeId, start);
    const holder = newHolder();
    const own = { id: holder, organizationId: null };
    await placeHold(typeId, holder, 1); // Sets the first deadlines of the object, which remain.
    const cost = (work: () => Promise<unknown>) => costOf(writes, work);
    const hold = (key: string, quantity = 1) => placeHold(typeId, holder, quantity, key);
    const idOf = (key: string) => holdIdOf(typeId, holder, key);
    const checkout = ordering(typeId, holder, idOf("ordered"));
    const swapping = { holdId: idOf("swap"), holder: own, quantity: 1, source: "web", notes: null, ...by } as const;
    await hold("swapped");
    const keyOf = (key: string) => extensionKeyFrom(idOf("first"), holder, key, sha256);
    const extending = { holdId: idOf("first"), key: keyOf("once"), by: own, ...by };
    const reading = { orderId: checkout.orderId, by: own };
    const costs = {
      hold: await cost(() => hold("first")),
      repeat: await cost(() => hold("first")),
      refused: await cost(() => hold("too many", 11)),
      read: await cost(() => inventories(typeId).read({ holdIds: [idOf("first")], by: own })),
      counts: await cost(() => inventories(typeId).counts()),
      extend: await cost(async () => {
        await setClock(typeId, start + 2_000);
        await inventories(typeId).extend(extending);
      }),
      extendAgain: await cost(() => inventories(typeId).extend(extending)),
      extendRefused: await cost(() => inventories(typeId).extend({ ...extending, key: keyOf("too soon") })),
      swap: await cost(() => inventories(typeId).hold({ ...swapping, replaces: idOf("swapped") })),
      release: await cost(() => inventories(typeId).release({ holdId: idOf("first"), by: own, ...by })),
      releasedAgain: await cost(() => inventories(typeId).release({ holdId: idOf("first"), by: own, ...by })),
      ordered: await cost(() => hold("ordered")),
      checkout: await cost(() => inventories(typeId).checkout(checkout)),
      checkoutAgain: await cost(() => inventories(typeId).checkout(checkout)),
      order: await cost(() => inventories(typeId).order(reading)),
      confirm: await cost(() => inventories(typeId).settle(confirming(checkout))),
      confirmAgain: await cost(() => inventories(typeId).settle(confirming(checkout))),
      expiry: await cost(async () => {
        await setClock(typeId, start + 2_000 + TTL_MS);
        await fireAlarm(typeId);
      }),
    };
    console.log(JSON.stringify(costs));
    const most: Record<keyof typeof costs, Writes> = {
      // Of the rows read, one is the id in the batch's look-up, and two are its rows in the values that they are sent
      // as.
      hold: { rows: 2, read: 8, alarms: 0 },
      repeat: FOUND,
      refused: { rows: 0, read: 1, alarms: 0 },
      read: FOUND,
      counts: NOTHING,
      // As a release: the hold's row and a ledger row.
      extend: { rows: 2, read: 11, alarms: 0 },
      extendAgain: FOUND,
      extendRefused: FOUND,
      // Both holds' rows and two ledger rows.
      swap: { rows: 4, read: 20, alarms: 0 },
      release: { rows: 2, read: 11, alarms: 0 },
      releasedAgain: { rows: 0, read: 2, alarms: 0 },
      ordered: { rows: 2, read: 8, alarms: 0 },
      // The hold's row, the order's and a ledger row.
      checkout: { rows: 3, read: 15, alarms: 0 },
      // Two for the hold, two for the order, and one to see that the attempt is not void.
      checkoutAgain: { rows: 0, read: 5, alarms: 0 },
      order: { rows: 0, read: 2, alarms: 0 },
      // The order's row and a ledger row: how its holds fare is on the order alone.
      confirm: { rows: 2, read: 8, alarms: 0 },
      confirmAgain: { rows: 0, read: 2, alarms: 0 },
      // Two holds' two rows each, and one with the row up to which D1 has confirmed the projection.
      expiry: { rows: 5, read: 36, alarms: 1 },
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
    await expect.poll(row).toEqual({ held_count: 1_000 });
    console.log(`1,000 ledger rows projected: ${counting.count()} statements`);
    expect(counting.count()).toBeGreaterThan(0);
    expect(counting.count()).toBeLessThanOrEqual(5);
  });

  it("[X3] [X5] [E7] a sale, its repeats, reads and a release use no D1 once event and terms are known", async () => {
    const { typeId, eventId, organizationId } = await seedType(100);
    await countsOf(typeId);
    const { token } = await mintShopper();
    const key = await apiKey(organizationId, "owner");
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
    // The projection may use its port, since the alarm runs it after the responses.
    await usePorts(typeId, { readTerms: asked("readTerms") });
    const worker = { ...env, DB: forbid("D1", env.DB), CATALOGUE_CACHE: forbid("KV", env.CATALOGUE_CACHE) };
    type Init = { key?: string; body?: string; token?: string };
    const ask = async (method: string, path: string, init: Init = {}, bindings: Env = worker) => {
      const headers = new Headers({ Authorization: `Bearer ${init.token ?? token}` });
      if (init.key !== undefined) headers.set("Idempotency-Key", init.key);
      if (init.body !== undefined) headers.set("Content-Type", "application/json");
      const request = new Request(BASE + path, { method, headers, body: init.body ?? null });
      const answer = await app.fetch(request, bindings, {
        waitUntil: () => undefined,
        passThroughOnException: () => undefined,
        props: {},
      });
      return { status: answer.status, body: await answer.json<{ id: string; status: string }>() };
    };
    const page = `/v1/public/events/${eventId}`;
    expect((await ask("GET", page, {}, env)).status).toBe(200);
    const cached = { ...worker, CATALOGUE_CACHE: env.CATALOGUE_CACHE };
    await expect.poll(async () => (await ask("GET", page, {}, cached)).status).toBe(200);
    // Until the event was in the cache, D1 was tried.
    touched.length = 0;
    expect((await ask("GET", page, {}, cached)).status).toBe(200);
    const hold = { key: "once", body: `{"quantity":2}` };
    const placed = await ask("POST", `/v1/ticket-types/${typeId}/holds`, hold);
    expect(placed.status).toBe(201);
    expect((await ask("POST", `/v1/ticket-types/${typeId}/holds`, hold)).status).toBe(201);
    expect((await ask("GET", `/v1/holds/${placed.body.id}`)).status).toBe(200);
    expect((await ask("POST", `/v1/holds/${placed.body.id}/extend`, { key: "longer" })).status).toBe(200);
    const items = [{ ticket_type_id: typeId, quantity: 1 }];
    const basket = { key: "basket", body: JSON.stringify({ items, all_or_nothing: true }) };
    expect((await ask("POST", `/v1/events/${eventId}/holds`, basket)).status).toBe(201);
    expect((await ask("POST", `/v1/events/${eventId}/holds`, basket)).status).toBe(201);
    expect(await ask("DELETE", `/v1/holds/${placed.body.id}`)).toMatchObject({
      status: 200,
      body: { status: "cancelled" },
    });
    const kept = await ask("POST", `/v1/ticket-types/${typeId}/holds`, { ...hold, key: "kept" });
    const checkout = { key: "sale", body: JSON.stringify({ hold_ids: [kept.body.id] }) };
    const order = await ask("POST", "/v1/checkouts", checkout);
    expect(order).toMatchObject({ status: 201, body: { status: "reserved" } });
    expect((await ask("POST", "/v1/checkouts", checkout)).body.id).toBe(order.body.id);
    expect(await ask("GET", `/v1/orders/${order.body.id}`)).toMatchObject({ body: { status: "reserved" } });
    const cancelled = await ask("POST", `/v1/orders/${order.body.id}/cancel`);
    expect(cancelled).toMatchObject({ status: 200, body: { status: "cancelled" } });
    const sold = await ask("POST", `/v1/ticket-types/${typeId}/holds`, { ...hold, key: "sold" });
    const bought = await ask("POST", "/v1/checkouts", { key: "2", body: JSON.stringify({ hold_ids: [sold.body.id] }) });
    const path = `/v1/orders/${bought.body.id}`;
    // A key is read once in five seconds; this request does it, with D1 in its place.
    expect(await ask("GET", path, { token: key.token }, env)).toMatchObject({ status: 200 });
    const confirmed = await ask("POST", `${path}/confirm`, { token: key.token });
    expect(confirmed).toMatchObject({ status: 200, body: { status: "confirmed" } });
    expect(await ask("GET", path)).toMatchObject({ status: 200, body: { status: "confirmed" } });
    expect(touched).toEqual([]);
    await ask("GET", `/v1/holds/${placed.body.id}`, { token: `vgk_${"A".repeat(43)}` });
    expect(touched, "a key has to be looked up: this count would have seen it").not.toEqual([]);
  });
});
