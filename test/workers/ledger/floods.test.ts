// What one shopper and one address can do to a ticket type for everybody else, over HTTP as a flood sends it
// (rules H2, H14, H15), and what a flood of reads costs (rule X5).

import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { parseId } from "../../../src/domain/ids.ts";
import { GIVEN_BACK_MS, MAX_GIVEN_BACK } from "../../../src/domain/limits.ts";
import { must } from "../../../src/domain/result.ts";
import { newTicketType, openTenant, published } from "../support/catalogue.ts";
import { countsOf, seedType } from "../support/fixture.ts";
import { ask, bodyOf, hold, idOf, refusalOf, saysToWait, shopper } from "../support/http.ts";
import { from } from "../support/misses.ts";
import { inside, setClock } from "../support/object.ts";

const ADDRESS = "192.0.2.44";

it("[H15] 49 shoppers of one address who hold ten of 500 and check out get a quarter, and others buy", async () => {
  const tenant = await openTenant();
  const { eventId } = await published(tenant);
  const id = await newTicketType(tenant, eventId, { total_quantity: 500 });
  const holdTen = async (address: string) => {
    const { token } = await bodyOf(await ask("POST", "/v1/shoppers", from(address)));
    const request = { token: String(token), ...from(address) };
    const path = `/v1/ticket-types/${id}/holds`;
    const placed = await ask("POST", path, { ...request, json: { quantity: 10 }, key: "hold" });
    if (placed.status !== 201) return refusalOf(placed);
    const json = { hold_ids: [await idOf(placed)] };
    return (await ask("POST", "/v1/checkouts", { ...request, json, key: "order" })).status;
  };
  const answers: unknown[] = [];
  for (let n = 0; n < 49; n++) answers.push(await holdTen(ADDRESS));
  const taken = Array.from({ length: 12 }, () => 201);
  expect(answers).toEqual([...taken, ...Array.from({ length: 37 }, () => "409 address_limit_reached")]);
  expect(await countsOf(must(parseId("tt", id), "it was created"))).toMatchObject({ held: 120, available: 380 });
  expect(await holdTen("192.0.2.45")).toBe(201);
});

it("[H14] [H2] who holds with notes and releases 60 times is 429 for ten minutes, and no notes are left", async () => {
  const { typeId } = await seedType(10);
  const begins = Math.ceil(Date.now() / GIVEN_BACK_MS) * GIVEN_BACK_MS;
  await setClock(typeId, begins);
  const [one, other] = [await shopper(), await shopper()];
  for (let n = 0; n < MAX_GIVEN_BACK; n++) {
    const id = await idOf(hold(typeId, one.token, { quantity: 1, notes: "—".repeat(500) }));
    expect((await ask("DELETE", `/v1/holds/${id}`, { token: one.token })).status).toBe(200);
  }
  const refused = await hold(typeId, one.token);
  expect(saysToWait(refused, GIVEN_BACK_MS / 1_000)).toBe(true);
  expect(await refusalOf(refused)).toBe("429 rate_limited");
  expect((await hold(typeId, other.token)).status).toBe(201);
  const rows = await inside(typeId, (_, { storage }) =>
    storage.sql.exec("SELECT COUNT(*) AS holds, COUNT(notes) AS notes FROM holds").one(),
  );
  expect(rows).toEqual({ holds: MAX_GIVEN_BACK + 1, notes: 0 });
  await setClock(typeId, begins + GIVEN_BACK_MS);
  expect((await hold(typeId, one.token)).status).toBe(201);
});

it("[X5] any number of /readyz calls query an object once a second, and each time if it does not reply", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  // Ahead of the true time, since another file may have checked readiness a moment ago.
  const began = Date.now() + 60_000;
  const at = async (ms: number) => {
    vi.spyOn(Date, "now").mockReturnValue(began + ms);
    return (await ask("GET", "/readyz")).status;
  };
  const calls = vi.spyOn(env.INVENTORY, "getByName");
  expect([await at(0), await at(0), await at(999)]).toEqual([200, 200, 200]);
  expect(calls).toHaveBeenCalledTimes(1);
  expect(await at(1_000)).toBe(200);
  expect(calls).toHaveBeenCalledTimes(2);
  calls.mockImplementation(() => {
    throw new Error("no object");
  });
  expect(await at(2_000)).toBe(503);
  const before = calls.mock.calls.length;
  expect(await at(2_000)).toBe(503);
  expect(calls.mock.calls.length).toBeGreaterThan(before);
  calls.mockRestore();
  expect(await at(2_000)).toBe(200);
});
