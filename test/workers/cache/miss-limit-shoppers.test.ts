// What a shopper's invented ids cost, on the paths of a sale (rule X5), and that a sale of known ids is not counted.

import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { MAX_KNOWN, rememberId } from "../../../src/http/middleware/limits/miss-limit.ts";
import { aShopper, held, seedShow, seedType } from "../support/fixture.ts";
import { ask, bodyOf, hold, openWorld, refusalOf, saysToWait, shopper } from "../support/http.ts";
import { openIsolate } from "../support/isolate.ts";
import { ADDRESS, allow, from, inventedHold, inventedOrder, objects } from "../support/misses.ts";

describe("a shopper's invented ids", () => {
  type Case = { readonly name: string; readonly method: string; path(): string; json?(): object };
  const cases: Case[] = [
    {
      name: "hold",
      method: "POST",
      path: () => `/v1/ticket-types/${newId("tt")}/holds`,
      json: () => ({ quantity: 1 }),
    },
    { name: "read", method: "GET", path: () => `/v1/holds/${inventedHold()}` },
    { name: "release", method: "DELETE", path: () => `/v1/holds/${inventedHold()}` },
    {
      ...{ name: "check out", method: "POST", path: () => "/v1/checkouts" },
      json: () => ({ hold_ids: [inventedHold()] }),
    },
    { name: "read an order", method: "GET", path: () => `/v1/orders/${inventedOrder()}` },
    { name: "cancel an order", method: "POST", path: () => `/v1/orders/${inventedOrder()}/cancel` },
  ];
  it.each(cases)("[X5] to $name are counted before D1 or an object is called", async ({ method, path, json }) => {
    const { token } = await shopper();
    const { ask, counts } = openIsolate();
    const send = () =>
      ask(
        path(),
        { ...from(ADDRESS), token, ...(json && { json: json() }), ...(method === "POST" && { key: "k" }) },
        method,
      );
    const keys = allow(1);
    expect(await refusalOf(send())).toBe("404 not_found");
    const [started, { statements }] = [await objects(), { ...counts }];
    const refused = await send();
    expect(saysToWait(refused, 60)).toBe(true);
    expect(await refusalOf(refused)).toBe("429 rate_limited");
    expect([await objects(), counts.statements]).toEqual([started, statements]);
    expect(keys).toEqual([ADDRESS, ADDRESS]);
  });

  it("[X5] of an order are counted by the ticket type that they name as home, if a real one is known", async () => {
    const { typeId } = await seedType(5);
    const { token } = await shopper();
    const keys = allow(1);
    await hold(typeId, token);
    const path = `/v1/orders/ord_${typeId.slice(3)}${newId("tt").slice(3)}`;
    expect(await refusalOf(ask("GET", path, { token }))).toBe("404 not_found");
    expect(await refusalOf(ask("POST", `${path}/cancel`, { token }))).toBe("404 not_found");
    expect(keys).toHaveLength(1);
  });

  it("[X5] of a ticket type are one count for a crowd of one address, each in 5 s", async () => {
    const { token } = await shopper();
    const keys = allow(Number.POSITIVE_INFINITY);
    const path = `/v1/ticket-types/${newId("tt")}/holds`;
    const began = Date.now();
    const clock = vi.spyOn(Date, "now").mockReturnValue(began);
    const send = (address: string) =>
      refusalOf(ask("POST", path, { ...from(address), token, key: "k", json: { quantity: 1 } }));
    await Promise.all(Array.from({ length: 20 }, () => send(ADDRESS)));
    clock.mockReturnValue(began + 4_999);
    await send(ADDRESS);
    expect(keys).toEqual([ADDRESS]);
    await send("192.0.2.2");
    clock.mockReturnValue(began + 5_000);
    await send(ADDRESS);
    expect(keys).toEqual([ADDRESS, "192.0.2.2", ADDRESS]);
  });

  it("[X5] in a checkout are counted each", async () => {
    const { token } = await shopper();
    const keys = allow(2);
    const before = await objects();
    const json = { hold_ids: [inventedHold(), inventedHold(), inventedHold()] };
    expect(await refusalOf(ask("POST", "/v1/checkouts", { token, key: "k", json }))).toBe("429 rate_limited");
    expect([keys.length, await objects()]).toEqual([3, before]);
  });

  it("[X5] are distinguished from a real type also by a refusal that only a real one gives", async () => {
    const closed = await seedShow([{ total: 5, hidden: true }]);
    const { token } = await shopper();
    const keys = allow(1);
    for (let n = 0; n < 3; n++) expect(await refusalOf(hold(String(closed.typeIds[0]), token))).toBe("409 not_on_sale");
    expect(keys).toHaveLength(1);
  });

  it("[X5] leave a sale of known ids alone: hold, check out, read and cancel with no miss left", async () => {
    const { typeId } = await seedType(5);
    const { token } = await shopper();
    const keys = allow(1);
    const held = await bodyOf(await hold(typeId, token));
    const order = await ask("POST", "/v1/checkouts", { token, key: "k", json: { hold_ids: [held["id"]] } });
    expect(order.status).toBe(201);
    const path = `/v1/orders/${String((await bodyOf(order))["id"])}`;
    expect((await ask("GET", path, { token })).status).toBe(200);
    expect((await ask("POST", `${path}/cancel`, { token })).status).toBe(200);
    expect((await ask("GET", `/v1/holds/${String(held["id"])}`, { token })).status).toBe(200);
    expect(keys).toHaveLength(1);
  });

  it("[X5] are nobody's but shoppers': an organiser, who answers for their key, is not counted", async () => {
    const { owner } = await openWorld();
    const keys = allow(0);
    const request = { token: owner.token };
    expect(await refusalOf(ask("GET", `/v1/orders/${inventedOrder()}`, request))).toBe("404 not_found");
    expect(await refusalOf(ask("GET", `/v1/holds/${inventedHold()}`, request))).toBe("404 not_found");
    expect(keys).toEqual([]);
  });
});

it.each([
  ["POST", "/v1/checkouts", { key: "k", json: { hold_ids: [inventedHold()] } }],
  ["POST", `/v1/orders/${inventedOrder()}/cancel`, {}],
  ["DELETE", `/v1/orders/${inventedOrder()}/contact`, {}],
  ["DELETE", `/v1/holds/${inventedHold()}`, {}],
  ["GET", "/v1/shoppers/me/orders", {}],
])("[X2] [X5] %s %s is behind the shopper's limiters, as holds are", async (method, path, asked) => {
  const { token, id } = await shopper();
  const keys: string[] = [];
  vi.spyOn(env.HOLD_LIMIT, "limit").mockImplementation(({ key }) => {
    keys.push(key);
    return Promise.resolve({ success: false });
  });
  expect(await refusalOf(ask(method, path, { token, ...asked }))).toBe("429 rate_limited");
  expect(keys).toEqual([id]);
});

it.each([`/v1/holds/${inventedHold()}`, `/v1/orders/${inventedOrder()}`])(
  "[X2] GET %s is limited by shopper, apart from what they hold and change",
  async (path) => {
    const { token, id } = await shopper();
    const keys: string[] = [];
    vi.spyOn(env.HOLD_LIMIT, "limit").mockImplementation(({ key }) => {
      keys.push(key);
      return Promise.resolve({ success: key !== `${id} reads` });
    });
    expect(await refusalOf(ask("GET", path, { token }))).toBe("429 rate_limited");
    const { typeId, owner } = await openWorld();
    expect((await hold(typeId, token)).status).toBe(201);
    expect(await refusalOf(ask("GET", path, { token: owner.token }))).toBe("404 not_found");
    expect(keys).toEqual([`${id} reads`, id]);
  },
);

it("[X2] a basket counts as the holds that it requests", async () => {
  const { eventId, typeIds } = await seedShow([{ total: 5 }, { total: 5 }, { total: 5 }]);
  const { token, id } = await shopper();
  let left = 3;
  const keys: string[] = [];
  vi.spyOn(env.HOLD_LIMIT, "limit").mockImplementation(({ key }) => {
    keys.push(key);
    return Promise.resolve({ success: left-- > 0 });
  });
  const items = typeIds.map((ticket_type_id) => ({ ticket_type_id, quantity: 1 }));
  const place = (key: string) =>
    ask("POST", `/v1/events/${eventId}/holds`, { token, key, json: { items, all_or_nothing: true } });
  expect((await place("1")).status).toBe(201);
  left = 2;
  expect(await refusalOf(place("2"))).toBe("429 rate_limited");
  expect(keys).toEqual([id, id, id, id, id, id]);
});

it("[X2] [O13] an order's link is limited by itself", async () => {
  const { typeId } = await seedType(5);
  const { token } = await shopper();
  const json = { hold_ids: [(await bodyOf(await hold(typeId, token)))["id"]] };
  const order = await bodyOf(await ask("POST", "/v1/checkouts", { token, key: "k", json }));
  const id = String(order["id"]);
  const keys: string[] = [];
  vi.spyOn(env.HOLD_LIMIT, "limit").mockImplementation(({ key }) => {
    keys.push(key);
    return Promise.resolve({ success: keys.length < 2 });
  });
  const read = () => ask("GET", `/v1/orders/${id}`, { token: String(order["order_link"]) });
  expect([(await read()).status, await refusalOf(read()), keys]).toEqual([
    200,
    "429 rate_limited",
    [`${id} reads`, `${id} reads`],
  ]);
});

it("[X5] the path of a hold on a known type is what it was: no limiter of misses, no D1, no KV", async () => {
  const { typeId } = await seedType(50);
  const { token } = await shopper();
  await held(typeId, aShopper().id, 1);
  const { ask, counts } = openIsolate();
  const send = (key: string) =>
    ask(`/v1/ticket-types/${typeId}/holds`, { token, key, json: { quantity: 1 } }, "POST").then(({ status }) => status);
  const keys = allow(1);
  expect([await send("1"), await send("2"), await send("3")]).toEqual([201, 201, 201]);
  expect([counts, keys.length]).toEqual([{ statements: 0, gets: 0, puts: 0, refused: 0 }, 1]);
});

it("[X4] an isolate remembers a bounded number of ids, and forgets the oldest", async () => {
  const { typeId } = await seedType(5);
  const shopperToken = (await shopper()).token;
  const keys = allow(Number.POSITIVE_INFINITY);
  await hold(typeId, shopperToken);
  for (let n = 0; n < MAX_KNOWN - 1; n++) rememberId(`filling ${n}`);
  await hold(typeId, shopperToken);
  expect(keys).toHaveLength(1);
  rememberId("one more");
  // From another address, whose count of this id is not shared.
  await hold(typeId, shopperToken);
  expect(keys).toHaveLength(2);
});
