// The scanner channel: who may follow it, what it shows beside the public feed, and how it ends (rules T5, P2).

import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { revokeDevice } from "../../../src/app/crew/revoke-device.ts";
import { parseId } from "../../../src/domain/ids.ts";
import { MAX_SOCKETS_PER_CREDENTIAL } from "../../../src/domain/limits.ts";
import { must } from "../../../src/domain/result.ts";
import { change, created, cronAt, gateBody, move, newDraft, published, remove } from "../support/catalogue.ts";
import { asDevice, feedOf, openDoors, pathOf, refused, snapshotOf } from "../support/doors.ts";
import { feeds, held } from "../support/fixture.ts";
import { apiKey, ask, shopper } from "../support/http.ts";
import { askAs, member } from "../support/auth/members.ts";
import { follow, showing } from "../support/socket.ts";

describe("joining", () => {
  it("[T5] [L3] a device sees all types, hidden ones too, and the venue's gates", async () => {
    const doors = await openDoors();
    await change(doors.tenant, `/v1/ticket-types/${doors.typeId}`, { status: "hidden" });
    const viewer = await asDevice(doors, `?gate_id=${doors.gateId}`);
    expect(await snapshotOf(viewer)).toMatchObject({
      event: { id: doors.eventId, status: "published" },
      ticket_types: [{ id: doors.typeId, status: "hidden", total: 100 }],
      gates: [{ id: doors.gateId, status: "open", version: 1 }],
      devices: [],
      notice: null,
      sockets: 1,
    });
  });

  it("[P3] [T5] a device follows from its own gate alone, at its own venue, while the event is on", async () => {
    const doors = await openDoors();
    const { tenant, device } = doors;
    const otherGate = await created(`/v1/venues/${doors.venueId}/gates`, tenant.token, gateBody());
    expect(await refused(pathOf(doors, `?gate_id=${otherGate}`), device.token)).toBe(404);
    expect(await refused(pathOf(doors, "?gate_id=gate_x"), device.token)).toBe(404);
    const elsewhere = await published(tenant);
    const draft = await newDraft(tenant);
    for (const { eventId } of [elsewhere, draft])
      expect(await refused(`/v1/events/${eventId}/scanner`, device.token)).toBe(404);
    expect(await refused(pathOf(await openDoors()), device.token)).toBe(404);
  });

  it("[T3] [T5] a member follows its own organisation's events, drafts too, from a gate of their venue", async () => {
    const doors = await openDoors();
    const { token } = await apiKey(doors.tenant.organizationId, "viewer");
    const draft = await newDraft(doors.tenant);
    for (const path of [
      pathOf(doors),
      pathOf(doors, `?gate_id=${doors.gateId}`),
      `/v1/events/${draft.eventId}/scanner`,
    ])
      expect((await snapshotOf(await follow(path, token))).type).toBe("snapshot");
    expect(await refused(`/v1/events/${draft.eventId}/scanner?gate_id=${doors.gateId}`, token)).toBe(404);
    const others = await openDoors();
    expect(await refused(pathOf(others), token)).toBe(404);
    expect(await refused(pathOf(doors, `?gate_id=${others.gateId}`), token)).toBe(404);
    const upgrade = { headers: { Upgrade: "websocket" } };
    const asMember = await askAs(member(doors.tenant.organizationId, "staff"), "GET", pathOf(doors), upgrade);
    expect(asMember.status).toBe(101);
    asMember.webSocket?.accept();
  });

  it("[T5] a browser offers its token beside the protocol, and gets back the protocol alone", async () => {
    const doors = await openDoors();
    const offered = (token: string) => ({
      headers: { Upgrade: "websocket", "Sec-WebSocket-Protocol": `voelgoed.v1, bearer.${token}` },
    });
    const joined = await ask("GET", pathOf(doors), offered(doors.device.token));
    expect([joined.status, joined.headers.get("Sec-WebSocket-Protocol")]).toEqual([101, "voelgoed.v1"]);
    joined.webSocket?.accept();
    expect((await ask("GET", pathOf(doors), offered(`vgd_${"A".repeat(43)}`))).status).toBe(401);
    expect((await ask("GET", pathOf(doors), offered((await shopper()).token))).status).toBe(403);
    const plain = { headers: { "Sec-WebSocket-Protocol": `voelgoed.v1, bearer.${doors.device.token}` } };
    expect((await ask("GET", pathOf(doors), plain)).status).toBe(401);
  });

  it("[X4] one credential has so many sockets and no more: 1013, and another's still join", async () => {
    const doors = await openDoors();
    const open = Array.from({ length: MAX_SOCKETS_PER_CREDENTIAL }, () => asDevice(doors));
    for (const viewer of await Promise.all(open)) await snapshotOf(viewer);
    const one = await asDevice(doors);
    expect((await one.closed).code).toBe(1013);
    expect(one.frames).toEqual([]);
    await snapshotOf(await follow(pathOf(doors), doors.tenant.token));
  });
});

describe("what is sent", () => {
  it("[L2] a gate that closes, is renamed, added or deleted is seen by scanners, never by the public", async () => {
    const doors = await openDoors();
    const { tenant, gateId } = doors;
    const viewer = await asDevice(doors);
    const member = await follow(pathOf(doors), tenant.token);
    const outside = await follow(`/v1/events/${doors.eventId}/live`);
    for (const each of [viewer, member, outside]) await snapshotOf(each);
    await change(tenant, `/v1/gates/${gateId}`, { status: "closed" });
    for (const each of [viewer, member]) {
      const { gate } = await each.until(({ type }) => type === "gate");
      expect(gate).toMatchObject({ id: gateId, status: "closed", version: 2 });
    }
    const second = await created(`/v1/venues/${doors.venueId}/gates`, tenant.token, gateBody());
    await viewer.until(({ gate }) => gate?.id === second && gate.status === "open");
    const before = viewer.frames.length;
    expect((await remove(tenant, `/v1/gates/${second}`)).status).toBe(204);
    const { gates } = await viewer.until(
      (frame) => viewer.frames.indexOf(frame) >= before && frame.type === "snapshot",
    );
    expect(gates?.map(({ id }) => id)).toEqual([gateId]);
    await held(
      must(parseId("tt", doors.typeId), "it was created"),
      must(parseId("shp", (await shopper()).id), "it is"),
      1,
    );
    await outside.until(showing(doors.typeId, { held: 1 }));
    expect(outside.frames.map(({ type }) => type)).toEqual(["snapshot", "occupancy"]);
    expect(outside.texts.join()).not.toContain(gateId);
  });

  it("[L3] [L4] eight gates that close at once are all shown, in fewer frames than gates", async () => {
    const doors = await openDoors();
    const { tenant } = doors;
    const ids: string[] = [];
    for (let i = 0; i < 8; i++) ids.push(await created(`/v1/venues/${doors.venueId}/gates`, tenant.token, gateBody()));
    const viewer = await asDevice(doors);
    await snapshotOf(viewer);
    await Promise.all(ids.map((id) => change(tenant, `/v1/gates/${id}`, { status: "closed" })));
    const closed = () => {
      const now = new Map<string, string>();
      for (const { gates = [], gate } of viewer.frames)
        for (const each of [...gates, ...(gate ? [gate] : [])]) now.set(each.id, each.status);
      return ids.every((id) => now.get(id) === "closed");
    };
    await viewer.until(closed);
    expect(viewer.frames.length).toBeLessThan(8);
  });

  it("[L3] [D9] the event's status reaches every scanner; when it is archived all are closed", async () => {
    const doors = await openDoors();
    const { tenant, eventId } = doors;
    const [viewer, dashboard] = [await asDevice(doors), await follow(pathOf(doors), tenant.token)];
    const status = (wanted: string) => (frame: { type: string; event?: { status: string } }) =>
      frame.type === "event" && frame.event?.status === wanted;
    await move(tenant, eventId, "start");
    await Promise.all([viewer, dashboard].map((each) => each.until(status("live"))));
    await move(tenant, eventId, "end");
    await Promise.all([viewer, dashboard].map((each) => each.until(status("ended"))));
    for (const { socket } of [viewer, dashboard]) expect(socket.readyState).toBe(WebSocket.OPEN);
    await (await asDevice(doors)).until(({ type, event }) => type === "snapshot" && event?.status === "ended");
    await move(tenant, eventId, "archive");
    await Promise.all([viewer, dashboard].map((each) => each.until(status("archived"))));
    for (const { closed } of [viewer, dashboard]) expect((await closed).code).toBe(4410);
    expect(await refused(pathOf(doors), doors.device.token)).toBe(404);
    expect(await refused(pathOf(doors), tenant.token)).toBe(404);
  });
});

describe("losing access", () => {
  it("[T5] [P2] a device that is revoked is closed with 4401 at once, and another stays", async () => {
    const doors = await openDoors();
    const [viewer, other] = [await asDevice(doors), await follow(pathOf(doors), doors.tenant.token)];
    await ask("DELETE", `/v1/devices/${doors.device.id}`, { token: doors.tenant.token });
    expect((await viewer.closed).code).toBe(4401);
    expect(other.socket.readyState).toBe(WebSocket.OPEN);
  });

  it("[T5] [P2] an API key that is revoked is closed with 4401", async () => {
    const doors = await openDoors();
    const key = await apiKey(doors.tenant.organizationId, "viewer");
    const viewer = await follow(pathOf(doors), key.token);
    const owner = member(doors.tenant.organizationId, "owner");
    expect((await askAs(owner, "DELETE", `/v1/api-keys/${key.id}`)).status).toBe(204);
    expect((await viewer.closed).code).toBe(4401);
  });

  it("[T5] [P2] also when the Worker dies right after it has written: the feed checks by itself", async () => {
    const doors = await openDoors();
    const viewer = await asDevice(doors);
    await snapshotOf(viewer);
    await feedOf(doors).watchForRevocation();
    const standsAt = await runInDurableObject(feedOf(doors), (_, state) => state.storage.getAlarm());
    expect(must(standsAt, "an alarm stands") - Date.now()).toBeLessThanOrEqual(2_500);
    await env.DB.prepare("UPDATE devices SET revoked_at = 1 WHERE id = ?").bind(doors.device.id).run();
    await runDurableObjectAlarm(feedOf(doors));
    expect((await viewer.closed).code).toBe(4401);
    // No follower is left to check, and an idle feed has no alarm (rule L5).
    expect(await runInDurableObject(feedOf(doors), (_, state) => state.storage.getAlarm())).toBeNull();
  });

  it("[T5] an alarm that never came does not keep the next from being set", async () => {
    const doors = await openDoors();
    await snapshotOf(await asDevice(doors));
    const feed = feedOf(doors);
    await runInDurableObject(feed, async (object, { storage }) => {
      await storage.deleteAlarm();
      const later = Date.now() + 60_000;
      object.clock = () => later;
    });
    await feed.watchForRevocation();
    expect(await runInDurableObject(feed, (_, { storage }) => storage.getAlarm())).not.toBeNull();
  });

  it("[T5] [P2] admitted by an isolate's cache of a revoked token: closed in 5 s, then no alarm is left", async () => {
    const doors = await openDoors();
    await asDevice(doors);
    await env.DB.prepare("UPDATE devices SET revoked_at = 1 WHERE id = ?").bind(doors.device.id).run();
    const viewer = await asDevice(doors);
    const standsAt = await runInDurableObject(feedOf(doors), (_, state) => state.storage.getAlarm());
    expect(must(standsAt, "an alarm stands") - Date.now()).toBeLessThanOrEqual(2_500);
    await runDurableObjectAlarm(feedOf(doors));
    expect((await viewer.closed).code).toBe(4401);
    expect(await runInDurableObject(feedOf(doors), (_, state) => state.storage.getAlarm())).toBeNull();
  });

  it.each(["watchForRevocation", "recheck"] as const)(
    "[T5] [P2] a revocation is written though its message to the feed (%s) is lost; another closes it",
    async (lost) => {
      const doors = await openDoors();
      const viewer = await asDevice(doors);
      await snapshotOf(viewer);
      const deaf = { ...feeds(doors.eventId), [lost]: () => Promise.reject(new Error("away")) };
      const context = { ...cronAt(Date.now()), actor: doors.tenant.actor, feeds: () => deaf };
      const id = must(parseId("dev", doors.device.id), "it was created");
      expect(await revokeDevice(context, id)).toEqual({ ok: true, value: null });
      if (lost === "recheck") await runDurableObjectAlarm(feedOf(doors));
      expect((await viewer.closed).code).toBe(4401);
    },
  );

  it("[T5] also when no message of it came at all: the next push finds the credential gone", async () => {
    const doors = await openDoors();
    const viewer = await asDevice(doors);
    await snapshotOf(viewer);
    await env.DB.prepare("UPDATE devices SET revoked_at = 1 WHERE id = ?").bind(doors.device.id).run();
    const now = Date.now();
    await runInDurableObject(feedOf(doors), async (feed, state) => {
      feed.clock = () => now + 4_001;
      await state.storage.deleteAlarm();
    });
    await held(
      must(parseId("tt", doors.typeId), "it was created"),
      must(parseId("shp", (await shopper()).id), "it is"),
      1,
    );
    expect((await viewer.closed).code).toBe(4401);
  });

  it("[T5] a key that may no longer follow is closed with 4403; with D1 away nobody is closed (X3)", async () => {
    const doors = await openDoors();
    const key = await apiKey(doors.tenant.organizationId, "viewer");
    const viewer = await follow(pathOf(doors), key.token);
    await snapshotOf(viewer);
    await env.DB.prepare(`UPDATE api_keys SET permissions = '["view_orders"]' WHERE id = ?`).bind(key.id).run();
    await runInDurableObject(feedOf(doors), async (feed) => {
      const real = feed.ports.readCredentialState;
      feed.ports = { ...feed.ports, readCredentialState: () => Promise.reject(new Error("D1_ERROR: away")) };
      await feed.recheck();
      feed.ports = { ...feed.ports, readCredentialState: real };
    });
    expect(viewer.socket.readyState).toBe(WebSocket.OPEN);
    await feedOf(doors).recheck();
    expect((await viewer.closed).code).toBe(4403);
  });
});
