// What venues, gates, events and ticket types are made of, and what is refused of them.

import { beforeAll, describe, expect, it } from "vitest";
import {
  archiveVenue,
  eventBody,
  faults,
  gateBody,
  newEvent,
  newVenue,
  openTenant,
  published,
  move,
  STANDARD,
  type Tenant,
  ticketTypeBody,
  venueBody,
} from "../support/catalogue.ts";
import { ask, bodyOf, ISO, refusalOf } from "../support/http.ts";

/** A title for each case that does not repeat 17,000 letters. */
function labelled(cases: [changes: object, refused: string[]][]): [string, string[], object][] {
  return cases.map(([changes, refused]) => [JSON.stringify(changes).slice(0, 60), refused, changes]);
}

let tenant: Tenant;
let venueId: string;
let eventId: string;
const post = (path: string, json: object) => ask("POST", path, { token: tenant.token, json });

beforeAll(async () => {
  tenant = await openTenant();
  venueId = await newVenue(tenant, { capacity: 1_000_000 });
  eventId = await newEvent(tenant);
});

/** Creates, checks the headers, reads it back, and returns the one body that both gave. */
async function createAndRead(path: string, collection: string, json: object): Promise<Record<string, unknown>> {
  const answer = await post(path, json);
  const body = await bodyOf(answer);
  expect(answer.status).toBe(201);
  expect(answer.headers.get("Location")).toBe(`${collection}/${String(body["id"])}`);
  expect(answer.headers.get("ETag")).toBe('"1"');
  expect(answer.headers.has("Idempotency-Replayed")).toBe(false);
  const read = await ask("GET", `${collection}/${String(body["id"])}`, { token: tenant.token });
  expect(read.status).toBe(200);
  expect(read.headers.get("ETag")).toBe('"1"');
  expect(await bodyOf(read)).toEqual(body);
  return body;
}

const stamps = { created_at: expect.stringMatching(ISO), updated_at: expect.stringMatching(ISO), version: 1 };

describe("a venue", () => {
  it("[V1] has exactly its attributes, of the organisation of the credential, and is read back as created", async () => {
    const json = venueBody({ name: "Café  Loftus!", postal_code: "0083", settings: { doors: ["N"], open: true } });
    expect(await createAndRead("/v1/venues", "/v1/venues", json)).toEqual({
      ...json,
      id: expect.stringMatching(/^ven_/),
      organization_id: tenant.organizationId,
      slug: "cafe-loftus",
      status: "active",
      ...stamps,
    });
  });

  it("[V1] has a slug unique in the organisation: a taken one is refused, one made of the name varies", async () => {
    const other = await openTenant();
    expect((await post("/v1/venues", venueBody({ slug: "the-dome" }))).status).toBe(201);
    expect(await refusalOf(post("/v1/venues", venueBody({ slug: "the-dome" })))).toBe("409 slug_taken");
    expect(await bodyOf(await post("/v1/venues", venueBody({ name: "The Dome" })))).toMatchObject({
      slug: expect.stringMatching(/^the-dome-[0-9a-z]{6}$/),
    });
    const elsewhere = await ask("POST", "/v1/venues", { token: other.token, json: venueBody({ slug: "the-dome" }) });
    expect(elsewhere.status).toBe(201);
  });

  it.each(
    labelled([
      [{ timezone: "Europe/Amsterdam" }, []],
      [{ timezone: "UTC" }, []],
      [{ timezone: "Africa/Pretoria" }, ["/timezone"]],
      [{ timezone: "+02:00" }, ["/timezone"]],
      [{ timezone: "" }, ["/timezone"]],
      [{ country: "NA" }, []],
      [{ country: "za" }, ["/country"]],
      [{ country: "XX" }, ["/country"]],
      [{ country: "ZAF" }, ["/country"]],
      [{ capacity: 1 }, []],
      [{ capacity: 0 }, ["/capacity"]],
      [{ capacity: 1_000_000 }, []],
      [{ capacity: 1_000_001 }, ["/capacity"]],
      [{ capacity: 1.5 }, ["/capacity"]],
      [{ capacity: "100" }, ["/capacity"]],
      [{ name: "x".repeat(200) }, []],
      [{ name: "x".repeat(201) }, ["/name"]],
      [{ name: "  " }, ["/name"]],
      [{ name: undefined }, ["/name"]],
      [{ city: "" }, ["/city"]],
      [{ slug: "Not A Slug" }, ["/slug"]],
      [{ slug: "a--b" }, ["/slug"]],
      [{ settings: { text: "é".repeat(8_185) } }, []],
      [{ settings: { text: "é".repeat(8_187) } }, ["/settings"]],
      [{ settings: [] }, ["/settings"]],
      [{ status: "archived" }, ["/status"]],
      [{ organization_id: "org_x" }, ["/organization_id"]],
      [{ id: "ven_x", nonsense: 1 }, ["/id", "/nonsense"]],
    ]),
  )("[V1] [X4] with %s: refused are %j", async (_, refused, changes) => {
    expect(await faults(post("/v1/venues", venueBody(changes)))).toEqual(refused);
  });
});

describe("a gate", () => {
  it("[G1] has exactly its attributes, and is read back as created", async () => {
    const json = gateBody({ gate_code: "NORTH_1", settings: { lanes: 4 } });
    expect(await createAndRead(`/v1/venues/${venueId}/gates`, "/v1/gates", json)).toEqual({
      ...json,
      id: expect.stringMatching(/^gate_/),
      venue_id: venueId,
      organization_id: tenant.organizationId,
      status: "open",
      capacity: null,
      ...stamps,
    });
  });

  it("[G1] that is created closed is closed, with the capacity it was given", async () => {
    const json = gateBody({ status: "closed", capacity: 1 });
    expect(await createAndRead(`/v1/venues/${venueId}/gates`, "/v1/gates", json)).toMatchObject(json);
  });

  it("[G1] has a code that is unique in its venue, and free in another", async () => {
    const here = `/v1/venues/${venueId}/gates`;
    const there = `/v1/venues/${await newVenue(tenant)}/gates`;
    expect((await post(here, gateBody({ gate_code: "VIP" }))).status).toBe(201);
    expect(await refusalOf(post(here, gateBody({ gate_code: "VIP" })))).toBe("409 gate_code_taken");
    expect((await post(there, gateBody({ gate_code: "VIP" }))).status).toBe(201);
  });

  it.each(
    labelled([
      [{ gate_code: "A" }, []],
      [{ gate_code: `0${"_".repeat(31)}` }, []],
      [{ gate_code: `0${"_".repeat(32)}` }, ["/gate_code"]],
      [{ gate_code: "_A" }, ["/gate_code"]],
      [{ gate_code: "north" }, ["/gate_code"]],
      [{ gate_code: "" }, ["/gate_code"]],
      [{ status: "closed" }, []],
      [{ status: "ajar" }, ["/status"]],
      [{ capacity: 1 }, []],
      [{ capacity: 0 }, ["/capacity"]],
      [{ venue_id: "ven_x" }, ["/venue_id"]],
    ]),
  )("[G1] with %s: refused are %j", async (_, refused, changes) => {
    expect(await faults(post(`/v1/venues/${venueId}/gates`, gateBody(changes)))).toEqual(refused);
  });
});

describe("an event", () => {
  it("[E1] has exactly its attributes, begins as a draft, and is read back as created, its times in UTC", async () => {
    const json = eventBody(venueId, {
      name: "Jacaranda",
      start_time: "2027-01-05T20:00:00+02:00",
      end_time: "2027-01-06T01:00:00.250+02:00",
    });
    expect(await createAndRead("/v1/events", "/v1/events", json)).toEqual({
      ...json,
      id: expect.stringMatching(/^evt_/),
      organization_id: tenant.organizationId,
      slug: "jacaranda",
      ...{ description: null, description_html: null, accent_color: null, image: null },
      status: "draft",
      start_time: "2027-01-05T18:00:00.000Z",
      end_time: "2027-01-05T23:00:00.250Z",
      ...{ hold_extension: "while_available", order_minutes: 15, payment_instructions: null },
      ...{ doors_open: null, day_starts: "06:00", admission_capacity: null },
      settings: {},
      ...stamps,
    });
  });

  it("[E1] has a slug that is unique in the organisation", async () => {
    expect((await post("/v1/events", eventBody(venueId, { slug: "gala" }))).status).toBe(201);
    expect(await refusalOf(post("/v1/events", eventBody(venueId, { slug: "gala" })))).toBe("409 slug_taken");
    expect((await post("/v1/events", eventBody(venueId, { name: "Gala" }))).status).toBe(201);
    const other = await openTenant();
    const json = eventBody(await newVenue(other), { slug: "gala" });
    expect((await ask("POST", "/v1/events", { token: other.token, json })).status).toBe(201);
  });

  const at = (hours: number) => new Date(Date.UTC(2027, 0, 1, hours)).toISOString();
  const window = { sale_start: at(0), sale_end: at(10), start_time: at(10), end_time: at(12) };
  it.each(
    labelled([
      [{}, []],
      [{ sale_end: at(12) }, []],
      [{ sale_end: "2027-01-01T12:00:00.001Z" }, ["/sale_end"]],
      [{ start_time: at(12) }, ["/end_time"]],
      [{ start_time: "2027-01-01T11:59:59.999Z" }, []],
      [{ sale_start: at(10) }, ["/sale_end"]],
      [{ start_time: "2027-01-01T10:00:00" }, ["/start_time"]],
      [{ start_time: 1_800_000_000_000 }, ["/start_time"]],
      [{ sale_start: undefined }, ["/sale_start"]],
      [{ capacity: 0, order_minutes: 14 }, ["/capacity", "/order_minutes"]],
      [{ capacity: 1_000_000, hold_extension: "never", order_minutes: 10_080, payment_instructions: null }, []],
      [{ description: "x".repeat(5_000), order_minutes: 15, payment_instructions: "x".repeat(2_000) }, []],
      [{ payment_instructions: "x".repeat(2_001), order_minutes: 10_081 }, ["/order_minutes", "/payment_instructions"]],
      [{ hold_extension: "x", description: "x".repeat(5_001) }, ["/description", "/hold_extension"]],
      [{ status: "published" }, ["/status"]],
      [{ organization_id: "org_x" }, ["/organization_id"]],
    ]),
  )("[E1] [X4] with %s: refused are %j", async (_, refused, changes) => {
    expect(await faults(post("/v1/events", eventBody(venueId, { ...window, ...changes })))).toEqual(refused);
  });

  it("[V2] is refused at an archived venue", async () => {
    const archived = await newVenue(tenant);
    await archiveVenue(archived);
    expect(await refusalOf(post("/v1/events", eventBody(archived)))).toBe("409 venue_archived");
  });
});

describe("a ticket type", () => {
  it("[K1] has exactly its attributes with their defaults, and is read back as created", async () => {
    const json = ticketTypeBody({ price: "150", total_quantity: 40 });
    expect(await createAndRead(`/v1/events/${eventId}/ticket-types`, "/v1/ticket-types", json)).toEqual({
      ...json,
      id: expect.stringMatching(/^tt_/),
      event_id: eventId,
      organization_id: tenant.organizationId,
      description: null,
      price: "150.00",
      currency: "ZAR",
      ...{ sold_count: 0, held_count: 0, withdrawn_count: 0 },
      available_quantity: 40,
      ...{ counts_seq: 0, counts_hash: null },
      sale_start: null,
      sale_end: null,
      status: "available",
      min_per_order: 1,
      ...{ max_per_order: 10, max_unpaid_per_address: 100 },
      admission: STANDARD,
      settings: {},
      ...stamps,
    });
  });

  it.each(
    labelled([
      [{ price: "0" }, []],
      [{ price: "0.05" }, []],
      [{ price: "1000000.00" }, []],
      [{ price: "1000000.01" }, ["/price"]],
      [{ price: "1.005" }, ["/price"]],
      [{ price: "-1" }, ["/price"]],
      [{ price: "1e3" }, ["/price"]],
      [{ price: 150 }, ["/price"]],
      [{ currency: "ZAR" }, []],
      [{ currency: "EUR" }, ["/currency"]],
      [{ total_quantity: 1 }, []],
      [{ total_quantity: 0 }, ["/total_quantity"]],
      [{ total_quantity: 1_000_001 }, ["/total_quantity"]],
      [{ min_per_order: 4, max_per_order: 4, total_quantity: 4 }, []],
      [{ min_per_order: 5, max_per_order: 4, total_quantity: 5 }, ["/min_per_order"]],
      [{ min_per_order: 11, total_quantity: 11 }, ["/min_per_order"]],
      [{ min_per_order: 0 }, ["/min_per_order"]],
      [{ max_per_order: 100 }, []],
      [{ max_per_order: 101 }, ["/max_per_order"]],
      [{ sale_start: new Date().toISOString(), sale_end: null }, []],
      [{ sale_start: "2027-01-01T00:00:00Z", sale_end: "2027-01-01T00:00:00Z" }, ["/sale_end"]],
      [{ status: "sold_out" }, ["/status"]],
      [{ sold_count: 1, held_count: 1 }, ["/sold_count", "/held_count"]],
      [{ settings: { text: "x".repeat(17_000) } }, ["/settings"]],
    ]),
  )("[K1] with %s: refused are %j", async (_, refused, changes) => {
    const answer = post(`/v1/events/${eventId}/ticket-types`, ticketTypeBody({ total_quantity: 1, ...changes }));
    expect(await faults(answer)).toEqual(refused);
  });

  it("[K2] that is created hidden is hidden", async () => {
    const answer = await post(
      `/v1/events/${eventId}/ticket-types`,
      ticketTypeBody({ status: "hidden", total_quantity: 1 }),
    );
    expect(await bodyOf(answer)).toMatchObject({ status: "hidden" });
  });

  it("[K1] may be added while the event is published or live, and not once it is over", async () => {
    const { eventId: id } = await published(tenant);
    const add = () => post(`/v1/events/${id}/ticket-types`, ticketTypeBody({ total_quantity: 1 }));
    expect((await add()).status).toBe(201);
    await move(tenant, id, "start");
    expect((await add()).status).toBe(201);
    for (const end of ["end", "archive"]) {
      await move(tenant, id, end);
      expect(await bodyOf(await add())).toMatchObject({ status: 409, code: "not_on_sale", reason: "event_over" });
    }
  });
});
