// The door desk: heartbeats and the notice, what the channel shows of them, and that its object can do nothing else.

import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { putNotice } from "../../../src/app/desk/put-notice.ts";
import { isOnDuty, MAX_DEVICES, OFF_DUTY_MS, type OnDuty, withHeartbeat } from "../../../src/desk/desk-state.ts";
import { type EventId, parseId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import type { EventFeed } from "../../../src/feed/event-feed.ts";
import { auditOf, cronAt, newDraft, openTenant, published, type Tenant } from "../support/catalogue.ts";
import { desks } from "../support/fixture.ts";
import { apiKey, ask, bodyOf, device, ISO, refusalOf, saysToWait } from "../support/http.ts";
import { follow } from "../support/socket.ts";

type Doors = { tenant: Tenant; eventId: EventId; device: { id: string; token: string } };

async function openDoors(): Promise<Doors> {
  const tenant = await openTenant();
  const { eventId } = await published(tenant);
  const { venue_id } = await bodyOf(await ask("GET", `/v1/events/${eventId}`, { token: tenant.token }));
  const venueId = must(parseId("ven", String(venue_id)), "an event has a venue");
  const made = await device({ organizationId: tenant.organizationId, venueId });
  return { tenant, eventId: must(parseId("evt", eventId), "it was created"), device: made };
}

const beat = ({ eventId, device: { token } }: Doors, queued: number) =>
  ask("POST", `/v1/events/${eventId}/desk/heartbeat`, { token, json: { queued_scans: queued } });
const put = ({ eventId }: Doors, token: string, text: string | null) =>
  ask("PUT", `/v1/events/${eventId}/desk/notice`, { token, json: { text } });
const read = ({ eventId }: Doors, token: string) => ask("GET", `/v1/events/${eventId}/desk`, { token });

async function stateOf(eventId: EventId) {
  const state = await desks(eventId).read();
  if (!state.ok) throw new Error(state.refusal.code);
  return state.value;
}

describe("a heartbeat", () => {
  it("[L2] shows the device on duty, on the desk and on the scanner channel, and to the public nothing", async () => {
    const doors = await openDoors();
    const viewer = await follow(`/v1/events/${doors.eventId}/scanner`, doors.tenant.token);
    const outside = await follow(`/v1/events/${doors.eventId}/live`);
    const answer = await beat(doors, 3);
    expect(answer.status).toBe(200);
    const shown = { id: doors.device.id, queued_scans: 3, on_duty: true };
    expect(await bodyOf(answer)).toMatchObject({ device: shown, notice: null });
    const { devices } = await viewer.until(({ type }) => type === "device");
    expect(devices).toMatchObject([
      { id: doors.device.id, queued_scans: 3, last_heartbeat_at: expect.stringMatching(ISO) },
    ]);
    const { token } = await apiKey(doors.tenant.organizationId, "viewer");
    expect(await bodyOf(await read(doors, token))).toMatchObject({ event_id: doors.eventId, devices: [shown] });
    await outside.until(({ type }) => type === "snapshot");
    expect(outside.texts.join()).not.toContain(doors.device.id);
  });

  it("is refused for an event that the device's venue does not have under way", async () => {
    const doors = await openDoors();
    const draft = await newDraft(doors.tenant);
    const others = await openDoors();
    for (const eventId of [draft.eventId, others.eventId, newId("evt"), "evt_x"]) {
      const path = `/v1/events/${eventId}/desk`;
      expect(await refusalOf(ask("POST", `${path}/heartbeat`, { token: doors.device.token, json: {} }))).toBe(
        "404 not_found",
      );
      expect(await refusalOf(ask("GET", path, { token: doors.device.token }))).toBe("404 not_found");
    }
  });

  it("counts for 45 s; a late one changes nothing; after a silent day it goes, and the oldest first", () => {
    const one = (at: number, id = "dev_a") =>
      ({ id, gateId: "gate_a", queuedScans: 0, lastHeartbeatAt: at }) as unknown as OnDuty;
    expect(isOnDuty(one(1_000), 1_000 + OFF_DUTY_MS - 1)).toBe(true);
    expect(isOnDuty(one(1_000), 1_000 + OFF_DUTY_MS)).toBe(false);
    expect(withHeartbeat([one(2_000)], one(1_000))).toEqual([one(2_000)]);
    const day = 24 * 60 * 60 * 1_000;
    expect(withHeartbeat([one(1), one(2, "dev_b")], one(day + 1, "dev_c")).map(({ id }) => id)).toEqual([
      "dev_c",
      "dev_b",
    ]);
    const many = Array.from({ length: MAX_DEVICES }, (_, at) => one(at + 10, `dev_${at}`));
    const left = withHeartbeat(many, one(5_000, "dev_z")).map(({ id }): string => id);
    expect([left.length, left[0], left.includes("dev_0")]).toEqual([MAX_DEVICES, "dev_z", false]);
  });
});

describe("a notice", () => {
  it("[L2] [T6] goes to every gate in any script, has an audit row, and is taken down by null", async () => {
    const doors = await openDoors();
    const viewer = await follow(`/v1/events/${doors.eventId}/scanner`, doors.device.token);
    const text = "Hek 2 sluit nou: gaan na hek 3 🚪 – 请";
    expect(await bodyOf(await put(doors, doors.tenant.token, text))).toMatchObject({ text, version: 1 });
    await viewer.until(({ type, notice }) => type === "notice" && notice?.text === text);
    expect(await bodyOf(await put(doors, doors.tenant.token, null))).toMatchObject({ text: null, version: 2 });
    await viewer.until(({ type, notice }) => type === "notice" && notice?.version === 2 && notice.text === null);
    const audit = await auditOf(doors.tenant, doors.eventId);
    const notices = audit.filter(({ action }) => action === "desk.notice");
    expect(notices.map(({ changes }) => changes)).toEqual([{ text }, { text: null }]);
  });

  it("[P2] [T3] is for this organisation's ticketing managers, and leaves no trace when refused", async () => {
    const doors = await openDoors();
    const { token } = await apiKey(doors.tenant.organizationId, "viewer");
    const stranger = await openTenant();
    expect(await refusalOf(put(doors, token, "No"))).toBe("403 forbidden");
    expect(await refusalOf(put(doors, doors.device.token, "No"))).toBe("403 forbidden");
    expect(await refusalOf(put(doors, stranger.token, "No"))).toBe("404 not_found");
    expect(await refusalOf(put(doors, doors.tenant.token, "x".repeat(501)))).toBe("400 invalid_request");
    expect(await stateOf(doors.eventId)).toEqual({ devices: [], notice: null });
    const actions = (await auditOf(doors.tenant, doors.eventId)).map(({ action }) => action);
    expect(actions).not.toContain("desk.notice");
  });

  it("[T7] is not given when its audit row cannot be written", async () => {
    const doors = await openDoors();
    const context = { ...cronAt(Date.now()), actor: doors.tenant.actor };
    await env.DB.exec("CREATE TRIGGER no_audit BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'full'); END");
    try {
      await expect(putNotice(context, doors.eventId, "Unseen")).rejects.toThrow();
    } finally {
      await env.DB.exec("DROP TRIGGER no_audit");
    }
    expect((await stateOf(doors.eventId)).notice).toBeNull();
  });

  it("[L3] that a feed has missed comes with the next heartbeat", async () => {
    const doors = await openDoors();
    const viewer = await follow(`/v1/events/${doors.eventId}/scanner`, doors.device.token);
    await desks(doors.eventId).putNotice("Told to nobody", Date.now());
    await beat(doors, 0);
    await viewer.until(({ notice }) => notice?.text === "Told to nobody");
  });

  it("[L1] [L3] is not acknowledged while its feed cannot store it, since a feed that slept would lose it", async () => {
    const doors = await openDoors();
    const path = `/v1/events/${doors.eventId}/scanner`;
    await (await follow(path, doors.tenant.token)).until(({ type }) => type === "snapshot");
    const feed = env.EVENT_FEED.getByName(doors.eventId);
    const tell = (version: number) => ({
      notice: { text: `Word ${version}`, version, updated_at: "2027-03-01T18:00:00.000Z" },
    });
    const telling = runInDurableObject(feed, (object: EventFeed, { storage }) => {
      storage.sql.exec("ALTER TABLE board RENAME TO away");
      return object.desk(doors.eventId, tell(1)).finally(() => storage.sql.exec("ALTER TABLE away RENAME TO board"));
    });
    await expect(telling).rejects.toThrow("could not store");
    await runInDurableObject(feed, (object: EventFeed) => object.desk(doors.eventId, tell(2)));
    await evictDurableObject(feed);
    const snapshot = await (await follow(path, doors.tenant.token)).until(({ type }) => type === "snapshot");
    expect(snapshot.notice?.text).toBe("Word 2");
  });
});

describe("the desk's object", () => {
  it("[T2] serves its three methods and nothing else, whoever calls", async () => {
    const eventId = newId("evt");
    const stub = env.DOOR_DESK.getByName(eventId);
    await desks(eventId).putNotice("Stays", 5);
    const reach = async (path: string, init: RequestInit = {}) => {
      const answer = await stub.fetch(`https://itty-durable${path}`, { headers: { "do-content": "[]" }, ...init });
      await answer.text();
      return answer.status;
    };
    for (const name of ["destroy", "reset", "persist", "loadFromStorage", "setAlarm", "deleteAlarm", "toJSON", "block"])
      expect(await reach(`/do/call/${name}`), name).toBe(404);
    for (const path of [
      "/do/set/notice",
      "/do/get-prop/devices",
      "/do/get-prop/state",
      "/do/call/__proto__",
      "/",
      "/do/call/read/",
    ])
      expect(await reach(path), path).toBe(404);
    expect(await reach("/do/call/read", { method: "POST" })).toBe(404);
    expect(await reach("/do/call/%72ead")).toBe(404);
    expect(await reach("/do/call/read")).toBe(200);
    const rpc = stub as unknown as Record<string, () => Promise<unknown>>;
    for (const name of ["heartbeat", "putNotice", "read", "destroy"])
      await expect((async () => rpc[name]?.())()).rejects.toThrow();
    expect(await stateOf(eventId)).toMatchObject({ notice: { text: "Stays", version: 1, updatedAt: 5 } });
  });

  it("keeps its state over an eviction", async () => {
    const doors = await openDoors();
    await beat(doors, 7);
    await desks(doors.eventId).putNotice("Doors open", 6);
    const before = await stateOf(doors.eventId);
    await evictDurableObject(env.DOOR_DESK.getByName(doors.eventId));
    expect(await stateOf(doors.eventId)).toEqual(before);
    expect(before).toMatchObject({
      devices: [{ id: doors.device.id, queuedScans: 7 }],
      notice: { text: "Doors open" },
    });
    await evictDurableObject(env.DOOR_DESK.getByName(doors.eventId));
    await desks(doors.eventId).putNotice("Doors closed", 7);
    expect((await stateOf(doors.eventId)).notice).toEqual({ text: "Doors closed", version: 2, updatedAt: 7 });
  });

  it("[X1] a desk that cannot be reached is a 503 that says when to come back", async () => {
    const doors = await openDoors();
    const gone = vi.spyOn(env.DOOR_DESK, "get").mockImplementation(() => {
      throw new Error("secret of the inside");
    });
    const answers = [
      await beat(doors, 0),
      await put(doors, doors.tenant.token, "x"),
      await read(doors, doors.tenant.token),
    ];
    gone.mockRestore();
    for (const answer of answers) {
      expect([answer.status, saysToWait(answer, 1)]).toEqual([503, true]);
      expect(await answer.text()).not.toContain("secret");
    }
  });
});
