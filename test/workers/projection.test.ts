import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { newId } from "../../src/app/context.ts";
import { checkProjections } from "../../src/app/check-projections.ts";
import { type Projection, projectInventory } from "../../src/db/projection.ts";
import { ticketTypes } from "../../src/db/schema.ts";
import { seatHolds } from "../../src/db/schema-sales.ts";
import type { TicketTypeId } from "../../src/domain/ids.ts";
import { must } from "../../src/domain/result.ts";
import { aShopper, contextFor, countsOf, db, held, inventories, seedType } from "./fixture.ts";
import { fireAlarm, inside, ledgerOf, setClock, takeD1Away, TTL_MS, usePorts } from "./object.ts";

async function rowOf(typeId: TicketTypeId): Promise<typeof ticketTypes.$inferSelect> {
  return must((await db.select().from(ticketTypes).where(eq(ticketTypes.id, typeId)))[0], "the type exists");
}

/** Resolves when D1 shows the ledger's last position: the alarm does it by itself. */
async function projected(typeId: TicketTypeId): Promise<void> {
  const last = must((await ledgerOf(typeId)).at(-1), "there are rows").seq;
  await expect.poll(async () => (await rowOf(typeId)).counts_seq).toBe(last);
}

describe("the projection", () => {
  it("[K5] brings counts and holds to D1 within about a second, by the alarm, and leaves the organiser's columns alone", async () => {
    const { typeId, eventId, organizationId } = await seedType(10);
    const before = await rowOf(typeId);
    const shopper = newId("shp");
    const kept = await held(typeId, shopper, 2);
    const released = await held(typeId, shopper, 3);
    await inventories(typeId).release({
      holdId: released,
      by: { id: shopper, organizationId: null },
      actor: shopper,
      requestId: "test",
    });
    await projected(typeId);
    expect(await rowOf(typeId)).toEqual({ ...before, held_count: 2, sold_count: 0, counts_seq: 4 });
    const rows = await db.select().from(seatHolds).where(eq(seatHolds.ticket_type_id, typeId));
    expect(new Map(rows.map((row) => [row.id, row.status]))).toEqual(
      new Map([
        [kept, "active"],
        [released, "cancelled"],
      ]),
    );
    expect(rows.find(({ id }) => id === kept)).toMatchObject({
      event_id: eventId,
      organization_id: organizationId,
      user_id: shopper,
      quantity: 2,
      source: "web",
      notes: null,
      unit_price: 15_000,
      currency: "ZAR",
      order_id: null,
    });
  });

  it("[K5] an older projection that arrives late overwrites nothing", async () => {
    const { typeId } = await seedType(10);
    const sent: Projection[] = [];
    await countsOf(typeId);
    await usePorts(typeId, { project: async (projection) => void sent.push(projection) });
    const shopper = newId("shp");
    const holdId = await held(typeId, shopper, 2);
    await expect.poll(() => sent.some(({ holds }) => holds.length > 0)).toBe(true);
    await inventories(typeId).release({
      holdId,
      by: { id: shopper, organizationId: null },
      actor: shopper,
      requestId: "test",
    });
    await expect.poll(() => sent.at(-1)?.counts.held).toBe(0);
    for (const projection of [...sent].reverse()) await projectInventory(db, projection);
    expect(await rowOf(typeId)).toMatchObject({ held_count: 0, counts_seq: sent.at(-1)?.counts.seq });
    expect((await db.select().from(seatHolds).where(eq(seatHolds.id, holdId)))[0]?.status).toBe("cancelled");
  });

  it("[X3] with D1 away holds, releases and expiry go on, and the projection catches up by itself, losing nothing", async () => {
    const { typeId } = await seedType(10);
    await countsOf(typeId);
    const ports = await inside(typeId, (object) => ({ ...object.ports }));
    await takeD1Away(typeId);
    const shopper = newId("shp");
    const released = await held(typeId, shopper, 1);
    const expired = await held(typeId, shopper, 2);
    await fireAlarm(typeId);
    await inventories(typeId).release({
      holdId: released,
      by: { id: shopper, organizationId: null },
      actor: shopper,
      requestId: "test",
    });
    await setClock(typeId, Date.now() + TTL_MS);
    const kept = await held(typeId, shopper, 3);
    expect(await countsOf(typeId)).toEqual({ total: 10, sold: 0, held: 3, available: 7 });
    expect((await rowOf(typeId)).held_count).toBe(0);
    await inside(typeId, (object) => {
      object.ports = ports;
      object.clock = () => Date.now() + TTL_MS;
    });
    // Why a nudge: this clock is ahead, so the alarm's next try would come when the real one gets there.
    await expect
      .poll(
        async () => {
          await fireAlarm(typeId);
          return (await rowOf(typeId)).counts_seq;
        },
        { timeout: 45_000, interval: 500 },
      )
      .toBe((await ledgerOf(typeId)).length);
    const rows = await db.select().from(seatHolds).where(eq(seatHolds.ticket_type_id, typeId));
    expect(new Map(rows.map((row) => [row.id, row.status]))).toEqual(
      new Map([
        [released, "cancelled"],
        [expired, "expired"],
        [kept, "active"],
      ]),
    );
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
    expect((await rowOf(typeId)).checked_at).toBeGreaterThan(0);
  });
});
