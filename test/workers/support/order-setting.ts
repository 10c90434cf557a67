// Holds of one shopper on several ticket types, and what became of them: for tests of checkouts and of orders.

import { expect } from "vitest";
import { checkOut } from "../../../src/app/orders/check-out.ts";
import type { Context } from "../../../src/app/context.ts";
import type { HoldId, OrderId, TicketTypeId } from "../../../src/domain/ids.ts";
import type { Buyer } from "../../../src/domain/people/policy.ts";
import { must } from "../../../src/domain/result.ts";
import { aShopper, contextFor, countsOf, held, inventories, seedShow, staffOf, statusOf } from "./fixture.ts";
import { fireAlarm, inside, setClock } from "./object.ts";

/** `home` is the first of the types: the smallest id. The shopper holds two tickets of each. */
export async function holdsOfTypes(count: number, total = 10) {
  const show = await seedShow(Array.from({ length: count }, () => ({ total })));
  const types = [...show.typeIds].sort();
  const home = must(types[0], "there is at least one type");
  const shopper = aShopper();
  const holdIds: HoldId[] = [];
  for (const type of types) holdIds.push(await held(type, shopper.id, 2));
  return {
    ...show,
    types,
    home,
    others: types.slice(1),
    shopper,
    staff: staffOf(show.organizationId),
    holdIds,
    checkout: (parts: Partial<Context> = {}, key = "key") =>
      checkOut(contextFor(shopper, parts), { holdIds, idempotencyKey: key }),
    statuses: () => Promise.all(types.map((type, n) => statusOf(type, shopper.id, must(holdIds[n], "a hold each")))),
    counts: () => Promise.all(types.map((type) => countsOf(type))),
  };
}

export type Setting = Awaited<ReturnType<typeof holdsOfTypes>>;

/** A reserved order of two tickets of each type. */
export async function reservedOrder(count: number, parts: Partial<Context> = {}) {
  const setting = await holdsOfTypes(count);
  const reply = await setting.checkout(parts);
  if (!reply.ok) throw new Error(reply.refusal.code);
  return { ...setting, order: reply.value.order };
}

/** The order as its home shows it to `actor`. */
export function readOrder(home: TicketTypeId, orderId: OrderId, actor: Buyer) {
  const organizationId = actor.kind === "shopper" ? null : actor.organizationId;
  return inventories(home).order({ orderId, by: { id: actor.id, organizationId } });
}

export type StoredClaim = { readonly order_id: string; readonly attempt: string; readonly state: string };

/** The rows of an object that concern orders. */
export function orderRowsOf(type: TicketTypeId) {
  return inside(type, (_, { storage }) => {
    const all = <T extends Record<string, SqlStorageValue>>(query: string) => storage.sql.exec<T>(query).toArray();
    return {
      orders: all<{ id: string; status: string }>("SELECT id, status FROM orders"),
      claims: all<StoredClaim>("SELECT order_id, attempt, state FROM claims"),
      voids: all<{ attempt: string; order_id: string }>("SELECT attempt, order_id FROM voids"),
      outbox: all<{ order_id: string; ticket_type_id: string }>("SELECT order_id, ticket_type_id FROM outbox"),
    };
  });
}

/** Moves the clocks of `types` on by `ms` and lets their alarms do what is due then. */
export async function passTime(types: readonly TicketTypeId[], ms: number): Promise<void> {
  const at = Date.now() + ms;
  for (const type of types) await setClock(type, at);
  for (const type of types) await fireAlarm(type);
}

/** Every hold went into the home's order, or none did; no claim is in doubt and nothing waits to be sent. */
export async function expectAllOrNone(setting: Setting): Promise<void> {
  const { home, types, shopper, statuses, counts } = setting;
  const { orders, outbox } = await orderRowsOf(home);
  expect(orders.length).toBeLessThanOrEqual(1);
  expect(outbox).toEqual([]);
  const [order] = orders;
  expect(await statuses()).toEqual(types.map(() => (order ? "converted" : "active")));
  expect(await counts()).toEqual(types.map(() => ({ total: 10, sold: 0, held: 2, available: 8 })));
  for (const other of setting.others) {
    const claims = (await orderRowsOf(other)).claims.map(({ order_id, state }) => [order_id, state]);
    expect(claims).toEqual(order ? [[order.id, "reserved"]] : []);
  }
  if (order)
    expect(await readOrder(home, order.id as OrderId, shopper)).toMatchObject({ value: { status: "reserved" } });
}
