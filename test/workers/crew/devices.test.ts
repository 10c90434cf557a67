// What a paired phone may do (rules D21, D22): at its event alone, at any gate of the venue or at its code's, until 7
// days after the event's end. What depends on the maker of its code is in makers.test.ts.

import { runInDurableObject } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { CREDENTIAL_CACHE_MS } from "../../../src/auth/credential-cache.ts";
import { newId } from "../../../src/app/context.ts";
import { devices } from "../../../src/db/schema/credentials.ts";
import { type DeviceId, parseId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { auditOf, created, eventBody, gateBody, newVenue, openTenant, suspend } from "../support/catalogue.ts";
import { DAY, meOf, newCode, pair, type Phone } from "./crew.ts";
import { scanAt, scansOf } from "../door/stub.ts";
import { type Doors, feedOf, openDoors, openGate, pathOf, refused, snapshotOf } from "../support/doors.ts";
import { db } from "../support/fixture.ts";
import { apiKey, ask, bodyOf, refusalOf } from "../support/http.ts";
import { follow } from "../support/socket.ts";

let doors: Doors;
let south: string;
let phone: Phone;
beforeEach(async () => {
  doors = await openDoors();
  south = (await openGate(doors.tenant, doors.venueId)).gateId;
  phone = await pair(await newCode(doors));
});

const read = (path: string, token = phone.token) => ask("GET", path, { token });
async function listed(path: string, token = phone.token): Promise<string[]> {
  const { data } = (await bodyOf(await read(path, token))) as { data: { id: string }[] };
  return data.map(({ id }) => id);
}
const scan = (gate_id: string, token = phone.token, of = doors, more: object = {}) =>
  ask("POST", scansOf(of), { token, json: { ...scanAt(of), code: "VG1", gate_id, ...more } });
const beat = (json: object, token = phone.token) =>
  ask("POST", `/v1/events/${doors.eventId}/desk/heartbeat`, { token, json });
const revoke = (id: string, token = doors.tenant.token) => ask("DELETE", `/v1/devices/${id}`, { token });
const deviceId = ({ id }: Phone): DeviceId => must(parseId("dev", id), "it was paired");
const ending = (at: number) =>
  db
    .update(devices)
    .set({ expires_at: at })
    .where(eq(devices.id, deviceId(phone)));
/** Another event at the same venue, published. */
async function secondEvent(): Promise<string> {
  const { token } = doors.tenant;
  const eventId = await created("/v1/events", token, eventBody(doors.venueId, { capacity: 10 }));
  await created(`/v1/events/${eventId}/ticket-types`, token, { name: "Seats", price: "1.00", total_quantity: 5 });
  expect((await ask("POST", `/v1/events/${eventId}/publish`, { token })).status).toBe(200);
  return eventId;
}

describe("a paired phone without a gate of its own", () => {
  it("[D21] [P3] sees all gates of its event's venue, and of the venue's events that one", async () => {
    const other = await secondEvent();
    expect((await listed(`/v1/venues/${doors.venueId}/gates`)).sort()).toEqual([doors.gateId, south].sort());
    for (const gate of [doors.gateId, south]) expect((await read(`/v1/gates/${gate}`)).status).toBe(200);
    expect(await listed("/v1/events")).toEqual([doors.eventId]);
    expect((await listed("/v1/events", doors.device.token)).sort()).toEqual([doors.eventId, other].sort());
    expect(await refusalOf(read(`/v1/events/${other}`))).toBe("404 not_found");
    expect(await refusalOf(read(`/v1/events/${other}/desk`))).toBe("404 not_found");
    expect(await refusalOf(read(`/v1/events/${other}/ticket-types`))).toBe("404 not_found");
    const elsewhere = await newVenue(doors.tenant);
    const gate = await created(`/v1/venues/${elsewhere}/gates`, doors.tenant.token, gateBody());
    expect(await refusalOf(read(`/v1/gates/${gate}`))).toBe("404 not_found");
    expect(await refusalOf(read(`/v1/venues/${elsewhere}/gates`))).toBe("404 not_found");
  });

  it("[D21] scans at any gate of the venue: the door's row of each scan says at which", async () => {
    for (const gate of [doors.gateId, south]) expect((await scan(gate)).status).toBe(200);
    const path = `${scansOf(doors)}?device_id=${phone.id}`;
    const { data } = (await bodyOf(await read(path, doors.tenant.token))) as { data: { gate_id: string }[] };
    expect(data.map(({ gate_id }) => gate_id)).toEqual([doors.gateId, south]);
    const click = { kind: "click", scan_id: newId("scn"), gate_id: south, count: 2 };
    const counted = await ask("POST", `/v1/events/${doors.eventId}/door/counts`, { token: phone.token, json: click });
    expect(await bodyOf(counted)).toMatchObject({ inside: 2 });
  });

  it("[D21] [T1] scans at no other venue's gate, at no other event, and overrides nothing", async () => {
    const { tenant } = doors;
    const elsewhere = await created(`/v1/venues/${await newVenue(tenant)}/gates`, tenant.token, gateBody());
    expect(await refusalOf(scan(elsewhere))).toBe("404 not_found");
    const eventId = must(parseId("evt", await secondEvent()), "it was created");
    expect(await refusalOf(scan(doors.gateId, phone.token, { ...doors, eventId }))).toBe("404 not_found");
    expect((await scan(doors.gateId, doors.device.token, { ...doors, eventId })).status).toBe(200);
    const stranger = await openDoors();
    expect(await refusalOf(scan(stranger.gateId, phone.token, stranger))).toBe("404 not_found");
    const override = { override: { reason: "I know him" } };
    expect(await refusalOf(scan(doors.gateId, phone.token, doors, override))).toBe("403 forbidden");
  });

  it("[D22] is at its code's gate alone, where the code has one", async () => {
    const bound = await pair(await newCode(doors, { uses: 1, gate_id: south }));
    expect((await scan(south, bound.token)).status).toBe(200);
    expect(await refusalOf(scan(doors.gateId, bound.token))).toBe("403 forbidden");
    expect(await listed(`/v1/venues/${doors.venueId}/gates`, bound.token)).toEqual([south]);
    expect(await listed("/v1/events", bound.token)).toEqual([doors.eventId]);
  });
});

describe("[D21] the desk", () => {
  it("shows where a phone is, as it says, and what it has not sent yet, since when", async () => {
    const since = new Date(Date.now() - 60_000).toISOString();
    const report = { queued_scans: 12, queued_since: since, gate_id: south };
    expect(await bodyOf(await beat(report))).toMatchObject({ device: { id: phone.id, ...report } });
    const desk = await bodyOf(await read(`/v1/events/${doors.eventId}/desk`, doors.tenant.token));
    expect(desk).toMatchObject({ devices: [{ id: phone.id, ...report }] });
    expect(await bodyOf(await beat({}))).toMatchObject({
      device: { gate_id: null, queued_scans: 0, queued_since: null },
    });
  });

  it("takes a time that lies ahead as now: a wrong clock takes no device off duty", async () => {
    const now = Date.now();
    vi.spyOn(Date, "now").mockReturnValue(now);
    const at = async (ms: number) => {
      const { device } = await bodyOf(await beat({ queued_scans: 1, queued_since: new Date(ms).toISOString() }));
      return Date.parse((device as { queued_since: string }).queued_since);
    };
    expect([await at(now - 1), await at(now), await at(now + 1), await at(now + DAY)]).toEqual([
      now - 1,
      now,
      now,
      now,
    ]);
  });

  it.each<[object, string]>([
    [{ queued_scans: -1 }, "/queued_scans"],
    [{ queued_scans: 1_000_001 }, "/queued_scans"],
    [{ queued_scans: 0, queued_since: "2027-01-01T00:00:00Z" }, "/queued_since"],
    [{ queued_scans: 1, queued_since: "yesterday" }, "/queued_since"],
  ])("refuses %j at %s", async (json, path) => {
    expect(await bodyOf(await beat(json))).toMatchObject({ status: 400, errors: [{ path }] });
  });

  it("[T3] refuses a gate that is not there for the phone, and of a device at a gate any but its own", async () => {
    const stranger = await openDoors();
    const elsewhere = await created(`/v1/venues/${await newVenue(doors.tenant)}/gates`, doors.tenant.token, gateBody());
    for (const gate_id of [stranger.gateId, elsewhere, newId("gate"), "gate_x"])
      expect(await bodyOf(await beat({ gate_id }))).toMatchObject({ status: 422, errors: [{ path: "/gate_id" }] });
    const { token } = doors.device;
    expect(await refusalOf(beat({ gate_id: south }, token))).toBe("422 unknown_reference");
    for (const json of [{}, { gate_id: doors.gateId }])
      expect(await bodyOf(await beat(json, token))).toMatchObject({ device: { gate_id: doors.gateId } });
  });
});

describe("the scanner channel", () => {
  it("[D21] [T5] is followed from any gate of the venue, of its event alone", async () => {
    for (const query of ["", `?gate_id=${south}`, `?gate_id=${doors.gateId}`]) {
      const viewer = await follow(pathOf(doors, query), phone.token);
      expect((await snapshotOf(viewer)).event?.id).toBe(doors.eventId);
    }
    const elsewhere = await created(`/v1/venues/${await newVenue(doors.tenant)}/gates`, doors.tenant.token, gateBody());
    expect(await refused(pathOf(doors, `?gate_id=${elsewhere}`), phone.token)).toBe(404);
    const eventId = must(parseId("evt", await secondEvent()), "it was created");
    expect(await refused(pathOf({ eventId }), phone.token)).toBe(404);
    expect((await follow(pathOf({ eventId }), doors.device.token)).socket.readyState).toBe(WebSocket.OPEN);
  });

  it("[P2] [T5] is closed with 4401 to a phone that is revoked, at once, and to no other", async () => {
    const other = await pair(await newCode(doors));
    const [viewer, kept] = [await follow(pathOf(doors), phone.token), await follow(pathOf(doors), other.token)];
    for (const each of [viewer, kept]) await snapshotOf(each);
    expect((await revoke(phone.id)).status).toBe(204);
    expect((await viewer.closed).code).toBe(4401);
    expect(kept.socket.readyState).toBe(WebSocket.OPEN);
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + CREDENTIAL_CACHE_MS);
    expect([await meOf(phone.token), await meOf(other.token)]).toEqual([401, 200]);
    expect(await refusalOf(scan(doors.gateId))).toBe("401 unauthenticated");
  });

  it("[D22] [T5] closes with 4401 for an expired phone, to the millisecond, by the feed's own alarm", async () => {
    const now = Date.now();
    await ending(now + DAY);
    const viewer = await follow(pathOf(doors), phone.token);
    await snapshotOf(viewer);
    const lookAt = (at: number) =>
      runInDurableObject(feedOf(doors), async (feed, { storage }) => {
        feed.clock = () => at;
        await feed.recheck();
        return storage.getAlarm();
      });
    expect(await lookAt(now + DAY - 1), "the alarm is set for its end").toBe(now + DAY);
    expect(viewer.socket.readyState).toBe(WebSocket.OPEN);
    await lookAt(now + DAY);
    expect((await viewer.closed).code).toBe(4401);
  });
});

describe("the end of a paired phone", () => {
  it("[D22] is to the millisecond, whatever an isolate remembers of it", async () => {
    const now = Date.now();
    await ending(now + 1_000);
    const clock = vi.spyOn(Date, "now").mockReturnValue(now);
    expect(await meOf(phone.token)).toBe(200);
    clock.mockReturnValue(now + 999);
    expect((await scan(doors.gateId)).status).toBe(200);
    clock.mockReturnValue(now + 1_000);
    expect(await refusalOf(scan(doors.gateId))).toBe("401 unauthenticated");
    clock.mockReturnValue(now + 1_000 + CREDENTIAL_CACHE_MS);
    expect([await meOf(phone.token), await meOf(doors.device.token)]).toEqual([401, 200]);
  });

  it("[D22] is 7 days after its event's end, also when that is changed", async () => {
    const { token } = doors.tenant;
    const path = `/v1/events/${doors.eventId}`;
    const before = await read(path, token);
    const end = Date.parse(String((await bodyOf(before))["end_time"])) + 3_600_000;
    const headers = { "If-Match": must(before.headers.get("ETag"), "an event has one") };
    const json = { end_time: new Date(end).toISOString() };
    expect((await ask("PATCH", path, { token, headers, json })).status).toBe(200);
    const { data } = (await bodyOf(await read(`/v1/devices?event_id=${doors.eventId}`, token))) as {
      data: { id: string; expires_at: string }[];
    };
    expect(data).toMatchObject([{ id: phone.id, expires_at: new Date(end + 7 * DAY).toISOString() }]);
    const own = await bodyOf(await read("/v1/devices", token));
    expect(own["data"]).toContainEqual(expect.objectContaining({ id: doors.device.id, expires_at: null }));
  });

  it("[T4] does not come with a suspension: its scans go on", async () => {
    await suspend(doors.tenant);
    expect((await scan(south)).status).toBe(200);
  });
});

describe("[P2] the phones of a crew", () => {
  it("[D21] are listed and revoked by who manages ticketing, who sees no other device and revokes none", async () => {
    const { organizationId } = doors.tenant;
    const { token } = await apiKey(organizationId, ["manage_ticketing_and_pricing"]);
    expect(await listed("/v1/devices", token)).toEqual([phone.id]);
    expect(await listed(`/v1/devices?event_id=${doors.eventId}`, token)).toEqual([phone.id]);
    for (const none of [newId("evt"), "evt_x"])
      expect(await listed(`/v1/devices?event_id=${none}`, doors.tenant.token)).toEqual([]);
    expect(await listed("/v1/devices", doors.tenant.token)).toContain(doors.device.id);
    expect(await bodyOf(await revoke(doors.device.id, token))).toMatchObject({
      ...{ status: 403, code: "forbidden", permissions: ["manage_devices"] },
    });
    expect(await meOf(doors.device.token)).toBe(200);
    expect((await revoke(phone.id, token)).status).toBe(204);
    expect((await revoke(phone.id, token)).status).toBe(204);
    const rows = await auditOf(doors.tenant, phone.id);
    expect(rows.map(({ action }) => action).sort()).toEqual(["device.pair", "device.revoke"]);
    expect(await refusalOf(revoke(newId("dev"), token))).toBe("404 not_found");
  });

  it("[T1] are nobody's of another organisation", async () => {
    const stranger = await openTenant();
    expect(await refusalOf(revoke(phone.id, stranger.token))).toBe("404 not_found");
    expect(await listed(`/v1/devices?event_id=${doors.eventId}`, stranger.token)).toEqual([]);
    expect(await meOf(phone.token)).toBe(200);
  });
});
