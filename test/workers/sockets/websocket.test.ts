import { evictDurableObject } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { events, ticketTypes } from "../../../src/db/schema/catalogue.ts";
import { readTerms } from "../../../src/db/ticket-types/terms.ts";
import type { TicketTypeId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { countsOf, db, held, inventories, objectOf, seedShow, seedType } from "../support/fixture.ts";
import { fireAlarm, inside, setClock, TTL_MS } from "../support/object.ts";
import { available, openViewer, upgrade } from "../support/socket.ts";

/** Raises the type's terms version in D1 with `change` made, and sends the terms. */
async function changeTerms(typeId: TicketTypeId, version: number): Promise<void> {
  await db.update(ticketTypes).set({ terms_version: version }).where(eq(ticketTypes.id, typeId));
  const terms = must(await readTerms(db, typeId), "the type exists");
  await inventories(typeId).terms(terms, "test");
}

describe("joining", () => {
  it("[L3] gets a snapshot first, with the event and this one type, and no gates", async () => {
    const { typeId, eventId } = await seedType(10);
    await held(typeId, newId("shp"), 3);
    const viewer = await openViewer(typeId);
    const snapshot = await viewer.until(({ type }) => type === "snapshot");
    expect(viewer.frames[0]).toBe(snapshot);
    expect(snapshot).toEqual({
      type: "snapshot",
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      event: { id: eventId, status: "published" },
      ticket_types: [{ id: typeId, seq: 2, status: "available", total: 10, sold: 0, held: 3, available: 7 }],
    });
  });

  it("[P3] [T5] is for the public: a draft's, a hidden and an unknown type return 404 alike", async () => {
    const draft = await seedShow([{ total: 1 }], { status: "draft" });
    const hidden = await seedType(1, { hidden: true });
    for (const typeId of [must(draft.typeIds[0], "one type"), hidden.typeId, newId("tt")]) {
      expect((await upgrade(typeId)).status).toBe(404);
    }
  });

  it("[L3] returns the protocol that it speaks, and never the token beside it", async () => {
    const { typeId } = await seedType(1);
    const response = await upgrade(typeId, { "Sec-WebSocket-Protocol": "voelgoed.v1, bearer.secret" });
    expect(response.headers.get("Sec-WebSocket-Protocol")).toBe("voelgoed.v1");
    response.webSocket?.accept();
  });
});

describe("what is sent", () => {
  it("[L1] [L2] is written rows only, each message at its ledger position, never lower than before", async () => {
    const { typeId } = await seedType(100);
    const viewer = await openViewer(typeId);
    for (let i = 0; i < 30; i++) await held(typeId, newId("shp"), 1);
    await viewer.until(available(70));
    const rows = await inside(typeId, (_, state) =>
      state.storage.sql.exec("SELECT seq, held FROM ledger ORDER BY seq").toArray(),
    );
    const heldAt = new Map(rows.map(({ seq, held: heldThen }) => [seq, heldThen]));
    const shown = viewer.frames.map(({ ticket_types }) => must(ticket_types?.[0], "each frame tells of the type"));
    for (const { seq, held: heldThen } of shown) expect(heldAt.get(seq)).toBe(heldThen);
    const seqs = shown.map(({ seq }) => seq);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
  });

  it("[L1] nothing is sent of a batch whose transaction failed", async () => {
    const { typeId } = await seedType(10);
    const viewer = await openViewer(typeId);
    await viewer.until(available(10));
    await inside(typeId, (_, state) => {
      state.storage.sql.exec(
        "CREATE TRIGGER disk_full BEFORE INSERT ON ledger BEGIN SELECT RAISE(ABORT, 'disk full'); END",
      );
    });
    await expect(held(typeId, newId("shp"), 3)).rejects.toThrow("temporarily_unavailable");
    await inside(typeId, (_, state) => {
      state.storage.sql.exec("DROP TRIGGER disk_full");
    });
    await held(typeId, newId("shp"), 1);
    await viewer.until(available(9));
    expect(viewer.frames.map(({ ticket_types }) => ticket_types?.[0]?.available)).toEqual([10, 9]);
  });

  it("[L4] a burst becomes its first change at once, then conflated frames, the last with the final state", async () => {
    const { typeId } = await seedType(1_000);
    const viewer = await openViewer(typeId);
    await viewer.until(available(1_000));
    const began = Date.now();
    for (let i = 0; i < 100; i++) await held(typeId, newId("shp"), 5);
    await viewer.until(available(500));
    const seconds = (Date.now() - began) / 1_000;
    const updates = viewer.frames.filter(({ type }) => type === "occupancy");
    expect(updates[0]?.ticket_types?.[0]?.available).toBe(995);
    expect(updates.length).toBeLessThanOrEqual(1 + Math.ceil(10 * seconds));
    expect(updates.length).toBeLessThan(100);
  });

  it("[L4] carries counts alone: under 1 KB, nobody's id, no notes", async () => {
    const { typeId } = await seedType(1_000_000);
    const viewer = await openViewer(typeId);
    const shopper = newId("shp");
    await held(typeId, shopper, 10);
    await viewer.until(available(999_990));
    for (const text of viewer.texts) {
      expect(text.length).toBeLessThan(1_024);
      expect(text).not.toContain(shopper);
    }
    const shown = must(viewer.frames.at(-1)?.ticket_types?.[0], "the type is shown");
    expect(Object.keys(shown)).toEqual(["id", "seq", "status", "total", "sold", "held", "available"]);
  });

  it("[L2] a change of the total or of the status is a ledger row and a frame", async () => {
    const { typeId } = await seedType(10);
    const viewer = await openViewer(typeId);
    await viewer.until(available(10));
    await db.update(ticketTypes).set({ total_quantity: 25 }).where(eq(ticketTypes.id, typeId));
    await changeTerms(typeId, 2);
    const frame = await viewer.until(available(25));
    expect(frame.ticket_types?.[0]).toMatchObject({ seq: 2, total: 25 });
  });

  it("[L3] an expiry reaches the socket by the alarm alone", async () => {
    const { typeId } = await seedType(10);
    await held(typeId, newId("shp"), 4);
    const viewer = await openViewer(typeId);
    await viewer.until(available(6));
    await setClock(typeId, Date.now() + TTL_MS);
    await fireAlarm(typeId);
    await viewer.until(available(10));
  });

  it("[L3] an object that wakes with sockets open sends the current counts once", async () => {
    const { typeId } = await seedType(10);
    await held(typeId, newId("shp"), 4);
    const viewer = await openViewer(typeId);
    await viewer.until(available(6));
    await fireAlarm(typeId);
    const before = viewer.frames.length;
    await evictDurableObject(objectOf(typeId));
    await countsOf(typeId);
    await viewer.until((frame) => frame.type === "occupancy");
    await countsOf(typeId);
    expect(viewer.frames.slice(before).map(({ type }) => type)).toEqual(["occupancy"]);
    await held(typeId, newId("shp"), 1);
    await viewer.until(available(5));
  });

  it("[L3] who joins while a frame waits gets the final state, even if the others already had it", async () => {
    const { typeId } = await seedType(10);
    const first = await openViewer(typeId);
    await first.until(available(10));
    await held(typeId, newId("shp"), 1);
    await first.until(available(9));
    const shopper = newId("shp");
    const holdId = await held(typeId, shopper, 1);
    const late = await openViewer(typeId);
    await late.until(available(8));
    await inventories(typeId).release({
      holdId,
      by: { id: shopper, organizationId: null },
      actor: shopper,
      requestId: "test",
    });
    await late.until(available(9));
  });

  it("[L6] a socket that is gone delays neither a hold nor another socket", async () => {
    const { typeId } = await seedType(10);
    const gone = await openViewer(typeId);
    const there = await openViewer(typeId);
    gone.socket.close(1000, "left");
    await held(typeId, newId("shp"), 1);
    await there.until(available(9));
  });
});

describe("what a client may send", () => {
  it("[L5] ping gets a pong, and the object is not woken for it", async () => {
    const { typeId } = await seedType(10);
    const viewer = await openViewer(typeId);
    await viewer.until(available(10));
    await inside(typeId, (object) => {
      object.webSocketMessage = () => {
        throw new Error("woken");
      };
    });
    const pong = new Promise((resolve) =>
      viewer.socket.addEventListener("message", ({ data }) => data === "pong" && resolve(data)),
    );
    viewer.socket.send("ping");
    expect(await pong).toBe("pong");
  });

  it("[L5] anything else is an error frame, and the tenth closes with 4400", async () => {
    const { typeId } = await seedType(10);
    const viewer = await openViewer(typeId);
    for (let i = 0; i < 10; i++) viewer.socket.send(i % 2 ? `{"type":"subscribe"}` : new Uint8Array([1]));
    expect((await viewer.closed).code).toBe(4400);
    const errors = viewer.frames.filter(({ type }) => type === "error");
    expect(errors).toHaveLength(10);
    expect(errors[0]).toEqual({ type: "error", code: "unknown_message" });
  });
});

describe("losing access", () => {
  it("[T5] an event that ends closes its sockets with 4410, a type that is hidden with 4403", async () => {
    const ended = await seedType(10);
    const hidden = await seedType(10);
    const viewers = [await openViewer(ended.typeId), await openViewer(hidden.typeId)];
    await db.update(events).set({ status: "ended" }).where(eq(events.id, ended.eventId));
    await db.update(ticketTypes).set({ hidden: true }).where(eq(ticketTypes.id, hidden.typeId));
    await changeTerms(ended.typeId, 2);
    await changeTerms(hidden.typeId, 2);
    expect((await Promise.all(viewers.map(({ closed }) => closed))).map(({ code }) => code)).toEqual([4410, 4403]);
    expect((await upgrade(ended.typeId)).status).toBe(404);
  });
});
