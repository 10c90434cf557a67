// What an object does elsewhere by its alarm: its projection stays within what D1 takes (rules K5, X3), and it queries
// the homes of its claims, none of which keeps the others waiting (rule O2).

import { describe, expect, test } from "vitest";
import type { Projection } from "../../../src/db/projection/projection.ts";
import { UNAVAILABLE } from "../../../src/domain/errors.ts";
import { homeOf, type OrderId } from "../../../src/domain/ids.ts";
import { openBook } from "../../../src/domain/ledger/memory/book.ts";
import { EMPTY_HEAD, type LedgerRow } from "../../../src/domain/ledger/chain.ts";
import type { ClaimCommand, Command, ResolveReply } from "../../../src/domain/ledger/command.ts";
import { DOUBT_MS, NO_UPDATE_MS } from "../../../src/domain/limits.ts";
import type { Claim, Order, OrderStatus } from "../../../src/domain/orders/order.ts";
import { accept, must, refuse } from "../../../src/domain/result.ts";
import type { InventoryPorts } from "../../../src/inventory/ports.ts";
import { projectNext } from "../../../src/inventory/projection/project.ts";
import { openRemoteWork } from "../../../src/inventory/orders/remote-work.ts";
import type { LedgerStore } from "../../../src/inventory/storage/store.ts";
import {
  checkoutCommand,
  claimCommand,
  EVENT,
  findHold,
  followCommand,
  holdCommand,
  holdIdOf,
  ORDER_TTL_MS,
  ORGANIZATION,
  SHOPPER,
  START,
  termsOf,
} from "../../support/builders.ts";
import { type Driver, openOnSale } from "../../support/ledger/driver.ts";
import { openMemoryStore, projectedOrder } from "../../support/ledger/memory-store.ts";
import { NO_MAIL } from "../../support/orders/no-mail.ts";

const ORDERS = 2_500;
const D1_MAX_VALUE_BYTES = 2_000_000;
const TERMS = { terms: termsOf(), outcome: { version: 1, applied: true, total: 10 } } as const;
const NOTHING_LIVE = { activeHolds: [], ranOut: null, orders: [], claims: [] };

const unused = () => Promise.reject(new Error("not asked for here"));
const PORTS: InventoryPorts = { readTerms: unused, project: unused };

const ticketsIn = (told: string) => (JSON.parse(told) as [string, number, unknown[]])[2].length;

/** An order of `items` holds, as its home has it at ledger row `seq`. */
function orderOf(seq: number, items: number, status: OrderStatus = "reserved"): Order {
  const ids = Array.from({ length: items }, (_, n) => holdIdOf(SHOPPER, `${n}`));
  const { orderId, attempt } = checkoutCommand(ids, { key: `${seq}` });
  const returned = { returned: 0, withdrawn: 0 };
  const facts = { placedSeq: 1_000_000, quantity: 100, source: "scanner", unitPrice: 100_000_000 } as const;
  return {
    ...{ id: orderId, userId: SHOPPER, status, attempt, total: 1, history: [seq], seq },
    ...{ expiresAt: START, createdAt: START, updatedAt: START, contact: null, locale: "en", unpaid: [] },
    items: ids.map((holdId) => ({
      ...facts,
      ...returned,
      holdId,
      ticketTypeId: TERMS.terms.ticketTypeId,
      amount: 10_000_000_000,
    })),
  };
}

describe("the projection", () => {
  /** All that is sent of these orders, step after step. */
  async function allSent(orders: readonly Order[]): Promise<Projection[]> {
    const nothing = { sold: 0, held: 0, withdrawn: 0, hash: "", erased: null };
    const rows = orders.map((order) => ({ ...nothing, seq: order.seq, order: projectedOrder(order) }));
    const store: LedgerStore = {
      ...openMemoryStore(),
      projectionAfter: (seq, limit) => rows.slice(seq, seq + limit),
    };
    const book = openBook({ terms: TERMS, head: null, ...NOTHING_LIVE });
    const sent: Projection[] = [];
    const ports = { ...PORTS, project: async (projection: Projection) => void sent.push(projection) };
    let step = { seq: 0, more: true };
    while (step.more) step = await projectNext(book, store, step.seq, ports);
    expect(step.seq).toBe(orders.length);
    expect(sent.flatMap((projection) => projection.orders)).toEqual(rows.map(({ order }) => order));
    for (const projection of sent)
      for (const texts of [projection.orders, projection.tickets])
        expect(new TextEncoder().encode(`[${texts.join(",")}]`).length).toBeLessThan(D1_MAX_VALUE_BYTES);
    return sent;
  }

  test.each([
    ["one hold", 1],
    ["ten holds", 10],
  ])("[X3] [K5] of many orders of %s fits D1 at every step, and reaches the end", async (_, items) => {
    const sent = await allSent(Array.from({ length: ORDERS }, (__, index) => orderOf(index + 1, items)));
    expect(sent.flatMap(({ tickets }) => tickets)).toEqual([]);
  });

  test("[N2] has the tickets of confirmed orders, in no step so many that the object is kept from selling", async () => {
    const sent = await allSent(Array.from({ length: 23 }, (__, index) => orderOf(index + 1, 10, "confirmed")));
    const counts = sent.map((projection) => projection.tickets.reduce((sum, each) => sum + ticketsIn(each), 0));
    expect(counts).toEqual([5_000, 5_000, 5_000, 5_000, 3_000]);
  });

  test("[X3] the position that was sent to D1 moves only after D1 has replied", async () => {
    const row: LedgerRow = {
      ...{ ...EMPTY_HEAD, seq: 1, kind: "terms", holdId: null, orderId: null },
      ...{ quantity: 0, actor: "system", requestId: null },
    };
    const book = openBook({ terms: TERMS, head: row, ...NOTHING_LIVE });
    const store: LedgerStore = {
      ...openMemoryStore(),
      projectionAfter: (seq) => (seq === 0 ? [{ ...row, order: null, erased: null }] : []),
    };
    let now = START;
    let away = true;
    const work = openRemoteWork({
      ledger: { book: () => book },
      store,
      ports: () => ({
        ...PORTS,
        project: () => (away ? Promise.reject(new Error("D1_ERROR: away")) : Promise.resolve()),
      }),
      resolve: unused,
      clock: () => now,
      random: () => 0,
      checkpoint: () => null,
      enqueue: unused,
      log: () => undefined,
      ...NO_MAIL,
    });
    await work.run();
    expect(store.projectedSeq()).toBe(0);
    expect(work.deadlines().unprojected).toBe(true);
    away = false;
    now += 1_000;
    await work.run();
    expect(store.projectedSeq()).toBe(1);
    expect(work.deadlines().unprojected).toBe(false);
  });
});

/** An inventory with `count` claims of as many orders of another home, whose word is `resolve`. */
function claimed(count: number, resolve: (claim: Claim) => Promise<ResolveReply>) {
  const driver = openOnSale({ total: 1_000, maxPerOrder: 1_000 });
  const claims = Array.from({ length: count }, (_, n) => claimCommand([holdIdOf(SHOPPER, `${n}`)], { key: `${n}` }));
  driver.batch([...claims.map((_, n) => holdCommand(`${n}`)), ...claims], START);
  const clock = { now: START };
  const queried: OrderId[] = [];
  const logged: string[] = [];
  const work = openRemoteWork({
    ledger: { book: driver.book },
    store: driver.store,
    ports: () => ({ ...PORTS, project: () => Promise.resolve() }),
    resolve: (claim) => {
      queried.push(claim.orderId);
      return resolve(claim);
    },
    clock: () => clock.now,
    random: () => 0,
    checkpoint: () => null,
    enqueue: async (command: Command) => driver.send(command, clock.now),
    log: (event) => logged.push(event),
    ...NO_MAIL,
  });
  return { driver, claims, clock, asked: queried, logged, work };
}

const AWAY: ResolveReply = refuse(UNAVAILABLE);
const stateOf = ({ store }: Driver, { orderId }: ClaimCommand) =>
  store.find({ holds: [], orders: [], claims: [orderId], voids: [] }).claims[0]?.state ?? null;

function orderFor(driver: Driver, claim: ClaimCommand): ResolveReply {
  const holds = claim.holdIds.map((id) => must(findHold(driver.store, id), "it was placed"));
  const { order } = followCommand(claim, holds, { status: "confirmed" });
  return accept({ ...order, eventId: EVENT, organizationId: ORGANIZATION, currency: "ZAR" });
}

describe("a claim that is in doubt", () => {
  test("[O2] is checked at its deadline and not before, and follows its home's reply", async () => {
    const setting = claimed(3, async ({ orderId }) => {
      const at = claims.findIndex((claim) => claim.orderId === orderId);
      const claim = must(claims[at], "it was claimed");
      // Of the three: no order, the order of this attempt, the order of another attempt.
      if (at === 0) return accept(null);
      return orderFor(
        driver,
        at === 1 ? claim : { ...claim, attempt: `${claim.attempt.slice(1)}0` as Claim["attempt"] },
      );
    });
    const { driver, claims, clock, asked, work } = setting;
    clock.now = START + DOUBT_MS - 1;
    await work.run();
    expect(asked).toEqual([]);
    expect(work.deadlines().claims).toBe(START + DOUBT_MS);
    clock.now = START + DOUBT_MS;
    await work.run();
    expect([...asked].sort()).toEqual(claims.map(({ orderId }) => orderId).sort());
    expect(claims.map((claim) => stateOf(driver, claim))).toEqual([null, "confirmed", null]);
    expect(driver.book().head).toMatchObject({ sold: 1, held: 2 });
    expect(work.deadlines().claims).toBeNull();
  });

  test("[O2] stays held while its home does not reply, is retried after a pause, and delays no other", async () => {
    const silent = new Set<OrderId>();
    const { driver, claims, clock, asked, logged, work } = claimed(60, async ({ orderId }) =>
      silent.has(orderId) ? AWAY : accept(null),
    );
    for (const { orderId } of claims.slice(0, 55)) silent.add(orderId);
    clock.now = START + DOUBT_MS;
    for (let round = 0; round < 2; round++) await work.run();
    expect(asked).toHaveLength(60);
    expect(claims.slice(55).map((claim) => stateOf(driver, claim))).toEqual(Array.from({ length: 5 }, () => null));
    expect(driver.book().head.held).toBe(60);
    expect(new Set(logged)).toEqual(new Set(["order_home_not_asked"]));
    expect(work.deadlines().claims).toBe(START + DOUBT_MS + 1_000);
    await work.run();
    expect(asked, "not before its pause is over").toHaveLength(60);
    silent.clear();
    clock.now += 1_000;
    for (let round = 0; round < 2; round++) await work.run();
    expect(claims.map((claim) => stateOf(driver, claim))).toEqual(claims.map(() => null));
  });

  test("[O2] of a home that rejects is as of one that is away", async () => {
    const { driver, claims, clock, work } = claimed(1, () => Promise.reject(new Error("the object is gone")));
    clock.now = START + DOUBT_MS;
    await work.run();
    expect(stateOf(driver, must(claims[0], "one claim"))).toBe("doubt");
    expect(work.deadlines().claims).toBe(START + DOUBT_MS + 1_000);
    expect(homeOf(must(claims[0], "one claim").orderId)).not.toBe(termsOf().ticketTypeId);
  });
});

describe("a claim whose order is reserved", () => {
  const EXPIRES_AT = START + ORDER_TTL_MS;
  const ASKED_AT = EXPIRES_AT + NO_UPDATE_MS;

  /** One claim that knows that its order is reserved; its home replies `status` to the query. */
  function reserved(status: () => OrderStatus) {
    const setting = claimed(1, async () => {
      const reply = orderFor(setting.driver, claim);
      if (!reply.ok || reply.value === null) return reply;
      return accept({ ...reply.value, status: status(), seq: status() === "reserved" ? 7 : 8, expiresAt: EXPIRES_AT });
    });
    const claim = must(setting.claims[0], "one claim");
    const holds = claim.holdIds.map((id) => must(findHold(setting.driver.store, id), "it was placed"));
    setting.driver.send(followCommand(claim, holds, { expiresAt: EXPIRES_AT }), START + 1);
    return { ...setting, claim };
  }

  test.each(["confirmed", "cancelled", "expired"] as const)(
    "[O3] queries ten seconds after its expiry, and not before, without a message: here %s",
    async (status) => {
      const { driver, claim, clock, asked, work } = reserved(() => status);
      expect(work.deadlines().claims).toBe(ASKED_AT);
      clock.now = ASKED_AT - 1;
      await work.run();
      expect(asked).toEqual([]);
      expect(driver.book().head.held).toBe(1);
      clock.now = ASKED_AT;
      await work.run();
      expect(asked).toEqual([claim.orderId]);
      expect(stateOf(driver, claim)).toBe(status);
      expect(driver.book().head).toMatchObject({ sold: status === "confirmed" ? 1 : 0, held: 0 });
      expect(work.deadlines().claims).toBeNull();
    },
  );

  test("[O3] waits while its home's clock still has the order reserved, and queries again after a pause", async () => {
    let status: OrderStatus = "reserved";
    const { driver, claim, clock, asked, logged, work } = reserved(() => status);
    clock.now = ASKED_AT;
    for (let round = 0; round < 2; round++) await work.run();
    expect(asked).toHaveLength(1);
    expect(stateOf(driver, claim)).toBe("reserved");
    expect(driver.book().head.held).toBe(1);
    expect(work.deadlines().claims).toBe(ASKED_AT + 1_000);
    status = "expired";
    clock.now = ASKED_AT + 1_000;
    await work.run();
    expect(stateOf(driver, claim)).toBe("expired");
    expect(logged).toEqual([]);
  });
});
