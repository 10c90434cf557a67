// How an order ends (rules O3 to O5): at its home, and then at the other ticket types that it takes holds of.

import { evictDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Context, newId } from "../../../src/app/context.ts";
import { cancelOrder, confirmOrder } from "../../../src/app/orders/settle-order.ts";
import { UNAVAILABLE } from "../../../src/domain/errors.ts";
import { type OrderId, type TicketTypeId } from "../../../src/domain/ids.ts";
import { NO_UPDATE_MS } from "../../../src/domain/limits.ts";
import type { Buyer } from "../../../src/domain/people/policy.ts";
import { must, refuse } from "../../../src/domain/result.ts";
import type { Inventories } from "../../../src/inventory/client.ts";
import { aShopper, contextFor, countsOf, inventories, objectOf, staffOf, statusOf } from "../support/fixture.ts";
import { fireAlarm, inside, kindsOf, setClock } from "../support/object.ts";
import { orderRowsOf, passTime, readOrder, reservedOrder } from "../support/order-setting.ts";

const FREE = { total: 10, sold: 0, held: 0, available: 10 };
const SOLD = { total: 10, sold: 2, held: 0, available: 8 };
const RESERVED = { total: 10, sold: 0, held: 2, available: 8 };
const AWAY = refuse(UNAVAILABLE);

/** A reserved order of two tickets of each type, with short ways to end it. */
async function reserved(count: number) {
  const setting = await reservedOrder(count);
  const { order, shopper, staff, home } = setting;
  await expect.poll(async () => (await orderRowsOf(home)).outbox).toEqual([]);
  return {
    ...setting,
    confirm: (parts: Partial<Context> = {}) =>
      confirmOrder(contextFor(staff, parts) as Context<typeof staff>, order.id),
    cancel: (actor: Buyer = shopper) => cancelOrder(contextFor(actor), order.id),
    read: () => readOrder(home, order.id, shopper),
  };
}

/** The home sends nothing to the other types that gets there. */
function deafen(home: TicketTypeId, follow: () => Promise<unknown> = () => Promise.resolve(AWAY)): Promise<void> {
  return inside(home, (object) => {
    object.inventories = ((typeId) => ({ ...inventories(typeId), follow })) as Inventories;
  });
}

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
});

describe("the end of an order", () => {
  it.each([1, 3])(
    "[O3] of %i types: confirming moves its quantity to sold, once, and a repeat returns the same",
    async (n) => {
      const { home, types, counts, confirm, read } = await reserved(n);
      expect(await counts()).toEqual(types.map(() => RESERVED));
      expect(await confirm()).toMatchObject({ ok: true, value: { status: "confirmed" } });
      expect(await confirm()).toMatchObject({ ok: true, value: { status: "confirmed" } });
      expect(await counts(), "before the answer").toEqual(types.map(() => SOLD));
      for (const type of types) expect((await kindsOf(type)).filter((kind) => kind === "confirm")).toHaveLength(1);
      expect(await read()).toMatchObject({ value: { status: "confirmed" } });
      expect((await orderRowsOf(home)).outbox).toEqual([]);
    },
  );

  it.each([1, 3])(
    "[O3] [O5] of %i types: cancelling gives its quantity back, once; the holds stay converted",
    async (n) => {
      const { types, shopper, holdIds, counts, cancel } = await reserved(n);
      expect(await cancel()).toMatchObject({ ok: true, value: { status: "cancelled" } });
      expect(await cancel()).toMatchObject({ ok: true, value: { status: "cancelled" } });
      expect(await counts()).toEqual(types.map(() => FREE));
      for (const [at, type] of types.entries()) {
        expect(await statusOf(type, shopper.id, must(holdIds[at], "a hold each"))).toBe("converted");
        expect((await kindsOf(type)).filter((kind) => kind === "cancel")).toHaveLength(1);
      }
    },
  );

  it("[O5] a confirmed one cannot be cancelled, nor a cancelled one confirmed, and neither leaves a trace", async () => {
    const one = await reserved(1);
    await one.confirm();
    const rows = await kindsOf(one.home);
    expect(await one.cancel(one.staff)).toEqual(refuse({ code: "order_not_reserved", orderStatus: "confirmed" }));
    expect(await kindsOf(one.home)).toEqual(rows);
    expect(await one.counts()).toEqual([SOLD]);
    const other = await reserved(1);
    await other.cancel(other.staff);
    expect(await other.confirm()).toEqual(refuse({ code: "order_not_reserved", orderStatus: "cancelled" }));
    expect(await other.counts()).toEqual([FREE]);
  });

  it("[O4] may be confirmed a millisecond before expires_at by the home's clock, and not at it", async () => {
    const early = await reserved(1);
    await setClock(early.home, early.order.expiresAt - 1);
    expect(await early.confirm()).toMatchObject({ ok: true });
    const late = await reserved(1);
    await setClock(late.home, late.order.expiresAt);
    expect(await late.confirm()).toEqual(refuse({ code: "order_expired" }));
    expect(await late.cancel()).toEqual(refuse({ code: "order_expired" }));
    expect(await late.read()).toMatchObject({ value: { status: "expired" } });
    expect(await late.counts()).toEqual([FREE]);
  });

  it("[O3] [O4] [T6] comes at expires_at by its home's alarm, not a millisecond early; the others follow", async () => {
    const { home, others, order, counts, read } = await reserved(2);
    await setClock(home, order.expiresAt - 1);
    await fireAlarm(home);
    expect(await counts()).toEqual([RESERVED, RESERVED]);
    await setClock(home, order.expiresAt);
    await fireAlarm(home);
    expect(await countsOf(home)).toEqual(FREE);
    await expect.poll(() => countsOf(must(others[0], "two types"))).toEqual(FREE);
    expect(await read()).toMatchObject({ value: { status: "expired", updatedAt: order.expiresAt } });
    expect(await kindsOf(home)).toEqual(["terms", "hold", "checkout", "expire_order"]);
    expect(await kindsOf(must(others[0], "two types"))).toEqual(["terms", "hold", "claim", "lapse"]);
  });

  it("[O4] gives its tickets to the next request at expires_at, whether or not an alarm ran", async () => {
    const { home, order } = await reserved(1);
    await setClock(home, order.expiresAt - 1);
    expect(await countsOf(home)).toEqual(RESERVED);
    await setClock(home, order.expiresAt);
    expect(await countsOf(home)).toEqual(FREE);
  });

  it("[O4] is never decided by a clock that is not its home's", async () => {
    const { others, order, confirm, counts } = await reserved(2);
    const other = must(others[0], "two types");
    await passTime([other], 3 * 900_000);
    expect(await countsOf(other), "its home says that it is still reserved").toEqual(RESERVED);
    expect(await confirm()).toMatchObject({ ok: true, value: { id: order.id, status: "confirmed" } });
    expect(await counts()).toEqual([SOLD, SOLD]);
  });

  it("[O4] of confirm, cancel and expiry at once, one wins, and the counts are the winner's", async () => {
    for (let round = 0; round < 10; round++) {
      const { home, types, order, confirm, cancel, read, counts } = await reserved(2);
      await setClock(home, order.expiresAt - 1);
      const ends = [confirm(), cancel(), round % 2 === 0 ? setClock(home, order.expiresAt) : fireAlarm(home)];
      await Promise.all(ends);
      const end = await read();
      const status = end.ok ? end.value.status : end.refusal.code;
      expect(["confirmed", "cancelled", "expired"]).toContain(status);
      await expect.poll(counts).toEqual(types.map(() => (status === "confirmed" ? SOLD : FREE)));
    }
  });

  it("[T3] [H10] another organisation's, another shopper's and an unknown order do not exist", async () => {
    const { home, order, cancel } = await reserved(1);
    const stranger = staffOf(newId("org"));
    const unknown = refuse({ code: "not_found" });
    expect(await confirmOrder(contextFor(stranger) as Context<typeof stranger>, order.id)).toEqual(unknown);
    expect(await cancel(stranger)).toEqual(unknown);
    expect(await cancel(aShopper())).toEqual(unknown);
    for (const actor of [stranger, aShopper()]) expect(await readOrder(home, order.id, actor)).toEqual(unknown);
    const invented = `${order.id.slice(0, -1)}${order.id.endsWith("0") ? "1" : "0"}` as OrderId;
    expect(await cancelOrder(contextFor(aShopper()), invented)).toEqual(unknown);
  });

  it("[O6] is the same after an eviction: order, counts and what its buyer may still hold", async () => {
    const { home, shopper, read, counts, confirm } = await reserved(1);
    const before = await read();
    await evictDurableObject(objectOf(home));
    expect(await read()).toEqual(before);
    expect(await counts()).toEqual([RESERVED]);
    await confirm();
    await evictDurableObject(objectOf(home));
    expect(await counts()).toEqual([SOLD]);
    expect(await readOrder(home, before.ok ? before.value.id : ("" as OrderId), shopper)).toMatchObject({
      value: { status: "confirmed" },
    });
  });
});

describe("a ticket type that cannot be reached about an order's end", () => {
  it("[O3] keeps the response waiting for no more than a second, and follows by its home's alarm", async () => {
    const { home, others, confirm } = await reserved(2);
    const other = must(others[0], "two types");
    await deafen(home, () => new Promise<never>(() => undefined));
    const answered = vi.fn();
    const begun = Date.now();
    void confirm().then(answered);
    await vi.waitFor(() => expect(answered).toHaveBeenCalled(), { timeout: 60_000 });
    expect(Date.now() - begun).toBeGreaterThanOrEqual(990);
    expect(answered.mock.calls[0]?.[0]).toMatchObject({ ok: true, value: { status: "confirmed" } });
    expect(await countsOf(home)).toEqual(SOLD);
    expect(await countsOf(other)).toEqual(RESERVED);
    expect((await orderRowsOf(home)).outbox).toHaveLength(1);
    await inside(home, (_, state) => state.abort("gone")).catch(() => undefined);
    await expect.poll(() => countsOf(other)).toEqual(SOLD);
    expect((await orderRowsOf(home)).outbox).toEqual([]);
  });

  it("[O3] is sent the order again when it is back, also to a home that slept meanwhile", async () => {
    const { home, others, confirm } = await reserved(2);
    const other = must(others[0], "two types");
    await deafen(home);
    expect(await confirm()).toMatchObject({ ok: true });
    expect(await countsOf(other)).toEqual(RESERVED);
    await evictDurableObject(objectOf(home));
    await passTime([home], 60_000);
    expect(await countsOf(other)).toEqual(SOLD);
  });

  it("[O3] keeps no other type waiting", async () => {
    const { home, others, confirm } = await reserved(3);
    const [near, far] = [must(others[0], "three types"), must(others[1], "three types")];
    await inside(home, (object) => {
      object.inventories = (typeId) =>
        typeId === far ? { ...inventories(typeId), follow: () => Promise.resolve(AWAY) } : inventories(typeId);
    });
    await confirm();
    expect(await countsOf(near)).toEqual(SOLD);
    expect(await countsOf(far)).toEqual(RESERVED);
    expect((await orderRowsOf(home)).outbox).toMatchObject([{ ticket_type_id: far }]);
  });

  it("[O3] queries the home itself 10 s after expires_at, when it has got no message", async () => {
    const { home, others, order } = await reserved(2);
    const other = must(others[0], "two types");
    await deafen(home);
    await setClock(home, order.expiresAt);
    expect(await countsOf(home)).toEqual(FREE);
    await setClock(other, order.expiresAt + NO_UPDATE_MS - 1);
    await fireAlarm(other);
    expect(await countsOf(other)).toEqual(RESERVED);
    await setClock(other, order.expiresAt + NO_UPDATE_MS);
    await fireAlarm(other);
    expect(await countsOf(other)).toEqual(FREE);
  });

  it("[O3] follows once, whatever is sent twice, late or crossed", async () => {
    const { others, order, confirm, read } = await reserved(2);
    const other = must(others[0], "two types");
    const before = await read();
    await confirm();
    const after = await read();
    if (!before.ok || !after.ok) throw new Error("the home answers");
    const by = { actor: "system", requestId: "test" };
    for (const each of [after.value, before.value, after.value]) {
      expect(await inventories(other).follow({ order: each, ...by })).toMatchObject({ ok: true });
    }
    await inventories(other).unclaim({ orderId: order.id, attempt: order.attempt, holdIds: [], ...by });
    expect(await countsOf(other)).toEqual(SOLD);
    expect(await kindsOf(other)).toEqual(["terms", "hold", "claim", "confirm"]);
  });

  it("[O2] [O3] gets in one message that an order came to be and how it ended", async () => {
    const setting = await reservedOrder(2);
    const { home, others, staff, order } = setting;
    const other = must(others[0], "two types");
    await expect.poll(async () => (await orderRowsOf(home)).outbox).toEqual([]);
    await inside(other, (_, { storage }) => {
      storage.sql.exec("UPDATE claims SET state = 'doubt', revision = 0");
    });
    await confirmOrder(contextFor(staff) as Context<typeof staff>, order.id);
    expect(await countsOf(other)).toEqual(SOLD);
    expect(await kindsOf(other)).toEqual(["terms", "hold", "claim", "confirm"]);
  });
});
