// A wipe that meets what is still under way at its object (rules K6, X5): after it nothing is placed and nothing is
// stored, whatever was sent before, and also after an eviction. Each interleaving is forced, none is left to chance.

import { createHash } from "node:crypto";
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { newId } from "../../../../src/app/context.ts";
import { ticketTypes } from "../../../../src/db/schema/catalogue.ts";
import { readTerms } from "../../../../src/db/ticket-types/terms.ts";
import {
  type AttemptId,
  attemptIdFrom,
  type OrderId,
  orderIdFrom,
  type ShopperId,
  type TicketTypeId,
} from "../../../../src/domain/ids.ts";
import type { Occupancy } from "../../../../src/domain/ledger/command.ts";
import type { SharedOrder } from "../../../../src/domain/orders/order.ts";
import { must } from "../../../../src/domain/result.ts";
import type { Terms } from "../../../../src/domain/terms.ts";
import type { TicketTypeInventory } from "../../../../src/inventory/ticket-type-inventory.ts";
import { countsOf, db, holdIdOf, inventories, objectOf, placeHold, seedType } from "../../support/fixture.ts";
import { alarmAt, inside, usePorts } from "../../support/object.ts";

const NOT_FOUND = { ok: false, refusal: { code: "not_found" } };
const DONE = { ok: true, value: null };
const aShopper = () => newId("shp");
const sha256 = (text: string): Uint8Array => createHash("sha256").update(text).digest();

type Gate<T> = { readonly promise: Promise<T>; readonly open: (value: T) => void; readonly reached: Promise<void> };

/** A reply that comes when the test releases it; `reached` resolves when a caller waits for it. */
function gate<T>(): Gate<T> & { readonly ask: () => Promise<T> } {
  const { promise, resolve } = Promise.withResolvers<T>();
  const queried = Promise.withResolvers<void>();
  const ask = (): Promise<T> => {
    queried.resolve();
    return promise;
  };
  return { promise, open: resolve, reached: queried.promise, ask };
}

async function termsOf(id: TicketTypeId): Promise<Terms> {
  return must(await readTerms(db, id), "the type exists");
}
async function deleteFromD1(id: TicketTypeId): Promise<void> {
  await db.delete(ticketTypes).where(eq(ticketTypes.id, id));
}

/** Nothing is stored, and whatever comes is refused: in this life of the object, and in the next. */
async function expectGone(id: TicketTypeId, terms: Terms): Promise<void> {
  await expectRefused(id, terms);
  await evictDurableObject(objectOf(id));
  await expectRefused(id, terms);
}

async function expectRefused(id: TicketTypeId, terms: Terms): Promise<void> {
  expect(await placeHold(id, aShopper(), 1)).toEqual(NOT_FOUND);
  expect(await inventories(id).terms(terms, "late")).toEqual(NOT_FOUND);
  expect(await inventories(id).terms({ ...terms, version: terms.version + 1 }, "later")).toEqual(NOT_FOUND);
  expect(await placeHold(id, aShopper(), 1)).toEqual(NOT_FOUND);
  const orderId = orderIdFrom(id, aShopper(), "key", sha256);
  const attempt = attemptIdFrom(orderId, [], 0, sha256);
  expect(await inventories(id).resolve({ orderId, attempt }), "[O2] void, and not stored").toEqual(DONE);
  const stored = await inside(id, (_, { storage }) =>
    storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
  );
  expect([stored, await alarmAt(id)]).toEqual([[], null]);
}

/** A type that its object does not know yet. */
async function undisturbedType(): Promise<{ id: TicketTypeId; terms: Terms }> {
  const { typeId: id } = await seedType(10);
  return { id, terms: await termsOf(id) };
}

/** A type with terms in its object's memory and rows; D1 has deleted it. */
async function deletedType(): Promise<{ id: TicketTypeId; terms: Terms }> {
  const { typeId: id } = await seedType(10);
  const terms = await termsOf(id);
  await countsOf(id);
  await deleteFromD1(id);
  return { id, terms };
}

function orderOf(id: OrderId, attempt: AttemptId, userId: ShopperId): SharedOrder {
  const times = { expiresAt: 1, createdAt: 1, updatedAt: 1 };
  return { id, userId, status: "reserved", attempt, items: [], total: 0, ...times, seq: 1, history: [1] };
}

/**
 * One command of every kind, and every query. `resolve` has its own reply: for a type that does not exist, all attempts
 * are void.
 */
function askAll(object: TicketTypeInventory, id: TicketTypeId): Promise<unknown>[] {
  const holder = aShopper();
  const by = { id: holder, organizationId: null };
  const holdId = holdIdOf(id, holder, "key");
  const orderId = orderIdFrom(id, holder, "key", sha256);
  const attempt = attemptIdFrom(orderId, [holdId], 0, sha256);
  const who = { actor: holder, requestId: "test" };
  return [
    object.hold(id, { holdId, holder: by, quantity: 1, source: "web", notes: null, ...who }),
    object.read(id, { holdIds: [holdId], by }),
    object.release(id, { holdId, by, ...who }),
    object.checkout(id, { orderId, attempt, holdIds: [holdId], buyer: by, claimed: [], ...who }),
    object.order(id, { orderId, by }),
    object.settle(id, { orderId, status: "confirmed", by, ...who }),
    object.claim(id, { orderId, attempt, holdIds: [holdId], buyer: by, ...who }),
    object.unclaim(id, { orderId, attempt, holdIds: [holdId], ...who }),
    object.follow(id, { order: orderOf(orderId, attempt, holder), ...who }),
    object.counts(id),
    object.listHolds(id, { limit: 10, beforeSeq: null }),
    object.holdsByTime(id, { limit: 10, before: null, status: "active" }),
    object.history(id, { orderId, by }),
    object.listLedger(id, 0, 10),
    object.isUntouched(id),
  ];
}

describe("a wipe", () => {
  it("[K6] [X5] refuses terms that are in line when it deletes, and all that waits behind them", async () => {
    const { id, terms } = await deletedType();
    const [wiped, ...refused] = await inside(id, async (object) => {
      const d1 = gate<null>();
      object.ports = { ...object.ports, readTerms: d1.ask };
      const replies = [object.wipe(id), object.terms(id, terms, "late"), ...askAll(object, id)];
      // The line's turn is a task of its own, and the wipe goes on before it.
      d1.open(null);
      return Promise.all(replies);
    });
    expect(wiped).toEqual(DONE);
    expect(refused).toEqual(refused.map(() => NOT_FOUND));
    await expectGone(id, terms);
  });

  it("[K6] [X5] refuses terms that read D1 before the deletion and go on after it", async () => {
    const { id, terms } = await undisturbedType();
    const replies = await inside(id, async (object) => {
      const d1 = gate<Terms>();
      object.ports = { ...object.ports, readTerms: d1.ask };
      const delivered = object.terms(id, terms, "late");
      await d1.reached;
      object.ports = { ...object.ports, readTerms: () => Promise.resolve(null) };
      const wiped = await object.wipe(id);
      d1.open(terms);
      return [wiped, await delivered];
    });
    expect(replies).toEqual([DONE, NOT_FOUND]);
    await deleteFromD1(id);
    await expectGone(id, terms);
  });

  it("[K6] [X5] refuses the hold whose first query of D1 was before the deletion", async () => {
    const { id, terms } = await undisturbedType();
    const replies = await inside(id, async (object) => {
      const d1 = gate<Terms>();
      object.ports = { ...object.ports, readTerms: d1.ask };
      const requests = askAll(object, id);
      await d1.reached;
      object.ports = { ...object.ports, readTerms: () => Promise.resolve(null) };
      const wiped = await object.wipe(id);
      d1.open(terms);
      return [wiped, ...(await Promise.all(requests))];
    });
    expect(replies).toEqual([DONE, ...replies.slice(1).map(() => NOT_FOUND)]);
    await deleteFromD1(id);
    await expectGone(id, terms);
  });

  it("[K6] [X5] that comes twice at once deletes once and leaves the same, with terms between the two", async () => {
    const { id, terms } = await deletedType();
    const replies = await inside(id, async (object) => {
      const gates = [gate<null>(), gate<null>()] as const;
      const waiting = [...gates];
      object.ports = { ...object.ports, readTerms: () => must(waiting.shift(), "two look at D1").ask() };
      const wipes = [object.wipe(id), object.wipe(id)];
      const delivered = object.terms(id, terms, "late");
      gates[0].open(null);
      const first = [await wipes[0], await delivered];
      gates[1].open(null);
      const second = await wipes[1];
      object.ports = { ...object.ports, readTerms: () => Promise.resolve(null) };
      return [...first, second];
    });
    expect(replies).toEqual([DONE, NOT_FOUND, DONE]);
    await expectGone(id, terms);
  });

  it("[X5] leaves nothing of an alarm that was projecting meanwhile: no mark, no alarm", async () => {
    const { id, terms } = await deletedType();
    const replies = await inside(id, async (object) => {
      const d1 = gate<void>();
      object.ports = { ...object.ports, project: d1.ask };
      const alarm = object.alarm();
      await d1.reached;
      const wiped = await object.wipe(id);
      const delivered = await object.terms(id, { ...terms, version: terms.version + 1 }, "late");
      d1.open();
      await alarm;
      return [wiped, delivered];
    });
    expect(replies).toEqual([DONE, NOT_FOUND]);
    await expectGone(id, terms);
  });
});

describe("a wipe that fails", () => {
  beforeEach(() => {
    vi.spyOn(console, "error").mockImplementation(() => {});
  });

  it("[K6] while D1 is away has deleted nothing, and the object sells on if the type is there after all", async () => {
    const { typeId: id } = await seedType(10);
    await countsOf(id);
    await usePorts(id, { readTerms: () => Promise.reject(new Error("D1_ERROR: away")) });
    expect(await inventories(id).wipe()).toMatchObject({ refusal: { code: "temporarily_unavailable" } });
    expect((await placeHold(id, aShopper(), 1)).ok).toBe(true);
  });

  it("[K6] [X5] at the deletion itself sells nothing, and the next one ends it", async () => {
    const { id, terms } = await deletedType();
    await inside(id, (_, { storage }) => {
      vi.spyOn(storage, "deleteAll").mockRejectedValueOnce(new Error("the disk is away"));
    });
    expect(await inventories(id).wipe()).toMatchObject({ refusal: { code: "temporarily_unavailable" } });
    expect(await placeHold(id, aShopper(), 1)).toEqual(NOT_FOUND);
    expect(await inventories(id).terms({ ...terms, version: terms.version + 1 }, "late")).toEqual(NOT_FOUND);
    expect(await inventories(id).wipe()).toEqual(DONE);
    await expectGone(id, terms);
  });
});

describe("the feed of a deleted type's event", () => {
  it("[L2] does not take counts that were on their way when the type was dropped", async () => {
    const { typeId: id, eventId } = await seedType(10);
    await countsOf(id);
    const onItsWay = gate<Occupancy>();
    await inside(id, (object) => {
      const { feeds } = object;
      object.feeds = (event) => ({
        ...feeds(event),
        push: (type, counts) => {
          onItsWay.open(counts);
          return feeds(event).push(type, counts);
        },
      });
    });
    await placeHold(id, aShopper(), 1);
    const counts = await onItsWay.promise;
    await deleteFromD1(id);
    expect(await inventories(id).wipe()).toEqual(DONE);
    const feed = env.EVENT_FEED.getByName(eventId);
    const isShown = () => runInDurableObject(feed, (object) => object.state.types.has(id));
    await vi.waitFor(async () => expect(await isShown()).toBe(false));
    await feed.push(id, counts);
    expect(await isShown()).toBe(false);
  });
});
