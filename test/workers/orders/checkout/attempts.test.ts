// The home of an order and its voids (rule O2): what an attempt comes to, sent to the objects by hand, in any order.

import { createHash } from "node:crypto";
import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { UNAVAILABLE } from "../../../../src/domain/errors.ts";
import {
  type AttemptId,
  attemptIdFrom,
  type HoldId,
  orderIdFrom,
  type TicketTypeId,
} from "../../../../src/domain/ids.ts";
import type { Claimed } from "../../../../src/domain/ledger/command.ts";
import { DOUBT_MS } from "../../../../src/domain/limits.ts";
import type { SharedOrder } from "../../../../src/domain/orders/order.ts";
import { must, refuse } from "../../../../src/domain/result.ts";
import { held, inventories, objectOf, seedType, statusOf } from "../../support/fixture.ts";
import { alarmAt, fireAlarm, inside, kindsOf, ledgerOf, setClock } from "../../support/object.ts";
import { holdsOfTypes, orderRowsOf } from "../../support/order-setting.ts";

const sha256 = (text: string): Uint8Array => createHash("sha256").update(text).digest();
const DONE = { ok: true, value: null };
const REUSED = refuse({ code: "idempotency_key_reused" });

/** Holds of a home and of one other type, and each message of their checkout, by attempt. */
async function openAttempts() {
  const { home, others, shopper, holdIds } = await holdsOfTypes(2);
  const other = must(others[0], "two types");
  const [own, theirs] = [must(holdIds[0], "at home"), must(holdIds[1], "at the other")];
  const orderId = orderIdFrom(home, shopper.id, "key", sha256);
  const buyer = { id: shopper.id, organizationId: null };
  const by = { actor: shopper.id, requestId: "test" };
  const attempt = (n: number): AttemptId => attemptIdFrom(orderId, holdIds, n, sha256);
  const settling = { orderId, by: buyer, ...by };
  return {
    ...{ home, other, shopper, own, theirs, holdIds, orderId, buyer, by, attempt },
    claim: (n: number, ids: readonly HoldId[] = [theirs]) =>
      inventories(other).claim({ orderId, attempt: attempt(n), buyer, holdIds: ids, ...by }),
    checkout: (n: number, claimed: readonly Claimed[], ids: readonly HoldId[] = holdIds) =>
      inventories(home).checkout({ orderId, attempt: attempt(n), buyer, holdIds: ids, claimed, ...by }),
    resolve: (n: number) => inventories(home).resolve({ orderId, attempt: attempt(n) }),
    unclaim: (n: number) => inventories(other).unclaim({ orderId, attempt: attempt(n), holdIds: [theirs], ...by }),
    cancel: () => inventories(home).settle({ ...settling, status: "cancelled" }),
    status: () => Promise.all([statusOf(home, shopper.id, own), statusOf(other, shopper.id, theirs)]),
  };
}

async function claimedOf(reply: Promise<{ ok: true; value: Claimed } | { ok: false }>): Promise<Claimed> {
  const answer = await reply;
  return must(answer.ok ? answer.value : null, "it is claimed");
}

const voidsOf = async (type: TicketTypeId) => (await orderRowsOf(type)).voids.map(({ attempt }) => attempt);

describe("an attempt", () => {
  it("[O2] that its home checked before it committed is void: its commit is refused, the next succeeds", async () => {
    const { home, claim, checkout, resolve, unclaim, attempt, status } = await openAttempts();
    const claimed = await claimedOf(claim(0));
    expect(await resolve(0)).toEqual(DONE);
    expect(await checkout(0, [claimed])).toEqual({ ok: true, value: "void" });
    expect(await status()).toEqual(["active", "converted"]);
    await evictDurableObject(objectOf(home));
    expect(await checkout(0, [claimed]), "also of the next life").toEqual({ ok: true, value: "void" });
    expect(await resolve(0)).toEqual(DONE);
    expect(await voidsOf(home)).toEqual([attempt(0)]);
    expect(await unclaim(0)).toEqual(DONE);
    expect(await status()).toEqual(["active", "active"]);
    const made = await checkout(1, [await claimedOf(claim(1))]);
    expect(made).toMatchObject({ ok: true, value: { replayed: false, order: { attempt: attempt(1) } } });
    expect(await status()).toEqual(["converted", "converted"]);
  });

  it("[O2] that committed before its home was queried is the order, and no void is written", async () => {
    const { home, claim, checkout, resolve, attempt, orderId } = await openAttempts();
    await checkout(0, [await claimedOf(claim(0))]);
    expect(await resolve(0)).toMatchObject({ ok: true, value: { id: orderId, attempt: attempt(0) } });
    expect(await resolve(1), "of another attempt: the order stands").toMatchObject({ value: { attempt: attempt(0) } });
    expect(await voidsOf(home)).toEqual([]);
    expect(await checkout(1, []), "the order of this key is its answer").toMatchObject({ value: { replayed: true } });
  });

  it("[O2] with one query twice at once, beside its commit, has one reply", async () => {
    for (let round = 0; round < 10; round++) {
      const { home, claim, checkout, resolve } = await openAttempts();
      const claimed = await claimedOf(claim(0));
      const [first, made, second] = await Promise.all([resolve(0), checkout(0, [claimed]), resolve(0)]);
      const { orders, voids } = await orderRowsOf(home);
      expect(orders.length + voids.length, "an order, or a void").toBe(1);
      expect(made).toMatchObject({ ok: true, value: orders.length === 1 ? { replayed: false } : "void" });
      const last = await resolve(0);
      for (const said of [first, second]) if (said.ok && said.value === null) expect(last).toEqual(DONE);
    }
  });

  it("[O2] that its home refuses for good is void from then on, in the same transaction", async () => {
    const { home, own, buyer, by, claim, checkout, attempt } = await openAttempts();
    const claimed = await claimedOf(claim(0));
    await inventories(home).release({ holdId: own, by: buyer, ...by });
    const refused = refuse({ code: "hold_not_active", holdStatus: "cancelled", holdId: own } as const);
    expect(await checkout(0, [claimed])).toEqual(refused);
    expect(await voidsOf(home)).toEqual([attempt(0)]);
    expect(await checkout(0, [claimed])).toEqual({ ok: true, value: "void" });
    expect(await kindsOf(home)).toEqual(["terms", "hold", "release"]);
  });

  it("[O1] [O2] that mixes two events is void", async () => {
    const { home, other, claim, checkout, attempt, status } = await openAttempts();
    const { eventId } = await seedType(1);
    const claimed = await claimedOf(claim(0));
    expect(await checkout(0, [{ ...claimed, eventId }])).toEqual(refuse({ code: "mixed_events" }));
    expect(await voidsOf(home)).toEqual([attempt(0)]);
    expect(await status()).toEqual(["active", "converted"]);
    const now = Date.now();
    await setClock(other, now + DOUBT_MS);
    await fireAlarm(other);
    expect(await status()).toEqual(["active", "active"]);
  });

  it("[O2] that claimed nothing elsewhere leaves no void when it is refused: nobody will query it", async () => {
    const { home, own, buyer, by, checkout } = await openAttempts();
    await inventories(home).release({ holdId: own, by: buyer, ...by });
    expect(await checkout(0, [], [own])).toMatchObject({ ok: false, refusal: { code: "hold_not_active" } });
    expect(await voidsOf(home)).toEqual([]);
  });
});

describe("a claim", () => {
  it("[O2] [T6] is in doubt until its home says more, writes one row a hold, and its repeat writes none", async () => {
    const { other, theirs, orderId, attempt, claim } = await openAttempts();
    const claimed = await claimedOf(claim(0));
    expect(claimed.holds).toMatchObject([{ holdId: theirs, placedSeq: 2, quantity: 2, unitPrice: 15_000 }]);
    const rows = await ledgerOf(other);
    expect(rows.at(-1)).toMatchObject({ kind: "claim", hold_id: theirs, order_id: orderId, held: 2 });
    expect(await claimedOf(claim(0))).toEqual(claimed);
    expect(await ledgerOf(other)).toEqual(rows);
    expect((await orderRowsOf(other)).claims).toEqual([{ order_id: orderId, attempt: attempt(0), state: "doubt" }]);
  });

  it("[O2] is all of its holds or none", async () => {
    const { other, shopper, theirs, buyer, by, claim, status } = await openAttempts();
    const released = await held(other, shopper.id, 1);
    await inventories(other).release({ holdId: released, by: buyer, ...by });
    expect(await claim(0, [theirs, released])).toMatchObject({
      refusal: { code: "hold_not_active", holdId: released },
    });
    expect(await status()).toEqual(["active", "active"]);
    expect((await orderRowsOf(other)).claims).toEqual([]);
  });

  it("[O6] by another attempt for the same order takes no more: others fail for good, the same for now", async () => {
    const { other, shopper, theirs, claim } = await openAttempts();
    await claim(0);
    const further = await held(other, shopper.id, 1);
    for (const ids of [[further], [theirs, further]]) {
      for (const n of [0, 1]) expect(await claim(n, ids)).toEqual(REUSED);
    }
    expect(await claim(1), "which attempt made the order is for its home to say").toEqual(refuse(UNAVAILABLE));
    expect(await statusOf(other, shopper.id, further)).toBe("active");
  });

  it("[O2] goes back by its own attempt's word alone, and by none once it follows an order", async () => {
    const { other, claim, checkout, unclaim, status } = await openAttempts();
    const claimed = await claimedOf(claim(0));
    expect(await unclaim(1)).toEqual(DONE);
    expect(await status()).toEqual(["active", "converted"]);
    await checkout(0, [claimed]);
    await expect.poll(async () => (await orderRowsOf(other)).claims[0]?.state).toBe("reserved");
    for (const n of [0, 1]) expect(await unclaim(n)).toEqual(DONE);
    expect(await status()).toEqual(["converted", "converted"]);
  });

  it("[O2] [H4] that goes back at held_until is given back, and a millisecond before is active again", async () => {
    for (const [late, kinds, status] of [
      [0, ["terms", "hold", "claim", "unclaim", "expire"], "expired"],
      [-1, ["terms", "hold", "claim", "unclaim"], "active"],
    ] as const) {
      const { other, shopper, theirs, buyer, claim, unclaim } = await openAttempts();
      const read = await inventories(other).read({ holdIds: [theirs], by: buyer });
      const { heldUntil } = must(read.ok ? read.value.holds[0] : null, "it is there");
      await claim(0);
      await setClock(other, heldUntil + late);
      await unclaim(0);
      expect(await kindsOf(other)).toEqual(kinds);
      expect(await statusOf(other, shopper.id, theirs)).toBe(status);
    }
  });

  it("[O2] queries its home when its 30 s are over, and not a millisecond before, by its alarm", async () => {
    const { home, other, theirs, shopper, claim } = await openAttempts();
    const now = Date.now();
    await setClock(other, now);
    await claim(0);
    // Polled, since there is no alarm while one is running.
    await expect.poll(async () => (await alarmAt(other)) ?? Infinity).toBeLessThanOrEqual(now + DOUBT_MS);
    await setClock(other, now + DOUBT_MS - 1);
    await fireAlarm(other);
    expect(await voidsOf(home)).toEqual([]);
    expect(await statusOf(other, shopper.id, theirs)).toBe("converted");
    await setClock(other, now + DOUBT_MS);
    await fireAlarm(other);
    expect(await voidsOf(home)).toHaveLength(1);
    expect(await statusOf(other, shopper.id, theirs)).toBe("active");
  });

  it("[O2] [O3] follows only the order that its own attempt made, with its holds as they were placed", async () => {
    const { home, other, claim, checkout, attempt, by } = await openAttempts();
    const claimed = await claimedOf(claim(0));
    // Nothing that the home sends gets there: what arrives is sent by hand.
    await inside(home, (object) => {
      const away = refuse(UNAVAILABLE);
      object.inventories = (typeId) => ({ ...inventories(typeId), follow: () => Promise.resolve(away) });
    });
    const made = await checkout(0, [claimed]);
    if (!made.ok || made.value === "void") throw new Error("it is made");
    const { order } = made.value;
    const state = async () => (await orderRowsOf(other)).claims[0]?.state;
    const anew = order.items.map((item) => ({ ...item, placedSeq: item.placedSeq + 1 }));
    const follow = (sent: SharedOrder) => inventories(other).follow({ order: sent, ...by });
    for (const wrong of [{ attempt: attempt(1) }, { items: anew }, { items: [] }]) {
      expect(await follow({ ...order, status: "confirmed", ...wrong })).toEqual(DONE);
      expect(await state()).toBe("doubt");
    }
    expect(await follow(order)).toEqual(DONE);
    expect(await state()).toBe("reserved");
  });
});

it("[O6] a second key over a hold of the first key's order is refused, and voids only its own attempt", async () => {
  const { home, other, own, theirs, shopper, holdIds, buyer, by, claim, checkout, cancel } = await openAttempts();
  await checkout(0, [await claimedOf(claim(0))]);
  const second = orderIdFrom(home, shopper.id, "another key", sha256);
  const attempt = attemptIdFrom(second, holdIds, 0, sha256);
  const command = { orderId: second, attempt, buyer, ...by };
  const converted = (holdId: HoldId) => refuse({ code: "hold_not_active", holdStatus: "converted", holdId } as const);
  expect(await inventories(other).claim({ ...command, holdIds: [theirs] })).toEqual(converted(theirs));
  expect(await inventories(home).checkout({ ...command, holdIds: [own], claimed: [] })).toEqual(converted(own));
  expect(await inventories(home).resolve({ orderId: second, attempt })).toEqual(DONE);
  expect(await voidsOf(home)).toEqual([attempt]);
  expect(await cancel()).toMatchObject({ ok: true, value: { status: "cancelled" } });
});
