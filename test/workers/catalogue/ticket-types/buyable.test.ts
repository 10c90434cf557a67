// A type that nobody could ever buy is refused when it is written (rules K1, E3), and a venue on sale is not archived
// (rule V2).

import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { events, ticketTypes } from "../../../../src/db/schema/catalogue.ts";
import { parseId } from "../../../../src/domain/ids.ts";
import { must } from "../../../../src/domain/result.ts";
import {
  auditOf,
  change,
  eventBody,
  faults,
  move,
  newDraft,
  newTicketType,
  newVenue,
  openTenant,
  published,
  remove,
  type Tenant,
  ticketTypeBody,
  traceOf,
} from "../../support/catalogue.ts";
import { db, HOUR } from "../../support/fixture.ts";
import { ask, bodyOf, hold, refusalOf, shopper } from "../../support/http.ts";

let tenant: Tenant;
beforeAll(async () => {
  tenant = await openTenant();
});
const OPENS = Date.parse("2031-01-01T09:00:00Z");
const CLOSES = OPENS + 24 * HOUR;
const iso = (ms: number) => new Date(ms).toISOString();
const WINDOW = {
  sale_start: iso(OPENS),
  sale_end: iso(CLOSES),
  start_time: iso(CLOSES),
  end_time: iso(CLOSES + HOUR),
};
const add = (eventId: string, changes: object) =>
  ask("POST", `/v1/events/${eventId}/ticket-types`, { token: tenant.token, json: ticketTypeBody(changes) });

describe("[K1] a ticket type", () => {
  it("has at least as many tickets as its least order, when it is created and when either is changed", async () => {
    const { eventId } = await newDraft(tenant);
    expect(await faults(add(eventId, { total_quantity: 3, min_per_order: 4 }))).toEqual(["/min_per_order"]);
    const id = await newTicketType(tenant, eventId, { total_quantity: 4, min_per_order: 4 });
    const path = `/v1/ticket-types/${id}`;
    const before = await traceOf(tenant);
    expect(await faults(change(tenant, path, { total_quantity: 3 }))).toEqual(["/min_per_order"]);
    expect(await faults(change(tenant, path, { min_per_order: 5 }))).toEqual(["/min_per_order"]);
    expect(await traceOf(tenant)).toEqual(before);
    expect(await bodyOf(await change(tenant, path, { total_quantity: 3, min_per_order: 3 }))).toMatchObject({
      total_quantity: 3,
      min_per_order: 3,
    });
  });

  it.each([
    ["begins as the event's sale ends", { sale_start: iso(CLOSES) }, "/sale_start"],
    ["ends as the event's sale begins", { sale_end: iso(OPENS) }, "/sale_end"],
    ["lies before it", { sale_start: iso(OPENS - 2), sale_end: iso(OPENS - 1) }, "/sale_end"],
  ])("is refused with a window that %s", async (_, bounds, path) => {
    const { eventId, typeId } = await newDraft(tenant, WINDOW);
    const before = await traceOf(tenant);
    expect(await faults(add(eventId, bounds))).toEqual([path]);
    expect(await faults(change(tenant, `/v1/ticket-types/${typeId}`, bounds))).toEqual([path]);
    expect(await traceOf(tenant)).toEqual(before);
  });

  it.each([
    ["begins a millisecond before the event's sale ends", { sale_start: iso(CLOSES - 1) }],
    ["ends a millisecond after the event's sale begins", { sale_end: iso(OPENS + 1) }],
    ["holds the event's within it", { sale_start: iso(OPENS - HOUR), sale_end: iso(CLOSES + HOUR) }],
  ])("may have a window that %s", async (_, bounds) => {
    const { eventId, typeId } = await newDraft(tenant, WINDOW);
    expect((await add(eventId, bounds)).status).toBe(201);
    expect((await change(tenant, `/v1/ticket-types/${typeId}`, bounds)).status).toBe(200);
  });
});

describe("[K1] the window of an event", () => {
  it("is not moved off the window of one of its types, to the millisecond, whose own times go first", async () => {
    const { eventId } = await newDraft(tenant, WINDOW);
    const [from, to] = [OPENS + HOUR, OPENS + 2 * HOUR];
    const typeId = await newTicketType(tenant, eventId, { sale_start: iso(from), sale_end: iso(to) });
    const path = `/v1/events/${eventId}`;
    const before = await traceOf(tenant);
    expect(await faults(change(tenant, path, { sale_start: iso(to) }))).toEqual(["/sale_start"]);
    expect(await faults(change(tenant, path, { sale_end: iso(from) }))).toEqual(["/sale_end"]);
    expect(await traceOf(tenant)).toEqual(before);
    expect((await change(tenant, path, { sale_start: iso(to - 1) })).status).toBe(200);
    expect((await change(tenant, path, { sale_start: iso(OPENS), sale_end: iso(from + 1) })).status).toBe(200);
    expect((await change(tenant, `/v1/ticket-types/${typeId}`, { sale_start: null, sale_end: null })).status).toBe(200);
    expect((await change(tenant, path, { sale_start: iso(to), sale_end: iso(CLOSES) })).status).toBe(200);
  });
});

describe("[E3] an event", () => {
  it("of which no ticket can be bought any more is not published, and says that it lacks an open sale", async () => {
    const now = Date.now();
    const past = { sale_start: iso(now - 2 * HOUR), sale_end: iso(now - HOUR) };
    const { eventId } = await newDraft(tenant, past);
    expect(await bodyOf(await move(tenant, eventId, "publish"))).toMatchObject({
      code: "not_publishable",
      missing: ["open_sale"],
    });
    expect((await change(tenant, `/v1/events/${eventId}`, { sale_end: iso(now + HOUR) })).status).toBe(200);
    expect((await move(tenant, eventId, "publish")).status).toBe(200);
  });

  it.each([
    ["the event's", 0, null],
    ["the type's own, which is the earlier", HOUR, 0],
    ["the event's, which is the earlier", 0, HOUR],
  ])("is published while its sale is to end, and not at that millisecond: %s", async (_, ofEvent, ofType) => {
    const end = Date.now() + 2 * HOUR;
    const times = { start_time: iso(end + 2 * HOUR), end_time: iso(end + 3 * HOUR) };
    const drafts = [];
    for (let n = 0; n < 2; n++) {
      const draft = await newDraft(tenant, { ...times, sale_end: iso(end + ofEvent) });
      const bound = { sale_end: ofType === null ? null : iso(end + ofType) };
      expect((await change(tenant, `/v1/ticket-types/${draft.typeId}`, bound)).status).toBe(200);
      drafts.push(draft.eventId);
    }
    const [late = "", inTime = ""] = drafts;
    const clock = vi.spyOn(Date, "now").mockReturnValue(end);
    expect(await bodyOf(await move(tenant, late, "publish"))).toMatchObject({ missing: ["open_sale"] });
    clock.mockReturnValue(end - 1);
    expect((await move(tenant, inTime, "publish")).status).toBe(200);
  });

  it.each([
    ["whose least order is more than there is", { min_per_order: 10, total_quantity: 9 }],
    ["whose sale begins after the event's has ended", { sale_start: Date.parse("2100-01-01T00:00:00Z") }],
  ])("with a type from before these rules, %s, is not published either", async (_, before) => {
    const { eventId, typeId } = await newDraft(tenant);
    const id = must(parseId("tt", typeId), "it was created");
    await db.update(ticketTypes).set(before).where(eq(ticketTypes.id, id));
    expect(await bodyOf(await move(tenant, eventId, "publish"))).toMatchObject({ missing: ["open_sale"] });
    await newTicketType(tenant, eventId, { status: "hidden" });
    expect((await move(tenant, eventId, "publish")).status).toBe(200);
  });
});

describe("[V2] a venue", () => {
  it("is not archived while an event there is published or live, and the refusal names it", async () => {
    const { eventId, typeId } = await published(tenant);
    const event = await bodyOf(await ask("GET", `/v1/events/${eventId}`, { token: tenant.token }));
    const path = `/v1/venues/${String(event["venue_id"])}`;
    const refused = { code: "in_use", event_ids: [eventId] };
    expect(await bodyOf(await remove(tenant, path))).toMatchObject(refused);
    expect((await hold(typeId, (await shopper()).token)).status).toBe(201);
    await move(tenant, eventId, "start");
    expect(await bodyOf(await remove(tenant, path))).toMatchObject(refused);
    await move(tenant, eventId, "end");
    expect(await bodyOf(await remove(tenant, path))).toMatchObject({ status: "archived", version: 2 });
  });

  it("names ten of many, and is archived with drafts alone", async () => {
    const venueId = await newVenue(tenant);
    const rows = Array.from({ length: 11 }, () => eventBody(venueId));
    const ids = [];
    for (const json of rows)
      ids.push(String((await bodyOf(await ask("POST", "/v1/events", { token: tenant.token, json })))["id"]));
    const venue = must(parseId("ven", venueId), "it was created");
    await db.update(events).set({ status: "published" }).where(eq(events.venue_id, venue));
    expect((await bodyOf(await remove(tenant, `/v1/venues/${venueId}`)))["event_ids"]).toHaveLength(10);
    await db.update(events).set({ status: "draft" }).where(eq(events.venue_id, venue));
    expect((await remove(tenant, `/v1/venues/${venueId}`)).status).toBe(200);
  });

  it("that is archived is restored by its version, audited, and takes events again", async () => {
    const venueId = await newVenue(tenant);
    const path = `/v1/venues/${venueId}`;
    await remove(tenant, path);
    expect(await refusalOf(ask("POST", `${path}/restore`, { token: tenant.token }))).toBe("428 precondition_required");
    const restore = (version: number) =>
      ask("POST", `${path}/restore`, { token: tenant.token, headers: { "If-Match": `"${version}"` } });
    expect(await refusalOf(restore(1))).toBe("412 version_conflict");
    expect(await bodyOf(await restore(2))).toMatchObject({ id: venueId, status: "active", version: 3 });
    expect(await bodyOf(await restore(3))).toMatchObject({ status: "active", version: 3 });
    expect((await auditOf(tenant, venueId)).map(({ action }) => action)).toEqual([
      "venue.create",
      "venue.archive",
      "venue.restore",
    ]);
    expect((await ask("POST", "/v1/events", { token: tenant.token, json: eventBody(venueId) })).status).toBe(201);
  });
});
