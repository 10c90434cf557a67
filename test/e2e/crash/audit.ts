// Audits after a crash: every confirmed change is there, a lost one is there at most once, and the counts add up.

import { expect } from "vitest";
import { must } from "../../../src/domain/result.ts";
import { actionsOf } from "../../support/server/actions.ts";
import { type Client, countsOf, listAll } from "../../support/server/client.ts";
import { type HoldNote, type Journal, noteHold, noteOrder, type OrderNote } from "./load.ts";
import type { Hold, Order } from "../../support/server/wire.ts";

/** How often counts and lists are compared until they agree: some seconds in all. */
const LOOKS = 50;
const LOOK_AGAIN_MS = 100;

export type Scene = {
  readonly client: Client;
  readonly staffKey: string;
  readonly eventId: string;
  readonly typeIds: readonly string[];
};

/** Every confirmed hold exists as it was placed, and at least in the state of its last response. */
export async function checkHolds({ client }: Scene, holds: readonly HoldNote[]): Promise<void> {
  const { read } = actionsOf(client);
  await Promise.all(
    holds.map(async (note) => {
      if (note.id === null) return;
      const { status, body } = await read<Hold>(`/v1/holds/${note.id}`, note.token);
      const { id, quantity, typeId: ticket_type_id } = note;
      expect({ status, body }, JSON.stringify(note)).toMatchObject({
        status: 200,
        body: { id, quantity, ticket_type_id },
      });
      expect(statusesOf(note), JSON.stringify(note)).toContain(body.status);
    }),
  );
}

function statusesOf({ fate, heldUntil }: HoldNote): Hold["status"][] {
  if (fate === "released") return ["cancelled"];
  if (fate === "ordered") return ["converted"];
  const byTime: Hold["status"][] = Date.now() >= heldUntil ? ["expired"] : ["active"];
  // Also while active: the clock may have passed the hold's end since it was read.
  if (fate === "kept") return ["active", ...byTime];
  return ["active", "expired", "cancelled", "converted"];
}

/** A repeated key finds its hold. A key without a response gets one now, and holds no more than once. */
export async function repeatHolds({ client }: Scene, holds: readonly HoldNote[]): Promise<void> {
  const { hold } = actionsOf(client);
  await Promise.all(
    holds.map(async (note) => {
      const answer = await hold(note.typeId, note.token, note.key, { quantity: note.quantity });
      if (note.id === null) {
        expect([201, 409], JSON.stringify(answer.body)).toContain(answer.status);
        if (answer.status === 201) noteHold(note, answer.body);
        return;
      }
      expect(answer, JSON.stringify(note)).toMatchObject({
        status: 201,
        headers: { "idempotency-replayed": "true" },
        body: { id: note.id, quantity: note.quantity },
      });
    }),
  );
}

/** Every confirmed checkout's order exists with all its holds, and its key finds it; a confirmed order is sold. */
export async function checkOrders({ client }: Scene, orders: readonly OrderNote[]): Promise<void> {
  const { read, checkOut } = actionsOf(client);
  await Promise.all(
    orders.map(async (note) => {
      if (note.id === null) return;
      const { body } = await read<Order>(`/v1/orders/${note.id}`, note.token);
      expect(namesOf(body.items.map(({ hold_id }) => hold_id))).toBe(namesOf(note.holds.map(({ id }) => id)));
      const allowed: Record<OrderNote["confirmation"], Order["status"][]> = {
        none: ["reserved", "expired"],
        unsure: ["reserved", "expired", "confirmed"],
        done: ["confirmed"],
      };
      expect(allowed[note.confirmation], JSON.stringify(note)).toContain(body.status);
      if (body.status === "expired") expect(Date.now()).toBeGreaterThanOrEqual(note.expiresAt);
      const again = await checkOut(
        note.token,
        note.key,
        note.holds.map(({ id }) => id),
      );
      expect(again).toMatchObject({ status: 201, headers: { "idempotency-replayed": "true" }, body: { id: note.id } });
    }),
  );
}

/** A checkout that died at any step is tried again, and succeeds unless its holds have expired. */
export async function repeatOrders({ client }: Scene, orders: readonly OrderNote[]): Promise<number> {
  const { checkOut } = actionsOf(client);
  let made = 0;
  for (const note of orders) {
    const answer = await checkOut(
      note.token,
      note.key,
      note.holds.map(({ id }) => id),
    );
    expect(["201", "410 hold_expired"], JSON.stringify(answer.body)).toContain(
      answer.status === 201
        ? "201"
        : `${answer.status} ${must(Reflect.get(answer.body, "code"), "a problem") as string}`,
    );
    if (answer.status !== 201) continue;
    noteOrder(note, answer.body);
    made += 1;
  }
  return made;
}

/**
 * The counts are the sum of the live holds: of one moment, since the ledger's position is the same before and after. An
 * order ends in D1 first (rule O4), and an inventory that was killed meanwhile queries it when it wakes: until then D1
 * is ahead. Every check also requires that nothing is oversold. Returns how many holds are converted without an order in D1: those in doubt.
 */
export async function checkCounts(scene: Scene): Promise<number> {
  const { client, staffKey, eventId, typeIds } = scene;
  let doubts = 0;
  for (const typeId of typeIds) {
    for (let attempt = 0; ; attempt++) {
      const before = await countsOf(client, eventId, typeId);
      const active = await listAll<Hold>(client, `/v1/ticket-types/${typeId}/holds?status=active`, staffKey);
      const converted = await listAll<Hold>(client, `/v1/ticket-types/${typeId}/holds?status=converted`, staffKey);
      const orders = await listAll<Order>(client, `/v1/orders?event_id=${eventId}`, staffKey);
      const after = await countsOf(client, eventId, typeId);
      expect(before.held + before.sold, "never oversold").toBeLessThanOrEqual(before.total);
      expect(before.available).toBe(before.total - before.held - before.sold);
      const statusOf = new Map(
        orders.flatMap(({ status, items }) => items.map(({ hold_id }) => [hold_id, status] as const)),
      );
      const sum = (holds: readonly Hold[]) => holds.reduce((total, { quantity }) => total + quantity, 0);
      const open = converted.filter(({ id }) => ["reserved", undefined].includes(statusOf.get(id)));
      const sold = converted.filter(({ id }) => statusOf.get(id) === "confirmed");
      const listed = { seq: after.seq, held: sum(active) + sum(open), sold: sum(sold) };
      const agree = before.seq === listed.seq && before.held === listed.held && before.sold === listed.sold;
      if (!agree && attempt < LOOKS) {
        await new Promise((settle) => setTimeout(settle, LOOK_AGAIN_MS));
        continue;
      }
      expect(before).toMatchObject(listed);
      doubts += converted.filter(({ id }) => !statusOf.has(id)).length;
      break;
    }
  }
  return doubts;
}

/** When no doubt is left: a hold is converted exactly when an order names it, and each order names what it was made of. */
export async function checkNothingIsHalf(
  { client, staffKey, eventId, typeIds }: Scene,
  journal: Journal,
): Promise<void> {
  const lists = typeIds.map((id) => listAll<Hold>(client, `/v1/ticket-types/${id}/holds?status=converted`, staffKey));
  const converted = (await Promise.all(lists)).flat();
  const orders = await listAll<Order>(client, `/v1/orders?event_id=${eventId}`, staffKey);
  const named = orders.flatMap(({ items }) => items.map(({ hold_id }) => hold_id));
  expect(namesOf(named)).toBe(namesOf(converted.map(({ id }) => id)));
  expect(new Set(named).size, "no hold is in two orders").toBe(named.length);
  const asked = new Set(journal.orders.map(({ holds }) => namesOf(holds.map(({ id }) => id))));
  for (const { items } of orders) expect(asked).toContain(namesOf(items.map(({ hold_id }) => hold_id)));
}

function namesOf(ids: readonly (string | null)[]): string {
  return [...ids].sort().join();
}
