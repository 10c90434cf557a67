// The feed of an event as its public viewers see it.

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { type EventId, parseId, type TicketTypeId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { FRAME_INTERVAL_MS } from "../../../src/sockets/conflation.ts";
import type { EventFeed } from "../../../src/feed/event-feed.ts";
import { change, move, newTicketType, openTenant, published, remove } from "../support/catalogue.ts";
import { held, inventories, seedShow, seedType } from "../support/fixture.ts";
import { ask } from "../support/http.ts";
import { fireAlarm, setClock, TTL_MS } from "../support/object.ts";
import { available, follow, showing } from "../support/socket.ts";

const UPGRADE = { headers: { Upgrade: "websocket" } };
const typeOf = (text: string): TicketTypeId => must(parseId("tt", text), "it was created");

describe("joining", () => {
  it("[L3] gets a snapshot first, with the event and all types that are not hidden", async () => {
    const { eventId, typeIds } = await seedShow([{ total: 10 }, { total: 20 }, { total: 5, hidden: true }]);
    const [first, second, hidden] = typeIds.map((id) => typeOf(id));
    await held(must(first, "three types"), newId("shp"), 3);
    const viewer = await follow(`/v1/events/${eventId}/live`);
    const snapshot = await viewer.until(({ type }) => type === "snapshot");
    expect(viewer.frames[0]).toBe(snapshot);
    expect(snapshot).toMatchObject({ event: { id: eventId, status: "published" }, gates: [] });
    expect(snapshot.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const shown = snapshot.ticket_types ?? [];
    expect(shown.find(({ id }) => id === first)).toEqual({
      ...{ id: first, seq: 2, status: "available", total: 10, sold: 0, held: 3, available: 7 },
    });
    expect(shown.map(({ id }) => id).sort()).toEqual([first, second].sort());
    expect(JSON.stringify(snapshot)).not.toContain(hidden);
  });

  it("[P3] [T5] [X5] a draft, an ended and an unknown event are 404, and an invented id stores nothing", async () => {
    const draft = await seedShow([{ total: 1 }], { status: "draft" });
    const ended = await seedShow([{ total: 1 }], { status: "ended" });
    const unknown = newId("evt");
    for (const eventId of [draft.eventId, ended.eventId, unknown, "evt_x"]) {
      expect((await ask("GET", `/v1/events/${eventId}/live`, UPGRADE)).status).toBe(404);
    }
    expect(await storedIn(unknown)).toBe(0);
  });

  it("[L3] returns 426 without an upgrade", async () => {
    const { eventId } = await seedType(1);
    expect((await ask("GET", `/v1/events/${eventId}/live`)).status).toBe(426);
  });
});

describe("what is sent", () => {
  it("[L2] [L3] a hold and its expiry without traffic reach the feed, each at its ledger position", async () => {
    const { eventId, typeId } = await seedType(10);
    const viewer = await follow(`/v1/events/${eventId}/live`);
    await held(typeId, newId("shp"), 4);
    await viewer.until(showing(typeId, { seq: 2, held: 4, available: 6 }));
    await setClock(typeId, Date.now() + TTL_MS);
    await fireAlarm(typeId);
    await viewer.until(showing(typeId, { seq: 3, held: 0, available: 10 }));
  });

  it("[L4] one frame carries all types that changed, under 1 KB and 200 bytes for each further one", async () => {
    const { eventId, typeIds } = await seedShow(Array.from({ length: 12 }, () => ({ total: 1_000_000 })));
    const viewer = await follow(`/v1/events/${eventId}/live`);
    await viewer.until(({ type }) => type === "snapshot");
    await Promise.all(typeIds.map((id) => held(id, newId("shp"), 10)));
    await Promise.all(typeIds.map((id) => viewer.until(showing(id, { held: 10 }))));
    const updates = viewer.texts.filter((text) => text.includes(`"occupancy"`));
    expect(updates.length).toBeLessThan(typeIds.length);
    for (const text of updates) {
      const { ticket_types: shown } = JSON.parse(text) as { ticket_types: unknown[] };
      expect(text.length).toBeLessThan(1_024 + 200 * (shown.length - 1));
    }
  });

  it("[L2] a changed total, a new type, and one that hides, returns or is deleted are seen", async () => {
    const tenant = await openTenant();
    const { eventId, typeId } = await published(tenant);
    const viewer = await follow(`/v1/events/${eventId}/live`);
    await viewer.until(showing(typeId, { total: 100 }));
    await change(tenant, `/v1/ticket-types/${typeId}`, { total_quantity: 120 });
    await viewer.until(showing(typeId, { total: 120 }));
    const second = await newTicketType(tenant, eventId, { total_quantity: 7 });
    await viewer.until(showing(second, { total: 7 }));
    await change(tenant, `/v1/ticket-types/${second}`, { status: "hidden" });
    const without = (frame: { type: string; ticket_types?: { id: string }[] }) =>
      frame.type === "snapshot" && frame.ticket_types?.every(({ id }) => id !== second) === true;
    const seen = viewer.frames.length;
    const after = async () => viewer.until((frame) => viewer.frames.indexOf(frame) >= seen - 1 && without(frame));
    await after();
    await change(tenant, `/v1/ticket-types/${second}`, { status: "available", total_quantity: 8 });
    await viewer.until(showing(second, { total: 8 }));
    const before = viewer.frames.length;
    expect((await remove(tenant, `/v1/ticket-types/${second}`)).status).toBe(204);
    await viewer.until((frame) => viewer.frames.indexOf(frame) >= before && without(frame));
  });

  it("[T5] [L2] an event that starts is sent with its version; one that ends too, then closes with 4410", async () => {
    const tenant = await openTenant();
    const { eventId } = await published(tenant);
    const viewer = await follow(`/v1/events/${eventId}/live`);
    await move(tenant, eventId, "start");
    const started = await viewer.until(({ type, event }) => type === "event" && event?.status === "live");
    expect(started.event).toEqual({ id: eventId, status: "live", version: 3 });
    await move(tenant, eventId, "end");
    await viewer.until(({ type, event }) => type === "event" && event?.status === "ended");
    expect((await viewer.closed).code).toBe(4410);
    expect((await ask("GET", `/v1/events/${eventId}/live`, UPGRADE)).status).toBe(404);
  });

  it("[L4] carries no personal data: nobody's id, no notes", async () => {
    const { eventId, typeId } = await seedType(10);
    const viewer = await follow(`/v1/events/${eventId}/live`);
    const shopper = newId("shp");
    await inventories(typeId).counts();
    await held(typeId, shopper, 2);
    await viewer.until(showing(typeId, { held: 2 }));
    expect(viewer.texts.join()).not.toContain(shopper);
  });
});

describe("what a client may send", () => {
  it("[L5] ping gets a pong; the tenth of anything else closes with 4400", async () => {
    const { eventId } = await seedType(10);
    const viewer = await follow(`/v1/events/${eventId}/live`);
    viewer.socket.send("ping");
    for (let i = 0; i < 10; i++) viewer.socket.send("{}");
    expect((await viewer.closed).code).toBe(4400);
    expect(viewer.texts).toContain("pong");
    expect(viewer.frames.filter(({ type }) => type === "error")).toHaveLength(10);
  });
});

async function storedIn(eventId: EventId): Promise<number> {
  const { runInDurableObject } = await import("cloudflare:test");
  return runInDurableObject(
    env.EVENT_FEED.getByName(eventId),
    (_, state) => state.storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'board'").toArray().length,
  );
}

it("[L5] counts without a follower cost the feed no row; with a viewer they are stored first", async () => {
  const { eventId, typeId } = await seedType(10);
  const feed = env.EVENT_FEED.getByName(eventId);
  const counts = { total: 10, sold: 0, held: 0, withdrawn: 0, available: 10 };
  const occupancy = { id: typeId, status: "available", ...counts } as const;
  const storedSeq = () =>
    runInDurableObject(feed, (_: EventFeed, { storage: { sql } }) => {
      const [row] = sql.exec<{ body: string }>("SELECT body FROM board WHERE kind = 'type'").toArray();
      return (JSON.parse(must(row, "the type is stored").body) as { seq: number }).seq;
    });
  const push = (seq: number, held: number) => feed.push(typeId, { ...occupancy, seq, held, available: 10 - held });
  await push(1_001, 1); // The first push about this type.
  for (const seq of [1_002, 1_003, 1_004]) await push(seq, seq - 1_000);
  // Long enough for the next frame, by which any further write would have happened.
  await new Promise((resolve) => setTimeout(resolve, 2 * FRAME_INTERVAL_MS));
  expect(await storedSeq()).toBe(1_001);
  expect(await runInDurableObject(feed, ({ state }: EventFeed) => state.types.get(typeId)?.seq)).toBe(1_004);
  const viewer = await follow(`/v1/events/${eventId}/live`);
  await push(1_005, 5);
  await viewer.until(available(5));
  expect(await storedSeq()).toBe(1_005);
});
