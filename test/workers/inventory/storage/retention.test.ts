// Deletion in an object with real storage and a real alarm (rule H13): it comes by itself, and sleep comes after it.

import { evictDurableObject } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { newId } from "../../../../src/app/context.ts";
import { events } from "../../../../src/db/schema/catalogue.ts";
import { readTerms } from "../../../../src/db/ticket-types/terms.ts";
import { attemptIdFrom, type HolderId, type HoldId, type TicketTypeId } from "../../../../src/domain/ids.ts";
import { type RetentionSettings, SWEEP_GRID_MS } from "../../../../src/domain/ledger/retention.ts";
import { must } from "../../../../src/domain/result.ts";
import {
  countsOf,
  db,
  held,
  HOUR,
  inventories,
  objectOf,
  placeHold,
  seedShow,
  seedType,
  statusOf,
} from "../../support/fixture.ts";
import { alarmAt, alarmComes, inside, ledgerOf, setClock, silenceFeed, usePorts } from "../../support/object.ts";
import { orderRowsOf, reservedOrder } from "../../support/order-setting.ts";

const DAY = 24 * HOUR;
const onGrid = (at: number) => Math.ceil(at / SWEEP_GRID_MS) * SWEEP_GRID_MS;

function release(typeId: TicketTypeId, shopper: HolderId, holdId: HoldId) {
  const by = { id: shopper, organizationId: null };
  return inventories(typeId).release({ holdId, by, actor: shopper, requestId: "test" });
}

function limit(typeId: TicketTypeId, changes: Partial<RetentionSettings>): Promise<void> {
  return inside(typeId, (object) => {
    object.retention = { ...object.retention, ...changes };
  });
}

/** A released hold, whose end D1 knows: all that is left to do is its deletion. */
async function released(typeId: TicketTypeId): Promise<{ shopper: HolderId; holdId: HoldId; at: number }> {
  const at = Date.now();
  await setClock(typeId, at);
  await usePorts(typeId, { project: () => Promise.resolve() });
  await silenceFeed(typeId);
  const shopper = newId("shp");
  const holdId = await held(typeId, shopper, 2, "key");
  await release(typeId, shopper, holdId);
  await alarmComes(typeId);
  return { shopper, holdId, at };
}

it("[H13] [L5] an alarm deletes a hold a day after its end, also in an object asleep, and none follows", async () => {
  const { typeId } = await seedType(10);
  const { shopper, holdId, at } = await released(typeId);
  await setClock(typeId, at + 2_000);
  await alarmComes(typeId);
  expect(await alarmAt(typeId)).toBe(onGrid(at + DAY));
  await evictDurableObject(objectOf(typeId));
  await setClock(typeId, onGrid(at + DAY) - 1);
  await alarmComes(typeId);
  expect(await statusOf(typeId, shopper, holdId)).toBe("cancelled");
  expect(await placeHold(typeId, shopper, 2, "key")).toMatchObject({ ok: true, value: { replayed: true } });
  await setClock(typeId, onGrid(at + DAY));
  await alarmComes(typeId);
  expect(await statusOf(typeId, shopper, holdId)).toBe("not_found");
  expect(await alarmAt(typeId)).toBeNull();
  expect(await countsOf(typeId)).toEqual({ total: 10, sold: 0, held: 0, available: 10 });
});

it("[H13] [H8] a key that is free again makes a hold of its own, which lasts as long as any", async () => {
  const open = Date.now() + 7 * DAY;
  const { typeIds } = await seedShow([{ total: 10 }], { sale_end: open, end_time: open });
  const typeId = must(typeIds[0], "it has one type");
  const { shopper, holdId, at } = await released(typeId);
  for (let step = 0; step < 3; step++) {
    await setClock(typeId, onGrid(at + DAY) + step * 1_500);
    await alarmComes(typeId);
  }
  const again = must(
    await placeHold(typeId, shopper, 3, "key").then((reply) => (reply.ok ? reply.value : null)),
    "held",
  );
  expect(again).toMatchObject({ replayed: false, hold: { id: holdId, quantity: 3, status: "active" } });
  expect(again.hold.placedSeq).toBe(must((await ledgerOf(typeId)).at(-1), "its row").seq);
  await setClock(typeId, again.hold.heldUntil - 1);
  expect(await statusOf(typeId, shopper, holdId)).toBe("active");
  await setClock(typeId, again.hold.heldUntil);
  expect(await statusOf(typeId, shopper, holdId)).toBe("expired");
});

it("[H13] [O2] a void goes a day later, with the holds that are deleted then, and an order stays", async () => {
  const { home, others, order, shopper } = await reservedOrder(2);
  const other = must(others[0], "two types");
  const by = { id: shopper.id, organizationId: null };
  const at = Date.now();
  for (const type of [home, other]) {
    await setClock(type, at);
    await usePorts(type, { project: () => Promise.resolve() });
    await silenceFeed(type);
  }
  const attempt = attemptIdFrom(order.id, [], 7, () => new Uint8Array(16));
  const unknown = `ord_${home.slice(3)}${"0".repeat(26)}` as typeof order.id;
  expect(await inventories(home).resolve({ orderId: unknown, attempt })).toEqual({ ok: true, value: null });
  await inventories(home).settle({ orderId: order.id, status: "cancelled", by, actor: shopper.id, requestId: "test" });
  await alarmComes(home);
  // An alarm that came while the order was made may have projected within the last second: then this one sends the
  // rest.
  await setClock(home, at + 2_000);
  await alarmComes(home);
  expect((await orderRowsOf(home)).voids).toHaveLength(1);
  await setClock(home, onGrid(at + DAY));
  await alarmComes(home);
  expect(await orderRowsOf(home)).toMatchObject({ voids: [], orders: [{ id: order.id, status: "cancelled" }] });
  expect(
    await statusOf(
      home,
      shopper.id,
      must(
        order.items.find(({ ticketTypeId }) => ticketTypeId === home),
        "own",
      ).holdId,
    ),
  ).toBe("not_found");
  expect(await inventories(home).order({ orderId: order.id, by })).toMatchObject({ value: { status: "cancelled" } });
});

it("[H13] [H8] above its lower limit an object drops what ended an hour ago, and nothing sooner", async () => {
  const { typeId } = await seedType(10);
  const { shopper, holdId, at } = await released(typeId);
  await limit(typeId, { cutAboveBytes: 0 });
  await setClock(typeId, onGrid(at + HOUR) - 1);
  await alarmComes(typeId);
  expect(await statusOf(typeId, shopper, holdId)).toBe("cancelled");
  await setClock(typeId, onGrid(at + HOUR));
  await alarmComes(typeId);
  expect(await statusOf(typeId, shopper, holdId)).toBe("not_found");
});

it("[H13] [H8] over its limit an object still repeats a hold, and refuses its key with another body", async () => {
  const { typeId } = await seedType(10);
  const { shopper, holdId } = await released(typeId);
  const kept = await held(typeId, shopper, 1, "kept");
  await limit(typeId, { shedAboveBytes: 0 });
  await alarmComes(typeId);
  for (const [key, quantity, id] of [
    ["kept", 1, kept],
    ["key", 2, holdId],
  ] as const) {
    expect(await placeHold(typeId, shopper, quantity, key)).toMatchObject({
      ok: true,
      value: { replayed: true, hold: { id } },
    });
  }
  expect(await placeHold(typeId, shopper, 2, "kept")).toMatchObject({ refusal: { code: "idempotency_key_reused" } });
  expect(await placeHold(typeId, shopper, 1, "new")).toMatchObject({ refusal: { code: "overloaded" } });
});

it("[H13] over its limit an object sheds new holds with a retry time, and still gives back and reads", async () => {
  const { typeId } = await seedType(10);
  const { shopper, holdId } = await released(typeId);
  const kept = await held(typeId, shopper, 1);
  await limit(typeId, { shedAboveBytes: 0 });
  await alarmComes(typeId);
  const refused = await placeHold(typeId, shopper, 1);
  expect(refused).toMatchObject({ ok: false, refusal: { code: "overloaded" } });
  expect(!refused.ok && "retryAfterSeconds" in refused.refusal && refused.refusal.retryAfterSeconds).toBeGreaterThan(0);
  expect(await release(typeId, shopper, kept)).toMatchObject({ ok: true });
  expect(await statusOf(typeId, shopper, holdId)).toBe("cancelled");
  await limit(typeId, { shedAboveBytes: 1e9 });
  await alarmComes(typeId);
  expect(await placeHold(typeId, shopper, 1)).toMatchObject({ ok: true });
});

it("[H13] the terms have when the event was archived; 90 days later all but the last ledger row goes", async () => {
  const { typeId, eventId } = await seedType(10);
  const { at } = await released(typeId);
  expect(must(await readTerms(db, typeId), "the type's").eventArchivedAt).toBeNull();
  await db
    .update(events)
    .set({ status: "archived", updated_at: at + 5 })
    .where(eq(events.id, eventId));
  const terms = must(await readTerms(db, typeId), "the type's");
  expect(terms.eventArchivedAt).toBe(at + 5);
  await inventories(typeId).terms({ ...terms, version: terms.version + 1 }, "test");
  const before = await ledgerOf(typeId);
  const over = at + 5 + 90 * DAY;
  for (const now of [onGrid(at + DAY), onGrid(at + DAY) + 2_000, over - 1]) {
    await setClock(typeId, now);
    await alarmComes(typeId);
  }
  expect(await ledgerOf(typeId)).toEqual(before);
  expect(await alarmAt(typeId)).toBe(over);
  await evictDurableObject(objectOf(typeId));
  for (let now = over; now < over + 3; now++) {
    await setClock(typeId, now);
    await alarmComes(typeId);
  }
  expect(await ledgerOf(typeId)).toEqual(before.slice(-1));
  expect(await alarmAt(typeId)).toBeNull();
  const page = await inventories(typeId).listLedger(0, 10);
  const { checkpoint, rows } = must(page.ok ? page.value : null, "it answers");
  expect(checkpoint).toMatchObject({ seq: before.length - 1, total: 10, sold: 0, held: 2 });
  expect(rows.map(({ seq }) => seq)).toEqual([before.length]);
  expect(await inventories(typeId).isUntouched()).toEqual({ ok: true, value: false });
});
