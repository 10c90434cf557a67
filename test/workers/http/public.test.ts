// What the public sees over HTTP: the catalogue, availability and the live socket.

import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { writeThrough } from "../../../src/cache/published-events.ts";
import { events, organizations, ticketTypes } from "../../../src/db/schema/catalogue.ts";
import type { EventId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { db, HOUR, seedShow, seedType } from "../support/fixture.ts";
import { ask, bodyOf, hold, ISO, openWorld, refusalOf, shopper } from "../support/http.ts";

let world: Awaited<ReturnType<typeof openWorld>>;

beforeAll(async () => {
  world = await openWorld();
});

describe("the public catalogue", () => {
  const publicEvent = (id: string, headers: Record<string, string> = {}) =>
    ask("GET", `/v1/public/events/${id}`, { headers });
  const setStatus = (id: EventId, status: "draft" | "published" | "live" | "ended" | "archived") =>
    db.update(events).set({ status }).where(eq(events.id, id));

  it("shows an event with exactly the fields of docs/api.md, without hidden types", async () => {
    const show = await seedShow([{ total: 5 }, { total: 5, hidden: true }]);
    const answer = await publicEvent(show.eventId);
    expect([answer.status, answer.headers.get("Cache-Control")]).toEqual([200, "public, no-cache"]);
    const body = await bodyOf(answer);
    expect(Object.keys(body).sort()).toEqual(
      [
        "id",
        "name",
        "slug",
        "description",
        "description_html",
        "accent_color",
        "image",
        "status",
        "start_time",
        "end_time",
        "doors_open",
        "sale_start",
        "sale_end",
        "hold_extension",
        "order_minutes",
        "price_from",
        "price_to",
        "currency",
        "organization",
        "venue",
        "ticket_types",
      ].sort(),
    );
    expect(body["organization"]).toEqual({
      ...{ id: show.organizationId, name: "Organisation", slug: show.organizationId },
      ...{ accent_color: null, image: null },
    });
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

  it("returns 304 while nothing changed, and the event again when something did", async () => {
    const { eventId } = await seedType(5);
    const etag = must((await publicEvent(eventId)).headers.get("ETag"), "an ETag");
    expect(etag).toMatch(/^"[^"]+"$/);
    const same = await publicEvent(eventId, { "If-None-Match": etag });
    expect([same.status, same.headers.get("ETag"), await same.text()]).toEqual([304, etag, ""]);
    await db.update(events).set({ name: "Renamed", version: 2 }).where(eq(events.id, eventId));
    await writeThrough({ catalogueCache: env.CATALOGUE_CACHE, db, waitUntil: () => undefined }, eventId);
    const changed = await publicEvent(eventId, { "If-None-Match": etag });
    expect([changed.status, (await bodyOf(changed))["name"]]).toEqual([200, "Renamed"]);
    expect(changed.headers.get("ETag")).not.toBe(etag);
  });

  it.each(["draft", "ended", "archived"] as const)(
    "[P3] hides an event that is %s, its availability and its place in the list",
    async (status) => {
      const { eventId, organizationId } = await seedType(5);
      await setStatus(eventId, status);
      expect(await refusalOf(publicEvent(eventId))).toBe("404 not_found");
      expect(await refusalOf(ask("GET", `/v1/public/events/${eventId}/availability`))).toBe("404 not_found");
      expect(await bodyOf(await ask("GET", `/v1/public/organizations/${organizationId}/events`))).toEqual({
        data: [],
        next_cursor: null,
      });
    },
  );

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
      await db
        .insert(events)
        .values({ ...first, id, slug: `event-${index}`, start_time: first.start_time + hours * HOUR });
      ids.splice(index, 0, id);
    }
    const slug = organizationId;
    const page = await bodyOf(await ask("GET", `/v1/public/organizations/${slug}/events?limit=2`));
    const rest = await bodyOf(
      await ask("GET", `/v1/public/organizations/${slug}/events?limit=2&cursor=${String(page["next_cursor"])}`),
    );
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
      ticket_types: [
        { id: typeId, seq: expect.any(Number), status: "available", total: 5, sold: 0, held: 2, available: 3 },
      ],
    });
  });

  it("[P3] leaves out a type that is hidden, in D1 or in its inventory's terms", async () => {
    const { typeIds, eventId } = await seedShow([{ total: 1 }, { total: 2, hidden: true }, { total: 3, hidden: true }]);
    const ids = async () => {
      const { ticket_types } = await bodyOf(await ask("GET", `/v1/public/events/${eventId}/availability`));
      return (ticket_types as { id: string }[]).map(({ id }) => id);
    };
    const { token } = await shopper();
    // The third inventory takes its terms while hidden; D1 then shows the type before the inventory has the new terms.
    expect(await refusalOf(hold(must(typeIds[2], "three types"), token))).toBe("409 not_on_sale");
    await db
      .update(ticketTypes)
      .set({ hidden: false })
      .where(eq(ticketTypes.id, must(typeIds[2], "three types")));
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

  it("[L3] opens with a snapshot of the type; the response names its request", async () => {
    const answer = await ask("GET", `/v1/ticket-types/${world.typeId}/live`, { headers: { Upgrade: "websocket" } });
    expect([answer.status, answer.headers.has("X-Request-Id")]).toEqual([101, true]);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    const socket = must(answer.webSocket, "an upgrade");
    const frame = new Promise<string>((resolve) => {
      socket.addEventListener("message", ({ data }) => resolve(String(data)), { once: true });
    });
    socket.accept();
    expect(JSON.parse(await frame)).toMatchObject({
      type: "snapshot",
      event: { id: world.eventId },
      ticket_types: [{ id: world.typeId }],
    });
    socket.close();
  });
});
