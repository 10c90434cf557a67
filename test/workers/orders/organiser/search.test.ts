// Searches and lists of orders: what they find, and by which index (rule O12).

import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { checkProjections } from "../../../../src/app/jobs/check-projections.ts";
import { selectOrders, selectOwnOrders } from "../../../../src/db/orders/orders.ts";
import { nameKeyOf } from "../../../../src/domain/orders/contact.ts";
import type { OrganizationId, TicketTypeId } from "../../../../src/domain/ids.ts";
import { parseReference } from "../../../../src/domain/orders/reference.ts";
import { must } from "../../../../src/domain/result.ts";
import { aShopper, contextFor, db, seedShow } from "../../support/fixture.ts";
import { apiKey, ask, bodyOf, hold, idOf, refusalOf, shopper } from "../../support/http.ts";
import { inside, ledgerOf } from "../../support/object.ts";
import { settle } from "../../support/storage/trace.ts";

type Made = { readonly id: string; readonly reference: string; readonly token: string; readonly userId: string };
type Seen = { readonly id: string };

const show = { organizationId: "" as OrganizationId, eventId: "", typeIds: [] as readonly TicketTypeId[] };
const elsewhere = { ...show };
let token: string;
let theirs: string;
const made: Record<string, Made> = {};

async function order(
  typeId: TicketTypeId,
  contact: object | null,
  buyer?: { id: string; token: string },
): Promise<Made> {
  const me = buyer ?? (await shopper());
  const holdId = await idOf(hold(typeId, me.token));
  const json = { hold_ids: [holdId], contact };
  const answer = await bodyOf(await ask("POST", "/v1/checkouts", { token: me.token, key: holdId, json }));
  return { id: String(answer["id"]), reference: String(answer["reference"]), token: me.token, userId: me.id };
}

beforeAll(async () => {
  Object.assign(show, await seedShow([{ total: 50 }, { total: 50 }]));
  Object.assign(elsewhere, await seedShow([{ total: 50 }]));
  token = (await apiKey(show.organizationId, "staff")).token;
  theirs = (await apiKey(elsewhere.organizationId, "staff")).token;
  const [first, second] = show.typeIds as [TicketTypeId, TicketTypeId];
  const buyer = await shopper();
  made["zoe"] = await order(first, { name: "Zoë van der Merwe", email: "zoe@example.com" }, buyer);
  made["again"] = await order(second, { name: "zoe  Van Zyl", email: "Zoe@Example.com" }, buyer);
  made["other"] = await order(second, { name: "Other buyer", email: "other@example.com" });
  made["nobody"] = await order(first, null, buyer);
  made["theirs"] = await order(must(elsewhere.typeIds[0], "one type"), { name: "Zoë", email: "zoe@example.com" });
  await settle();
});

async function found(query: string, by = token): Promise<string[]> {
  const answer = await bodyOf(await ask("GET", `/v1/orders?${query}`, { token: by }));
  return (answer["data"] as Seen[])
    .map(({ id }) => Object.keys(made).find((name) => made[name]?.id === id) ?? id)
    .sort();
}
const one = (name: string) => must(made[name], "it was made");

describe("[O12] orders are found", () => {
  it("by their reference, in any case and spacing, in their organisation alone", async () => {
    const { reference } = one("other");
    for (const text of [
      reference,
      reference.toLowerCase(),
      reference.replace(/-/g, " "),
      reference.replace(/-/g, ""),
    ]) {
      expect(await found(`reference=${encodeURIComponent(text)}`)).toEqual(["other"]);
    }
    expect(await found(`reference=${one("theirs").reference}`)).toEqual([]);
    expect(await found(`reference=${one("theirs").reference}`, theirs)).toEqual(["theirs"]);
    expect(await found(`reference=${reference}&status=confirmed`)).toEqual([]);
    expect(await found(`reference=${reference}&email=other@example.com`)).toEqual(["other"]);
    expect(await found(`reference=${reference}&email=zoe@example.com`)).toEqual([]);
  });

  it("by a reference that several have, all of them", async () => {
    const { id } = one("nobody");
    const twin = `${id.slice(0, 40)}${"0".repeat(16)}`;
    const copied =
      "organization_id, event_id, user_id, status, items, total, currency, expires_at, seq, created_at, updated_at, locale";
    await env.DB.prepare(`INSERT INTO orders (id, ${copied}) SELECT ?, ${copied} FROM orders WHERE id = ?`)
      .bind(twin, id)
      .run();
    expect(await found(`reference=${one("nobody").reference}`)).toEqual(["nobody", twin].sort());
    await env.DB.prepare("DELETE FROM orders WHERE id = ?").bind(twin).run();
  });

  it("by the address of their contact, whatever its case, the whole of it", async () => {
    expect(await found("email=zoe@example.com")).toEqual(["again", "zoe"]);
    expect(await found("email=%20ZOE@example.COM")).toEqual(["again", "zoe"]);
    expect(await found("email=oe@example.com")).toEqual([]);
    expect(await found("email=zoe@example.com", theirs)).toEqual(["theirs"]);
  });

  it("by how a name of one event begins, without case, accents and spare spaces", async () => {
    const event = `event_id=${show.eventId}`;
    expect(await found(`${event}&name=zoe`)).toEqual(["again", "zoe"]);
    expect(await found(`${event}&name=ZO%C3%8B%20%20van%20d`)).toEqual(["zoe"]);
    expect(await found(`${event}&name=van`)).toEqual([]);
    expect(await found(`${event}&name=zoe&email=zoe@example.com`)).toEqual(["again", "zoe"]);
    expect(await found(`event_id=${elsewhere.eventId}&name=zoe`), "another organisation's event").toEqual([]);
    expect(await found(`${event}&name=%25`), "no pattern").toEqual([]);
  });

  it.each([
    ["reference=", "400 invalid_request"],
    ["reference=7K3F-9QZ2-M4D", "400 invalid_request"],
    ["reference=ord_7k3f9qz2m4z", "400 invalid_request"],
    [`reference=${"0".repeat(201)}`, "400 invalid_request"],
    ["email=zoe", "400 invalid_request"],
    ["email=", "400 invalid_request"],
    ["name=zoe", "400 invalid_request"],
    ["name=&event_id=evt_x", "400 invalid_request"],
    [`name=${"x".repeat(201)}&event_id=evt_x`, "400 invalid_request"],
    ["serial=", "400 invalid_request"],
    ["serial=00000-00000-00", "400 invalid_request"],
    ["serial=80000-00000-0", "400 invalid_request"],
  ])("not by %s", async (query, refusal) => {
    expect(await refusalOf(ask("GET", `/v1/orders?${query}`, { token }))).toBe(refusal);
  });

  it("page by page, and a cursor is bound to its search", async () => {
    const page = await bodyOf(await ask("GET", "/v1/orders?email=zoe@example.com&limit=1", { token }));
    const cursor = String(page["next_cursor"]);
    const next = await bodyOf(await ask("GET", `/v1/orders?email=zoe@example.com&limit=1&cursor=${cursor}`, { token }));
    expect([...(page["data"] as Seen[]), ...(next["data"] as Seen[])].map(({ id }) => id)).toEqual([
      one("again").id,
      one("zoe").id,
    ]);
    expect(next["next_cursor"]).toBeNull();
    const bent = ask("GET", `/v1/orders?email=other@example.com&limit=1&cursor=${cursor}`, { token });
    expect(await refusalOf(bent)).toBe("400 invalid_request");
  });
});

describe("[O12] a shopper's own orders", () => {
  it("are listed newest first, with their contacts, page by page, and nobody else's are", async () => {
    const { token: own } = one("zoe");
    const all = await bodyOf(await ask("GET", "/v1/shoppers/me/orders", { token: own }));
    const expected = ["nobody", "again", "zoe"].map((name) => one(name).id);
    expect((all["data"] as Seen[]).map(({ id }) => id)).toEqual(expected);
    expect(all).toMatchObject({ next_cursor: null, as_of: expect.any(String) });
    expect(all["data"]).toMatchObject([{ contact: null }, { contact: { email: "zoe@example.com" } }, {}]);
    const seen: string[] = [];
    for (let cursor = ""; ; ) {
      const page = await bodyOf(await ask("GET", `/v1/shoppers/me/orders?limit=2${cursor}`, { token: own }));
      seen.push(...(page["data"] as Seen[]).map(({ id }) => id));
      if (page["next_cursor"] === null) break;
      cursor = `&cursor=${String(page["next_cursor"])}`;
    }
    expect(seen).toEqual(expected);
    const nobody = await bodyOf(await ask("GET", "/v1/shoppers/me/orders", { token: (await shopper()).token }));
    expect(nobody["data"]).toEqual([]);
  });

  it("are a shopper's: a key is refused, and so is a parameter that is not of the list", async () => {
    expect(await refusalOf(ask("GET", "/v1/shoppers/me/orders", { token }))).toBe("403 forbidden");
    const own = one("zoe").token;
    expect(await refusalOf(ask("GET", "/v1/shoppers/me/orders?email=a@example.com", { token: own }))).toBe(
      "400 invalid_request",
    );
  });
});

describe("[O12] the plan of", () => {
  const of = () => ({ organizationId: show.organizationId, limit: 26, before: null });
  const ten = () => must(parseReference(one("zoe").reference), "it is one");
  const after = { createdAt: Date.now(), id: "ord_" };
  async function planOf(query: { toSQL(): { sql: string; params: unknown[] } }): Promise<string> {
    const { sql, params } = query.toSQL();
    const plan = env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...params);
    return (await plan.all<{ detail: string }>()).results.map(({ detail }) => detail).join("\n");
  }

  it.each<[string, () => Parameters<typeof planOf>[0], RegExp[]]>([
    [
      "all orders",
      () => selectOrders(db, of()),
      [/SEARCH orders USING INDEX orders_by_creation \(organization_id=\?\)/],
    ],
    [
      "a page of them",
      () => selectOrders(db, { ...of(), before: after, status: "confirmed" }),
      [/USING INDEX orders_by_creation \(organization_id=\? AND \(created_at,id\)<\(\?,\?\)\)/],
    ],
    [
      "an e-mail address",
      () => selectOrders(db, { ...of(), email: "a@example.com" }),
      [/USING INDEX orders_by_email \(organization_id=\? AND email=\?\)/],
    ],
    [
      "a name",
      () => selectOrders(db, { ...of(), eventId: show.eventId as never, nameKey: nameKeyOf("zo") }),
      [/USING INDEX orders_by_name \(event_id=\? AND name_key>\? AND name_key<\?\)/],
    ],
    [
      "a reference",
      () => selectOrders(db, { ...of(), reference: ten() }),
      [
        /SEARCH orders USING PRIMARY KEY \(id=\?\)/,
        /SEARCH e USING .*INDEX .*organization_id=\?/,
        /SEARCH t USING .*event_id=\?/,
        /SEARCH o USING PRIMARY KEY \(id>\? AND id<\?\)/,
      ],
    ],
    [
      "a serial",
      () => selectOrders(db, { ...of(), serial: 1 }),
      [
        /SEARCH orders USING PRIMARY KEY \(id=\?\)/,
        /SEARCH tickets USING PRIMARY KEY \(organization_id=\? AND serial=\?\)/,
      ],
    ],
    [
      "a buyer",
      () => selectOrders(db, { ...of(), userId: aShopper().id }),
      [/USING INDEX orders_by_buyer \(user_id=\?\)/],
    ],
    [
      "a shopper's own",
      () => selectOwnOrders(db, { userId: aShopper().id, limit: 26, before: after }),
      [/USING INDEX orders_by_buyer \(user_id=\? AND \(created_at,id\)<\(\?,\?\)\)/],
    ],
  ])("a search for %s takes its index and scans nothing", async (_, query, expected) => {
    const plan = await planOf(query());
    for (const pattern of expected) expect(plan).toMatch(pattern);
    expect(plan).not.toMatch(/SCAN (?!CONSTANT)/);
  });
});

describe("[K5] a list of orders", () => {
  const behind = async () => (await bodyOf(await ask("GET", "/v1/orders", { token })))["behind"];

  it("says that it may be behind once a comparison has found an object ahead, until D1 has caught up", async () => {
    const typeId = must(show.typeIds[0], "two types");
    await settle();
    expect(await behind()).toBe(false);
    const ports = await inside(typeId, (object) => ({ ...object.ports }));
    await inside(typeId, (object) => {
      object.ports = { ...object.ports, project: () => Promise.reject(new Error("D1_ERROR: away")) };
    });
    await order(typeId, null);
    await env.DB.prepare("UPDATE ticket_types SET look_at = 0").run();
    expect(await behind(), "nobody has compared").toBe(false);
    expect(await checkProjections(contextFor(aShopper()))).toBeGreaterThan(0);
    expect(await behind()).toBe(true);
    expect((await bodyOf(await ask("GET", "/v1/orders", { token: theirs })))["behind"], "another's").toBe(false);
    await inside(typeId, (object) => {
      object.ports = ports;
    });
    await settle();
    expect(await ledgerOf(typeId)).not.toEqual([]);
    expect(await behind()).toBe(false);
  });
});

describe("[N2] [N3] an order is found by the serial of a ticket", () => {
  it("in any case and spacing, in its organisation alone, and beside the other searches", async () => {
    const type = must(show.typeIds[0], "one type");
    made["sold"] = await order(type, { name: "Sold", email: "sold@example.com" });
    const { id, reference } = one("sold");
    expect((await ask("POST", `/v1/orders/${id}/confirm`, { token })).status).toBe(200);
    await settle();
    const { data } = (await bodyOf(await ask("GET", `/v1/orders/${id}/tickets`, { token }))) as {
      data: { serial: string }[];
    };
    const { serial } = must(data[0], "it has a ticket");
    for (const typed of [serial, serial.toLowerCase(), serial.replace(/-/g, " ")])
      expect(await found(`serial=${encodeURIComponent(typed)}`)).toEqual(["sold"]);
    expect(await found(`serial=${serial}&email=sold@example.com&reference=${reference}`)).toEqual(["sold"]);
    expect(await found(`serial=${serial}&email=zoe@example.com`)).toEqual([]);
    expect(await found(`serial=${serial}&reference=${one("zoe").reference}`)).toEqual([]);
    expect(await found(`serial=${serial}&status=reserved`)).toEqual([]);
    expect(await found(`serial=${serial}`, theirs)).toEqual([]);
    expect(await found("serial=00000-00000-0")).toEqual([]);
  });
});
