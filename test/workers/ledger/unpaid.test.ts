// What one address may hold unpaid, through the Worker: who is counted, who is not, and what is stored of the address
// (rule H15).

import { createExecutionContext, evictDurableObject, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { hashAddress } from "../../../src/auth/address-hash.ts";
import { parseId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { app } from "../../../src/http/app.ts";
import { change, faults, newDraft, newTicketType, openTenant, published, type Tenant } from "../support/catalogue.ts";
import { objectOf } from "../support/fixture.ts";
import { ask, type Asked, bodyOf, idOf, refusalOf, requestFor, shopper } from "../support/http.ts";
import { from } from "../support/misses.ts";
import { inside } from "../support/object.ts";

const ADDRESS = "2001:db8:5:6:7:8:9:a";
const NEIGHBOUR = "2001:db8:5:6::1";
const ELSEWHERE = "2001:db8:5:7::1";

let tenant: Tenant;
let eventId: string;
let typeId: string;
beforeAll(async () => {
  tenant = await openTenant();
  ({ eventId, typeId } = await published(tenant));
  await change(tenant, `/v1/ticket-types/${typeId}`, { max_unpaid_per_address: 3 });
});

const holdFrom = async (address: string, quantity: number, token?: string, id = typeId) =>
  ask("POST", `/v1/ticket-types/${id}/holds`, {
    token: token ?? (await shopper()).token,
    json: { quantity },
    key: crypto.randomUUID(),
    ...from(address),
  });
const release = (id: string, token: string) => ask("DELETE", `/v1/holds/${id}`, { token });
const typed = (id: string) => must(parseId("tt", id), "it was created");

describe("an address that may hold three tickets unpaid", () => {
  it("[H15] is refused a fourth for anyone in its network: 409 with the numbers; another network is not", async () => {
    const one = await shopper();
    const first = await idOf(holdFrom(ADDRESS, 2, one.token));
    const refused = await holdFrom(NEIGHBOUR, 2);
    expect([refused.status, await bodyOf(refused)]).toMatchObject([
      409,
      { code: "address_limit_reached", max_unpaid_per_address: 3, remaining: 1 },
    ]);
    const other = await shopper();
    const second = await idOf(holdFrom(NEIGHBOUR, 1, other.token));
    expect((await holdFrom(ELSEWHERE, 3)).status).toBe(201);
    await evictDurableObject(objectOf(typed(typeId)));
    expect(await bodyOf(await holdFrom(ADDRESS, 1))).toMatchObject({ code: "address_limit_reached", remaining: 0 });
    const order = await ask("POST", "/v1/checkouts", { token: one.token, json: { hold_ids: [first] }, key: "k" });
    const { id } = await bodyOf(order);
    expect(await refusalOf(holdFrom(ADDRESS, 1))).toBe("409 address_limit_reached");
    expect((await ask("POST", `/v1/orders/${String(id)}/confirm`, { token: tenant.token })).status).toBe(200);
    expect((await release(second, other.token)).status).toBe(200);
    expect((await holdFrom(ADDRESS, 3)).status).toBe(201);
  });

  it("[H15] [H12] does not keep a member or key behind it from selling", async () => {
    for (const source of ["scanner", "web"]) {
      const json = { quantity: 5, source };
      const asked = { token: tenant.token, json, key: crypto.randomUUID(), ...from(ADDRESS) };
      expect((await ask("POST", `/v1/ticket-types/${typeId}/holds`, asked)).status).toBe(201);
    }
  });

  it("[H15] [O10] is refused in a basket as it is for one hold, with its numbers", async () => {
    const other = await newTicketType(tenant, eventId, { total_quantity: 10, max_unpaid_per_address: 1 });
    const items = [{ ticket_type_id: other, quantity: 2 }];
    const asked = {
      token: (await shopper()).token,
      json: { items, all_or_nothing: true },
      key: "basket",
      ...from(ADDRESS),
    };
    expect(await bodyOf(await ask("POST", `/v1/events/${eventId}/holds`, asked))).toMatchObject({
      status: 409,
      code: "basket_refused",
      refused: [{ ticket_type_id: other, code: "address_limit_reached", max_unpaid_per_address: 1, remaining: 1 }],
    });
  });

  it("[H15] is not counted with RATE_LIMITS=off, nor where no address is known", async () => {
    const other = await newTicketType(tenant, eventId, { total_quantity: 50, max_unpaid_per_address: 1 });
    const status = async (asked: Asked, vars: Partial<Env>, address: string | null) => {
      const request = requestFor("POST", `/v1/ticket-types/${other}/holds`, { ...asked, key: crypto.randomUUID() });
      if (address === null) request.headers.delete("CF-Connecting-IP");
      else request.headers.set("CF-Connecting-IP", address);
      const context = createExecutionContext();
      const answer = await app.fetch(request, { ...env, ...vars }, context);
      await waitOnExecutionContext(context);
      return answer.status;
    };
    const asked = { token: (await shopper()).token, json: { quantity: 2 } };
    expect(await status(asked, {}, ADDRESS)).toBe(409);
    expect(await status(asked, {}, null)).toBe(201);
    expect(await status(asked, { RATE_LIMITS: "off" }, ADDRESS)).toBe(201);
  });
});

describe("what is kept of an address", () => {
  it("[H15] is a number made with the Worker's secret, in the rows of hold and order and nowhere else", async () => {
    const other = await newTicketType(tenant, eventId, { total_quantity: 10 });
    const { token } = await shopper();
    const placed = await holdFrom(ADDRESS, 2, token, other);
    const body = await bodyOf(placed);
    const json = { hold_ids: [body["id"]] };
    const order = await bodyOf(await ask("POST", "/v1/checkouts", { token, json, key: "kept" }));
    const hash = hashAddress(env, other, "2001:db8:5:6::/64");
    const rows = await inside(typed(other), (_, { storage }) => ({
      holds: storage.sql.exec("SELECT address FROM holds").toArray(),
      orders: storage.sql.exec("SELECT unpaid FROM orders").toArray(),
      ledger: JSON.stringify(storage.sql.exec("SELECT * FROM ledger").toArray()),
    }));
    expect(rows).toMatchObject({ holds: [{ address: hash }], orders: [{ unpaid: `[[${String(hash)},2]]` }] });
    const listed = await ask("GET", `/v1/ticket-types/${other}/holds`, { token: tenant.token });
    const said = [JSON.stringify(body), JSON.stringify(order), await listed.text(), rows.ledger].join();
    expect(said).not.toContain(String(hash));
    expect(said).not.toContain("2001:db8");
  });
});

describe("the organiser's setting", () => {
  const made = async (fields: object) => {
    const draft = await newDraft(tenant);
    const id = await newTicketType(tenant, draft.eventId, fields);
    return bodyOf(await ask("GET", `/v1/ticket-types/${id}`, { token: tenant.token }));
  };

  it.each([
    [1, 100],
    [400, 100],
    [401, 101],
    [404, 101],
  ])("[K1] left out is a quarter of the total, rounded up, and at least 100: of %i it is %i", async (total, most) => {
    expect(await made({ total_quantity: total })).toMatchObject({ max_unpaid_per_address: most });
  });

  it("[K1] [K6] is switched off by null, and the next hold is decided by what it is then", async () => {
    const other = await newTicketType(tenant, eventId, { total_quantity: 20, max_unpaid_per_address: 1 });
    expect(await refusalOf(holdFrom(ADDRESS, 2, undefined, other))).toBe("409 address_limit_reached");
    const off = await change(tenant, `/v1/ticket-types/${other}`, { max_unpaid_per_address: null });
    expect(await bodyOf(off)).toMatchObject({ max_unpaid_per_address: null });
    expect((await holdFrom(ADDRESS, 10, undefined, other)).status).toBe(201);
    expect(await made({ total_quantity: 20, max_unpaid_per_address: null })).toMatchObject({
      max_unpaid_per_address: null,
    });
  });

  it("[K1] is 1 to 1,000,000 and not below min_per_order", async () => {
    const path = `/v1/events/${eventId}/ticket-types`;
    const statusOf = async (fields: object) => {
      const json = { name: "A type", price: "1.00", total_quantity: 10, ...fields };
      return (await ask("POST", path, { token: tenant.token, json })).status;
    };
    expect(await statusOf({ max_unpaid_per_address: 0 })).toBe(400);
    expect(await statusOf({ max_unpaid_per_address: 1_000_001 })).toBe(400);
    expect(await statusOf({ min_per_order: 3, max_unpaid_per_address: 2 })).toBe(400);
    expect(await statusOf({ min_per_order: 3, max_unpaid_per_address: 3 })).toBe(201);
  });

  it("[K1] is not below min_per_order either when one of the two is changed alone", async () => {
    const other = await newTicketType(tenant, eventId, { total_quantity: 10, max_unpaid_per_address: 2 });
    const changed = (fields: object) => change(tenant, `/v1/ticket-types/${other}`, fields);
    expect(await faults(changed({ min_per_order: 3 }))).toEqual(["/max_unpaid_per_address"]);
    expect((await changed({ min_per_order: 2 })).status).toBe(200);
    expect(await faults(changed({ max_unpaid_per_address: 1 }))).toEqual(["/max_unpaid_per_address"]);
    expect((await changed({ max_unpaid_per_address: 3, min_per_order: 3 })).status).toBe(200);
  });
});
