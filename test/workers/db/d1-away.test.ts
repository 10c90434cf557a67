// Sales while D1 is away, for as long as an order lasts and longer: they go on as if it were there, and afterwards what D1
// shows is what the inventories have (rules X3, K5).

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CREDENTIAL_FALLBACK_MS } from "../../../src/auth/credential-cache.ts";
import { type Context, newId } from "../../../src/app/context.ts";
import { checkOut } from "../../../src/app/orders/check-out.ts";
import { returnTickets } from "../../../src/app/tickets/change-tickets.ts";
import { cancelOrder, confirmOrder } from "../../../src/app/orders/settle-order.ts";
import { must } from "../../../src/domain/result.ts";
import { type InventoryPorts, openPorts } from "../../../src/inventory/ports.ts";
import { fatedD1, withFate } from "../support/faults.ts";
import { aShopper, contextFor, held, inventories, seedType } from "../support/fixture.ts";
import { apiKey, ask } from "../support/http.ts";
import { fireAlarm, setClock, usePorts } from "../support/object.ts";
import { holdsOfTypes, readOrder } from "../support/order-setting.ts";
import { signedInAs } from "../support/auth/people.ts";
import { booksOfBoth, clear } from "../support/storage/trace.ts";

const AWAY: Readonly<Record<string, InventoryPorts>> = {
  "refuses every call": openPorts(fatedD1(env.DB, () => "lost before")),
  "never answers": openPorts(fatedD1(env.DB, () => "hangs")),
};

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(async () => {
  vi.restoreAllMocks();
  await clear();
});

describe.each(Object.keys(AWAY))("a D1 that %s", (how) => {
  it("[X3] [O3] [O4] [K5] stops no step of a hold or an order up to its end, and at last has them all", async () => {
    const { home, types, staff, counts } = await holdsOfTypes(2, 20);
    const start = Date.now();
    for (const type of types) {
      await usePorts(type, must(AWAY[how], "it is in the table"));
      await setClock(type, start);
    }
    const ports = withFate((call) => (call.startsWith("d1") ? "lost before" : "done"));
    /** A shopper's order of one ticket of each type. */
    const order = async () => {
      const shopper = aShopper();
      const holdIds = [];
      for (const type of types) holdIds.push(await held(type, shopper.id, 1));
      const made = await checkOut(contextFor(shopper, ports), { holdIds, idempotencyKey: "key" });
      const { id, expiresAt } = must(made.ok ? made.value.order : null, "D1 is not on the path");
      return { shopper, id, expiresAt };
    };
    const released = {
      holdId: await held(home, newId("shp"), 1),
      by: { id: staff.id, organizationId: staff.organizationId },
    };
    const byStaff = { ...released, actor: staff.id, requestId: "test" };
    expect(await inventories(home).release(byStaff)).toMatchObject({ ok: true, value: { status: "cancelled" } });
    const [sold, given, left] = [await order(), await order(), await order()];
    const selling = contextFor(staff, ports) as Context<typeof staff>;
    expect(await confirmOrder(selling, sold.id)).toMatchObject({ ok: true, value: { status: "confirmed" } });
    expect(await cancelOrder(contextFor(given.shopper, ports), given.id)).toMatchObject({
      ok: true,
      value: { status: "cancelled" },
    });
    const back = await order();
    expect(await confirmOrder(selling, back.id)).toMatchObject({ ok: true });
    const input = { items: "all", returnToStock: true, reason: null, idempotencyKey: "back", ifMatch: null } as const;
    expect(await returnTickets(selling, back.id, input)).toMatchObject({ ok: true });
    const one = { total: 20, sold: 1 };
    expect(await counts(), "two of the setting's shopper are held, and one of the order that is left").toEqual(
      types.map(() => ({ ...one, held: 3, available: 16 })),
    );
    for (const type of types) await setClock(type, left.expiresAt - 1);
    expect(await counts()).toEqual(types.map(() => ({ ...one, held: 1, available: 18 })));
    for (const type of types) await setClock(type, left.expiresAt);
    await Promise.all(types.map(fireAlarm));
    await expect.poll(counts).toEqual(types.map(() => ({ ...one, held: 0, available: 19 })));
    expect(await readOrder(home, left.id, left.shopper)).toMatchObject({ value: { status: "expired" } });
    const reserved = await order();
    const { shown, kept } = await booksOfBoth();
    expect(shown.orders, "D1 has been away").toEqual([]);
    expect(kept.orders).toHaveLength(5);

    for (const type of types) await usePorts(type, openPorts(env.DB));
    let later = left.expiresAt;
    await expect
      .poll(async () => {
        later += 1_000;
        for (const type of types) await setClock(type, later);
        await Promise.all(types.map(fireAlarm));
        const books = await booksOfBoth();
        return JSON.stringify(books.shown) === JSON.stringify(books.kept);
      })
      .toBe(true);
    const now = await booksOfBoth();
    expect(now.shown).toEqual(now.kept);
    expect(now.shown.orders).toHaveLength(5);
    const statuses = new Map(
      (now.shown.orders as { id: string; status: string }[]).map(({ id, status }) => [id, status]),
    );
    expect([sold, given, back, left, reserved].map(({ id }) => statuses.get(id))).toEqual([
      ...["confirmed", "cancelled", "cancelled", "expired", "reserved"],
    ]);
  });
});

describe("an organiser's credential", () => {
  it.each(["key", "session"])(
    "[X3] [P2] that was verified in the last 15 minutes stays good while D1 fails: a %s",
    async (kind) => {
      const { organizationId, typeId } = await seedType(1);
      const { token } =
        kind === "key" ? await apiKey(organizationId, "owner") : await signedInAs(organizationId, "owner");
      const read = async (id: string) => (await ask("GET", `/v1/holds/${id}`, { token })).status;
      const holdId = await held(typeId, newId("shp"), 1);
      const start = Date.now();
      vi.spyOn(Date, "now").mockReturnValue(start);
      expect(await read(holdId)).toBe(200);
      vi.spyOn(env.DB, "prepare").mockImplementation(() => {
        throw new Error("D1_ERROR: Network connection lost.");
      });
      vi.spyOn(Date, "now").mockReturnValue(start + CREDENTIAL_FALLBACK_MS - 1);
      expect(await read(holdId)).toBe(200);
      vi.spyOn(Date, "now").mockReturnValue(start + CREDENTIAL_FALLBACK_MS);
      expect(await read(holdId)).toBe(503);
    },
  );
});
