// What a device reads of the catalogue (table P, last column): its gate, and the events with doors at that gate's
// venue.

import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { listEvents, readEvent } from "../../../src/db/events/events.ts";
import { events } from "../../../src/db/schema/catalogue.ts";
import { devices } from "../../../src/db/schema/credentials.ts";
import { listTicketTypes, readTicketType } from "../../../src/db/ticket-types/ticket-types.ts";
import { EVENT_STATUSES, type EventStatus } from "../../../src/domain/events/event.ts";
import { parseId, type VenueId } from "../../../src/domain/ids.ts";
import { can, type Device, type Resource } from "../../../src/domain/people/policy.ts";
import { must } from "../../../src/domain/result.ts";
import {
  created,
  eventBody,
  gateBody,
  newTicketType,
  newVenue,
  openTenant,
  type Tenant,
} from "../support/catalogue.ts";
import { db } from "../support/fixture.ts";
import { ask, bodyOf, device, refusalOf } from "../support/http.ts";

type Place = {
  readonly venueId: VenueId;
  readonly gateId: string;
  readonly shows: readonly { readonly status: EventStatus; readonly eventId: string; readonly typeId: string }[];
};

/** A venue with a gate, and one event of each status, each with a hidden ticket type. */
async function newPlace(tenant: Tenant): Promise<Place> {
  const venueId = must(parseId("ven", await newVenue(tenant)), "it was created");
  const gateId = await created(`/v1/venues/${venueId}/gates`, tenant.token, gateBody());
  const shows = [];
  for (const status of EVENT_STATUSES) {
    const eventId = await created("/v1/events", tenant.token, eventBody(venueId));
    const typeId = await newTicketType(tenant, eventId, { status: "hidden" });
    const id = must(parseId("evt", eventId), "it was created");
    await db.update(events).set({ status }).where(eq(events.id, id));
    shows.push({ status, eventId, typeId });
  }
  return { venueId, gateId, shows };
}

let tenant: Tenant;
let here: Place;
let elsewhere: Place;
let theirs: Place;
let token: string;
let itself: Device;
beforeAll(async () => {
  tenant = await openTenant();
  [here, elsewhere, theirs] = [await newPlace(tenant), await newPlace(tenant), await newPlace(await openTenant())];
  const { organizationId } = tenant;
  const made = await device({ organizationId, venueId: here.venueId });
  token = made.token;
  const [row] = await db.select().from(devices).where(eq(devices.id, made.id));
  const { gate_id: gateId } = must(row, "it was made");
  itself = { kind: "device", id: made.id, organizationId, gateId, venueId: here.venueId, eventId: null };
});

const read = (path: string, as = token) => ask("GET", path, { token: as });
async function seen(path: string, as = token): Promise<boolean> {
  const answer = await read(path, as);
  if (answer.status === 200) return (await bodyOf(answer))["id"] === path.split("/").at(-1);
  expect(await refusalOf(answer)).toBe("404 not_found");
  return false;
}
async function listed(path: string): Promise<string[]> {
  const { data } = (await bodyOf(await read(path))) as { data: { id: string }[] };
  return data.map(({ id }) => id);
}
const shownAt = ({ shows }: Place) => shows.filter(({ status }) => status !== "draft");
const idsOf = (place: Place) => shownAt(place).map(({ eventId }) => eventId);

describe("a device reads", () => {
  it("[P2] its gate, alone and in its venue's list; every other gate is not there", async () => {
    expect(await seen(`/v1/gates/${itself.gateId}`)).toBe(true);
    expect(await listed(`/v1/venues/${here.venueId}/gates`)).toEqual([itself.gateId]);
    for (const { gateId } of [here, elsewhere, theirs]) expect(await seen(`/v1/gates/${gateId}`)).toBe(false);
    for (const { venueId } of [elsewhere, theirs]) {
      expect(await refusalOf(read(`/v1/venues/${venueId}/gates`))).toBe("404 not_found");
    }
  });

  it("[P3] [D9] of events and their types what `can` says of each, hidden types too", async () => {
    for (const place of [here, elsewhere]) {
      for (const { status, eventId, typeId } of place.shows) {
        const id = must(parseId("evt", eventId), "it was created");
        const event: Resource = {
          kind: "event",
          id,
          venueId: place.venueId,
          status,
          endTime: Date.now(),
          now: Date.now(),
        };
        const may = can(itself, "catalogue.read", event);
        expect(may, status).toBe(place === here && idsOf(here).includes(eventId));
        expect(await seen(`/v1/events/${eventId}`), status).toBe(may);
        expect(await seen(`/v1/ticket-types/${typeId}`), status).toBe(may);
        const types = await read(`/v1/events/${eventId}/ticket-types`);
        expect(types.status, status).toBe(may ? 200 : 404);
        const { data } = (await bodyOf(types)) as { data?: { id: string; status: string }[] };
        expect(data?.map((type) => [type.id, type.status])).toEqual(may ? [[typeId, "hidden"]] : undefined);
      }
    }
    for (const { eventId, typeId } of theirs.shows) {
      expect([await seen(`/v1/events/${eventId}`), await seen(`/v1/ticket-types/${typeId}`)]).toEqual([false, false]);
    }
  });

  it("its venue's events as whole pages, whatever is between them and whatever it filters", async () => {
    const first = await bodyOf(await read("/v1/events?limit=2"));
    const next = String(first["next_cursor"]);
    const second = await bodyOf(await read(`/v1/events?limit=2&cursor=${next}`));
    expect(second["next_cursor"]).toBeNull();
    const paged = [first, second].flatMap(({ data }) => (data as { id: string }[]).map(({ id }) => id));
    expect(paged.sort()).toEqual(idsOf(here).sort());
    for (const status of EVENT_STATUSES) {
      const wanted = shownAt(here).filter((show) => show.status === status);
      expect(await listed(`/v1/events?status=${status}`)).toEqual(wanted.map(({ eventId }) => eventId));
    }
    expect(await listed(`/v1/events?venue_id=${elsewhere.venueId}`)).toEqual([]);
  });
});

describe("an event that is archived", () => {
  it("[D9] is there for the devices of its venue until 7 days after its end, to the millisecond", async () => {
    const venueId = must(parseId("ven", await newVenue(tenant)), "it was created");
    const { organizationId } = tenant;
    const made = await device({ organizationId, venueId });
    const eventId = must(
      parseId("evt", await created("/v1/events", tenant.token, eventBody(venueId))),
      "it was created",
    );
    const typeId = must(parseId("tt", await newTicketType(tenant, eventId)), "it was created");
    const [row] = await db.select().from(devices).where(eq(devices.id, made.id));
    const reader = { ...itself, id: made.id, gateId: must(row, "it was made").gate_id, venueId } as const;
    const end = must(await readEvent(db, tenant.actor, eventId, 0), "it was created").end_time;
    const page = { limit: 10, before: null };
    const seenAt = async (now: number) => [
      (await readEvent(db, reader, eventId, now)) !== null,
      (await listEvents(db, reader, { ...page, now })).length === 1,
      (await readTicketType(db, reader, typeId, now)) !== null,
      (await listTicketTypes(db, reader, eventId, { ...page, now })).length === 1,
    ];
    const until = end + 7 * 24 * 60 * 60_000;
    const isSeen = async (status: (typeof EVENT_STATUSES)[number], now: number) => {
      await db.update(events).set({ status }).where(eq(events.id, eventId));
      const all = new Set(await seenAt(now));
      expect(all.size).toBe(1);
      const [one] = all;
      return one;
    };
    expect(await isSeen("archived", until - 1)).toBe(true);
    expect(await isSeen("archived", until)).toBe(false);
    expect(await isSeen("ended", until)).toBe(true);
    expect(await isSeen("draft", 0)).toBe(false);
    expect(await readEvent(db, tenant.actor, eventId, until), "an organiser sees it for ever").not.toBeNull();
  });
});
