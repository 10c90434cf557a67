// D1 as the one arbiter: what its statements let through when calls come late or side by side, whoever sends them.

import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { auditOf } from "../../src/app/audit-of.ts";
import { newId } from "../../src/app/context.ts";
import { startCheckout } from "../../src/app/start-checkout.ts";
import { arbitrate, expireOrders, insertOrder, readVerdicts, settleOrder } from "../../src/db/orders.ts";
import { auditLog, syncRows } from "../../src/db/schema.ts";
import { orders, orderVoids } from "../../src/db/schema-sales.ts";
import type { Order } from "../../src/domain/order.ts";
import { must } from "../../src/domain/result.ts";
import { withFate } from "./faults.ts";
import { aShopper, contextFor, db, held, inventories, seedShow, seedType } from "./fixture.ts";
import { kindsOf } from "./object.ts";

const shopper = aShopper();

async function anOrder(): Promise<Order> {
  const { typeId } = await seedType(10);
  const made = await startCheckout(contextFor(shopper), {
    holdIds: [await held(typeId, shopper.id, 2)],
    idempotencyKey: crypto.randomUUID(),
  });
  if (!made.ok) throw new Error(made.refusal.code);
  return made.value.order;
}

function auditAt(order: Order, now: number) {
  const done = { action: "order.test", resourceKind: "order", resourceId: order.id, changes: {} };
  return auditOf(contextFor(shopper, { now }), { ...done, organizationId: order.organizationId });
}

/** The order's row, how many audit rows it has and how many inventories are to be told. */
async function traces({ id }: Order) {
  const [row] = await db.select().from(orders).where(eq(orders.id, id));
  const audits = await db.select().from(auditLog).where(eq(auditLog.resource_id, id));
  const told = await db.select().from(syncRows).where(eq(syncRows.subject, id));
  return { status: row?.status, audits: audits.length, told: told.length };
}

describe("an order id", () => {
  it("[O2] that is void never becomes an order, however late the commit comes", async () => {
    const order: Order = { ...(await anOrder()), id: newId("ord"), idempotencyKey: crypto.randomUUID() };
    expect(await arbitrate(db, [order.id], 1)).toEqual([{ kind: "void", orderId: order.id }]);
    expect(await insertOrder(db, order, auditAt(order, order.createdAt))).toEqual({
      verdict: { kind: "void", orderId: order.id },
      inserted: false,
    });
    expect(await traces(order)).toEqual({ status: undefined, audits: 0, told: 0 });
  });

  it("[O2] that is an order never becomes void, however late it is given up", async () => {
    const { id, expiresAt } = await anOrder();
    const verdict = [{ kind: "order", orderId: id, status: "reserved", expiresAt }];
    expect(await arbitrate(db, [id], 1)).toEqual(verdict);
    expect(await readVerdicts(db, [id])).toEqual(verdict);
    expect(await db.select().from(orderVoids).where(eq(orderVoids.order_id, id))).toEqual([]);
  });

  it("[O2] whose void D1 did not take gives no hold back", async () => {
    const { typeIds } = await seedShow([{ total: 10 }, { total: 10 }]);
    const [general, vip] = [must(typeIds[0], "two types"), must(typeIds[1], "two types")];
    const holdIds = [await held(general, shopper.id, 1), await held(vip, shopper.id, 1)];
    let batches = 0;
    const { db: fated } = withFate((call) => (call === "d1 batch" && ++batches > 1 ? "lost before" : "done"));
    const refused = { ok: false, refusal: { code: "overloaded", retryAfterSeconds: 1 } } as const;
    const context = contextFor(shopper, {
      db: fated,
      inventories: (typeId) =>
        typeId === vip ? { ...inventories(typeId), claim: async () => refused } : inventories(typeId),
    });
    await startCheckout(context, { holdIds, idempotencyKey: crypto.randomUUID() });
    expect(batches).toBe(2);
    expect(await kindsOf(general)).toEqual(["terms", "hold", "claim"]);
  });
});

describe("the end of an order", () => {
  it("[O4] is not written over by another that comes late, and leaves no trace of it", async () => {
    const order = await anOrder();
    await settleOrder(db, order.id, "confirmed", auditAt(order, order.createdAt));
    const before = await traces(order);
    expect(before.status).toBe("confirmed");
    await settleOrder(db, order.id, "cancelled", auditAt(order, order.createdAt));
    expect(await expireOrders(db, [order.id], order.expiresAt)).toMatchObject([{ status: "confirmed" }]);
    expect(await traces(order)).toEqual(before);
  });

  it("[O4] is decided by the statement to the millisecond: confirming before expires_at, expiring at it", async () => {
    const order = await anOrder();
    const before = await traces(order);
    expect(await expireOrders(db, [order.id], order.expiresAt - 1)).toMatchObject([{ status: "reserved" }]);
    await settleOrder(db, order.id, "confirmed", auditAt(order, order.expiresAt));
    expect(await traces(order)).toEqual(before);
    expect(await expireOrders(db, [order.id], order.expiresAt)).toMatchObject([{ status: "expired" }]);
  });
});
