import { env } from "cloudflare:workers";
import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { EXPIRY_GRID_MS } from "../../../src/domain/time/alarm.ts";
import { openPorts } from "../../../src/inventory/ports.ts";
import { fatedD1 } from "../support/faults.ts";
import { countsOf, held, inventories, objectOf, placeHold, seedType, statusOf } from "../support/fixture.ts";
import { alarmAt, fireAlarm, inside, kindsOf, setClock, takeD1Away, TTL_MS, usePorts } from "../support/object.ts";

const GONE = { total: 2, sold: 0, held: 0, available: 2 };

describe("expiry without an alarm", () => {
  it("[H3] [H4] the last tickets are held a millisecond before held_until, and free for a request at it", async () => {
    const { typeId } = await seedType(2);
    const start = Date.now();
    await setClock(typeId, start);
    const first = newId("shp");
    const holdId = await held(typeId, first, 2);
    await setClock(typeId, start + TTL_MS - 1);
    expect(await placeHold(typeId, newId("shp"), 1)).toEqual({
      ok: false,
      refusal: { code: "sold_out", availableQuantity: 0 },
    });
    expect(await statusOf(typeId, first, holdId)).toBe("active");
    await setClock(typeId, start + TTL_MS);
    expect((await placeHold(typeId, newId("shp"), 2)).ok).toBe(true);
    expect(await statusOf(typeId, first, holdId)).toBe("expired");
  });

  it("[H3] a clock that runs backwards brings no hold back to life", async () => {
    const { typeId } = await seedType(2);
    const start = Date.now();
    await setClock(typeId, start);
    const shopper = newId("shp");
    const holdId = await held(typeId, shopper, 2);
    await setClock(typeId, start + TTL_MS);
    expect(await countsOf(typeId)).toEqual(GONE);
    await setClock(typeId, start);
    expect(await statusOf(typeId, shopper, holdId)).toBe("expired");
    await setClock(typeId, start + TTL_MS - 60_000);
    const again = await placeHold(typeId, shopper, 2);
    expect(again.ok && again.value.hold.createdAt).toBe(start + TTL_MS);
  });

  it("[H3] a clock that was ahead lengthens no later hold, and the log says so once", async () => {
    const { typeId } = await seedType(2);
    const lines = vi.spyOn(console, "error").mockImplementation(() => {});
    const start = Date.now();
    await setClock(typeId, start + 3_600_000);
    await held(typeId, newId("shp"), 1);
    await setClock(typeId, start);
    const later = await placeHold(typeId, newId("shp"), 1);
    expect(later.ok && later.value.hold.heldUntil).toBe(start + TTL_MS);
    await countsOf(typeId);
    const logged = lines.mock.calls.map(([line]) => JSON.parse(String(line)) as { event: string; error: string });
    const ahead = logged.filter(({ event }) => event === "clock_was_ahead");
    expect(ahead).toMatchObject([{ error: expect.stringContaining("3600000 ms ahead") }]);
  });
});

describe("the alarm", () => {
  it("[H4] is set to the half second at or after the next held_until, and gives the hold back", async () => {
    const { typeId } = await seedType(2);
    const shopper = newId("shp");
    const reply = await placeHold(typeId, shopper, 2);
    if (!reply.ok) throw new Error("refused");
    const { heldUntil, id } = reply.value.hold;
    const expected = Math.ceil(heldUntil / EXPIRY_GRID_MS) * EXPIRY_GRID_MS;
    // Polled, since until the projection is done the alarm is set for that.
    await expect.poll(() => alarmAt(typeId)).toBe(expected);
    await setClock(typeId, expected);
    await fireAlarm(typeId);
    expect((await kindsOf(typeId)).at(-1)).toBe("expire");
    expect(await statusOf(typeId, shopper, id)).toBe("expired");
  });

  it("[H5] late by a day, then twice: each quantity is given back once", async () => {
    const { typeId } = await seedType(2);
    await held(typeId, newId("shp"), 1);
    await held(typeId, newId("shp"), 1);
    await setClock(typeId, Date.now() + 24 * 3_600_000);
    await fireAlarm(typeId);
    await fireAlarm(typeId);
    await fireAlarm(typeId);
    expect((await kindsOf(typeId)).filter((kind) => kind === "expire")).toHaveLength(2);
    expect(await countsOf(typeId)).toEqual(GONE);
  });

  it("[H5] works after an eviction, from the rows alone", async () => {
    const { typeId } = await seedType(2);
    await held(typeId, newId("shp"), 2);
    await evictDurableObject(objectOf(typeId));
    await setClock(typeId, Date.now() + TTL_MS);
    await fireAlarm(typeId);
    expect((await kindsOf(typeId)).at(-1)).toBe("expire");
    expect(await countsOf(typeId)).toEqual(GONE);
  });

  it("[H4] [H5] fires by itself, without any traffic, while D1 is away", async () => {
    const { typeId } = await seedType(2);
    const shopper = newId("shp");
    // Why: a hold placed by a clock that is behind runs out soon after the clock is right again.
    await setClock(typeId, Date.now() - TTL_MS + 700);
    await held(typeId, shopper, 2);
    await takeD1Away(typeId);
    const expired = inside(typeId, async (object) => {
      object.clock = () => Date.now();
      while (object.ledger.book().head.held > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      return Date.now();
    });
    const heldUntil = Date.now() + 700;
    expect(await expired).toBeLessThan(heldUntil + 10_000);
    expect((await kindsOf(typeId)).at(-1)).toBe("expire");
  });

  it("[H4] [X3] gives holds back while a D1 that hangs keeps it waiting, which is five seconds at most", async () => {
    const { typeId } = await seedType(2);
    await setClock(typeId, Date.now() - TTL_MS + 1_000);
    await usePorts(typeId, { project: openPorts(fatedD1(env.DB, () => "hangs")).project });
    await held(typeId, newId("shp"), 2);
    const waited = await inside(typeId, async (object) => {
      object.clock = () => Date.now();
      const began = Date.now();
      let gaveBackAfter = 0;
      const watch = setInterval(() => {
        if (gaveBackAfter === 0 && object.ledger.book().head.held === 0) gaveBackAfter = Date.now() - began;
      }, 20);
      await object.alarm();
      clearInterval(watch);
      return { gaveBackAfter, inAll: Date.now() - began };
    });
    expect(waited.gaveBackAfter).toBeGreaterThan(0);
    expect(waited.gaveBackAfter).toBeLessThan(3_000);
    expect(waited.inAll).toBeGreaterThan(4_000);
    expect(waited.inAll).toBeLessThan(8_000);
  });

  it("[H5] one that the platform lost is set again by the next command", async () => {
    const { typeId } = await seedType(2);
    await held(typeId, newId("shp"), 1);
    await inside(typeId, (_, state) => state.storage.deleteAlarm());
    expect(await alarmAt(typeId)).toBeNull();
    await setClock(typeId, Date.now() + 20_000);
    await held(typeId, newId("shp"), 1);
    expect(await alarmAt(typeId)).not.toBeNull();
  });

  it("[H5] one that was lost while the object slept is set again when it wakes", async () => {
    const { typeId } = await seedType(2);
    await held(typeId, newId("shp"), 1);
    await inside(typeId, (_, state) => state.storage.deleteAlarm());
    await evictDurableObject(objectOf(typeId));
    await inventories(typeId).position();
    expect(await alarmAt(typeId)).not.toBeNull();
  });

  it("[L5] an object with nothing due lets its alarm go", async () => {
    const { typeId } = await seedType(2);
    await countsOf(typeId);
    await expect.poll(() => alarmAt(typeId)).toBeNull();
    expect(await countsOf(typeId)).toEqual(GONE);
    expect(await alarmAt(typeId)).toBeNull();
  });
});
