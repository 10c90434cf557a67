// How D1's terms of an event are delivered to its door (rules D2, N5): by the request that changed them, by the cron
// for what was left over, and before a code is shown that a new key has signed.

import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { runCron } from "../../../../src/app/jobs/cron.ts";
import { deliverDoors, redeliverDoors } from "../../../../src/app/deliveries/deliver-doors.ts";
import { openDb } from "../../../../src/db/client.ts";
import { listSyncs } from "../../../../src/db/outbox/outbox.ts";
import { insertKey } from "../../../../src/db/tickets/ticket-keys.ts";
import type { EventId } from "../../../../src/domain/ids.ts";
import { must } from "../../../../src/domain/result.ts";
import { secretIdOf, ticketSecretOf } from "../../../../src/shared/ticket-secrets.ts";
import { cronAt } from "../../support/catalogue.ts";
import { AWAY, change, changedEvent, CONFLICT, openDoorPort, taken, versionOf, waitingFor } from "../port.ts";
import { fatedD1 } from "../../support/faults.ts";
import { db, seedShow } from "../../support/fixture.ts";
import { ask, bodyOf, hold, idOf, openWorld, shopper } from "../../support/http.ts";

let lines: string[] = [];
beforeEach(async () => {
  lines = [];
  vi.spyOn(console, "error").mockImplementation((line) => void lines.push(String(line)));
  await env.DB.exec("DELETE FROM sync_rows");
});
const logged = (event: string) => lines.filter((line) => line.includes(`"event":"${event}"`)).length;

describe("[D2] a door", () => {
  it("that is away gets it from the cron, and its row stays until then", async () => {
    const eventId = await changedEvent();
    const away = openDoorPort(() => AWAY);
    expect(await redeliverDoors(cronAt(Date.now(), { doors: away.doors }))).toBe(1);
    expect(away.told.length).toBe(1);
    expect(await waitingFor(eventId)).toEqual([2]);
    const back = openDoorPort();
    await runCron({ ...env, EVENT_DOOR: back.namespace }, { waitUntil: () => undefined });
    expect(back.told.map(({ terms }) => terms?.version)).toEqual([2]);
    expect(await waitingFor(eventId)).toEqual([]);
  });

  it("that is away, or is there again, delays no other delivery", async () => {
    const [away, there] = [await changedEvent(), await changedEvent()];
    const port = openDoorPort((told) => (told.eventId === away ? AWAY : taken(told)));
    expect(await redeliverDoors(cronAt(Date.now(), { doors: port.doors }))).toBe(1);
    expect([await waitingFor(away), await waitingFor(there)]).toEqual([[2], []]);
  });

  it("that is away when something changes gets it behind the response as soon as it is there", async () => {
    const eventId = await changedEvent();
    let calls = 0;
    const port = openDoorPort((told) => (++calls === 1 ? AWAY : taken(told)));
    const behind: Promise<unknown>[] = [];
    deliverDoors(cronAt(Date.now(), { doors: port.doors, waitUntil: (work) => void behind.push(work) }), [eventId]);
    await Promise.all(behind);
    expect(port.told.length).toBe(2);
    expect(await waitingFor(eventId)).toEqual([]);
  });

  it("is still due a delivery when something newer came meanwhile", async () => {
    const eventId = await changedEvent();
    const port = openDoorPort(async (told) => {
      await change(eventId);
      return taken(told);
    });
    expect(await redeliverDoors(cronAt(Date.now(), { doors: port.doors }), isOver(port.told, 1))).toBe(0);
    expect(port.told.map(({ terms }) => terms?.version)).toEqual([2]);
    expect(await waitingFor(eventId)).toEqual([3]);
  });

  it("that has newer terms from other deliveries, however often, is no conflict", async () => {
    const eventId = await changedEvent();
    let calls = 0;
    const port = openDoorPort(async (told) => {
      if (++calls > 4) return taken(told);
      await change(eventId);
      return CONFLICT;
    });
    expect(await redeliverDoors(cronAt(Date.now(), { doors: port.doors }))).toBe(0);
    expect(port.told.map(({ terms }) => terms?.version)).toEqual([2, 3, 4, 5, 6]);
    expect(await waitingFor(eventId)).toEqual([]);
    expect(logged("door_terms_not_taken")).toBe(0);
  });

  it("gets no terms while D1 cannot say which, nor again after a conflict, and its row stays", async () => {
    const eventId = await changedEvent();
    const port = openDoorPort(() => CONFLICT);
    /** Whose batch of this number is lost. */
    const d1Losing = (lost: number) => {
      let batches = 0;
      return openDb(fatedD1(env.DB, (call) => (call === "d1 batch" && ++batches === lost ? "lost before" : "done")));
    };
    for (const lost of [1, 2]) {
      const delivered = redeliverDoors(cronAt(Date.now(), { db: d1Losing(lost), doors: port.doors }));
      await expect(delivered).rejects.toThrow("D1 did not answer");
      expect(port.told.length).toBe(lost - 1);
      expect(await waitingFor(eventId)).toEqual([2]);
    }
  });

  it("gets it behind the response once D1 says what of", async () => {
    const eventId = await changedEvent();
    let batches = 0;
    const flaky = openDb(fatedD1(env.DB, (call) => (call === "d1 batch" && ++batches === 1 ? "lost before" : "done")));
    const port = openDoorPort();
    const behind: Promise<unknown>[] = [];
    const waitUntil = (work: Promise<unknown>) => void behind.push(work);
    deliverDoors(cronAt(Date.now(), { db: flaky, doors: port.doors, waitUntil }), [eventId]);
    await Promise.all(behind);
    expect(await waitingFor(eventId)).toEqual([]);
  });

  it("of each of many is delivered by a few batches: what a run queries in D1 grows with pages", async () => {
    const ids = [];
    for (let n = 0; n < 25; n++) ids.push(await changedEvent());
    let batches = 0;
    const counted = openDb(fatedD1(env.DB, (call) => ((batches += call === "d1 batch" ? 1 : 0), "done")));
    const port = openDoorPort();
    expect(await redeliverDoors(cronAt(Date.now(), { db: counted, doors: port.doors }))).toBe(0);
    // Two pages, from a random place on and round, and twenty events a batch.
    expect(batches).toBeLessThanOrEqual(3);
    const told = port.told.map(({ eventId, terms }) => [
      eventId,
      terms?.eventId,
      terms?.version,
      terms?.typeIds.length,
    ]);
    expect(told.sort()).toEqual(ids.sort().map((id) => [id, id, 2, 1]));
  });

  it("of a published or live event comes first, and of the others the one that has waited longest", async () => {
    const ids: EventId[] = [];
    for (const [status, age] of [
      ["draft", 5],
      ["archived", 9],
      ["live", 1],
      ["ended", 7],
      ["published", 3],
    ] as const) {
      const { eventId } = await seedShow([], { status });
      await change(eventId, Date.now() - age * 1_000);
      ids.push(eventId);
    }
    const page = { now: Date.now(), limit: 9 };
    const listed = await listSyncs(db, "door", null, page);
    expect(listed.map(({ target }) => ids.indexOf(target))).toEqual([4, 2, 1, 3, 0]);
    expect(await listSyncs(db, "feed", null, page)).toEqual([]);
  });
});

/** The cron's time is up after so many deliveries. */
function isOver(told: readonly unknown[], count: number): () => boolean {
  return () => told.length >= count;
}

/** A confirmed order of one ticket, and how its buyer requests its code. */
async function ordered() {
  const world = await openWorld();
  await env.DB.prepare("UPDATE ticket_types SET number = 1 WHERE id = ?").bind(world.typeId).run();
  const me = await shopper();
  const contact = { name: "A", email: "a@example.com" };
  const json = { hold_ids: [await idOf(hold(world.typeId, me.token))], contact };
  const orderId = await idOf(ask("POST", "/v1/checkouts", { token: me.token, key: "c", json }));
  await ask("POST", `/v1/orders/${orderId}/confirm`, { token: world.owner.token });
  return { ...world, path: `/v1/tickets/tkt_${orderId.slice(4)}01/code`, asked: { token: me.token } };
}

describe("[N5] [D2] a key that is new", () => {
  it("reaches the door before the first code that it signs is shown, and the door is not called again", async () => {
    const { eventId, path, asked } = await ordered();
    const order: string[] = [];
    const port = openDoorPort(async (told) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      order.push(`told of ${String(told.terms?.keys.map(({ n, status }) => `${n} ${status}`).join())}`);
      return taken(told);
    });
    for (const times of [1, 2]) {
      const { answered, settled } = await port.ask("GET", path, asked);
      order.push(`shown ${times}`);
      expect(answered.status).toBe(200);
      expect((await bodyOf(answered))["ticket_code"]).toMatch(/^VG1/);
      await settled();
    }
    expect(order).toEqual(["told of 1 active", "shown 1", "shown 2"]);
    expect(await waitingFor(eventId)).toEqual([]);
  });

  it("is shown all the same where the door never replies, and the row stays for the cron", async () => {
    const { eventId, path, asked } = await ordered();
    const port = openDoorPort(() => new Promise(() => undefined));
    const { answered } = await port.ask("GET", path, asked);
    expect(answered.status).toBe(200);
    expect(port.told.length).toBeGreaterThan(0);
    expect(await waitingFor(eventId)).toEqual([await versionOf(eventId)]);
  });

  it("is shown at once where the door is known to be away, and delivered behind the response", async () => {
    const { eventId, path, asked } = await ordered();
    let calls = 0;
    const port = openDoorPort((told) => (++calls === 1 ? AWAY : taken(told)));
    const { answered, settled } = await port.ask("GET", path, asked);
    expect([answered.status, await waitingFor(eventId)]).toEqual([200, [2]]);
    await settled();
    expect(await waitingFor(eventId)).toEqual([]);
  });

  it.each([
    [59_999, 1],
    [60_000, 0],
  ])("that another Worker has made %i ms ago is delivered before the code is shown %i times", async (age, times) => {
    const { eventId, path, asked } = await ordered();
    const now = Date.now();
    const secret_id = secretIdOf(must(ticketSecretOf(env), "there is one"));
    const key = { event_id: eventId, n: 1, public_key: "k", status: "active", secret_id } as const;
    await insertKey(db, { ...key, created_at: now - age });
    vi.spyOn(Date, "now").mockReturnValue(now);
    const port = openDoorPort();
    const { answered } = await port.ask("GET", path, asked);
    expect(answered.status).toBe(200);
    expect(port.told.length).toBe(times);
  });
});
