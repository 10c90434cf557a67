// The whole story from outside, as docs/api.md tells it: from a venue to tickets held, released, ordered and sold,
// live.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { must } from "../../../src/domain/result.ts";
import { countsOf, refusalOf } from "../../support/server/client.ts";
import { iso } from "../../support/server/catalogue/bodies.ts";
import { buildShow, type Show, typeOf } from "../../support/server/catalogue/show.ts";
import { openStage } from "../../support/server/stage.ts";
import { openViewer, shows } from "../../support/server/sockets/viewer.ts";
import type { Availability, Hold, Order, Page, Resource, TicketType } from "../../support/server/wire.ts";

const HOUR = 3_600_000;
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

const { server, client, keys, act, shopper, close } = await openStage();
const { read, hold, release, checkOut, settle } = act;
afterAll(close);

describe("an organiser", () => {
  const token = keys.owner;
  let eventId: string;
  let typeId: string;

  test("creates a venue, a gate, an event and a ticket type, each with its place and its version", async () => {
    const hall = { name: "Union Hall", address: "1 Road", city: "Pretoria", country: "ZA", capacity: 5_000 };
    const venue = await client.ask<Resource>("POST", "/v1/venues", {
      token,
      json: { ...hall, timezone: "Africa/Johannesburg" },
    });
    expect(venue).toMatchObject({ status: 201, headers: { location: `/v1/venues/${venue.body.id}`, etag: '"1"' } });
    const gate = { gate_code: "NORTH_1", name: "North" };
    const gates = `/v1/venues/${venue.body.id}/gates`;
    const open = await client.ask<Resource>("POST", gates, { token, json: gate });
    expect(open).toMatchObject({ status: 201, body: { ...gate, status: "open", version: 1 } });
    const now = Date.now();
    const event = await client.ask<Resource>("POST", "/v1/events", {
      token,
      json: {
        venue_id: venue.body.id,
        name: "Night of Songs",
        start_time: iso(now + 24 * HOUR),
        end_time: iso(now + 30 * HOUR),
        sale_start: iso(now - HOUR),
        sale_end: iso(now + 24 * HOUR),
        capacity: 1_000,
      },
    });
    expect(event).toMatchObject({ status: 201, body: { status: "draft", slug: "night-of-songs", version: 1 } });
    eventId = event.body.id;
    const type = await client.ask<TicketType>("POST", `/v1/events/${eventId}/ticket-types`, {
      token,
      json: { name: "Standing", price: "10.00", total_quantity: 100 },
    });
    expect(type).toMatchObject({ status: 201, body: { price: "10.00", currency: "ZAR", available_quantity: 100 } });
    typeId = type.body.id;
    expect(await refusalOf(read(`/v1/public/events/${eventId}`)), "a draft is nobody's to see").toBe("404 not_found");
  });

  test("[E2] [K6] [P3] publishes: it is on sale and public at the response, with an ETag for repeats", async () => {
    const published = await client.ask<Resource>("POST", `/v1/events/${eventId}/publish`, { token });
    expect(published).toMatchObject({ status: 200, body: { status: "published" } });
    expect((await hold(typeId, shopper(0).token, "first")).status).toBe(201);
    const path = `/v1/public/events/${eventId}`;
    const shown = await read<Record<string, unknown>>(path);
    expect(Object.keys(shown.body).sort().join(" ")).toBe(
      "accent_color currency description description_html doors_open end_time hold_extension id image name order_minutes organization price_from price_to sale_end sale_start slug start_time status ticket_types venue",
    );
    expect(shown.headers["access-control-allow-origin"]).toBe("*");
    const etag = must(shown.headers.etag, "a public event has an ETag");
    const again = await client.ask("GET", path, { headers: { "If-None-Match": etag } });
    expect(again).toMatchObject({ status: 304, body: null });
    const listed = await read<Page<Resource>>(`/v1/public/organizations/${server.demo.organization.slug}/events`);
    expect(listed.body.data.map(({ id }) => id)).toContain(eventId);
    const counts = { id: typeId, status: "available", total: 100, sold: 0, held: 1, available: 99 };
    expect((await read<Availability>(`${path}/availability`)).body).toEqual({
      event_id: eventId,
      at: TIME,
      ticket_types: [{ ...counts, seq: expect.any(Number) }],
    });
  });

  test("[E2] starts and ends it without a step back; the end stops the sale and closes sockets with 4410", async () => {
    const viewer = await openViewer(server.baseUrl, typeId);
    const step = (name: string) => client.ask<Resource>("POST", `/v1/events/${eventId}/${name}`, { token });
    expect(await refusalOf(step("archive"))).toBe("409 invalid_transition");
    expect(await step("start")).toMatchObject({ status: 200, body: { status: "live" } });
    expect(await refusalOf(step("publish"))).toBe("409 invalid_transition");
    expect((await step("end")).body.status).toBe("ended");
    // Polled instead of waiting for its close event, since the local runtime drops the connection only when the object
    // falls asleep.
    await expect.poll(() => viewer.socket.readyState).not.toBe(viewer.socket.OPEN);
    viewer.socket.terminate();
    expect((await viewer.closed).code).toBe(4410);
    expect(await refusalOf(read(`/v1/public/events/${eventId}`))).toBe("404 not_found");
    await expect(openViewer(server.baseUrl, typeId)).rejects.toThrow("404");
    const late = await hold(typeId, shopper(1).token, "late");
    expect(late.body).toMatchObject({ status: 409, code: "not_on_sale", reason: "event_over" });
    expect((await step("archive")).body.status).toBe("archived");
  });
});

describe("a shopper", () => {
  let show: Show;
  beforeAll(async () => {
    show = await buildShow(client, keys.owner, [{ total: 12 }, { total: 50, maxPerOrder: 4 }]);
  });

  test("[H2] [H8] holds tickets: the whole hold, where it is, and the same hold again for the same key", async () => {
    const [typeId, body] = [typeOf(show), { quantity: 2, source: "web", notes: "Row A" }];
    const first = await hold(typeId, shopper(0).token, "h1", body);
    expect(first.status).toBe(201);
    expect(first.headers).toMatchObject({ location: `/v1/holds/${first.body.id}`, "cache-control": "no-store" });
    expect(first.headers["idempotency-replayed"]).toBeUndefined();
    expect(first.body).toEqual({
      id: expect.stringMatching(/^hold_/),
      ticket_type_id: typeId,
      event_id: show.eventId,
      organization_id: server.demo.organization.id,
      user_id: shopper(0).shopper_id,
      ...body,
      status: "active",
      unit_price: "150.00",
      currency: "ZAR",
      held_until: TIME,
      expires_in_seconds: 300,
      first_placed_at: first.body.created_at,
      extensions: 0,
      order_id: null,
      replaces: null,
      replaced_by: null,
      created_at: TIME,
      updated_at: TIME,
    });
    expect(Date.parse(first.body.held_until) - Date.parse(first.body.created_at)).toBe(300_000);
    const again = await hold(typeId, shopper(0).token, "h1", body);
    expect(again).toMatchObject({
      status: 201,
      headers: { "idempotency-replayed": "true" },
      body: { id: first.body.id },
    });
    expect(await countsOf(client, show.eventId, typeId)).toMatchObject({ held: 2, available: 10 });
  });

  test("[H9] [H10] releases once; a repeat changes nothing, and another shopper cannot find the hold", async () => {
    const { token } = shopper(1);
    const path = `/v1/holds/${(await hold(typeOf(show), token, "h2", { quantity: 8 })).body.id}`;
    for (const method of ["GET", "DELETE"]) {
      expect(await refusalOf(client.ask(method, path, { token: shopper(2).token }))).toBe("404 not_found");
    }
    const released = await client.ask<Hold>("DELETE", path, { token });
    expect(released).toMatchObject({ status: 200, body: { status: "cancelled", expires_in_seconds: 0 } });
    expect((await client.ask<Hold>("DELETE", path, { token })).body).toEqual(released.body);
    expect((await read<Hold>(path, token)).body).toEqual(released.body);
    expect(await countsOf(client, show.eventId, typeOf(show))).toMatchObject({ held: 2, available: 10 });
  });

  test("[L2] [L3] [L5] follows the ticket type: a snapshot, each change with its position, pongs for pings", async () => {
    const typeId = typeOf(show, 1);
    const viewer = await openViewer(server.baseUrl, typeId);
    const { frame: snapshot } = await viewer.until(({ type }) => type === "snapshot");
    const counts = { id: typeId, status: "available", total: 50, sold: 0, held: 0, available: 50 };
    expect(snapshot).toEqual({
      type: "snapshot",
      at: TIME,
      event: { id: show.eventId, status: "published" },
      ticket_types: [{ ...counts, seq: expect.any(Number) }],
    });
    await hold(typeId, shopper(3).token, "live", { quantity: 3 });
    const { frame } = await viewer.until(shows({ held: 3, available: 47 }));
    expect(Object.keys(frame).sort()).toEqual(["at", "ticket_types", "type"]);
    expect(frame.ticket_types?.[0]?.seq).toBeGreaterThan(snapshot.ticket_types?.[0]?.seq ?? Infinity);
    viewer.socket.send("ping");
    await viewer.untilText("pong");
    viewer.socket.send("hello");
    await viewer.until(({ code }) => code === "unknown_message");
    viewer.socket.close(1000);
    expect((await viewer.closed).code, "its leaving is answered").toBe(1000);
  });
});

test("[H12] the door sells beyond a shopper's limit by a staff key, checks out and releases its own sales", async () => {
  const show = await buildShow(client, keys.owner, [{ total: 50, maxPerOrder: 4, price: "0.00" }]);
  const sale = (key: string) => hold(typeOf(show), keys.staff, key, { quantity: 4, source: "scanner" });
  const [first, second] = [await sale("d1"), await sale("d2")];
  expect(first).toMatchObject({ status: 201, body: { source: "scanner", user_id: expect.stringMatching(/^key_/) } });
  expect(second.status, "the limit of one shopper is not the door's").toBe(201);
  const order = await checkOut(keys.staff, "door", [first.body.id]);
  expect(order).toMatchObject({ status: 201, body: { user_id: first.body.user_id, total: "0.00" } });
  expect((await release(second.body.id, keys.staff)).body.status).toBe("cancelled");
  const path = `/v1/ticket-types/${typeOf(show)}/holds?source=scanner`;
  const scanned = await read<Page<Hold>>(path, keys.viewer);
  expect(scanned.body.data.map(({ status }) => status)).toEqual(["cancelled", "converted"]);
});

describe("an order", () => {
  let show: Show;
  let order: Order;
  let link: string;
  beforeAll(async () => {
    show = await buildShow(client, keys.owner, [
      { total: 12, price: "99.95" },
      { total: 50, price: "0.05" },
    ]);
  });
  const counts = () => Promise.all(show.typeIds.map((id) => countsOf(client, show.eventId, id)));

  test("[O1] [O6] [O3] takes holds of two types at their prices, and is the same order for the same key", async () => {
    const { token, shopper_id } = shopper(5);
    const three = (await hold(typeOf(show), token, "a", { quantity: 3 })).body;
    const two = (await hold(typeOf(show, 1), token, "b", { quantity: 2 })).body;
    const items = [
      {
        ticket_type_id: typeOf(show),
        hold_id: three.id,
        quantity: 3,
        unit_price: "99.95",
        amount: "299.85",
        returned_quantity: 0,
      },
      {
        ticket_type_id: typeOf(show, 1),
        hold_id: two.id,
        quantity: 2,
        unit_price: "0.05",
        amount: "0.10",
        returned_quantity: 0,
      },
    ];
    // In reverse, so that an order that nobody requested, such as that of the ids, would show.
    items.sort((a, b) => (a.hold_id < b.hold_id ? 1 : -1));
    const holdIds = items.map(({ hold_id }) => hold_id);
    const made = await checkOut(token, "order", holdIds);
    const { order_link, ...shown } = made.body;
    order = shown;
    link = order_link;
    expect(made).toMatchObject({ status: 201, headers: { location: `/v1/orders/${order.id}` } });
    expect(order).toEqual({
      id: expect.stringMatching(/^ord_/),
      organization_id: server.demo.organization.id,
      event_id: show.eventId,
      user_id: shopper_id,
      status: "reserved",
      items,
      total: "299.95",
      returned_total: "0.00",
      reference: expect.stringMatching(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}$/),
      currency: "ZAR",
      contact: null,
      locale: "en",
      expires_at: TIME,
      created_at: TIME,
      updated_at: TIME,
    });
    const again = await checkOut(token, "order", [...holdIds].reverse());
    expect(again).toMatchObject({ status: 201, headers: { "idempotency-replayed": "true" }, body: { id: order.id } });
    expect((await counts()).map(({ held, sold }) => [held, sold])).toEqual([
      [3, 0],
      [2, 0],
    ]);
  });

  test("[O1] is the same each time it is read as when it was made, its items in their order", async () => {
    expect((await read<Order>(`/v1/orders/${order.id}`, shopper(5).token)).body).toEqual(order);
    expect((await read<Order>(`/v1/orders/${order.id}`, link)).body, "by its link").toEqual(order);
  });

  test("[O5] [O3] is confirmed by staff, as often as they like, and its tickets are sold with the response", async () => {
    const confirmed = await settle(order.id, "confirm", keys.staff);
    expect(confirmed).toMatchObject({ status: 200, body: { id: order.id, total: order.total, status: "confirmed" } });
    expect((await counts()).map(({ held, sold }) => [held, sold])).toEqual([
      [0, 3],
      [0, 2],
    ]);
    expect((await settle(order.id, "confirm", keys.staff)).body).toEqual(confirmed.body);
  });

  test("[O5] [O3] is cancelled by its shopper, and its tickets are given back with the response", async () => {
    const { token } = shopper(6);
    const { body } = await hold(typeOf(show), token, "c", { quantity: 4 });
    const reserved = await checkOut(token, "cancelled", [body.id]);
    const cancelled = await settle(reserved.body.id, "cancel", token);
    expect(cancelled).toMatchObject({ status: 200, body: { status: "cancelled" } });
    expect((await settle(reserved.body.id, "cancel", keys.staff)).body).toEqual(cancelled.body);
    expect((await counts())[0]).toMatchObject({ held: 0, sold: 3 });
    const stays = { status: "converted", order_id: reserved.body.id };
    expect((await read<Hold>(`/v1/holds/${body.id}`, token)).body, "a hold stays converted").toMatchObject(stays);
  });

  test("[K5] the organiser's lists show it as soon as it is projected: the orders and the counts", async () => {
    const statuses = async () => {
      const { body } = await read<Page<Order>>(`/v1/orders?event_id=${show.eventId}`, keys.staff);
      return body.data.map(({ status }) => status);
    };
    await expect.poll(statuses).toEqual(["cancelled", "confirmed"]);
    const typeNow = async () => (await read<TicketType>(`/v1/ticket-types/${typeOf(show)}`, keys.viewer)).body;
    const projected = { sold_count: 3, held_count: 0, available_quantity: 9, version: 1 };
    await expect.poll(typeNow).toMatchObject(projected);
  });
});
