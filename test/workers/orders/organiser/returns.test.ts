// Returns in objects with real storage (rule O7): at the home of an order, and at the other ticket types, which may get
// the message late, twice or from an object that has died meanwhile.
// @module-tag slow

import { env } from "cloudflare:workers";
import { evictDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Context } from "../../../../src/app/context.ts";
import { returnTickets } from "../../../../src/app/tickets/change-tickets.ts";
import { confirmOrder } from "../../../../src/app/orders/settle-order.ts";
import { UNAVAILABLE } from "../../../../src/domain/errors.ts";
import type { TicketTypeId } from "../../../../src/domain/ids.ts";
import type { ReturnRequest } from "../../../../src/domain/orders/order-return.ts";
import { must, refuse } from "../../../../src/domain/result.ts";
import { contextFor, inventories, objectOf } from "../../support/fixture.ts";
import { fireAlarm, inside, kindsOf } from "../../support/object.ts";
import { orderRowsOf, passTime, reservedOrder } from "../../support/order-setting.ts";

/** A sold order of two tickets of each type, of which ten there are. */
async function sold(count: number) {
  const setting = await reservedOrder(count);
  const { order, staff, holdIds } = setting;
  const selling = contextFor(staff) as Context<typeof staff>;
  expect(await confirmOrder(selling, order.id)).toMatchObject({ ok: true, value: { status: "confirmed" } });
  return {
    ...setting,
    giveBack: (items: ReturnRequest["items"], key: string, returnToStock = true) =>
      returnTickets(selling, order.id, { items, returnToStock, reason: null, idempotencyKey: key, ifMatch: null }),
    /** So many tickets of the order's nth type. */
    some: (n: number, quantity: number) => [{ holdId: must(holdIds[n], "a hold each"), quantity }],
  };
}

async function countsOf(type: TicketTypeId) {
  const reply = await inventories(type).counts();
  if (!reply.ok) throw new Error(reply.refusal.code);
  const { sold: soldNow, withdrawn, available } = reply.value;
  return [soldNow, withdrawn, available];
}

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
});

describe.each([1, 3])("[O7] a return of an order of %i types", (count) => {
  it("as a whole makes all its tickets free again before it replies, once, whatever is evicted meanwhile", async () => {
    const { types, home, giveBack } = await sold(count);
    for (let repeat = 0; repeat < 2; repeat++) {
      const reply = await giveBack("all", "key");
      expect(reply).toMatchObject({ ok: true, value: { replayed: repeat > 0, order: { status: "cancelled" } } });
      for (const type of types) expect(await countsOf(type)).toEqual([0, 0, 10]);
      for (const type of types) await evictDurableObject(objectOf(type));
    }
    for (const type of types) expect((await kindsOf(type)).filter((kind) => kind === "return")).toHaveLength(1);
    expect((await orderRowsOf(home)).outbox).toEqual([]);
  });

  it("by requests that want the same last tickets is done by one of them", async () => {
    const { types, giveBack, some } = await sold(count);
    const last = types.length - 1;
    const keys = ["a", "b", "c", "d"];
    const replies = await Promise.all(keys.map((key) => giveBack(some(last, 2), key)));
    expect(replies.filter((reply) => reply.ok)).toHaveLength(1);
    for (const reply of replies)
      if (!reply.ok) expect(reply.refusal.code).toMatch(/return_exceeds_order|order_not_conf/);
    expect(await countsOf(must(types[last], "there is one"))).toEqual([0, 0, 10]);
  });

  it("ticket by ticket, some of them withdrawn, adds up; D1 shows it row by row", async () => {
    const { types, home, order, giveBack, some } = await sold(count);
    for (const n of types.keys()) {
      expect(await giveBack(some(n, 1), `stock ${n}`)).toMatchObject({
        ok: true,
        value: { order: { status: "confirmed" } },
      });
      expect(await giveBack(some(n, 1), `gone ${n}`, false)).toMatchObject({ ok: true });
    }
    for (const type of types) expect(await countsOf(type)).toEqual([0, 1, 9]);
    await passTime(types, 2_000);
    for (const type of types) {
      const row = "SELECT sold_count, withdrawn_count FROM ticket_types WHERE id = ?";
      await expect.poll(() => env.DB.prepare(row).bind(type).first()).toEqual({ sold_count: 0, withdrawn_count: 1 });
    }
    const shown = await env.DB.prepare("SELECT status, items FROM orders WHERE id = ?").bind(order.id).first();
    const kept = await inside(home, (_, { storage: { sql } }) =>
      sql.exec("SELECT status, items FROM orders WHERE id = ?", order.id).one(),
    );
    expect(shown).toEqual(kept);
    expect(shown).toMatchObject({ status: "cancelled" });
  });
});

describe("[O7] a return that the other types get late", () => {
  const AWAY = refuse(UNAVAILABLE);
  const deafen = (home: TicketTypeId): Promise<void> =>
    inside(home, (object) => {
      object.inventories = (id) => ({ ...inventories(id), follow: () => Promise.resolve(AWAY) });
    });

  it("is done at home, and where it was lost the next message brings all of it, once", async () => {
    const { types, home, others, giveBack, some } = await sold(2);
    const other = must(others[0], "there are two");
    await deafen(home);
    expect(await giveBack(some(1, 1), "first")).toMatchObject({ ok: true });
    expect(await giveBack(some(0, 2), "second")).toMatchObject({ ok: true });
    expect([await countsOf(home), await countsOf(other)]).toEqual([
      [0, 0, 10],
      [2, 0, 8],
    ]);
    expect((await orderRowsOf(home)).outbox).toHaveLength(1);
    await evictDurableObject(objectOf(home));
    await fireAlarm(home);
    await expect.poll(() => countsOf(other)).toEqual([1, 0, 9]);
    await giveBack(some(1, 1), "third", false);
    expect(await countsOf(other)).toEqual([0, 1, 9]);
    expect((await kindsOf(other)).slice(-2)).toEqual(["return", "withdraw"]);
    for (const type of types) expect((await orderRowsOf(type)).outbox).toEqual([]);
  });

  it("needs no hold: a day later, when those are deleted, tickets still come back", async () => {
    const { types, giveBack } = await sold(2);
    for (const type of types)
      await inside(type, (_, { storage: { sql } }) => void sql.exec("DELETE FROM holds").toArray());
    for (const type of types) await evictDurableObject(objectOf(type));
    expect(await giveBack("all", "key")).toMatchObject({ ok: true });
    for (const type of types) expect(await countsOf(type)).toEqual([0, 0, 10]);
  });
});
