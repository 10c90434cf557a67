import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { newId } from "../../src/app/context.ts";
import { startCheckout } from "../../src/app/start-checkout.ts";
import { auditLog } from "../../src/db/schema.ts";
import { orders, orderVoids } from "../../src/db/schema-sales.ts";
import { readTerms } from "../../src/db/terms.ts";
import type { HoldId, TicketTypeId } from "../../src/domain/ids.ts";
import { must } from "../../src/domain/result.ts";
import type { Terms } from "../../src/domain/terms.ts";
import {
  aShopper,
  contextFor,
  countsOf,
  db,
  held,
  HOUR,
  inventories,
  placeHold,
  seedShow,
  seedType,
  statusOf,
} from "./fixture.ts";
import { inside, setClock, TTL_MS } from "./object.ts";

const checkout = (
  shopper: ReturnType<typeof aShopper>,
  holdIds: readonly HoldId[],
  idempotencyKey: string = crypto.randomUUID(),
) => startCheckout(contextFor(shopper), { holdIds, idempotencyKey });

/** Two types of one event, with a shopper's hold on each. */
async function twoHolds() {
  const { typeIds, eventId, organizationId } = await seedShow([{ total: 10 }, { total: 10, price: 90_000 }]);
  const [general, vip] = [must(typeIds[0], "two types"), must(typeIds[1], "two types")];
  const shopper = aShopper();
  const holdIds = [await held(general, shopper.id, 2), await held(vip, shopper.id, 1)] as const;
  return { general, vip, shopper, holdIds, eventId, organizationId };
}

async function send(typeId: TicketTypeId, change: Partial<Terms>): Promise<void> {
  const terms = must(await readTerms(db, typeId), "the type exists");
  await inventories(typeId).terms({ ...terms, version: terms.version + 1, ...change }, "test");
}

describe("a checkout", () => {
  it("[O1] [O3] makes one reserved order over several types, priced as held, and the quantity stays held", async () => {
    const { general, vip, shopper, holdIds, eventId, organizationId } = await twoHolds();
    await send(general, { unitPrice: 1 });
    const context = contextFor(shopper);
    const reply = await startCheckout(context, { holdIds, idempotencyKey: "key" });
    if (!reply.ok) throw new Error(reply.refusal.code);
    const { order, replayed } = reply.value;
    expect(replayed).toBe(false);
    expect(order).toMatchObject({
      organizationId,
      eventId,
      userId: shopper.id,
      status: "reserved",
      items: [
        { ticketTypeId: general, holdId: holdIds[0], quantity: 2, unitPrice: 15_000, amount: 30_000 },
        { ticketTypeId: vip, holdId: holdIds[1], quantity: 1, unitPrice: 90_000, amount: 90_000 },
      ],
      total: 120_000,
      currency: "ZAR",
      expiresAt: context.now + 900_000,
    });
    expect(await countsOf(general)).toEqual({ total: 10, sold: 0, held: 2, available: 8 });
    expect(await statusOf(vip, shopper.id, holdIds[1])).toBe("converted");
    const audits = await db.select().from(auditLog).where(eq(auditLog.resource_id, order.id));
    expect(audits).toMatchObject([
      { action: "order.create", actor_kind: "shopper", actor_id: shopper.id, request_id: context.requestId },
    ]);
  });

  it("[O1] is refused at held_until with the hold named, and accepted a millisecond before", async () => {
    const { typeId } = await seedType(10);
    const shopper = aShopper();
    const start = Date.now();
    await setClock(typeId, start);
    const [late, early] = [await held(typeId, shopper.id, 1), await held(typeId, shopper.id, 1)];
    await setClock(typeId, start + TTL_MS - 1);
    expect((await checkout(shopper, [early])).ok).toBe(true);
    await setClock(typeId, start + TTL_MS);
    expect(await checkout(shopper, [late])).toEqual({ ok: false, refusal: { code: "hold_expired", holdId: late } });
  });

  it("[O1] [H10] refuses what is not the shopper's, not active, or of two events, and touches nothing", async () => {
    const { general, vip, shopper, holdIds } = await twoHolds();
    const elsewhere = await seedType(10);
    const foreign = await held(general, newId("shp"), 1);
    const other = await held(elsewhere.typeId, shopper.id, 1);
    const released = await held(vip, shopper.id, 1);
    await inventories(vip).release({
      holdId: released,
      by: { id: shopper.id, organizationId: null },
      actor: shopper.id,
      requestId: "test",
    });
    const refusals = [
      await checkout(shopper, [holdIds[0], foreign]),
      await checkout(shopper, [holdIds[0], other]),
      await checkout(shopper, [holdIds[0], released]),
    ];
    expect(refusals).toEqual([
      { ok: false, refusal: { code: "not_found", holdId: foreign } },
      { ok: false, refusal: { code: "mixed_events" } },
      { ok: false, refusal: { code: "hold_not_active", holdStatus: "cancelled", holdId: released } },
    ]);
    expect(await statusOf(general, shopper.id, holdIds[0])).toBe("active");
    expect(await db.select().from(orders).where(eq(orders.user_id, shopper.id))).toEqual([]);
  });

  it("[O1] a hold placed in time may be checked out after the sale closed or the type was hidden, not after the event ended", async () => {
    const { typeId } = await seedType(10);
    const shopper = aShopper();
    const [closed, hidden, ended] = [
      await held(typeId, shopper.id, 1),
      await held(typeId, shopper.id, 1),
      await held(typeId, shopper.id, 1),
    ];
    await send(typeId, { version: 2, eventSaleEnd: Date.now() - 1 });
    expect((await checkout(shopper, [closed])).ok).toBe(true);
    await send(typeId, { version: 3, hidden: true });
    expect((await checkout(shopper, [hidden])).ok).toBe(true);
    await send(typeId, { version: 4, eventEnd: Date.now() - 1 });
    expect(await checkout(shopper, [ended])).toEqual({
      ok: false,
      refusal: { code: "not_on_sale", reason: "event_over" },
    });
  });

  it("[O1] [T4] is refused while the organisation is suspended", async () => {
    const { general, shopper, holdIds } = await twoHolds();
    await send(general, { organizationStatus: "suspended" });
    expect(await checkout(shopper, holdIds)).toEqual({ ok: false, refusal: { code: "organization_suspended" } });
  });
});

describe("a repeated checkout", () => {
  it("[O6] the same key with the same holds, in any order, is the same order; with others it is refused", async () => {
    const { general, shopper, holdIds } = await twoHolds();
    const first = await checkout(shopper, holdIds, "key");
    const again = await checkout(shopper, [...holdIds].reverse(), "key");
    expect(again).toMatchObject({ ok: true, value: { replayed: true } });
    expect(again.ok && first.ok && again.value.order.id === first.value.order.id).toBe(true);
    const another = await held(general, shopper.id, 1);
    expect(await checkout(shopper, [another], "key")).toEqual({
      ok: false,
      refusal: { code: "idempotency_key_reused" },
    });
    expect(await statusOf(general, shopper.id, another)).toBe("active");
  });

  it("[O6] ten at once with one key are one order", async () => {
    const { general, shopper, holdIds } = await twoHolds();
    const replies = await Promise.all(Array.from({ length: 10 }, () => checkout(shopper, holdIds, "key")));
    expect(new Set(replies.map((reply) => (reply.ok ? reply.value.order.id : reply.refusal.code))).size).toBe(1);
    expect(replies.filter((reply) => reply.ok && !reply.value.replayed)).toHaveLength(1);
    expect(await countsOf(general)).toEqual({ total: 10, sold: 0, held: 2, available: 8 });
  });

  it("[O2] ten at once with ten keys are one order, and nine refusals", async () => {
    const { shopper, holdIds } = await twoHolds();
    const replies = await Promise.all(Array.from({ length: 10 }, () => checkout(shopper, holdIds)));
    const won = replies.filter((reply) => reply.ok);
    const after = await db.select().from(orders).where(eq(orders.user_id, shopper.id));
    // Why at most one: two that each took one of the types give both up, and each shopper may try again.
    expect(won.length).toBeLessThanOrEqual(1);
    expect(after).toHaveLength(won.length);
    for (const reply of replies)
      if (!reply.ok) expect(reply.refusal).toMatchObject({ code: "hold_not_active", holdStatus: "converted" });
  });
});

describe("all or none", () => {
  it("[O2] one type refuses between reading and claiming: the other's hold is active again with its old held_until", async () => {
    const { general, vip, shopper, holdIds } = await twoHolds();
    const before = await inventories(general).read({
      holdIds: [holdIds[0]],
      by: { id: shopper.id, organizationId: null },
    });
    const context = contextFor(shopper, {
      inventories: (typeId) => {
        const real = inventories(typeId);
        if (typeId !== vip) return real;
        return {
          ...real,
          claim: async (command) => {
            await real.release({
              holdId: holdIds[1],
              by: { id: shopper.id, organizationId: null },
              actor: shopper.id,
              requestId: "test",
            });
            return real.claim(command);
          },
        };
      },
    });
    expect(await startCheckout(context, { holdIds, idempotencyKey: "key" })).toEqual({
      ok: false,
      refusal: { code: "hold_not_active", holdStatus: "cancelled", holdId: holdIds[1] },
    });
    const after = await inventories(general).read({
      holdIds: [holdIds[0]],
      by: { id: shopper.id, organizationId: null },
    });
    expect(after).toMatchObject({
      value: { holds: [{ status: "active", heldUntil: before.ok && before.value.holds[0]?.heldUntil, claim: null }] },
    });
    const voids = await db.select().from(orderVoids);
    const claims = await inside(general, (_, state) =>
      state.storage.sql.exec("SELECT order_id FROM ledger WHERE kind = 'claim'").toArray(),
    );
    expect(voids.map(({ order_id }) => order_id)).toContain(claims[0]?.["order_id"]);
  });

  it("[O2] [H4] a claim that is undone after held_until gives back at once", async () => {
    const { typeId } = await seedType(2);
    const shopper = aShopper();
    const start = Date.now();
    await setClock(typeId, start);
    const holdId = await held(typeId, shopper.id, 2);
    const orderId = newId("ord");
    await inventories(typeId).claim({
      orderId,
      holdIds: [holdId],
      holderId: shopper.id,
      actor: shopper.id,
      requestId: "test",
    });
    await setClock(typeId, start + TTL_MS + HOUR / 60);
    expect((await placeHold(typeId, newId("shp"), 1)).ok).toBe(false);
    await inventories(typeId).unclaim({ orderId, actor: "system", requestId: "test" });
    expect(await statusOf(typeId, shopper.id, holdId)).toBe("expired");
    expect(await countsOf(typeId)).toEqual({ total: 2, sold: 0, held: 0, available: 2 });
  });

  it("[T7] [O2] when the audit row cannot be written there is no order, and the holds can be checked out later", async () => {
    const { shopper, holdIds } = await twoHolds();
    await db.run("CREATE TRIGGER no_audit BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'no audit'); END");
    expect(await checkout(shopper, holdIds, "key")).toMatchObject({ refusal: { code: "temporarily_unavailable" } });
    expect(await db.select().from(orders).where(eq(orders.user_id, shopper.id))).toEqual([]);
    await db.run("DROP TRIGGER no_audit");
    expect(await checkout(shopper, holdIds, "key")).toMatchObject({ ok: true, value: { replayed: false } });
  });
});
