import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { checkOut } from "../../../src/app/orders/check-out.ts";
import { type Context, newId } from "../../../src/app/context.ts";
import { checkProjections } from "../../../src/app/jobs/check-projections.ts";
import { cancelOrder, confirmOrder } from "../../../src/app/orders/settle-order.ts";
import { type Projection, projectInventory } from "../../../src/db/projection/projection.ts";
import { ticketTypes } from "../../../src/db/schema/catalogue.ts";
import { orders } from "../../../src/db/schema/sales.ts";
import type { HolderId, TicketTypeId } from "../../../src/domain/ids.ts";
import type { OrderView } from "../../../src/domain/ledger/command.ts";
import { must } from "../../../src/domain/result.ts";
import { aShopper, contextFor, countsOf, db, held, inventories, seedType } from "../support/fixture.ts";
import { fireAlarm, inside, ledgerOf, setClock, takeD1Away, TTL_MS, usePorts } from "../support/object.ts";
import { reservedOrder } from "../support/order-setting.ts";

async function rowOf(typeId: TicketTypeId): Promise<typeof ticketTypes.$inferSelect> {
  return must((await db.select().from(ticketTypes).where(eq(ticketTypes.id, typeId)))[0], "the type exists");
}

/** Resolves when D1 shows the ledger's last position: the alarm does it by itself. */
async function projected(typeId: TicketTypeId): Promise<void> {
  const last = must((await ledgerOf(typeId)).at(-1), "there are rows").seq;
  await expect.poll(async () => (await rowOf(typeId)).counts_seq).toBe(last);
}

const ordersOf = (shopper: string) =>
  db
    .select()
    .from(orders)
    .where(eq(orders.user_id, shopper as HolderId));

/** The order as its home would have it projected. */
function rowFor({
  id,
  organizationId,
  eventId,
  userId,
  status,
  items,
  total,
  currency,
  expiresAt,
  ...order
}: OrderView) {
  return {
    id,
    organization_id: organizationId,
    event_id: eventId,
    user_id: userId,
    status,
    items: JSON.stringify(items),
    total,
    currency,
    expires_at: expiresAt,
    seq: order.seq,
    created_at: order.createdAt,
    updated_at: order.updatedAt,
    contact: null,
    locale: "en",
    email: null,
    name_key: null,
  };
}

describe("the projection", () => {
  it("[K5] brings counts to D1 within about a second, by the alarm, and keeps the organiser's columns", async () => {
    const { typeId } = await seedType(10);
    const before = await rowOf(typeId);
    const shopper = newId("shp");
    await held(typeId, shopper, 2);
    const released = await held(typeId, shopper, 3);
    const by = { id: shopper, organizationId: null };
    await inventories(typeId).release({ holdId: released, by, actor: shopper, requestId: "test" });
    await projected(typeId);
    const page = await inventories(typeId).listLedger(3, 1);
    const { hash: counts_hash } = must(page.ok ? page.value.rows[0] : null, "row 4");
    expect(await rowOf(typeId)).toEqual({ ...before, counts_hash, held_count: 2, sold_count: 0, counts_seq: 4 });
  });

  it("[K5] brings an order to D1, from its home alone, and then what became of it", async () => {
    const { types, home, shopper, staff, order } = await reservedOrder(2);
    for (const type of types) await projected(type);
    expect(await ordersOf(shopper.id)).toEqual([rowFor(order)]);
    const confirmed = await confirmOrder(contextFor(staff) as Context<typeof staff>, order.id);
    for (const type of types) await projected(type);
    expect(await ordersOf(shopper.id)).toEqual([
      rowFor(must(confirmed.ok ? confirmed.value : null, "it was reserved")),
    ]);
    expect(await rowOf(home)).toMatchObject({ held_count: 0, sold_count: 2 });
  });

  it("[K5] an older projection that arrives late overwrites nothing", async () => {
    const { typeId } = await seedType(10);
    const sent: Projection[] = [];
    await countsOf(typeId);
    await usePorts(typeId, { project: async (projection) => void sent.push(projection) });
    const shopper = aShopper();
    const holdIds = [await held(typeId, shopper.id, 2)];
    const made = await checkOut(contextFor(shopper), { holdIds, idempotencyKey: "key" });
    const { id } = must(made.ok ? made.value.order : null, "there is room");
    await expect.poll(() => sent.some((projection) => projection.orders.length > 0)).toBe(true);
    await cancelOrder(contextFor(shopper), id);
    await expect.poll(() => sent.at(-1)?.counts?.held).toBe(0);
    for (const projection of [...sent, ...[...sent].reverse()]) await projectInventory(db, projection, Date.now());
    expect(await rowOf(typeId)).toMatchObject({ held_count: 0, counts_seq: sent.at(-1)?.counts?.seq });
    expect(await ordersOf(shopper.id)).toMatchObject([{ id, status: "cancelled" }]);
  });

  it("[X6] skips counts after rows that D1 lacks, and takes them from the position that D1 has", async () => {
    const { typeId } = await seedType(10);
    const sent: Projection[] = [];
    await countsOf(typeId);
    await usePorts(typeId, { project: async (projection) => void sent.push(projection) });
    await held(typeId, aShopper().id, 2);
    await expect.poll(() => sent.length).toBe(1);
    const [projection] = sent;
    const owner = must(projection, "it was sent");
    const counts = { seq: 9, sold: 0, held: 5, withdrawn: 0, hash: "" };
    await projectInventory(db, { ...owner, counts: { ...counts, from: 1 } }, Date.now());
    expect(await rowOf(typeId)).toMatchObject({ held_count: 0, counts_seq: 0 });
    await projectInventory(db, { ...owner, counts: { ...counts, from: 0 } }, Date.now());
    expect(await rowOf(typeId)).toMatchObject({ held_count: 5, counts_seq: 9 });
  });

  it("[X3] lets sales and expiry go on with D1 away, and catches up by itself without loss", async () => {
    const { typeId } = await seedType(10);
    await countsOf(typeId);
    const ports = await inside(typeId, (object) => ({ ...object.ports }));
    await takeD1Away(typeId);
    const shopper = aShopper();
    await held(typeId, shopper.id, 1);
    const holdIds = [await held(typeId, shopper.id, 2)];
    await fireAlarm(typeId);
    const made = await checkOut(contextFor(shopper), { holdIds, idempotencyKey: "key" });
    const { id } = must(made.ok ? made.value.order : null, "D1 is not on the path");
    await setClock(typeId, Date.now() + TTL_MS);
    await held(typeId, shopper.id, 3);
    expect(await countsOf(typeId)).toEqual({ total: 10, sold: 0, held: 5, available: 5 });
    await cancelOrder(contextFor(shopper), id);
    expect(await countsOf(typeId)).toEqual({ total: 10, sold: 0, held: 3, available: 7 });
    expect((await rowOf(typeId)).held_count).toBe(0);
    await inside(typeId, (object) => {
      object.ports = ports;
      object.clock = () => Date.now() + TTL_MS;
    });
    // This clock is ahead, so the alarm's next try would come when the real one gets there.
    await expect
      .poll(
        async () => {
          await fireAlarm(typeId);
          return (await rowOf(typeId)).counts_seq;
        },
        { interval: 500 },
      )
      .toBe((await ledgerOf(typeId)).length);
    expect(await rowOf(typeId)).toMatchObject({ held_count: 3, sold_count: 0 });
    expect(await ordersOf(shopper.id)).toMatchObject([{ id, status: "cancelled" }]);
  });

  it("[X3] an object whose alarm was lost is woken by the cron, and catches up", async () => {
    const { typeId } = await seedType(10);
    await countsOf(typeId);
    await inside(typeId, async (object, state) => {
      object.ports = { ...object.ports, project: () => Promise.reject(new Error("D1_ERROR: away")) };
      await state.storage.deleteAlarm();
    });
    await held(typeId, newId("shp"), 1);
    await inside(typeId, (_, state) => state.storage.deleteAlarm());
    await inside(typeId, (_, state) => state.abort("gone")).catch(() => undefined);
    expect(await checkProjections(contextFor(aShopper()))).toBeGreaterThan(0);
    await projected(typeId);
    expect((await rowOf(typeId)).look_at).toBeGreaterThan(0);
  });
});
