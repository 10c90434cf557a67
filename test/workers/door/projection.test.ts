// D1's copy of who is inside, for reports: how it is projected, with D1 away and over an eviction, and who may read it.

import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { projectDoor, type ProjectedDoor, readDoorCounts } from "../../../src/db/door/door-counts.ts";
import { parseId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { newDraft, openTenant } from "../support/catalogue.ts";
import { type Gate, openGate } from "./gate.ts";
import { db } from "../support/fixture.ts";
import { apiKey, ask, bodyOf, refusalOf } from "../support/http.ts";

const WAIT = { timeout: 10_000 };

const rowOf = ({ eventId }: Pick<Gate, "eventId">) => readDoorCounts(db, eventId);
/**
 * A gate whose door's clock stands, 30 s after its terms were projected: the time that a test takes is none, and the
 * next row is projected at once.
 */
async function openStill(): Promise<Gate> {
  const gate = await openGate();
  const at = Date.now();
  await gate.inDoor((door) => {
    door.clock = () => at;
  });
  await ask("GET", `/v1/events/${gate.eventId}/door`, { token: gate.doors.tenant.token });
  await projected(gate);
  await later(gate, 30_000);
  return gate;
}
/** Until D1 has what the door has. */
async function projected(gate: Gate): Promise<ProjectedDoor> {
  const seq = await gate.inDoor((door) => door.ledger.book().head.seq);
  await expect.poll(async () => (await rowOf(gate))?.seq, WAIT).toBe(seq);
  return must(await rowOf(gate), "it was just there");
}
const later = (gate: Gate, ms: number) =>
  gate.inDoor((door) => {
    const { clock } = door;
    door.clock = () => clock() + ms;
  });
/** D1 takes nothing from the door, until it is evicted. */
async function takeD1Away(gate: Gate): Promise<{ tries: number }> {
  const seen = { tries: 0 };
  vi.spyOn(console, "error").mockImplementation(() => {});
  await gate.inDoor((door) => {
    door.ports = {
      ...door.ports,
      projectCounts: () => {
        seen.tries += 1;
        return Promise.reject(new Error("D1_ERROR: away"));
      },
    };
  });
  return seen;
}
const shownTo = async (gate: Gate, token: string) =>
  bodyOf(await ask("GET", `/v1/events/${gate.eventId}/door/counts`, { token }));

describe("[D10] who is inside, as it is sent to D1", () => {
  it("is sent by the first scan, and what comes after it by the alarm, 30 s later", async () => {
    const gate = await openStill();
    expect(await rowOf(gate)).toMatchObject({ seq: 1, inside: 0, admitted: 0 });
    await gate.scan(1);
    const first = await projected(gate);
    expect(first).toMatchObject({
      ...{ eventId: gate.eventId, seq: 2, inside: 1, admitted: 1 },
      gates: [{ id: gate.gateId, entries: 1, exits: 0, insideBy: 1 }],
    });
    for (const serial of [2, 3]) await gate.scan(serial);
    await gate.scan(2, { direction: "out" });
    expect((await rowOf(gate))?.seq, "not each scan is a row in D1").toBe(2);
    await later(gate, 30_000);
    await runDurableObjectAlarm(gate.stub());
    expect(await projected(gate)).toMatchObject({ seq: 5, inside: 2, admitted: 3, life: first.life });
  });

  it("comes once D1 is back, which no scan waits for, also where the door was evicted meanwhile", async () => {
    const gate = await openStill();
    await gate.scan(1);
    await projected(gate);
    await later(gate, 30_000);
    const away = await takeD1Away(gate);
    expect(await gate.scan(2)).toBe("admitted");
    expect(await gate.scan(3)).toBe("admitted");
    await expect.poll(() => away.tries, WAIT).toBe(1);
    expect((await rowOf(gate))?.seq).toBe(2);
    expect(await gate.inDoor((_, { storage }) => storage.getAlarm())).not.toBeNull();
    await evictDurableObject(gate.stub());
    await runDurableObjectAlarm(gate.stub());
    expect(await projected(gate)).toMatchObject({ seq: 4, inside: 3 });
  });

  it("is overwritten by a later row of the door's log alone, or by one of a log that began later", async () => {
    const { eventId } = await openGate();
    const told = (life: number, seq: number, inside: number, alerts = 0) =>
      projectDoor(db, { eventId, life, seq, asOf: life + seq, inside, admitted: inside, gates: [], alerts });
    const after = async (life: number, seq: number, inside: number) => {
      await told(life, seq, inside);
      return (await readDoorCounts(db, eventId))?.inside;
    };
    expect(await after(100, 7, 3)).toBe(3);
    expect(await after(100, 6, 2), "an older row").toBe(3);
    expect(await after(100, 7, 9), "the same row").toBe(3);
    expect(await after(100, 8, 4)).toBe(4);
    expect(await after(99, 900, 1), "a log that began before").toBe(4);
    expect(await after(101, 1, 0), "a door that lost its storage").toBe(0);
    const alerts: (number | undefined)[] = [];
    for (const [seq, unseen] of [
      [2, 3],
      [2, 2],
      [2, 3],
      [1, 0],
    ] as const) {
      await told(101, seq, 0, unseen);
      alerts.push((await readDoorCounts(db, eventId))?.alerts);
    }
    expect(alerts, "at one row of the log conflicts are only ever seen").toEqual([3, 2, 2, 2]);
  });

  it("goes with an event that is deleted, and comes back for none", async () => {
    const tenant = await openTenant();
    const { eventId } = await newDraft(tenant);
    const id = must(parseId("evt", eventId), "it was created");
    expect((await ask("GET", `/v1/events/${id}/door`, { token: tenant.token })).status).toBe(200);
    await expect.poll(() => readDoorCounts(db, id), WAIT).toMatchObject({ seq: 1, inside: 0 });
    const gone = await ask("DELETE", `/v1/events/${id}`, { token: tenant.token, headers: { "If-Match": '"1"' } });
    expect(gone.status).toBe(204);
    expect(await readDoorCounts(db, id)).toBeNull();
    await projectDoor(db, { eventId: id, life: 1, seq: 9, asOf: 1, inside: 1, admitted: 1, gates: [], alerts: 0 });
    expect(await readDoorCounts(db, id)).toBeNull();
  });

  it("[X6] comes again to a D1 that was restored, with the terms of its new epoch", async () => {
    const gate = await openStill();
    await gate.scan(1);
    await projected(gate);
    await env.DB.prepare("DELETE FROM door_counts WHERE event_id = ?").bind(gate.eventId).run();
    await later(gate, 30_000);
    const terms = gate.terms(1);
    expect((await gate.door.terms({ ...terms, epoch: terms.epoch + 1 }, "restored")).ok).toBe(true);
    expect(await projected(gate)).toMatchObject({ seq: 3, inside: 1, admitted: 1 });
  });
});

describe("[D10] the counts of a door for reports", () => {
  it("are shown to who may read the door, without a call to it, and are zeros before", async () => {
    const before = await openGate();
    expect(await shownTo(before, before.doors.tenant.token)).toEqual({
      ...{ event_id: before.eventId, inside: 0, admitted: 0, gates: [], seq: 0, as_of: null },
    });
    const gate = await openStill();
    const { tenant, device } = gate.doors;
    await gate.scan(1);
    const { asOf } = await projected(gate);
    await evictDurableObject(gate.stub());
    const door = {
      ...{ event_id: gate.eventId, inside: 1, admitted: 1, seq: 2, as_of: new Date(asOf).toISOString() },
      gates: [{ gate_id: gate.gateId, entries: 1, exits: 0, inside_by: 1 }],
    };
    const reader = await apiKey(tenant.organizationId, ["view_read_only"]);
    for (const token of [tenant.token, reader.token, device.token]) expect(await shownTo(gate, token)).toEqual(door);
    const orders = await apiKey(tenant.organizationId, ["view_orders"]);
    expect((await ask("GET", `/v1/events/${gate.eventId}/door/counts`, { token: orders.token })).status).toBe(403);
    const stranger = await openTenant();
    expect(await refusalOf(ask("GET", `/v1/events/${gate.eventId}/door/counts`, { token: stranger.token }))).toBe(
      "404 not_found",
    );
  });
});
