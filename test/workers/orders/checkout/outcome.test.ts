// Turning holds into one order (rules O1, O2, O6): what it makes, what it refuses, and that it is all or none.

import { describe, expect, it } from "vitest";
import { newId } from "../../../../src/app/context.ts";
import { checkOut } from "../../../../src/app/orders/check-out.ts";
import { readTerms } from "../../../../src/db/ticket-types/terms.ts";
import { type HoldId, homeOf, type TicketTypeId } from "../../../../src/domain/ids.ts";
import { must } from "../../../../src/domain/result.ts";
import type { Terms } from "../../../../src/domain/terms.ts";
import {
  aShopper,
  contextFor,
  countsOf,
  db,
  held,
  inventories,
  seedShow,
  seedType,
  statusOf,
} from "../../support/fixture.ts";
import { inside, kindsOf, setClock, TTL_MS } from "../../support/object.ts";
import { holdsOfTypes, orderRowsOf } from "../../support/order-setting.ts";

const checkout = (
  shopper: ReturnType<typeof aShopper>,
  holdIds: readonly HoldId[],
  idempotencyKey: string = crypto.randomUUID(),
) => checkOut(contextFor(shopper), { holdIds, idempotencyKey });

const RESERVED = { total: 10, sold: 0, held: 2, available: 8 };

async function send(typeId: TicketTypeId, change: Partial<Terms>): Promise<void> {
  const terms = must(await readTerms(db, typeId), "the type exists");
  await inventories(typeId).terms({ ...terms, version: terms.version + 1, ...change }, "test");
}

function release(typeId: TicketTypeId, holdId: HoldId, shopper: ReturnType<typeof aShopper>) {
  const by = { id: shopper.id, organizationId: null };
  return inventories(typeId).release({ holdId, by, actor: shopper.id, requestId: "test" });
}

describe("a checkout", () => {
  it("[O1] [O3] makes one reserved order over several types, priced as held, and the quantity stays held", async () => {
    const { typeIds, eventId, organizationId } = await seedShow([{ total: 10 }, { total: 10, price: 90_000 }]);
    const [general, vip] = [must(typeIds[0], "two types"), must(typeIds[1], "two types")];
    const shopper = aShopper();
    const start = Date.now();
    for (const type of [general, vip]) await setClock(type, start);
    const holdIds = [await held(general, shopper.id, 2), await held(vip, shopper.id, 1)] as const;
    await send(general, { unitPrice: 1 });
    const reply = await checkout(shopper, holdIds);
    if (!reply.ok) throw new Error(reply.refusal.code);
    const { order, replayed } = reply.value;
    expect(replayed).toBe(false);
    expect(homeOf(order.id)).toBe([general, vip].sort()[0]);
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
      expiresAt: start + 900_000,
    });
    expect(await countsOf(general)).toEqual(RESERVED);
    expect(await statusOf(vip, shopper.id, holdIds[1])).toBe("converted");
  });

  it("[O2] [T6] of one type is one ledger row a hold at its home, and nothing is ever in doubt", async () => {
    const { home, shopper, checkout } = await holdsOfTypes(1);
    const reply = await checkout();
    if (!reply.ok) throw new Error(reply.refusal.code);
    expect(await kindsOf(home)).toEqual(["terms", "hold", "checkout"]);
    expect(await orderRowsOf(home)).toEqual({
      orders: [{ id: reply.value.order.id, status: "reserved" }],
      claims: [],
      voids: [],
      outbox: [],
    });
    const by = { id: shopper.id, organizationId: null };
    const history = await inventories(home).history({ orderId: reply.value.order.id, by });
    expect(history).toMatchObject({ value: { rows: [{ kind: "checkout", actor: shopper.id, quantity: 2 }] } });
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

  it("[O1] [H10] refuses what is not the shopper's, not active, or of two events, and takes nothing", async () => {
    const { types, shopper, holdIds, counts } = await holdsOfTypes(2);
    const [first, second] = [must(types[0], "two types"), must(types[1], "two types")];
    const elsewhere = await seedType(10);
    const foreign = await held(first, newId("shp"), 1);
    const other = await held(elsewhere.typeId, shopper.id, 1);
    const released = await held(second, shopper.id, 1);
    await release(second, released, shopper);
    const mine = must(holdIds[0], "a hold each");
    const refusals = [
      await checkout(shopper, [mine, foreign]),
      await checkout(shopper, [mine, other]),
      await checkout(shopper, [mine, released]),
      await checkout(shopper, [must(holdIds[1], "a hold each"), foreign]),
    ];
    expect(refusals).toEqual([
      { ok: false, refusal: { code: "not_found", holdId: foreign } },
      { ok: false, refusal: { code: "mixed_events" } },
      { ok: false, refusal: { code: "hold_not_active", holdStatus: "cancelled", holdId: released } },
      { ok: false, refusal: { code: "not_found", holdId: foreign } },
    ]);
    expect(await statusOf(first, shopper.id, mine)).toBe("active");
    expect(await counts()).toMatchObject([{ held: 3 }, { held: 2 }]);
    for (const type of types) expect((await orderRowsOf(type)).orders).toEqual([]);
  });

  it("[O1] takes a hold placed in time after the sale closed or the type was hidden, not after the event", async () => {
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

  it.each([0, 1])("[O1] [T4] is refused while the organisation is suspended, whichever type gets it: %i", async (n) => {
    const { types, checkout, statuses } = await holdsOfTypes(2);
    await send(must(types[n], "two types"), { organizationStatus: "suspended" });
    expect(await checkout()).toEqual({ ok: false, refusal: { code: "organization_suspended" } });
    expect(await statuses()).toEqual(["active", "active"]);
  });

  it("[H7] [O3] counts a reserved order's tickets against the shopper's limit, until it is confirmed", async () => {
    const { home, shopper, staff, checkout } = await holdsOfTypes(1, 50);
    const reply = await checkout();
    if (!reply.ok) throw new Error(reply.refusal.code);
    const place = (quantity: number) => held(home, shopper.id, quantity);
    await expect(place(9)).rejects.toThrow("shopper_limit_reached");
    await place(8);
    const by = { id: staff.id, organizationId: staff.organizationId };
    const settled = {
      orderId: reply.value.order.id,
      status: "confirmed",
      by,
      actor: staff.id,
      requestId: "test",
    } as const;
    await inventories(home).settle(settled);
    await expect(place(3)).rejects.toThrow("shopper_limit_reached");
    await place(2);
  });
});

describe("a repeated checkout", () => {
  it.each([1, 3])("[O6] of %i types with the same key and holds, in any order, is the same order", async (count) => {
    const { shopper, holdIds, checkout: first } = await holdsOfTypes(count);
    const made = await first();
    const again = await checkout(shopper, [...holdIds].reverse(), "key");
    expect(again).toMatchObject({ ok: true, value: { replayed: true } });
    expect(again.ok && made.ok && again.value.order.id === made.value.order.id).toBe(true);
  });

  it("[O6] with other holds of the same home is refused, and takes nothing", async () => {
    const { home, shopper, holdIds, checkout: first } = await holdsOfTypes(2);
    await first();
    const another = await held(home, shopper.id, 1);
    const reused = { ok: false, refusal: { code: "idempotency_key_reused" } };
    expect(await checkout(shopper, [another], "key")).toEqual(reused);
    expect(await checkout(shopper, holdIds.slice(0, 1), "key")).toEqual(reused);
    expect(await statusOf(home, shopper.id, another)).toBe("active");
  });

  it("[O6] with a further hold of another type is refused, and that hold is free again", async () => {
    const { home, others, shopper, holdIds, checkout: first } = await holdsOfTypes(2);
    await first();
    const other = must(others[0], "two types");
    const further = await held(other, shopper.id, 1);
    expect(await checkout(shopper, [must(holdIds[0], "at home"), further], "key")).toEqual({
      ok: false,
      refusal: { code: "idempotency_key_reused" },
    });
    expect(await statusOf(other, shopper.id, further)).toBe("active");
    expect((await orderRowsOf(home)).orders).toHaveLength(1);
  });

  it("[H8] [O6] with a hold that was placed again under its old id is refused, and that hold stays active", async () => {
    const { home, shopper, checkout: first, holdIds } = await holdsOfTypes(1);
    const holdId = must(holdIds[0], "one hold");
    const made = await first();
    if (!made.ok) throw new Error(made.refusal.code);
    const by = { id: shopper.id, organizationId: null };
    const order = { orderId: made.value.order.id, by };
    await inventories(home).settle({ ...order, status: "cancelled", actor: shopper.id, requestId: "test" });
    const anew = {
      holdId,
      holder: by,
      quantity: 2,
      source: "web",
      notes: null,
      actor: shopper.id,
      requestId: "test",
    } as const;
    // A day later the hold is forgotten, and its key makes another of the same id.
    await inside(home, (_, { storage }) => storage.sql.exec("DELETE FROM holds WHERE status <> 'active'").toArray());
    expect(await inventories(home).hold(anew)).toMatchObject({ ok: true, value: { replayed: false } });
    expect(await first()).toEqual({ ok: false, refusal: { code: "idempotency_key_reused" } });
    expect(await statusOf(home, shopper.id, holdId)).toBe("active");
    expect(await inventories(home).order(order)).toMatchObject({ value: { status: "cancelled" } });
  });

  it.each([1, 3])("[O6] of %i types, 20 at once with one key, is one order", async (count) => {
    const { checkout, counts, types } = await holdsOfTypes(count);
    const replies = await Promise.all(Array.from({ length: 20 }, () => checkout()));
    expect(new Set(replies.map((reply) => (reply.ok ? reply.value.order.id : reply.refusal.code))).size).toBe(1);
    expect(replies.filter((reply) => reply.ok && !reply.value.replayed)).toHaveLength(1);
    expect(await counts()).toEqual(types.map(() => RESERVED));
  });

  it.each([1, 3])(
    "[O2] of %i types, ten at once with ten keys, is at most one order, and nine refusals",
    async (count) => {
      const { home, checkout, counts, types } = await holdsOfTypes(count);
      const replies = await Promise.all(Array.from({ length: 10 }, () => checkout({}, crypto.randomUUID())));
      const won = replies.filter((reply) => reply.ok);
      // At most one: two that each took one of the types give both up, and each shopper may try again.
      if (count === 1) expect(won).toHaveLength(1);
      else expect(won.length).toBeLessThanOrEqual(1);
      expect((await orderRowsOf(home)).orders).toHaveLength(won.length);
      for (const reply of replies) {
        if (!reply.ok) expect(reply.refusal).toMatchObject({ code: "hold_not_active", holdStatus: "converted" });
      }
      expect(await counts()).toEqual(types.map(() => RESERVED));
    },
  );
});

describe("all or none", () => {
  it.each([0, 1, 2])(
    "[O2] type %i refuses: the other types' holds are active again with their old held_until",
    async (n) => {
      const { types, shopper, holdIds, checkout, statuses } = await holdsOfTypes(3);
      const released = must(holdIds[n], "a hold each");
      const until = async () =>
        Promise.all(
          types.map(async (type, at) => {
            const by = { id: shopper.id, organizationId: null };
            const read = await inventories(type).read({ holdIds: [must(holdIds[at], "a hold each")], by });
            return read.ok ? read.value.holds[0]?.heldUntil : read.refusal.code;
          }),
        );
      const before = await until();
      await release(must(types[n], "three types"), released, shopper);
      expect(await checkout()).toEqual({
        ok: false,
        refusal: { code: "hold_not_active", holdStatus: "cancelled", holdId: released },
      });
      expect(await statuses()).toEqual([0, 1, 2].map((at) => (at === n ? "cancelled" : "active")));
      expect(await until()).toEqual(before);
      for (const type of types) expect((await orderRowsOf(type)).claims).toEqual([]);
    },
  );
});
