// What an organiser sees of the organisation: what waits for somebody, an event made like another, counts over time.

import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { parseId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import {
  created,
  eventBody,
  gateBody,
  newVenue,
  openTenant,
  published,
  suspend,
  ticketTypeBody,
} from "../support/catalogue.ts";
import { HOUR } from "../support/fixture.ts";
import { apiKey, ask, bodyOf, hold, idOf, refusalOf, shopper } from "../support/http.ts";
import { ledgerOf } from "../support/object.ts";
import { settle } from "../support/storage/trace.ts";

type Item = { readonly kind: string; readonly event: { readonly id: string } | null };

describe("what waits for somebody", () => {
  it("[D19] is shown to who may list it: alerts of doors, orders, mails that are not taken, drafts", async () => {
    const tenant = await openTenant();
    const { organizationId, token } = tenant;
    const { eventId, typeId } = await published(tenant);
    const draft = await created("/v1/events", token, eventBody(await newVenue(tenant)));
    const buyer = (await shopper()).token;
    const json = { hold_ids: [await idOf(hold(typeId, buyer))] };
    const order = await bodyOf(await ask("POST", "/v1/checkouts", { token: buyer, key: "k", json }));
    await settle();
    const now = Date.now();
    const statements: [string, ...unknown[]][] = [
      [
        "INSERT INTO door_counts (event_id, life, seq, as_of, inside, admitted, gates, alerts) VALUES (?, 1, 1, 1, 0, 0, '[]', 3)",
        eventId,
      ],
      [
        "INSERT INTO invitations (id, organization_id, email, role, inviter_id, expires_at, created_at) SELECT 'inv_waits', ?, 'a@b.example', 'viewer', id, ?, 1 FROM users LIMIT 1",
        ...[organizationId, now + HOUR],
      ],
      [
        "INSERT INTO outbox (recipient, subject, body, rests_on, created_at, again_at) VALUES ('a@b.example', '', '', 'inv_waits', ?, ?)",
        ...[now, now + HOUR],
      ],
    ];
    await env.DB.prepare(
      "INSERT OR IGNORE INTO users (id, name, email, email_verified, created_at, updated_at) VALUES ('usr_waits', 'x', 'x@b.example', 1, 1, 1)",
    ).run();
    for (const [query, ...values] of statements)
      await env.DB.prepare(query)
        .bind(...values)
        .run();
    const waiting = async (by: string) =>
      (await bodyOf(await ask("GET", "/v1/attention", { token: by })))["data"] as Item[];
    const { token: staff } = await apiKey(organizationId, "staff");
    const all = await waiting(staff);
    expect(all).toMatchObject([
      { kind: "door_alerts", action: "review_conflicts", count: 3, event: { id: eventId } },
      {
        ...{ kind: "orders_waiting", action: "confirm_or_cancel", count: 1, at_least: false, at: order["created_at"] },
        ...{
          due_at: order["expires_at"],
          path: `/v1/orders?status=reserved&event_id=${eventId}`,
          event: { id: eventId },
        },
      },
      { kind: "draft", action: "complete", missing: ["ticket_types"], event: { id: draft } },
    ]);
    for (const { path } of all as unknown as { path: string }[])
      expect((await ask("GET", path, { token })).status, path).toBe(200);
    const { token: viewer } = await apiKey(organizationId, "viewer");
    expect((await waiting(viewer)).map(({ kind }) => kind)).toEqual(["draft"]);
    expect(await waiting((await openTenant()).token), "another organisation").toEqual([]);
  });
});

describe("[E13] an event is duplicated", () => {
  it("with its ticket types, at the new start, as a draft that has sold nothing; a repeat is the same", async () => {
    const tenant = await openTenant();
    const { token } = tenant;
    const venue = await newVenue(tenant);
    const gate = await created(`/v1/venues/${venue}/gates`, token, gateBody());
    const start = Date.parse("2027-01-09T16:00:00Z");
    const at = (hours: number) => new Date(start + hours * HOUR).toISOString();
    const times = { start_time: at(0), end_time: at(6), sale_start: at(-24 * 400), sale_end: at(0) };
    const looks = { description: "*Two* stages", accent_color: "#aa2211", settings: { note: "x" }, order_minutes: 600 };
    const source = await created("/v1/events", token, eventBody(venue, { ...times, ...looks, doors_open: at(-1) }));
    const admission = { entry: "once", gates: [gate], windows: [{ from: at(-1), until: at(2) }], per_day: null };
    const rules = { ...admission, max_entries: null, gap_minutes: null, admits: 2 };
    const first = ticketTypeBody({ name: "First", total_quantity: 40, sale_end: at(-24), admission: rules });
    const firstId = await created(`/v1/events/${source}/ticket-types`, token, first);
    const second = ticketTypeBody({ name: "Second", total_quantity: 20, status: "hidden" });
    await created(`/v1/events/${source}/ticket-types`, token, second);
    await ask("POST", `/v1/events/${source}/publish`, { token });
    await idOf(hold(firstId, (await shopper()).token));

    const json = { start_time: "2027-02-06T17:00:00Z" };
    const duplicate = () => ask("POST", `/v1/events/${source}/duplicate`, { token, key: "once", json });
    const answer = await duplicate();
    expect(answer.status).toBe(201);
    const event = await bodyOf(answer);
    const later = (hours: number) => new Date(start + (28 * 24 + 1 + hours) * HOUR).toISOString();
    const before = await bodyOf(await ask("GET", `/v1/events/${source}`, { token }));
    const { id, slug, status: _, created_at: __, updated_at: ___, version: ____, ...same } = before;
    expect(event).toMatchObject({
      ...same,
      ...{ status: "draft", version: 1, start_time: later(0), end_time: later(6), doors_open: later(-1) },
      ...{ sale_start: later(-24 * 400), sale_end: later(0) },
    });
    expect([event["id"] === id, event["slug"] === slug]).toEqual([false, false]);
    const path = `/v1/events/${String(event["id"])}/ticket-types`;
    const types = (await bodyOf(await ask("GET", path, { token })))["data"] as Record<string, unknown>[];
    expect(types).toMatchObject([
      { name: "Second", status: "hidden", total_quantity: 20, sale_start: null, sold_count: 0 },
      {
        ...{
          name: "First",
          status: "available",
          total_quantity: 40,
          sale_end: later(-24),
          held_count: 0,
          counts_seq: 0,
        },
        admission: { gates: [gate], windows: [{ from: later(-1), until: later(2) }], admits: 2 },
      },
    ]);
    const again = await duplicate();
    expect([again.status, again.headers.get("Idempotency-Replayed"), await idOf(again)]).toEqual([
      ...[201, "true", event["id"]],
    ]);
    expect(
      await refusalOf(
        ask("POST", `/v1/events/${source}/duplicate`, { token, key: "once", json: { start_time: at(1) } }),
      ),
    ).toBe("422 idempotency_key_reused");
    const audit = await bodyOf(await ask("GET", `/v1/audit-log?resource_id=${String(event["id"])}`, { token }));
    expect(audit["data"]).toMatchObject([{ action: "event.create", changes: { duplicate_of: source } }]);
    expect((await ask("POST", `/v1/events/${String(event["id"])}/publish`, { token })).status).toBe(200);
    expect(
      (await hold(String(types[1]?.["id"]), (await shopper()).token)).status,
      "its inventory knows its terms",
    ).toBe(201);
  });

  it("never where a new event could not be made, and then nothing of it is there", async () => {
    const tenant = await openTenant();
    const { eventId } = await published(tenant);
    const duplicate = (json: object) => ask("POST", `/v1/events/${eventId}/duplicate`, { token: tenant.token, json });
    const { slug } = await bodyOf(await ask("GET", `/v1/events/${eventId}`, { token: tenant.token }));
    const start_time = "2030-01-01T10:00:00Z";
    expect(await refusalOf(duplicate({ start_time, slug }))).toBe("409 slug_taken");
    expect(await refusalOf(duplicate({ start_time: "9999-12-31T23:00:00Z" }))).toBe("400 invalid_request");
    await env.DB.prepare("UPDATE venues SET capacity = 1 WHERE organization_id = ?").bind(tenant.organizationId).run();
    expect(await refusalOf(duplicate({ start_time }))).toBe("409 capacity_exceeded");
    await env.DB.prepare("UPDATE events SET capacity = 1 WHERE id = ?").bind(eventId).run();
    expect(await refusalOf(duplicate({ start_time })), "[K3] its types are of before").toBe(
      "503 temporarily_unavailable",
    );
    await suspend(tenant);
    expect(await refusalOf(duplicate({ start_time }))).toBe("403 organization_suspended");
    const { results } = await env.DB.prepare(
      "SELECT (SELECT count(*) FROM events WHERE organization_id = ?1) AS events, (SELECT count(*) FROM ticket_types WHERE organization_id = ?1) AS types",
    )
      .bind(tenant.organizationId)
      .all();
    expect(results).toEqual([{ events: 1, types: 1 }]);
  });
});

it("[H3] counts over time are those of the ledger's rows, and no row is written for them", async () => {
  const tenant = await openTenant();
  const { token } = tenant;
  const { typeId } = await published(tenant);
  const buyer = (await shopper()).token;
  await idOf(hold(typeId, buyer, { quantity: 2 }));
  await idOf(hold(typeId, buyer, { quantity: 1 }));
  const inventory = must(parseId("tt", typeId), "it was made");
  const rows = await ledgerOf(inventory);
  const since = new Date(Date.now() - 10 * HOUR).toISOString();
  const path = `/v1/ticket-types/${typeId}/history`;
  const read = (query: string) => ask("GET", `${path}?${query}`, { token });
  const history = await bodyOf(await read(`since=${since}&bucket=3600`));
  expect(history).toMatchObject({ bucket_seconds: 3_600, checkpoint: null });
  const data = history["data"] as { at: string; seq: number }[];
  const last = data.at(-1);
  expect([last?.at, last?.seq]).toEqual([history["until"], rows.length]);
  expect(last).toMatchObject({ held: 3, sold: 0 });
  expect(await ledgerOf(inventory)).toEqual(rows);
  const later = new Date(Date.now() + HOUR).toISOString();
  expect(
    Date.parse(String((await bodyOf(await read(`since=${since}&until=${later}&bucket=3600`)))["until"])),
  ).toBeLessThan(Date.now() + 1);
  expect((await bodyOf(await read(`since=${later}`)))["data"], "not yet").toEqual([]);
  expect((await bodyOf(await read("")))["data"], "the last 500 minutes").toMatchObject([{ seq: rows.length }]);
  const year = new Date(Date.now() - 8_760 * HOUR).toISOString();
  for (const query of [`since=${year}&bucket=60`, `since=${since}&bucket=0`])
    expect(await refusalOf(read(query)), query).toBe("400 invalid_request");
});
