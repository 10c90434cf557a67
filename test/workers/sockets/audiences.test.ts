// Each kind of change against each kind of socket: the whole of what every one was sent, so that nothing more was.

import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { type EventId, parseId, type TicketTypeId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { joinFeed } from "../../../src/feed/client.ts";
import type { EventFeed } from "../../../src/feed/event-feed.ts";
import {
  change,
  created,
  gateBody,
  move,
  newDraft,
  newTicketType,
  openTenant,
  published,
  remove,
} from "../support/catalogue.ts";
import { apiKey, ask, bodyOf, hold, shopper } from "../support/http.ts";
import { askAs, member } from "../support/auth/members.ts";
import { fireAlarm, setClock, TTL_MS } from "../support/object.ts";
import { type Frame, follow, showing, type Viewer, viewerOn } from "../support/socket.ts";

const eventOf = (text: unknown): EventId => must(parseId("evt", String(text)), "it was created");
const typeOf = (text: unknown): TicketTypeId => must(parseId("tt", String(text)), "it was created");

async function onShard(eventId: EventId, shard: number): Promise<Viewer> {
  const request = new Request("https://x", { headers: { Upgrade: "websocket" } });
  return viewerOn(await joinFeed(env.EVENT_FEED, eventId, shard, request, null));
}

/** An event with two types, one more that is hidden, a gate, and a device at it. */
async function openShow() {
  const tenant = await openTenant();
  const { eventId: text, typeId } = await published(tenant);
  const [other, hidden] = [
    await newTicketType(tenant, text, { total_quantity: 7 }),
    await newTicketType(tenant, text, { total_quantity: 5, status: "hidden" }),
  ];
  const { venue_id: venueId } = await bodyOf(await ask("GET", `/v1/events/${text}`, { token: tenant.token }));
  const gateId = await created(`/v1/venues/${String(venueId)}/gates`, tenant.token, gateBody());
  const made = await ask("POST", "/v1/devices", { token: tenant.token, json: { name: "Scanner", gate_id: gateId } });
  const device = String((await bodyOf(made))["secret"]);
  return { tenant, eventId: eventOf(text), typeId: typeOf(typeId), other: typeOf(other), hidden, gateId, device };
}

/** What a frame shows, in a word. */
function said(frame: Frame, names: Readonly<Record<string, string>>): string {
  const types = (frame.ticket_types ?? []).map(
    ({ id, seq, held, total }) => `${names[id] ?? "unknown"} ${held}/${total} at ${seq}`,
  );
  if (frame.event && frame.type === "event") return `event ${frame.event.status} v${frame.event.version ?? "?"}`;
  if (frame.gate) return `gate ${frame.gate.status} v${frame.gate.version}`;
  return [frame.type, ...types.sort()].join(", ");
}

describe("who may only scan", () => {
  const upgrade = { headers: { Upgrade: "websocket" } };

  it("[P3] [T5] follows what is published or live, no draft or desk, and is closed with 4410 at the end", async () => {
    const { tenant, eventId } = await openShow();
    const draft = await newDraft(tenant);
    const scans = member(tenant.organizationId, "scanner_only");
    const { token } = await apiKey(tenant.organizationId, ["perform_scans"]);
    expect((await askAs(scans, "GET", `/v1/events/${draft.eventId}/scanner`, upgrade)).status).toBe(404);
    expect((await ask("GET", `/v1/events/${draft.eventId}/scanner`, { ...upgrade, token })).status).toBe(404);
    expect((await askAs(scans, "GET", `/v1/events/${draft.eventId}/desk`)).status).toBe(404);
    expect((await askAs(scans, "GET", `/v1/events/${eventId}/desk`)).status).toBe(200);
    const viewer = await follow(`/v1/events/${eventId}/scanner`, token);
    await viewer.until(({ type }) => type === "snapshot");
    for (const transition of ["start", "end"]) await move(tenant, eventId, transition);
    expect((await viewer.closed).code).toBe(4410);
    expect((await ask("GET", `/v1/events/${eventId}/scanner`, { ...upgrade, token })).status).toBe(404);
  });
});

describe("each change", () => {
  it("[L2] [L3] [P3] [T5] of hold, expiry, total, gate or end is on each socket that may see it, no other", async () => {
    const show = await openShow();
    const { tenant, eventId, typeId, other, hidden, gateId } = show;
    const elsewhere = await published(tenant);
    const viewers = {
      type: await follow(`/v1/ticket-types/${typeId}/live`),
      otherType: await follow(`/v1/ticket-types/${other}/live`),
      event: await follow(`/v1/events/${eventId}/live`),
      shard: await onShard(eventId, 2),
      device: await follow(`/v1/events/${eventId}/scanner?gate_id=${gateId}`, show.device),
      member: await follow(`/v1/events/${eventId}/scanner`, tenant.token),
      otherEvent: await follow(`/v1/events/${elsewhere.eventId}/live`),
      otherScanner: await follow(`/v1/events/${elsewhere.eventId}/scanner`, tenant.token),
    } satisfies Record<string, Viewer>;
    const names = { [typeId]: "seats", [other]: "boxes", [hidden]: "press", [elsewhere.typeId]: "others" };
    const all = Object.values(viewers);
    /** Each of them has been sent one frame more. */
    const seenBy = async (some: readonly Viewer[], work: () => Promise<unknown>) => {
      const before = some.map(({ frames }) => frames.length);
      await work();
      await Promise.all(some.map((each, at) => each.until(() => each.frames.length > must(before[at], "as many"))));
    };
    await Promise.all(all.map((each) => each.until(() => true)));
    const { type, event, shard, device, member, otherEvent, otherScanner } = viewers;
    const counts = [type, event, shard, device, member];

    await seenBy(counts, async () => expect((await hold(typeId, (await shopper()).token)).status).toBe(201));
    await seenBy(counts, async () => {
      await setClock(typeId, Date.now() + TTL_MS);
      await fireAlarm(typeId);
    });
    await seenBy(counts, () => change(tenant, `/v1/ticket-types/${typeId}`, { total_quantity: 120 }));
    await seenBy([device, member], () => change(tenant, `/v1/ticket-types/${hidden}`, { total_quantity: 6 }));
    await seenBy([device, member], () => change(tenant, `/v1/gates/${gateId}`, { status: "closed" }));
    for (const transition of ["start", "end"])
      await seenBy([event, shard, device, member], async () =>
        expect((await move(tenant, eventId, transition)).status).toBe(200),
      );
    const over = await Promise.all([type, viewers.otherType, event, shard].map(({ closed }) => closed));
    expect(over.map(({ code }) => code)).toEqual(Array(4).fill(4410));
    for (const { socket } of [member, device]) expect(socket.readyState, "until it is archived").toBe(WebSocket.OPEN);
    // The last word to those who were to see nothing: had anything come before it, it would be there.
    const last = [otherEvent, otherScanner];
    await seenBy(last, async () => expect((await hold(elsewhere.typeId, (await shopper()).token)).status).toBe(201));

    const told = Object.fromEntries(
      Object.entries(viewers).map(([name, { frames }]) => [name, frames.map((frame) => said(frame, names))]),
    );
    const seats = ["occupancy, seats 1/100 at 2", "occupancy, seats 0/100 at 3", "occupancy, seats 0/120 at 4"];
    const outside = ["snapshot, boxes 0/7 at 1, seats 0/100 at 1", ...seats, "event live v3", "event ended v4"];
    const scanner = [
      "snapshot, boxes 0/7 at 1, press 0/5 at 1, seats 0/100 at 1",
      ...seats,
      "occupancy, press 0/6 at 2",
      "gate closed v2",
      "event live v3",
      "event ended v4",
    ];
    const others = ["snapshot, others 0/100 at 1", "occupancy, others 1/100 at 2"];
    expect(told).toEqual({
      type: ["snapshot, seats 0/100 at 1", ...seats],
      otherType: ["snapshot, boxes 0/7 at 1"],
      event: outside,
      shard: outside,
      device: scanner,
      member: scanner,
      otherEvent: others,
      otherScanner: others,
    });
    for (const each of [type, event, shard]) expect(each.texts.join()).not.toMatch(/gate_|dev_|press|hidden/);
  });

  it.each(["hidden", "deleted"] as const)(
    "[L3] [P3] a type that is %s while the feed sleeps is gone from the public's view when it wakes",
    async (how) => {
      const { tenant, eventId, typeId, other } = await openShow();
      const viewer = await follow(`/v1/events/${eventId}/live`);
      await viewer.until(showing(other, { total: 7 }));
      const before = viewer.frames.length;
      await evictDurableObject(env.EVENT_FEED.getByName(eventId));
      if (how === "hidden") await change(tenant, `/v1/ticket-types/${other}`, { status: "hidden" });
      else expect((await remove(tenant, `/v1/ticket-types/${other}`)).status).toBe(204);
      const { ticket_types: left } = await viewer.until(
        (frame) => viewer.frames.indexOf(frame) >= before && frame.type === "snapshot",
      );
      expect(left?.map(({ id }) => id)).toEqual([typeId]);
    },
  );

  it("[L3] after a sleep of the feed, a deleted type's late last counts are checked, and it leaves again", async () => {
    const { tenant, eventId, other } = await openShow();
    const viewer = await follow(`/v1/events/${eventId}/live`);
    await viewer.until(showing(other, { total: 7 }));
    expect((await remove(tenant, `/v1/ticket-types/${other}`)).status).toBe(204);
    const feed = env.EVENT_FEED.getByName(eventId);
    const isKnown = () => runInDurableObject<EventFeed, boolean>(feed, ({ state }) => state.types.has(other));
    await expect.poll(isKnown).toBe(false);
    await evictDurableObject(feed);
    const before = viewer.frames.length;
    const counts = { status: "available", total: 7, sold: 0, held: 1, withdrawn: 0, available: 6, seq: 99 } as const;
    await feed.push(other, { id: other, ...counts });
    await expect.poll(isKnown).toBe(false);
    await viewer.until(
      (frame) =>
        viewer.frames.indexOf(frame) >= before &&
        frame.type === "snapshot" &&
        frame.ticket_types?.every(({ id }) => id !== other) === true,
    );
  });
});
