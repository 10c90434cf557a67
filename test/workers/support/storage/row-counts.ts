// Counts what an object writes and what goes to D1, for tests that read the storage of objects.

import { createHash } from "node:crypto";
import { newId } from "../../../../src/app/context.ts";
import {
  attemptIdFrom,
  type HoldId,
  orderIdFrom,
  changeIdFrom,
  type TicketTypeId,
} from "../../../../src/domain/ids.ts";
import { must } from "../../../../src/domain/result.ts";
import { holdIdOf } from "../fixture.ts";
import { countStorage, listenToD1, type StorageCounts } from "./platform-counts.ts";
import { inside } from "../object.ts";

/** `rows` written and `read`, as SQLite counts them. An alarm that is set is one row more, and counted apart. */
export type Writes = StorageCounts;

/**
 * Counts every row that the object of `typeId` writes and reads from now on. With alarms `held` back each is counted
 * but none is set, so that nothing but what a test does is counted.
 */
export function countWrites(typeId: TicketTypeId, alarms: "set" | "held" = "set"): Promise<Writes> {
  return inside(typeId, async (_, { storage }) => {
    if (alarms === "held") await storage.deleteAlarm();
    const counts: Writes = { rows: 0, read: 0, alarms: 0 };
    countStorage(storage, counts, alarms);
    return counts;
  });
}

/** The part of `writes` that was added while `work` ran. */
export async function costOf(writes: Writes, work: () => Promise<unknown>): Promise<Writes> {
  const before = { ...writes };
  await work();
  return {
    rows: writes.rows - before.rows,
    read: writes.read - before.read,
    alarms: writes.alarms - before.alarms,
  };
}

/** `d1` with every statement that is executed counted, each of a batch alone. */
export function countStatements(d1: D1Database): { readonly d1: D1Database; readonly count: () => number } {
  let count = 0;
  const onStatements = (statements: number) => {
    count += statements;
  };
  return { d1: listenToD1(d1, { onStatements }), count: () => count };
}

/** Places a batch of holds of one ticket each, which arrive in one turn. */
export function placeBatch(typeId: TicketTypeId, holders: readonly ReturnType<typeof newHolder>[]): Promise<HoldId[]> {
  return inside(typeId, async (object) => {
    const replies = await Promise.all(
      holders.map((holder) =>
        object.hold(typeId, {
          holdId: holdIdOf(typeId, holder, "key"),
          holder: { id: holder, organizationId: null },
          quantity: 1,
          source: "web",
          notes: null,
          actor: holder,
          requestId: "test",
        }),
      ),
    );
    return replies.map((reply) => must(reply.ok ? reply.value.hold.id : null, "there is room"));
  });
}

/** The checkout of one hold, an order of one ticket type. */
export function ordering(typeId: TicketTypeId, buyer: ReturnType<typeof newHolder>, holdId: HoldId) {
  const sha256 = (text: string): Uint8Array => createHash("sha256").update(text).digest();
  const orderId = orderIdFrom(typeId, buyer, "key", sha256);
  const attempt = attemptIdFrom(orderId, [holdId], 0, sha256);
  const by = { id: buyer, organizationId: null };
  return { orderId, attempt, holdIds: [holdId], buyer: by, claimed: [], actor: buyer, requestId: "test" };
}

export function confirming({ orderId, buyer, actor, requestId }: ReturnType<typeof ordering>) {
  return { orderId, status: "confirmed", by: buyer, actor, requestId } as const;
}

/** Returns the one ticket of that order. */
export function returning({ orderId, buyer, actor, requestId }: ReturnType<typeof ordering>, returnToStock: boolean) {
  const returnId = changeIdFrom("return", orderId, buyer.id, "key", (text) =>
    createHash("sha256").update(text).digest(),
  );
  const request = { items: "all", returnToStock, reason: "The event was moved." } as const;
  return { orderId, returnId, request, by: buyer, actor, requestId };
}

export const newHolder = () => newId("shp");
export const newHolders = (count: number) => Array.from({ length: count }, newHolder);
