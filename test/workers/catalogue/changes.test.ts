// Changes of venues, gates, events and ticket types: If-Match, what may be changed and why a change is refused.

import { beforeAll, describe, expect, it } from "vitest";
import { readTerms } from "../../../src/db/ticket-types/terms.ts";
import { parseId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import {
  archiveVenue,
  auditOf,
  change,
  created,
  eventBody,
  faults,
  gateBody,
  move,
  newDraft,
  newEvent,
  newTicketType,
  newVenue,
  openTenant,
  published,
  suspend,
  type Tenant,
  termsInside,
  traceOf,
  venueBody,
} from "../support/catalogue.ts";
import { db } from "../support/fixture.ts";
import { ask, bodyOf, refusalOf } from "../support/http.ts";

let tenant: Tenant;
let venueId: string;
let paths: Record<"venue" | "gate" | "event" | "ticket type", string>;
beforeAll(async () => {
  tenant = await openTenant();
  venueId = await newVenue(tenant);
  const gateId = await created(`/v1/venues/${venueId}/gates`, tenant.token, gateBody());
  const { eventId, typeId } = await newDraft(tenant);
  paths = {
    venue: `/v1/venues/${venueId}`,
    gate: `/v1/gates/${gateId}`,
    event: `/v1/events/${eventId}`,
    "ticket type": `/v1/ticket-types/${typeId}`,
  };
});
const read = (path: string) => ask("GET", path, { token: tenant.token });
const EVERY = ["venue", "gate", "event", "ticket type"] as const;

describe.each(EVERY)("a %s", (kind) => {
  it("[V1] [G1] [E1] [K1] changes only in what is sent, with a new version, time and ETag", async () => {
    const before = await bodyOf(await read(paths[kind]));
    const answer = await change(tenant, paths[kind], { name: "Ünïcode 舞台 🎭", settings: { a: [1] } });
    const body = await bodyOf(answer);
    expect(answer.status).toBe(200);
    expect(body).toEqual({
      ...before,
      name: "Ünïcode 舞台 🎭",
      settings: { a: [1] },
      version: Number(before["version"]) + 1,
      updated_at: expect.any(String),
    });
    expect(Date.parse(String(body["updated_at"]))).toBeGreaterThanOrEqual(Date.parse(String(before["updated_at"])));
    expect(answer.headers.get("ETag")).toBe(`"${String(body["version"])}"`);
    expect(await bodyOf(await read(paths[kind]))).toEqual(body);
  });

  it("[T7] needs the version last read: 428 without it, 412 for a stale or unread one, and no trace", async () => {
    const { version } = await bodyOf(await read(paths[kind]));
    const before = await traceOf(tenant);
    for (const method of ["PATCH", "DELETE"]) {
      const json = method === "PATCH" ? { json: { name: "Other" } } : {};
      const send = (headers: Record<string, string>) =>
        refusalOf(ask(method, paths[kind], { token: tenant.token, ...json, headers }));
      expect(await send({})).toBe("428 precondition_required");
      for (const tag of ['"999"', 'W/"999"', "*", String(version)]) {
        expect(await send({ "If-Match": tag })).toBe("412 version_conflict");
      }
    }
    expect(await traceOf(tenant)).toEqual(before);
  });

  it("[T6] leaves one audit row with the changed fields, and none for what says nothing new", async () => {
    const id = String((await bodyOf(await read(paths[kind])))["id"]);
    await change(tenant, paths[kind], { name: "Renamed", settings: { b: 1 } });
    const rows = await auditOf(tenant, id);
    expect((await change(tenant, paths[kind], { name: "Renamed" })).status).toBe(200);
    expect((await change(tenant, paths[kind], {})).status).toBe(200);
    expect(await auditOf(tenant, id)).toEqual(rows);
    expect(rows.filter((row) => row.changes["name"] === "Renamed")).toMatchObject([
      {
        action: `${kind.replace(" ", "_")}.change`,
        changes: { name: "Renamed", settings: { b: 1 } },
        actor_id: tenant.actor.id,
      },
    ]);
  });

  it("[X4] refuses unknown and fixed fields, nulls and empty names, before it reads the version", async () => {
    for (const json of [
      { nonsense: 1 },
      { id: "x" },
      { version: 9 },
      { name: null },
      { name: " " },
      { created_at: 1 },
    ]) {
      const answer = ask("PATCH", paths[kind], { token: tenant.token, json });
      expect(await faults(answer)).toEqual([`/${Object.keys(json)[0]}`]);
    }
  });

  it("[T7] is changed once when two come at once with one version", async () => {
    const { version } = await bodyOf(await read(paths[kind]));
    const send = (name: string) =>
      ask("PATCH", paths[kind], {
        token: tenant.token,
        json: { name },
        headers: { "If-Match": `"${String(version)}"` },
      });
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => send(`Name ${n}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
    expect(await bodyOf(await read(paths[kind]))).toMatchObject({ version: Number(version) + 1 });
  });
});

describe("a venue", () => {
  it("[V1] takes a free slug, and none that another has", async () => {
    await created("/v1/venues", tenant.token, venueBody({ slug: "the-first" }));
    expect(await refusalOf(change(tenant, paths.venue, { slug: "the-first" }))).toBe("409 slug_taken");
    expect(await bodyOf(await change(tenant, paths.venue, { slug: "the-second" }))).toMatchObject({
      slug: "the-second",
    });
    expect((await change(tenant, paths.venue, { slug: "the-second", postal_code: null })).status).toBe(200);
    expect(
      await faults(change(tenant, paths.venue, { timezone: "Mars/Base", country: "XX", status: "active" })),
    ).toEqual(["/country", "/timezone", "/status"]);
  });

  it("[V3] holds its largest event that is not over: a capacity below it is refused with the numbers", async () => {
    const id = await newVenue(tenant, { capacity: 1_000 });
    const eventId = await created("/v1/events", tenant.token, eventBody(id, { capacity: 600 }));
    const path = `/v1/venues/${id}`;
    expect(await bodyOf(await change(tenant, path, { capacity: 599 }))).toMatchObject({
      status: 409,
      code: "capacity_exceeded",
      requested: 599,
      used: 600,
      capacity: 1_000,
    });
    expect((await change(tenant, path, { capacity: 600 })).status).toBe(200);
    await newTicketType(tenant, eventId, { total_quantity: 1 });
    for (const transition of ["publish", "start"]) {
      await move(tenant, eventId, transition);
      expect(await refusalOf(change(tenant, path, { capacity: 599 }))).toBe("409 capacity_exceeded");
    }
    await move(tenant, eventId, "end");
    expect((await change(tenant, path, { capacity: 1 })).status).toBe(200);
  });

  it("[V3] stays as large as its events, though 25 that shrink it and 25 new events come at once", async () => {
    const id = await newVenue(tenant, { capacity: 1_000 });
    const shrink = (n: number) => change(tenant, `/v1/venues/${id}`, { capacity: 400 + n });
    const add = (n: number) =>
      ask("POST", "/v1/events", { token: tenant.token, json: eventBody(id, { capacity: 380 + 2 * n }) });
    const answers = await Promise.all(Array.from({ length: 25 }, (_, n) => [add(n), shrink(n)]).flat());
    for (const { status } of answers) expect([200, 201, 409, 412]).toContain(status);
    const { capacity } = await bodyOf(await read(`/v1/venues/${id}`));
    const { data } = (await bodyOf(await read(`/v1/events?venue_id=${id}&limit=100`))) as {
      data: { capacity: number }[];
    };
    expect(Math.max(0, ...data.map((event) => event.capacity))).toBeLessThanOrEqual(Number(capacity));
  });
});

describe("a gate", () => {
  it("[G1] takes a free code of its venue, opens and closes, and has a capacity or none", async () => {
    const path = paths.gate;
    await created(`/v1/venues/${venueId}/gates`, tenant.token, gateBody({ gate_code: "TAKEN" }));
    expect(await refusalOf(change(tenant, path, { gate_code: "TAKEN" }))).toBe("409 gate_code_taken");
    expect(await faults(change(tenant, path, { gate_code: "no", status: "ajar", capacity: 0 }))).toEqual([
      "/gate_code",
      "/status",
      "/capacity",
    ]);
    const fields = { gate_code: "EAST_2", status: "closed", capacity: 5 };
    expect(await bodyOf(await change(tenant, path, fields))).toMatchObject(fields);
    expect(await bodyOf(await change(tenant, path, { capacity: null }))).toMatchObject({ capacity: null });
  });
});

describe("an event", () => {
  it("[E1] keeps its times in order, also against those that stay", async () => {
    const eventId = await newEvent(tenant);
    const path = `/v1/events/${eventId}`;
    const { start_time, end_time, sale_start, sale_end } = await bodyOf(await read(path));
    expect(await faults(change(tenant, path, { start_time: end_time }))).toEqual(["/end_time"]);
    expect(await faults(change(tenant, path, { sale_start: sale_end }))).toEqual(["/sale_end"]);
    expect(await faults(change(tenant, path, { sale_end: "2199-01-01T00:00:00Z" }))).toEqual(["/sale_end"]);
    expect(await faults(change(tenant, path, { end_time: sale_start }))).toEqual(["/end_time", "/sale_end"]);
    expect(await faults(ask("PATCH", path, { token: tenant.token, json: { sale_start: sale_end, sale_end } }))).toEqual(
      ["/sale_end"],
    );
    expect(await bodyOf(await change(tenant, path, { sale_end: end_time }))).toMatchObject({
      start_time,
      sale_end: end_time,
    });
  });

  it("[E1] [K6] pushes its order deadline and whether holds extend to its inventories, not how to pay", async () => {
    const { eventId, typeId } = await newDraft(tenant);
    const path = `/v1/events/${eventId}`;
    const terms = async () => must(await readTerms(db, must(parseId("tt", typeId), "an id")), "the type's");
    expect(await terms()).toMatchObject({ version: 1, holdExtension: "while_available", orderMinutes: 15 });
    const fields = { hold_extension: "never", order_minutes: 10_080 };
    expect(await bodyOf(await change(tenant, path, fields))).toMatchObject(fields);
    expect(await terms()).toMatchObject({ version: 2, holdExtension: "never", orderMinutes: 10_080 });
    const paying = { payment_instructions: "By EFT, with the reference of the order." };
    expect(await bodyOf(await change(tenant, path, paying))).toMatchObject({ ...fields, ...paying });
    expect((await terms()).version).toBe(2);
  });

  it("[K3] has a capacity from its types' totals to its venue's", async () => {
    const { eventId } = await newDraft(tenant);
    const path = `/v1/events/${eventId}`;
    expect(await bodyOf(await change(tenant, path, { capacity: 99 }))).toMatchObject({
      code: "capacity_exceeded",
      requested: 99,
      used: 100,
      capacity: 1_000,
    });
    expect(await bodyOf(await change(tenant, path, { capacity: 1_001 }))).toMatchObject({
      code: "capacity_exceeded",
      requested: 1_001,
      used: 0,
      capacity: 1_000,
    });
    expect((await change(tenant, path, { capacity: 100 })).status).toBe(200);
  });

  it("[E6] [V2] moves to another venue of the organisation while it is a draft, and no longer", async () => {
    const { eventId } = await newDraft(tenant);
    const path = `/v1/events/${eventId}`;
    const [small, archived, foreign] = [
      await newVenue(tenant, { capacity: 999 }),
      await newVenue(tenant),
      await newVenue(await openTenant()),
    ];
    await archiveVenue(archived);
    expect(await refusalOf(change(tenant, path, { venue_id: foreign }))).toBe("422 unknown_reference");
    expect(await refusalOf(change(tenant, path, { venue_id: "nonsense" }))).toBe("422 unknown_reference");
    expect(await refusalOf(change(tenant, path, { venue_id: archived }))).toBe("409 venue_archived");
    expect(await refusalOf(change(tenant, path, { venue_id: small }))).toBe("409 capacity_exceeded");
    const moved = await change(tenant, path, { venue_id: small, capacity: 999 });
    expect(await bodyOf(moved)).toMatchObject({ venue_id: small, capacity: 999 });
    await move(tenant, eventId, "publish");
    expect(await bodyOf(await change(tenant, path, { venue_id: venueId }))).toMatchObject({
      status: 409,
      code: "invalid_transition",
      event_status: "published",
      allowed: ["live"],
    });
    expect((await change(tenant, path, { venue_id: small, name: "Stays" })).status).toBe(200);
  });

  it("[K6] sends its types a new window, and nothing else", async () => {
    const { eventId, typeId } = await published(tenant);
    const path = `/v1/events/${eventId}`;
    await change(tenant, path, { name: "Renamed", description: null, start_time: new Date(Date.now() + 7_200_000) });
    expect(await termsInside(typeId)).toMatchObject({ version: 2 });
    await change(tenant, path, { sale_start: new Date(Date.now() + 3_600_000) });
    expect(await termsInside(typeId)).toMatchObject({ version: 3 });
  });

  it("[T4] of a suspended organisation is changed all the same", async () => {
    const suspended = await openTenant();
    const { eventId } = await newDraft(suspended);
    await suspend(suspended);
    expect((await change(suspended, `/v1/events/${eventId}`, { name: "Postponed" })).status).toBe(200);
  });
});
