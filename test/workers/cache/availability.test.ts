// Availability under a crowd: how often the inventories are queried, and how old a response may be.

import { env, exports } from "cloudflare:workers";
import { createExecutionContext } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { storefrontApp } from "../../../src/http/storefront-app.ts";
import type { CountsReply } from "../../../src/domain/ledger/command.ts";
import { accept, refuse } from "../../../src/domain/result.ts";
import { TicketTypeInventory } from "../../../src/inventory/ticket-type-inventory.ts";
import { seedShow, seedType } from "../support/fixture.ts";
import { ask, bodyOf, requestFor } from "../support/http.ts";

type Inventory = { answer: (reply: CountsReply) => void; lose: (fault: Error) => void };

/** A Worker whose inventories reply when the test says so; `calls` are those that have been made of each type. */
async function crowd(types = 1) {
  const { eventId, typeIds } = await seedShow(Array.from({ length: types }, () => ({ total: 10 })));
  const calls = new Map(typeIds.map((id): [string, Inventory[]] => [id, []]));
  const counts = (id: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<CountsReply>();
    calls.get(id)?.push({ answer: resolve, lose: reject });
    return promise;
  };
  // The cast: the route uses only these two methods.
  const INVENTORY = { getByName: (id: string) => ({ counts: () => counts(id) }) } as unknown as Env["INVENTORY"];
  const askHere = (path = `/v1/public/events/${eventId}/availability`) =>
    storefrontApp.fetch(requestFor("GET", path), { ...env, INVENTORY }, createExecutionContext());
  const [typeId = ""] = typeIds;
  const held = (n: number, at = 0): CountsReply =>
    accept({
      ...{ id: typeIds[0] ?? never(), seq: n, status: "available", at, visible: true },
      ...{ total: 10, sold: 0, held: n, withdrawn: 0, available: 10 - n },
    });
  return { ask: askHere, calls: (id = typeId) => calls.get(id) ?? [], typeIds, held };
}

const never = (): never => {
  throw new Error("the show has a type");
};

/** All that can go on without a reply from outside has gone on. */
const quiet = () => new Promise((settle) => setTimeout(settle, 0));

async function heldIn(answer: Response | Promise<Response>): Promise<unknown> {
  const { ticket_types: types } = await bodyOf(await answer);
  return Array.isArray(types) ? types.map((type: { held: number }) => type.held).sort() : types;
}

describe("availability", () => {
  it("[E7] queries an inventory once for 100 concurrent requests, and again for those 250 ms later", async () => {
    const { ask, calls, held } = await crowd();
    const began = Date.now();
    const clock = vi.spyOn(Date, "now").mockReturnValue(began);
    const requests = Array.from({ length: 100 }, () => Promise.resolve(ask()));
    await expect.poll(() => calls().length).toBe(1);
    await quiet();
    clock.mockReturnValue(began + 200);
    calls()[0]?.answer(held(1));
    for (const answer of requests) expect(await heldIn(answer)).toEqual([1]);
    expect(calls()).toHaveLength(1);
    clock.mockReturnValue(began + 249);
    expect(await heldIn(ask())).toEqual([1]);
    expect(calls()).toHaveLength(1);
    clock.mockReturnValue(began + 250);
    const next = Promise.resolve(ask());
    await expect.poll(() => calls().length).toBe(2);
    calls()[1]?.answer(held(2));
    expect(await heldIn(next)).toEqual([2]);
  });

  it("[E7] is also what plain requests of a ticket type's socket read: 100 at once are one call", async () => {
    const { ask, calls, typeIds, held } = await crowd();
    const requests = Array.from({ length: 100 }, () => Promise.resolve(ask(`/v1/ticket-types/${typeIds[0]}/live`)));
    await expect.poll(() => calls().length).toBe(1);
    await quiet();
    calls()[0]?.answer(held(1));
    for (const answer of requests) expect((await answer).status).toBe(426);
    expect(calls()).toHaveLength(1);
  });

  it("[E7] says the time of its counts, also of cached ones, and of several types the oldest", async () => {
    const { ask, calls, typeIds, held } = await crowd(2);
    const at = async (answer: Response | Promise<Response>) => Date.parse(String((await bodyOf(await answer))["at"]));
    const first = Promise.resolve(ask());
    const [one = "", other = ""] = typeIds;
    await expect.poll(() => calls(one).length + calls(other).length).toBe(2);
    calls(one)[0]?.answer(held(1, 5_000));
    calls(other)[0]?.answer(held(1, 4_000));
    expect(await at(first)).toBe(4_000);
    expect(await at(ask())).toBe(4_000);
  });

  it("[X3] of a call that is lost is 503 for those who shared it, and for nobody else", async () => {
    const { ask, calls, held } = await crowd();
    vi.spyOn(console, "error").mockImplementation(() => {});
    const shared = [Promise.resolve(ask()), Promise.resolve(ask())];
    await expect.poll(() => calls().length).toBe(1);
    await quiet();
    calls()[0]?.lose(new Error("the object is gone"));
    for (const answer of shared) expect((await answer).status).toBe(503);
    const next = Promise.resolve(ask());
    await expect.poll(() => calls().length).toBe(2);
    calls()[1]?.answer(held(3));
    expect(await heldIn(next)).toEqual([3]);
  });

  it("[X2] of an inventory that sheds is 503 overloaded", async () => {
    const { ask, calls } = await crowd();
    vi.spyOn(console, "error").mockImplementation(() => {});
    const answer = Promise.resolve(ask());
    await expect.poll(() => calls().length).toBe(1);
    calls()[0]?.answer(refuse({ code: "overloaded", retryAfterSeconds: 1 }));
    expect(await bodyOf(await answer)).toMatchObject({ status: 503, code: "overloaded" });
  });

  it("queries each type by itself: one that is slow holds up no other's next call", async () => {
    const { ask, calls, typeIds, held } = await crowd(2);
    const [slow = "", quick = ""] = typeIds;
    const began = Date.now();
    const clock = vi.spyOn(Date, "now").mockReturnValue(began);
    const first = Promise.resolve(ask());
    await expect.poll(() => calls(quick).length).toBe(1);
    calls(quick)[0]?.answer(held(1));
    await quiet();
    clock.mockReturnValue(began + 250);
    const second = Promise.resolve(ask());
    await expect.poll(() => calls(quick).length).toBe(2);
    expect(calls(slow)).toHaveLength(1);
    calls(slow)[0]?.answer(held(0));
    calls(quick)[1]?.answer(held(2));
    expect([await heldIn(first), await heldIn(second)]).toEqual([
      [0, 1],
      [0, 2],
    ]);
  });

  it("[X1] replies to those who share a call when the client of the request that makes it has gone", async () => {
    const { eventId, typeId } = await seedType(10);
    const path = `/v1/public/events/${eventId}/availability`;
    // The event is in the cache, and counts that were kept are over.
    expect(await heldIn(ask("GET", path))).toEqual([0]);
    await new Promise((settle) => setTimeout(settle, 250));
    const real = TicketTypeInventory.prototype.counts;
    const slow = vi.spyOn(TicketTypeInventory.prototype, "counts").mockImplementation(async function (
      this: TicketTypeInventory,
      id,
    ) {
      for (let turn = 0; turn < 20; turn++) await new Promise((settle) => setTimeout(settle, 5));
      return real.call(this, id);
    });
    const client = new AbortController();
    const first = exports.default.fetch(new Request(requestFor("GET", path), { signal: client.signal }));
    await expect.poll(() => slow.mock.calls.length).toBe(1);
    const others = Array.from({ length: 10 }, () => ask("GET", path));
    await quiet();
    client.abort();
    await expect(first).rejects.toThrow();
    for (const answer of others) expect((await answer).status).toBe(200);
    expect(slow.mock.calls.map(([id]) => id)).toEqual([typeId]);
  });
});
