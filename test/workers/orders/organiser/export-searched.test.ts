// An export of what was searched for: the file has the orders that the list has.

import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { OrganizationId, TicketTypeId } from "../../../../src/domain/ids.ts";
import { must } from "../../../../src/domain/result.ts";
import { seedShow } from "../../support/fixture.ts";
import { apiKey, ask, bodyOf, hold, idOf, refusalOf, shopper } from "../../support/http.ts";
import { settle } from "../../support/storage/trace.ts";

type Made = { readonly id: string; readonly reference: string };

let token: string;
let log: string;
let organizationId: OrganizationId;
let eventId: string;
let typeId: TicketTypeId;
let zoe: Made;
let abe: Made;

async function order(of: TicketTypeId, name: string, email: string): Promise<Made> {
  const me = await shopper();
  const holdId = await idOf(hold(of, me.token));
  const json = { hold_ids: [holdId], contact: { name, email } };
  const made = await bodyOf(await ask("POST", "/v1/checkouts", { token: me.token, key: holdId, json }));
  return { id: String(made["id"]), reference: String(made["reference"]) };
}

/** The ids of the orders in the file. */
async function exported(query: Readonly<Record<string, string>>): Promise<string[]> {
  const answer = await ask("GET", `/v1/exports/orders.csv?${new URLSearchParams(query).toString()}`, { token });
  const lines = (await answer.text()).trimEnd().split("\r\n");
  expect(lines.at(-1)).toContain(`"end of export","${lines.length - 2}"`);
  return lines.slice(1, -1).map((line) => /"(ord_\w+)"/.exec(line)?.[1] ?? "");
}

beforeAll(async () => {
  const own = await seedShow([{ total: 20, price: 15_000 }]);
  const elsewhere = await seedShow([{ total: 20, price: 15_000 }]);
  typeId = must(own.typeIds[0], "one type");
  eventId = own.eventId;
  organizationId = own.organizationId;
  log = (await apiKey(organizationId, "owner")).token;
  token = (await apiKey(own.organizationId, "staff")).token;
  zoe = await order(typeId, "Zoë Searched", "zoe@example.com");
  abe = await order(typeId, "Abe Other", "abe@example.com");
  await order(must(elsewhere.typeIds[0], "one type"), "Zoë Elsewhere", "zoe@example.com");
  expect((await ask("POST", `/v1/orders/${abe.id}/confirm`, { token })).status).toBe(200);
  await settle();
});

it("[O16] [O12] has what a search by reference, address or name finds, of no other organisation", async () => {
  expect(await exported({ q: zoe.reference.toLowerCase().replaceAll("-", " ") })).toEqual([zoe.id]);
  expect(await exported({ q: "Zoe@Example.com" })).toEqual([zoe.id]);
  expect(await exported({ q: "zoe", event_id: eventId })).toEqual([zoe.id]);
  expect(await exported({ q: abe.id })).toEqual([abe.id]);
  expect(await exported({ q: "abe@example.com", status: "confirmed" })).toEqual([abe.id]);
  expect(await exported({ q: "zoe@example.com", status: "confirmed" })).toEqual([]);
  expect((await exported({})).toSorted()).toEqual([zoe.id, abe.id].toSorted());
});

it("[O16] has also those beyond the first 25, at which a search ends", async () => {
  await env.DB.prepare(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30)
    INSERT INTO orders (id, organization_id, event_id, user_id, status, items, email, total, currency, expires_at, seq, created_at, updated_at, locale)
    SELECT 'ord_many_' || i, ?, ?, 'shp_x', 'expired', '[]', 'many@example.com', 0, 'ZAR', 1, 1, i, 1, 'en' FROM n`)
    .bind(organizationId, eventId)
    .run();
  expect((await exported({ q: "many@example.com" })).length).toBe(30);
});

it("[O16] a text that is nothing to search for is refused, and writes nothing down", async () => {
  const before = await bodyOf(await ask("GET", "/v1/audit-log?action=order.export&limit=100", { token: log }));
  for (const query of ["q=zoe", "q=%20", "q=%20&event_id=evt_1"])
    expect(await refusalOf(ask("GET", `/v1/exports/orders.csv?${query}`, { token }))).toBe("400 invalid_request");
  const after = await bodyOf(await ask("GET", "/v1/audit-log?action=order.export&limit=100", { token: log }));
  expect(after["data"]).toEqual(before["data"]);
});

it("[O16] the audit log says how was searched, and not the text", async () => {
  await exported({ q: "zoe@example.com" });
  const { data } = await bodyOf(await ask("GET", "/v1/audit-log?action=order.export&limit=1", { token: log }));
  expect(JSON.stringify(data)).not.toContain("zoe@");
  expect(data).toMatchObject([{ changes: { searched_by: ["email"] } }]);
});
