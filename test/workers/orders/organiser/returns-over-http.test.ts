// Returns over HTTP (rule O7): the requests, the responses, and what is refused.

import { beforeAll, describe, expect, it } from "vitest";
import { apiKey, ask, bodyOf, hold, idOf, openWorld, refusalOf, shopper } from "../../support/http.ts";

let world: Awaited<ReturnType<typeof openWorld>>;
let token: string;

beforeAll(async () => {
  world = await openWorld();
  token = world.owner.token;
});

/** An order of three tickets at 150.00, confirmed unless said otherwise. */
async function ordered(confirm = true) {
  const buyer = await shopper();
  const holdId = await idOf(hold(world.typeId, buyer.token, { quantity: 3 }));
  const json = { hold_ids: [holdId] };
  const id = await idOf(ask("POST", "/v1/checkouts", { token: buyer.token, key: "c", json }));
  const path = `/v1/orders/${id}`;
  if (confirm) expect((await ask("POST", `${path}/confirm`, { token })).status).toBe(200);
  const giveBack = (body: object, more: Parameters<typeof ask>[2] = {}) =>
    ask("POST", `${path}/returns`, { token, key: crypto.randomUUID(), json: body, ...more });
  return { buyer, holdId, path, giveBack };
}

describe("POST /v1/orders/{id}/returns", () => {
  it("[O7] [T6] returns the order with what came back, and its history has by whom, when and why", async () => {
    const { buyer, holdId, path, giveBack } = await ordered();
    const items = [{ hold_id: holdId, quantity: 1 }];
    const part = await giveBack({ items, reason: "One guest is ill.\r\nShe wrote." });
    expect(part.status).toBe(200);
    const body = await bodyOf(part.clone());
    expect(body).toMatchObject({
      status: "confirmed",
      items: [{ quantity: 3, returned_quantity: 1 }],
      ...{ total: "450.00", returned_total: "150.00" },
    });
    const read = await ask("GET", path, { token: buyer.token });
    expect(await bodyOf(read.clone()), "its shopper reads the same").toEqual(body);
    expect(read.headers.get("ETag")).toBe(part.headers.get("ETag"));
    expect(await bodyOf(await giveBack({ items: "all", return_to_stock: false }))).toMatchObject({
      status: "cancelled",
      items: [{ returned_quantity: 3 }],
      returned_total: "450.00",
    });
    const history = await bodyOf(await ask("GET", `${path}/history`, { token }));
    const [first, second] = (history["data"] as { seq: number }[]).slice(-2);
    expect([first, second]).toMatchObject([
      { kind: "return", quantity: 1, actor: world.owner.id, withdrawn: 0 },
      { kind: "withdraw", quantity: 2, actor: world.owner.id, withdrawn: 2 },
    ]);
    const ticket = (number: number) => `tkt_${path.slice("/v1/orders/ord_".length)}0${number}`;
    const toStock = { return_to_stock: true };
    const withdrawn = { items: [{ hold_id: holdId, quantity: 2 }], return_to_stock: false };
    expect(history["returns"]).toEqual([
      { ...toStock, seq: first?.seq, items, ticket_ids: [ticket(3)], reason: "One guest is ill.\nShe wrote." },
      { ...withdrawn, seq: second?.seq, ticket_ids: [ticket(1), ticket(2)], reason: null },
    ]);
  });

  it("[O7] repeats its response for the same key, refuses another body, and requires a key", async () => {
    const { holdId, giveBack } = await ordered();
    const items = [{ hold_id: holdId, quantity: 1 }];
    expect((await giveBack({ items }, { key: "k" })).headers.get("Idempotency-Replayed")).toBeNull();
    const again = await giveBack({ items, return_to_stock: true, reason: null }, { key: "k" });
    expect([again.status, again.headers.get("Idempotency-Replayed")]).toEqual([200, "true"]);
    expect(await bodyOf(again)).toMatchObject({ items: [{ returned_quantity: 1 }] });
    for (const other of [{ items: "all" }, { items, return_to_stock: false }, { items, reason: "x" }]) {
      expect(await refusalOf(giveBack(other, { key: "k" }))).toBe("422 idempotency_key_reused");
    }
    const { token: staff } = await apiKey(world.organizationId, "staff");
    const byAnother = await giveBack({ items }, { key: "k", token: staff });
    expect(await bodyOf(byAnother), "the key is another's").toMatchObject({ items: [{ returned_quantity: 2 }] });
    const { path } = await ordered();
    expect(await refusalOf(ask("POST", `${path}/returns`, { token, json: { items } }))).toBe(
      "400 idempotency_key_required",
    );
  });

  it("[O7] of more than is left is refused with the numbers, and of what the order has not by its hold", async () => {
    const { holdId, giveBack } = await ordered();
    expect(await bodyOf(await giveBack({ items: [{ hold_id: holdId, quantity: 4 }] }))).toMatchObject({
      ...{ status: 409, code: "return_exceeds_order", hold_id: holdId, requested: 4, left: 3 },
    });
    const other = await ordered();
    for (const hold_id of [other.holdId, "hold_x"]) {
      expect(await bodyOf(await giveBack({ items: [{ hold_id, quantity: 1 }] }))).toMatchObject({
        ...{ status: 404, code: "not_found", hold_id },
      });
    }
  });

  it("[O5] [O7] is for confirmed orders, as a cancel is for reserved ones", async () => {
    const reserved = await ordered(false);
    expect(await bodyOf(await reserved.giveBack({ items: "all" }))).toMatchObject({
      ...{ status: 409, code: "order_not_confirmed", order_status: "reserved" },
    });
    const { path, giveBack } = await ordered();
    expect(await refusalOf(ask("POST", `${path}/cancel`, { token }))).toBe("409 order_not_reserved");
    await giveBack({ items: "all" });
    expect(await bodyOf(await giveBack({ items: "all" }))).toMatchObject({
      ...{ status: 409, code: "order_not_confirmed", order_status: "cancelled" },
    });
  });

  it("[X4] [X9] accepts only each hold once, whole tickets, a reason of 500 characters, known fields", async () => {
    const { holdId, giveBack } = await ordered();
    const item = { hold_id: holdId, quantity: 1 };
    const bad = [
      {},
      { items: [] },
      { items: "some" },
      { items: null },
      { items: { tickets: [] } },
      { items: { tickets: ["t", "t"] } },
      { items: { tickets: "all" } },
      { items: "all", force: "yes" },
      { tickets: ["t"] },
      { items: [item, item] },
      { items: [{ ...item, quantity: 0 }] },
      { items: [{ ...item, quantity: -1 }] },
      { items: [{ ...item, quantity: 1.5 }] },
      { items: [{ ...item, quantity: "1" }] },
      { items: [{ hold_id: holdId }] },
      { items: [{ ...item, amount: "1.00" }] },
      { items: Array.from({ length: 11 }, (_, n) => ({ hold_id: `hold_${n}`, quantity: 1 })) },
      { items: "all", return_to_stock: "no" },
      { items: "all", reason: "n".repeat(501) },
      { items: "all", reason: "a bell\u0007" },
      { items: "all", refund: true },
    ];
    for (const json of bad) {
      expect(await refusalOf(giveBack(json)), JSON.stringify(json).slice(0, 80)).toBe("400 invalid_request");
    }
    expect((await giveBack({ items: [item], reason: "n".repeat(500) })).status).toBe(200);
  });

  it("honours If-Match: an unread version is 412 and returns nothing, and a repeat still succeeds", async () => {
    const { path, holdId, giveBack } = await ordered();
    const items = [{ hold_id: holdId, quantity: 1 }];
    for (const tag of ['"999"', 'W/"1"', "*"]) {
      expect(await refusalOf(giveBack({ items }, { headers: { "If-Match": tag } }))).toBe("412 version_conflict");
    }
    const etag = (await ask("GET", path, { token })).headers.get("ETag") ?? "";
    for (const status of [200, 200]) {
      const answer = await giveBack({ items }, { key: "k", headers: { "If-Match": etag } });
      expect(answer.status).toBe(status);
    }
    expect(await refusalOf(giveBack({ items }, { headers: { "If-Match": etag } }))).toBe("412 version_conflict");
    expect(await bodyOf(await ask("GET", path, { token }))).toMatchObject({ items: [{ returned_quantity: 1 }] });
  });
});

describe("withdrawn tickets", () => {
  it("[K1] [K2] are counted apart for organisers, and the public sees what is left without them", async () => {
    const own = await openWorld();
    const buyer = await shopper();
    const holdId = await idOf(hold(own.typeId, buyer.token, { quantity: 3 }));
    const json = { hold_ids: [holdId] };
    const id = await idOf(ask("POST", "/v1/checkouts", { token: buyer.token, key: "c", json }));
    await ask("POST", `/v1/orders/${id}/confirm`, { token: own.owner.token });
    const body = { items: [{ hold_id: holdId, quantity: 2 }], return_to_stock: false };
    await ask("POST", `/v1/orders/${id}/returns`, { token: own.owner.token, key: "r", json: body });
    const type = `/v1/ticket-types/${own.typeId}`;
    const read = async () => bodyOf(await ask("GET", type, { token: own.owner.token }));
    await expect.poll(async () => (await read())["withdrawn_count"]).toBe(2);
    const { total_quantity: total, available_quantity } = await read();
    expect(available_quantity).toBe(Number(total) - 3);
    const path = `/v1/public/events/${own.eventId}/availability`;
    const [shown] = (await bodyOf(await ask("GET", path)))["ticket_types"] as Record<string, unknown>[];
    expect(shown).toMatchObject({ sold: 1, held: 0, available: Number(total) - 3 });
    expect(shown).not.toHaveProperty("withdrawn");
  });
});
