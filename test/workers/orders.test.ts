import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { newId } from "../../src/app/context.ts";
import type { Context } from "../../src/app/context.ts";
import { deliverSettlements } from "../../src/app/deliver-settlements.ts";
import { cancelOrder, confirmOrder } from "../../src/app/settle-order.ts";
import { type Buyer, startCheckout } from "../../src/app/start-checkout.ts";
import { expireOrders } from "../../src/db/orders.ts";
import { auditLog, syncRows } from "../../src/db/schema.ts";
import { orders } from "../../src/db/schema-sales.ts";
import { must } from "../../src/domain/result.ts";
import type { Inventories } from "../../src/inventory/client.ts";
import { withFate } from "./faults.ts";
import { aShopper, contextFor, countsOf, db, held, inventories, seedShow, staffOf } from "./fixture.ts";
import { fireAlarm, inside, kindsOf, setClock } from "./object.ts";

const FREE = { total: 10, sold: 0, held: 0, available: 10 };
const SOLD = { total: 10, sold: 2, held: 0, available: 8 };
const RESERVED = { total: 10, sold: 0, held: 2, available: 8 };

/** A reserved order of two tickets of each of two types. */
async function reserved(parts: Partial<Context> = {}) {
  const { typeIds, organizationId } = await seedShow([{ total: 10 }, { total: 10 }]);
  const types = [must(typeIds[0], "two types"), must(typeIds[1], "two types")] as const;
  const shopper = aShopper();
  const holdIds = [await held(types[0], shopper.id, 2), await held(types[1], shopper.id, 2)];
  const reply = await startCheckout(contextFor(shopper, parts), { holdIds, idempotencyKey: "key" });
  if (!reply.ok) throw new Error(reply.refusal.code);
  const staff = staffOf(organizationId);
  return {
    order: reply.value.order,
    types,
    shopper,
    staff,
    confirm: (more: Partial<Context> = {}) =>
      confirmOrder(contextFor(staff, more) as Context<typeof staff>, reply.value.order.id),
    cancel: (actor: Buyer = shopper, more: Partial<Context> = {}) =>
      cancelOrder(contextFor(actor, more), reply.value.order.id),
    audits: async () =>
      (await db.select().from(auditLog).where(eq(auditLog.resource_id, reply.value.order.id))).map(
        ({ action }) => action,
      ),
  };
}

describe("the end of an order", () => {
  it("[O3] confirming moves its quantity to sold, once, and the repeat answers the same", async () => {
    const { types, confirm, audits } = await reserved();
    expect(await countsOf(types[0])).toEqual(RESERVED);
    expect(await confirm()).toMatchObject({ ok: true, value: { status: "confirmed" } });
    expect(await confirm()).toMatchObject({ ok: true, value: { status: "confirmed" } });
    for (const typeId of types) {
      expect(await countsOf(typeId)).toEqual(SOLD);
      expect((await kindsOf(typeId)).filter((kind) => kind === "confirm")).toHaveLength(1);
    }
    expect(await audits()).toEqual(["order.create", "order.confirm"]);
  });

  it("[O3] [O5] cancelling gives its quantity back, once; the hold stays converted", async () => {
    const { order, types, shopper, cancel, audits } = await reserved();
    expect(await cancel()).toMatchObject({ ok: true, value: { status: "cancelled" } });
    expect(await cancel()).toMatchObject({ ok: true, value: { status: "cancelled" } });
    for (const typeId of types) expect(await countsOf(typeId)).toEqual(FREE);
    const holdId = must(order.items[0], "two items").holdId;
    const read = await inventories(types[0]).read({ holdIds: [holdId], by: { id: shopper.id, organizationId: null } });
    expect(read).toMatchObject({ value: { holds: [{ status: "converted", claim: { state: "cancelled" } }] } });
    expect(await audits()).toEqual(["order.create", "order.cancel"]);
  });

  it("[O5] what is confirmed cannot be cancelled, what is cancelled cannot be confirmed, and neither leaves a trace", async () => {
    const one = await reserved();
    await one.confirm();
    expect(await one.cancel(one.staff)).toEqual({
      ok: false,
      refusal: { code: "order_not_reserved", orderStatus: "confirmed" },
    });
    const other = await reserved();
    await other.cancel(other.staff);
    expect(await other.confirm()).toEqual({
      ok: false,
      refusal: { code: "order_not_reserved", orderStatus: "cancelled" },
    });
    expect(await one.audits()).toEqual(["order.create", "order.confirm"]);
    expect(await countsOf(one.types[0])).toEqual(SOLD);
  });

  it("[O4] may be confirmed a millisecond before expires_at, and not at it", async () => {
    const early = await reserved();
    expect(await early.confirm({ now: early.order.expiresAt - 1 })).toMatchObject({ ok: true });
    const late = await reserved();
    expect(await late.confirm({ now: late.order.expiresAt })).toEqual({
      ok: false,
      refusal: { code: "order_expired" },
    });
    expect(await late.cancel(late.shopper, { now: late.order.expiresAt })).toEqual({
      ok: false,
      refusal: { code: "order_expired" },
    });
    expect(await late.audits()).toEqual(["order.create"]);
  });

  it("[O3] [O4] [T6] expires at expires_at by each inventory's own alarm, not a millisecond before", async () => {
    const { order, types, audits } = await reserved();
    await setClock(types[0], order.expiresAt - 1);
    await fireAlarm(types[0]);
    expect(await countsOf(types[0])).toEqual(RESERVED);
    await setClock(types[0], order.expiresAt);
    await fireAlarm(types[0]);
    expect(await countsOf(types[0])).toEqual(FREE);
    expect((await db.select().from(orders).where(eq(orders.id, order.id)))[0]?.status).toBe("expired");
    expect(await audits()).toEqual(["order.create", "order.expire"]);
    // The other inventory hears of it by the cron, or by its own alarm: whichever comes first.
    await deliverSettlements(contextFor(aShopper()));
    expect(await countsOf(types[1])).toEqual(FREE);
    await setClock(types[1], order.expiresAt);
    await fireAlarm(types[1]);
    expect((await kindsOf(types[1])).filter((kind) => kind === "lapse")).toHaveLength(1);
  });

  it("[O4] of confirm, cancel and expiry at once, one wins, and the counts are the winner's", async () => {
    for (let round = 0; round < 10; round++) {
      const { order, types, shopper, confirm, cancel } = await reserved();
      await Promise.all([confirm(), cancel(shopper), expireOrders(db, [order.id], order.expiresAt)]);
      const status = (await db.select().from(orders).where(eq(orders.id, order.id)))[0]?.status;
      await deliverSettlements(contextFor(shopper));
      for (const typeId of types) expect(await countsOf(typeId)).toEqual(status === "confirmed" ? SOLD : FREE);
    }
  });

  it("[T3] another organisation's, another shopper's and an unknown order do not exist", async () => {
    const { order, cancel } = await reserved();
    const stranger = staffOf(newId("org"));
    const unknown = { ok: false, refusal: { code: "not_found" } };
    expect(await confirmOrder(contextFor(stranger) as Context<typeof stranger>, order.id)).toEqual(unknown);
    expect(await cancel(stranger)).toEqual(unknown);
    expect(await cancel(aShopper())).toEqual(unknown);
    expect(await cancelOrder(contextFor(aShopper()), newId("ord"))).toEqual(unknown);
  });
});

describe("an inventory that cannot be told", () => {
  const deaf: Inventories = (typeId) => ({
    ...inventories(typeId),
    settle: async () => ({ ok: false, refusal: { code: "temporarily_unavailable", retryAfterSeconds: 1 } }),
    committed: async () => ({ ok: false, refusal: { code: "temporarily_unavailable", retryAfterSeconds: 1 } }),
  });
  const waiting = async (orderId: string) =>
    (await db.select().from(syncRows).where(eq(syncRows.subject, orderId))).length;

  it("[O3] is told by the cron, and the row that remembers it goes only then", async () => {
    const { order, types, confirm } = await reserved();
    expect(await confirm({ inventories: deaf })).toMatchObject({ ok: true, value: { status: "confirmed" } });
    expect(await waiting(order.id)).toBe(2);
    expect(await deliverSettlements(contextFor(aShopper(), { inventories: deaf }))).toBeGreaterThan(0);
    expect(await waiting(order.id)).toBe(2);
    await deliverSettlements(contextFor(aShopper()));
    expect(await waiting(order.id)).toBe(0);
    for (const typeId of types) expect(await countsOf(typeId)).toEqual(SOLD);
  });

  it("[O3] keeps no other waiting, however many it is to be told", async () => {
    const { order, types, confirm } = await reserved();
    await confirm({ inventories: deaf });
    const away = newId("tt");
    const row = must((await db.select().from(orders).where(eq(orders.id, order.id)))[0], "the order is there");
    for (let i = 0; i < 210; i++) {
      const id = newId("ord");
      await db.insert(orders).values({ ...row, id, idempotency_key: id, status: "expired" });
      await db.insert(syncRows).values({ target: away, subject: id, version: 0, created_at: 1 });
    }
    const partly: Inventories = (typeId) => (typeId === away ? deaf(typeId) : inventories(typeId));
    expect(await deliverSettlements(contextFor(aShopper(), { inventories: partly }))).toBe(210);
    expect(await waiting(order.id)).toBe(0);
    for (const typeId of types) expect(await countsOf(typeId)).toEqual(SOLD);
    await db.delete(syncRows).where(eq(syncRows.target, away));
  });

  it("[O3] asks D1 by itself as soon as it is back", async () => {
    const { types, confirm } = await reserved();
    await confirm({ inventories: deaf });
    await inside(types[0], (_, state) => state.abort("gone")).catch(() => undefined);
    await expect.poll(() => countsOf(types[0])).toEqual(SOLD);
  });

  it("[O3] hears behind the answer of an end that D1 wrote without saying so", async () => {
    const { types, confirm } = await reserved();
    const behind: Promise<unknown>[] = [];
    const fate = (call: string) => (call === "d1 batch" ? "lost after" : "done");
    const answer = await confirm({ ...withFate(fate), waitUntil: (work) => behind.push(work) });
    expect(answer).toEqual({ ok: false, refusal: { code: "temporarily_unavailable", retryAfterSeconds: 1 } });
    await Promise.all(behind);
    for (const typeId of types) expect(await countsOf(typeId)).toEqual(SOLD);
  });

  it("[O2] [O3] a settlement ends a doubt, though the commit was never told", async () => {
    const { types, confirm } = await reserved({ inventories: deaf });
    await confirm();
    for (const typeId of types) expect(await countsOf(typeId)).toEqual(SOLD);
  });
});
