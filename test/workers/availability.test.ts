// Availability under a crowd: how often the inventories are asked, and that no request gets an answer older than itself.

import { env, exports } from "cloudflare:workers";
import { createExecutionContext } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { storefrontApp } from "../../src/http/storefront-app.ts";
import type { CountsReply } from "../../src/domain/ledger/command.ts";
import { accept, refuse } from "../../src/domain/result.ts";
import { TicketTypeInventory } from "../../src/inventory/ticket-type-inventory.ts";
import { seedShow, seedType } from "./fixture.ts";
import { ask, bodyOf, requestFor } from "./http.ts";

type Inventory = { answer: (reply: CountsReply) => void; lose: (fault: Error) => void };

/** A Worker whose inventories answer when the test says so; `calls` are those that have been made of each type. */
async function crowd(types = 1) {
  const { eventId, typeIds } = await seedShow(Array.from({ length: types }, () => ({ total: 10 })));
  const calls = new Map(typeIds.map((id): [string, Inventory[]] => [id, []]));
  const counts = (id: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<CountsReply>();
    calls.get(id)?.push({ answer: resolve, lose: reject });
    return promise;
  };
  // Why only these two: they are all that the route uses of the namespace.
  const INVENTORY = { getByName: (id: string) => ({ counts: () => counts(id) }) } as unknown as Env["INVENTORY"];
  const askHere = () =>
    storefrontApp.fetch(
      requestFor("GET", `/v1/public/events/${eventId}/availability`),
      { ...env, INVENTORY },
      createExecutionContext(),
    );
  const [typeId = ""] = typeIds;
  const held = (n: number): CountsReply =>
    accept({
      ...{ id: typeIds[0] ?? never(), seq: n, status: "available", at: 0, visible: true },
      ...{ total: 10, sold: 0, held: n, available: 10 - n },
    });
  return { ask: askHere, calls: (id = typeId) => calls.get(id) ?? [], typeIds, held };
}

const never = (): never => {
  throw new Error("the show has a type");
};

/** All that can go on without an answer from outside has gone on. */
const quiet = () => new Promise((settle) => setTimeout(settle, 0));

async function heldIn(answer: Response | Promise<Response>): Promise<unknown> {
  const { ticket_types: types } = await bodyOf(await answer);
  return Array.isArray(types) ? types.map((type: { held: number }) => type.held) : types;
}

describe("availability", () => {
  it("[E7] asks an inventory once more for 100 requests that come while it is asked, and tells them what it says then", async () => {
    const { ask, calls, held } = await crowd();
    const first = Promise.resolve(ask());
    await expect.poll(() => calls().length).toBe(1);
    const later = Array.from({ length: 100 }, () => ask());
    await quiet();
    expect(calls()).toHaveLength(1);
    calls()[0]?.answer(held(1));
    expect(await heldIn(first)).toEqual([1]);
    await quiet();
    expect(calls()).toHaveLength(2);
    calls()[1]?.answer(held(2));
    for (const answer of later) expect(await heldIn(answer)).toEqual([2]);
    expect(calls()).toHaveLength(2);
  });

  it("[X3] of a call that is lost is 503 for those who shared it, and for nobody else", async () => {
    const { ask, calls, held } = await crowd();
    vi.spyOn(console, "error").mockImplementation(() => {});
    const first = Promise.resolve(ask());
    await expect.poll(() => calls().length).toBe(1);
    const second = Promise.resolve(ask());
    await quiet();
    calls()[0]?.lose(new Error("the object is gone"));
    expect((await first).status).toBe(503);
    await quiet();
    calls()[1]?.answer(held(3));
    expect(await heldIn(second)).toEqual([3]);
    vi.restoreAllMocks();
  });

  it("[X2] of an inventory that sheds is 503 overloaded", async () => {
    const { ask, calls } = await crowd();
    vi.spyOn(console, "error").mockImplementation(() => {});
    const answer = Promise.resolve(ask());
    await expect.poll(() => calls().length).toBe(1);
    calls()[0]?.answer(refuse({ code: "overloaded", retryAfterSeconds: 1 }));
    expect(await bodyOf(await answer)).toMatchObject({ status: 503, code: "overloaded" });
    vi.restoreAllMocks();
  });

  it("asks each type by itself: one that is slow holds up no other's next call", async () => {
    const { ask, calls, typeIds } = await crowd(2);
    const [slow = "", quick = ""] = typeIds;
    const both = [Promise.resolve(ask()), Promise.resolve(ask())];
    await expect.poll(() => calls(quick).length).toBe(1);
    calls(quick)[0]?.answer(refuse({ code: "not_found" }));
    await quiet();
    expect([calls(slow).length, calls(quick).length]).toEqual([1, 2]);
    for (const id of [slow, slow, quick]) {
      for (const call of calls(id)) call.answer(refuse({ code: "not_found" }));
      await quiet();
    }
    for (const answer of await Promise.all(both)) expect(await heldIn(answer)).toEqual([]);
  });

  it("[X1] answers who shares a call when the client of the request that is to make it has gone", async () => {
    const { eventId, typeId } = await seedType(10);
    const path = `/v1/public/events/${eventId}/availability`;
    expect(await heldIn(ask("GET", path))).toEqual([0]);
    const real = TicketTypeInventory.prototype.counts;
    const slow = vi.spyOn(TicketTypeInventory.prototype, "counts").mockImplementation(async function (
      this: TicketTypeInventory,
      id,
    ) {
      for (let turn = 0; turn < 20; turn++) await new Promise((settle) => setTimeout(settle, 5));
      return real.call(this, id);
    });
    const first = ask("GET", path);
    await expect.poll(() => slow.mock.calls.length).toBe(1);
    const client = new AbortController();
    const next = exports.default.fetch(new Request(requestFor("GET", path), { signal: client.signal }));
    await quiet();
    const others = Array.from({ length: 10 }, () => ask("GET", path));
    await quiet();
    client.abort();
    await expect(next).rejects.toThrow();
    for (const answer of [first, ...others]) expect((await answer).status).toBe(200);
    expect(slow.mock.calls.map(([id]) => id)).toEqual([typeId, typeId]);
    slow.mockRestore();
  });
});
