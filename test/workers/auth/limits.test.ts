// Limits of attempts: on holds, on minting shoppers and on failed credentials.

import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { must } from "../../../src/domain/result.ts";
import { countsOf } from "../support/fixture.ts";
import {
  apiKey,
  ask,
  type Asked,
  hold,
  openWorld,
  refusalOf,
  requestFor,
  saysToWait,
  shopper,
} from "../support/http.ts";
import { openBrowser, openShop } from "../shop/shop.ts";

type Limiter = "SHOPPER_LIMIT" | "HOLD_LIMIT" | "HOLD_ADDRESS_LIMIT" | "CREDENTIAL_LIMIT";

/** Each limiter lets through `allowed` attempts in all; the others let everything through. Returns the keys it saw. */
function allow(limiter: Limiter, allowed: number): string[] {
  const keys: string[] = [];
  vi.spyOn(env[limiter], "limit").mockImplementation(({ key }) => {
    keys.push(key);
    return Promise.resolve({ success: keys.length <= allowed });
  });
  return keys;
}

const from = (address: string): Asked => ({ headers: { "CF-Connecting-IP": address } });

describe("holds", () => {
  it.each(["HOLD_LIMIT", "HOLD_ADDRESS_LIMIT"] as const)(
    "[X2] are limited by %s: 429 with Retry-After",
    async (name) => {
      const { typeId, shopper, owner } = await openWorld();
      const keys = allow(name, 1);
      expect((await hold(typeId, shopper.token)).status).toBe(201);
      const refused = await hold(typeId, shopper.token);
      expect(saysToWait(refused, 60)).toBe(true);
      expect(await refusalOf(refused)).toBe("429 rate_limited");
      expect(keys[0]).toMatch(name === "HOLD_LIMIT" ? new RegExp(`^${shopper.id}$`) : /^10\.0\.\d+\.\d+$/);
      expect((await hold(typeId, owner.token, { quantity: 1, source: "scanner" })).status).toBe(201);
      expect((await ask("GET", `/v1/public/events/nothing`)).status).toBe(404);
    },
  );

  it("are refused for too many before they are for what they say", async () => {
    const { typeId, shopper } = await openWorld();
    allow("HOLD_LIMIT", 0);
    expect(await refusalOf(hold(typeId, "vgs_no"))).toBe("401 unauthenticated");
    expect(await refusalOf(hold(typeId, shopper.token, { nonsense: 1 }))).toBe("429 rate_limited");
  });

  it("pass the real limiters at a crowd's pace, and one shopper's at 300 a minute and no more", async () => {
    const { typeId, shopper: one } = await openWorld();
    const path = `/v1/ticket-types/${typeId}/holds`;
    const request = { token: one.token, json: { quantity: 0 }, key: "k" };
    const answers = await Promise.all(Array.from({ length: 611 }, () => ask("POST", path, request)));
    const statuses = answers.map(({ status }) => status);
    // Not exactly 300: the minute may turn between two of them, but no two minutes hold more than 600.
    expect(statuses.filter((status) => status !== 429).length).toBeGreaterThanOrEqual(300);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(11);
  });
});

describe("forms of the shop", () => {
  it("[X2] are a read each of their shopper: one too many changes nothing", async () => {
    const shop = await openShop([{ total: 9 }]);
    const typeId = must(shop.typeIds[0], "it was made");
    const browser = openBrowser();
    const basket = await browser.press(await browser.open(shop.path), { fields: { [`n_${typeId}`]: "2" } });
    const limit = vi.spyOn(env.HOLD_LIMIT, "limit");
    limit.mockImplementation(({ key }) => Promise.resolve({ success: !key.endsWith(" reads") }));
    const refused = await browser.submit(basket, { button: "release_all" });
    expect([refused.status, refused.headers.get("Retry-After"), await countsOf(typeId)]).toMatchObject([
      ...[429, expect.stringMatching(/^\d+$/), { held: 2 }],
    ]);
    limit.mockRestore();
    expect((await browser.submit(basket, { button: "release_all" })).status).toBe(303);
    expect(await countsOf(typeId)).toMatchObject({ held: 0 });
  });
});

describe("failed credentials", () => {
  const bad = { token: `vgk_${"A".repeat(43)}` };

  it("[X2] are limited by address: 401, then 429 with Retry-After", async () => {
    const keys = allow("CREDENTIAL_LIMIT", 1);
    expect(await refusalOf(ask("GET", "/v1/orders", { ...bad, ...from("192.0.2.7") }))).toBe("401 unauthenticated");
    const refused = await ask("GET", "/v1/orders", { ...bad, ...from("192.0.2.7") });
    expect(saysToWait(refused, 60)).toBe(true);
    expect(await refusalOf(refused)).toBe("429 rate_limited");
    expect(keys).toEqual(["192.0.2.7", "192.0.2.7"]);
  });

  it.each([
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::1", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:0db8:0000::", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
  ])("of IPv6 are counted by network: %s as %s", async (address, network) => {
    const keys = allow("CREDENTIAL_LIMIT", 1);
    await ask("GET", "/v1/orders", { ...bad, ...from(address) });
    expect(keys).toEqual([network]);
  });

  it("cost a good one nothing, from the same address too, nor a request without any", async () => {
    const keys = allow("CREDENTIAL_LIMIT", 0);
    const { organizationId, shopper } = await openWorld();
    const { token } = await apiKey(organizationId, "owner");
    const address = from("192.0.2.8");
    expect(await refusalOf(ask("GET", "/v1/orders", { ...bad, ...address }))).toBe("429 rate_limited");
    expect((await ask("GET", "/v1/orders", { token, ...address })).status).toBe(200);
    expect(await refusalOf(ask("GET", "/v1/orders", { token: shopper.token, ...address }))).toBe("403 forbidden");
    expect(await refusalOf(ask("GET", "/v1/orders", address))).toBe("401 unauthenticated");
    expect(keys).toHaveLength(1);
  });
});

it("[X2] all limits are off with RATE_LIMITS=off", async () => {
  const { token } = await shopper();
  for (const limiter of ["SHOPPER_LIMIT", "HOLD_LIMIT", "HOLD_ADDRESS_LIMIT", "CREDENTIAL_LIMIT"] as const)
    allow(limiter, 0);
  const { app } = await import("../../../src/http/app.ts");
  const off = Object.assign(Object.create(env) as Env, { RATE_LIMITS: "off" });
  const statusOf = async (method: string, path: string, asked: Asked) =>
    (await app.fetch(requestFor(method, path, asked), off)).status;
  expect(await statusOf("POST", "/v1/shoppers", {})).toBe(201);
  expect(await statusOf("POST", "/v1/ticket-types/tt_x/holds", { token, key: "k", json: { quantity: 1 } })).toBe(404);
  expect(await statusOf("GET", "/v1/orders", { token: "vgs_bad" })).toBe(401);
});
