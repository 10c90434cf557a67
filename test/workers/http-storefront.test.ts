// The storefront over HTTP: holds, checkouts and orders as a shop, a door and a stranger see them; the public catalogue.

import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { events, organizations, ticketTypes } from "../../src/db/schema.ts";
import type { EventId } from "../../src/domain/ids.ts";
import { must } from "../../src/domain/result.ts";
import { db, HOUR, seedShow, seedType, type Show } from "./fixture.ts";
import { apiKey, ask, bodyOf, refusalOf, shopper } from "./http.ts";

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const hold = (typeId: string, token: string, json: object = { quantity: 1 }, key: string = crypto.randomUUID()) =>
  ask("POST", `/v1/ticket-types/${typeId}/holds`, { token, json, key });
const idOf = async (answer: Response | Promise<Response>) => String((await bodyOf(await answer))["id"]);

type World = Show & { readonly typeId: string; readonly shopper: { id: string; token: string }; readonly owner: { id: string; token: string } };
let world: World;

beforeAll(async () => {
  const show = await seedType(100);
  world = { ...show, shopper: await shopper(), owner: await apiKey(show.organizationId, "owner") };
});

describe("a hold", () => {
  it("is answered 201 with where it is and every field of docs/api.md, and read back the same", async () => {
    const me = await shopper();
    const placed = await hold(world.typeId, me.token, { quantity: 2, notes: "at the back" });
    expect(placed.status).toBe(201);
    const body = await bodyOf(placed);
    expect(body).toEqual({
      id: expect.stringMatching(/^hold_[0-9a-z]{52}$/),
      ticket_type_id: world.typeId,
      event_id: world.eventId,
      organization_id: world.organizationId,
      user_id: me.id,
      quantity: 2,
      status: "active",
      source: "web",
      notes: "at the back",
      unit_price: "150.00",
      currency: "ZAR",
      held_until: expect.stringMatching(ISO),
      expires_in_seconds: 300,
      created_at: expect.stringMatching(ISO),
      updated_at: expect.stringMatching(ISO),
    });
    expect(placed.headers.get("Location")).toBe(`/v1/holds/${String(body["id"])}`);
    expect(placed.headers.has("Idempotency-Replayed")).toBe(false);
    const read = await ask("GET", `/v1/holds/${String(body["id"])}`, { token: me.token });
    expect(read.status).toBe(200);
    expect(await bodyOf(read)).toEqual({ ...body, expires_in_seconds: expect.any(Number) });
  });

  it("[H8] placed again with the same key is a replay: 201, the same hold, and the header says so", async () => {
    const { token } = await shopper();
    const first = await bodyOf(await hold(world.typeId, token, { quantity: 1 }, "same"));
    // Bodies are compared after defaults.
    const again = await hold(world.typeId, token, { quantity: 1, source: "web", notes: null }, "same");
    expect([again.status, again.headers.get("Idempotency-Replayed")]).toEqual([201, "true"]);
    expect((await bodyOf(again))["id"]).toBe(first["id"]);
    expect(await refusalOf(hold(world.typeId, token, { quantity: 2 }, "same"))).toBe("422 idempotency_key_reused");
  });

  it("[H6] is refused with the facts of its refusal", async () => {
    const { typeId } = await seedType(3);
    const { token } = await shopper();
    expect(await bodyOf(await hold(typeId, token, { quantity: 4 }))).toMatchObject({ status: 409, code: "sold_out", available_quantity: 3 });
    expect(await bodyOf(await hold(typeId, token, { quantity: 0 }))).toMatchObject({ status: 422, code: "quantity_out_of_bounds", min: 1, max: 10 });
    const opensAt = Date.now() + HOUR;
    const later = await seedShow([{ total: 1 }], { sale_start: opensAt });
    expect(await bodyOf(await hold(must(later.typeIds[0], "one type"), token))).toMatchObject({
      status: 409,
      code: "not_on_sale",
      reason: "sale_not_open",
      opens_at: new Date(opensAt).toISOString(),
    });
  });

  it("[H9] is released once; a second release answers with the hold as it is", async () => {
    const { token } = await shopper();
    const path = `/v1/holds/${await idOf(hold(world.typeId, token))}`;
    const first = await ask("DELETE", path, { token });
    const released = await bodyOf(first);
    expect([first.status, released["status"], released["expires_in_seconds"]]).toEqual([200, "cancelled", 0]);
    expect(await bodyOf(await ask("DELETE", path, { token }))).toEqual(released);
  });

  it("[H10] [T3] is 404 to another shopper and to another organisation's key; its own organisation's reads and releases it", async () => {
    const path = `/v1/holds/${await idOf(hold(world.typeId, world.shopper.token))}`;
    const stranger = await shopper();
    const other = await apiKey((await seedType(1)).organizationId, "owner");
    for (const { token } of [stranger, other]) {
      expect(await refusalOf(ask("GET", path, { token }))).toBe("404 not_found");
      expect(await refusalOf(ask("DELETE", path, { token }))).toBe("404 not_found");
    }
    expect((await ask("GET", path, { token: world.owner.token })).status).toBe(200);
    expect((await ask("DELETE", path, { token: world.owner.token })).status).toBe(200);
    for (const id of ["hold_x", "x", `hold_${"0".repeat(52)}`]) {
      expect(await refusalOf(ask("GET", `/v1/holds/${id}`, { token: stranger.token }))).toBe("404 not_found");
    }
  });

  it("[H12] of a door sale needs a key: it is the key's, over the shopper's limit; a shopper sending it is refused", async () => {
    expect(await refusalOf(hold(world.typeId, world.shopper.token, { quantity: 1, source: "scanner" }))).toBe("403 forbidden");
    const sold = await hold(world.typeId, world.owner.token, { quantity: 10, source: "scanner" });
    expect(sold.status).toBe(201);
    expect(await bodyOf(sold)).toMatchObject({ source: "scanner", user_id: world.owner.id });
    expect((await hold(world.typeId, world.owner.token, { quantity: 10, source: "scanner" })).status).toBe(201);
    const other = await apiKey((await seedType(1)).organizationId, "owner");
    expect(await refusalOf(hold(world.typeId, other.token, { quantity: 1, source: "scanner" }))).toBe("404 not_found");
  });

  it("[X3] by a shopper asks neither D1 nor KV, nor does its release", async () => {
    const { token } = await shopper();
    await hold(world.typeId, token);
    const spies = [vi.spyOn(env.DB, "prepare"), vi.spyOn(env.DB, "batch"), vi.spyOn(env.CATALOGUE_CACHE, "get")];
    const id = await idOf(hold(world.typeId, token));
    await ask("GET", `/v1/holds/${id}`, { token });
    await ask("DELETE", `/v1/holds/${id}`, { token });
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
});

describe("a checkout", () => {
  it("makes an order with every field of docs/api.md, which its shopper reads and the organiser confirms", async () => {
    const me = await shopper();
    const holdId = await idOf(hold(world.typeId, me.token, { quantity: 3 }));
    const started = await ask("POST", "/v1/checkouts", { token: me.token, key: "c", json: { hold_ids: [holdId] } });
    expect(started.status).toBe(201);
    const order = await bodyOf(started);
    expect(order).toEqual({
      id: expect.stringMatching(/^ord_[0-9a-z]{26}$/),
      organization_id: world.organizationId,
      event_id: world.eventId,
      user_id: me.id,
      status: "reserved",
      items: [{ ticket_type_id: world.typeId, hold_id: holdId, quantity: 3, unit_price: "150.00", amount: "450.00" }],
      total: "450.00",
      currency: "ZAR",
      expires_at: expect.stringMatching(ISO),
      created_at: expect.stringMatching(ISO),
      updated_at: expect.stringMatching(ISO),
    });
    const path = `/v1/orders/${String(order["id"])}`;
    expect(started.headers.get("Location")).toBe(path);
    const again = await ask("POST", "/v1/checkouts", { token: me.token, key: "c", json: { hold_ids: [holdId] } });
    expect([again.status, again.headers.get("Idempotency-Replayed"), await idOf(again)]).toEqual([201, "true", order["id"]]);
    expect(await bodyOf(await ask("GET", path, { token: me.token }))).toEqual(order);
    const confirmed = await ask("POST", `${path}/confirm`, { token: world.owner.token });
    expect([confirmed.status, (await bodyOf(confirmed))["status"]]).toEqual([200, "confirmed"]);
    expect(await bodyOf(await ask("POST", `${path}/cancel`, { token: me.token }))).toMatchObject({
      status: 409,
      code: "order_not_reserved",
      order_status: "confirmed",
    });
  });

  it("[O1] takes 1 to 10 holds, each named once, and nothing of money", async () => {
    const { token } = world.shopper;
    const some = `hold_${"0".repeat(52)}`;
    const others = Array.from({ length: 11 }, (_, index) => `hold_${String(index).padStart(52, "0")}`);
    for (const json of [{ hold_ids: [] }, { hold_ids: [some, some] }, { hold_ids: others }, { hold_ids: [some], total: "1.00" }, {}]) {
      expect(await refusalOf(ask("POST", "/v1/checkouts", { token, key: "k", json }))).toBe("400 invalid_request");
    }
    expect(await refusalOf(ask("POST", "/v1/checkouts", { token, key: "k", json: { hold_ids: ["hold_x"] } }))).toBe("404 not_found");
  });

  it("[T3] [H10] of another: its order is 404 to a stranger and to another organisation's key, for every verb", async () => {
    const me = await shopper();
    const holdId = await idOf(hold(world.typeId, me.token));
    const stranger = await shopper();
    const checkout = { key: "c", json: { hold_ids: [holdId] } };
    expect(await bodyOf(await ask("POST", "/v1/checkouts", { token: stranger.token, ...checkout }))).toMatchObject({ status: 404, hold_id: holdId });
    const path = `/v1/orders/${await idOf(ask("POST", "/v1/checkouts", { token: me.token, ...checkout }))}`;
    const other = await apiKey((await seedType(1)).organizationId, "owner");
    expect(await refusalOf(ask("GET", path, { token: stranger.token }))).toBe("404 not_found");
    expect(await refusalOf(ask("POST", `${path}/cancel`, { token: stranger.token }))).toBe("404 not_found");
    expect(await refusalOf(ask("GET", path, { token: other.token }))).toBe("404 not_found");
    expect(await refusalOf(ask("POST", `${path}/confirm`, { token: other.token }))).toBe("404 not_found");
    expect(await refusalOf(ask("POST", `${path}/cancel`, { token: other.token }))).toBe("404 not_found");
    expect(await refusalOf(ask("POST", `${path}/confirm`, { token: me.token }))).toBe("403 forbidden");
    expect(await bodyOf(await ask("POST", `${path}/cancel`, { token: me.token }))).toMatchObject({ status: "cancelled" });
  });
});

describe("the list of orders", () => {
  it("[T2] is the key's organisation's alone, newest first, in pages, by filters that bind its cursor", async () => {
    const { typeId, organizationId, eventId } = await seedType(10);
    const { token } = await apiKey(organizationId, "staff");
    const made: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      const me = await shopper();
      const holdId = await idOf(hold(typeId, me.token));
      made.unshift(await idOf(ask("POST", "/v1/checkouts", { token: me.token, key: "c", json: { hold_ids: [holdId] } })));
    }
    const list = async (query: string) => {
      const answer = await ask("GET", `/v1/orders${query}`, { token });
      const { data, next_cursor } = await bodyOf(answer);
      expect(answer.status).toBe(200);
      return { ids: (data as { id: string }[]).map(({ id }) => id), cursor: next_cursor as string | null };
    };
    expect([...(await list("")).ids].sort()).toEqual([...made].sort());
    const first = await list("?limit=2");
    const second = await list(`?limit=2&cursor=${first.cursor}`);
    expect([...first.ids, ...second.ids].sort()).toEqual([...made].sort());
    expect([first.ids.length, second.ids.length, second.cursor]).toEqual([2, 1, null]);
    expect(await refusalOf(ask("GET", `/v1/orders?cursor=${first.cursor}&status=reserved`, { token }))).toBe("400 invalid_request");
    expect((await list(`?status=reserved&event_id=${eventId}`)).ids).toHaveLength(3);
    expect((await list("?status=confirmed")).ids).toEqual([]);
    expect((await list("?event_id=evt_malformed")).ids).toEqual([]);
    expect((await list("?since=2020-01-01T00:00:00%2B02:00")).ids).toHaveLength(3);
    expect((await list("?until=2020-01-01T00:00:00Z")).ids).toEqual([]);
    expect(await refusalOf(ask("GET", "/v1/orders?since=2020-01-01T00:00:00", { token }))).toBe("400 invalid_request");
  });
});

describe("the public catalogue", () => {
  const publicEvent = (id: string, headers: Record<string, string> = {}) => ask("GET", `/v1/public/events/${id}`, { headers });
  const setStatus = (id: EventId, status: "draft" | "published" | "live" | "ended" | "archived") =>
    db.update(events).set({ status }).where(eq(events.id, id));

  it("shows an event with exactly the fields of docs/api.md, without hidden types", async () => {
    const show = await seedShow([{ total: 5 }, { total: 5, hidden: true }]);
    const answer = await publicEvent(show.eventId);
    expect([answer.status, answer.headers.get("Cache-Control")]).toEqual([200, "public, no-cache"]);
    const body = await bodyOf(answer);
    expect(Object.keys(body).sort()).toEqual(
      ["id", "name", "slug", "description", "status", "start_time", "end_time", "sale_start", "sale_end", "organization", "venue", "ticket_types"].sort(),
    );
    expect(body["organization"]).toEqual({ id: show.organizationId, name: "Organisation", slug: show.organizationId });
    expect(Object.keys(body["venue"] as object)).toEqual(["id", "name", "address", "city", "country", "timezone"]);
    expect(body["ticket_types"]).toEqual([
      {
        id: show.typeIds[0],
        name: "Type",
        description: null,
        price: "150.00",
        currency: "ZAR",
        sale_start: null,
        sale_end: null,
        status: "available",
        min_per_order: 1,
        max_per_order: 10,
      },
    ]);
  });

  it("answers 304 while nothing changed, and the event again when something did", async () => {
    const { eventId } = await seedType(5);
    const etag = must((await publicEvent(eventId)).headers.get("ETag"), "an ETag");
    expect(etag).toMatch(/^"[^"]+"$/);
    const same = await publicEvent(eventId, { "If-None-Match": etag });
    expect([same.status, same.headers.get("ETag"), await same.text()]).toEqual([304, etag, ""]);
    await db.update(events).set({ name: "Renamed" }).where(eq(events.id, eventId));
    const changed = await publicEvent(eventId, { "If-None-Match": etag });
    expect([changed.status, (await bodyOf(changed))["name"]]).toEqual([200, "Renamed"]);
    expect(changed.headers.get("ETag")).not.toBe(etag);
  });

  it.each(["draft", "ended", "archived"] as const)("[P3] hides an event that is %s, its availability and its place in the list", async (status) => {
    const { eventId, organizationId } = await seedType(5);
    await setStatus(eventId, status);
    expect(await refusalOf(publicEvent(eventId))).toBe("404 not_found");
    expect(await refusalOf(ask("GET", `/v1/public/events/${eventId}/availability`))).toBe("404 not_found");
    expect(await bodyOf(await ask("GET", `/v1/public/organizations/${organizationId}/events`))).toEqual({ data: [], next_cursor: null });
  });

  it("[P3] shows one that is live; an unknown or malformed id or slug is 404", async () => {
    const { eventId } = await seedType(5);
    await setStatus(eventId, "live");
    expect((await bodyOf(await publicEvent(eventId)))["status"]).toBe("live");
    expect(await refusalOf(publicEvent("evt_x"))).toBe("404 not_found");
    expect(await refusalOf(publicEvent(`evt_${"0".repeat(26)}`))).toBe("404 not_found");
    expect(await refusalOf(ask("GET", "/v1/public/organizations/nobody/events"))).toBe("404 not_found");
  });

  it("lists an organisation's events soonest first, in pages", async () => {
    const { eventId, organizationId } = await seedType(1);
    const [event] = await db.select().from(events).where(eq(events.id, eventId));
    const first = must(event, "seeded");
    const ids = [eventId];
    for (const [index, hours] of [-2, -1].entries()) {
      const id = `evt_${String(index).repeat(26)}` as EventId;
      await db.insert(events).values({ ...first, id, slug: `event-${index}`, start_time: first.start_time + hours * HOUR });
      ids.splice(index, 0, id);
    }
    const slug = organizationId;
    const page = await bodyOf(await ask("GET", `/v1/public/organizations/${slug}/events?limit=2`));
    const rest = await bodyOf(await ask("GET", `/v1/public/organizations/${slug}/events?limit=2&cursor=${String(page["next_cursor"])}`));
    const shown = [...(page["data"] as { id: string }[]), ...(rest["data"] as { id: string }[])];
    expect(shown.map(({ id }) => id)).toEqual(ids);
    expect(rest["next_cursor"]).toBeNull();
    await db.update(organizations).set({ status: "suspended" }).where(eq(organizations.id, organizationId));
    expect((await ask("GET", `/v1/public/organizations/${slug}/events`)).status).toBe(200);
  });
});

describe("availability", () => {
  it("[K5] comes from the inventories, whatever D1's projection says", async () => {
    const { typeId, eventId } = await seedType(5);
    const { token } = await shopper();
    await hold(typeId, token, { quantity: 2 });
    await db.update(ticketTypes).set({ held_count: 0, sold_count: 5 }).where(eq(ticketTypes.id, typeId));
    const answer = await ask("GET", `/v1/public/events/${eventId}/availability`);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(await bodyOf(answer)).toEqual({
      event_id: eventId,
      at: expect.stringMatching(ISO),
      ticket_types: [{ id: typeId, seq: expect.any(Number), status: "available", total: 5, sold: 0, held: 2, available: 3 }],
    });
  });

  it("[P3] leaves out a type that is hidden, in D1 or in its inventory's terms", async () => {
    const { typeIds, eventId } = await seedShow([{ total: 1 }, { total: 2, hidden: true }, { total: 3, hidden: true }]);
    const ids = async () => {
      const { ticket_types } = await bodyOf(await ask("GET", `/v1/public/events/${eventId}/availability`));
      return (ticket_types as { id: string }[]).map(({ id }) => id);
    };
    const { token } = await shopper();
    // The third inventory takes its terms while hidden; D1 then shows it before the inventory has heard.
    expect(await refusalOf(hold(must(typeIds[2], "three types"), token))).toBe("409 not_on_sale");
    await db.update(ticketTypes).set({ hidden: false }).where(eq(ticketTypes.id, must(typeIds[2], "three types")));
    expect(await ids()).toEqual([typeIds[0]]);
  });
});

describe("the live socket", () => {
  it("[P3] is 426 without an upgrade, and 404 for a type that the public may not see", async () => {
    const hidden = await seedType(1, { hidden: true });
    const path = (id: string) => `/v1/ticket-types/${id}/live`;
    const plain = await ask("GET", path(world.typeId));
    expect(plain.headers.get("Upgrade")).toBe("websocket");
    expect(await refusalOf(plain)).toBe("426 upgrade_required");
    const headers = { Upgrade: "websocket" };
    for (const id of [hidden.typeId, "tt_x", `tt_${"0".repeat(26)}`]) {
      expect(await refusalOf(ask("GET", path(id), { headers }))).toBe("404 not_found");
    }
  });

  it("[L3] opens with a snapshot of the type; the answer names its request", async () => {
    const answer = await ask("GET", `/v1/ticket-types/${world.typeId}/live`, { headers: { Upgrade: "websocket" } });
    expect([answer.status, answer.headers.has("X-Request-Id")]).toEqual([101, true]);
    const socket = must(answer.webSocket, "an upgrade");
    const frame = new Promise<string>((resolve) => {
      socket.addEventListener("message", ({ data }) => resolve(String(data)), { once: true });
    });
    socket.accept();
    expect(JSON.parse(await frame)).toMatchObject({ type: "snapshot", event: { id: world.eventId }, ticket_types: [{ id: world.typeId }] });
    socket.close();
  });
});
