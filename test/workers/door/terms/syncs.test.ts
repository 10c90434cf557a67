// Every change of what a door must know is counted once and delivered to it (rule D2).

import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { advanceEvents } from "../../../../src/app/jobs/advance-events.ts";
import { auditOf } from "../../../../src/app/audit-of.ts";
import { newId } from "../../../../src/app/context.ts";
import { redeliverDoors } from "../../../../src/app/deliveries/deliver-doors.ts";
import { readEventTerms } from "../../../../src/db/door/door-terms.ts";
import { updateGate } from "../../../../src/db/gates/gate-changes.ts";
import { type gates, ticketTypes } from "../../../../src/db/schema/catalogue.ts";
import { insertKey, readNumber } from "../../../../src/db/tickets/ticket-keys.ts";
import { DEFAULT_ADMISSION } from "../../../../src/domain/door/admission.ts";
import type { EventTerms } from "../../../../src/domain/door/event-terms.ts";
import { parseId } from "../../../../src/domain/ids.ts";
import { must } from "../../../../src/domain/result.ts";
import { cronAt, eventBody, gateBody, ticketTypeBody } from "../../support/catalogue.ts";
import { CHANGES, type DoorWorld, gate, type Ids, newIds, ofEvent, ofGate, ofVenue, rowOf, soon } from "./changes.ts";
import { eventIdOf, openDoorWorld, versionOf, waitingFor } from "../port.ts";
import { db, HOUR, seedShow } from "../../support/fixture.ts";

const DAY = 24 * HOUR;
const iso = (ms: number) => new Date(ms).toISOString();

let world: DoorWorld;
let ids: Ids;
beforeAll(async () => {
  world = await openDoorWorld();
});
beforeEach(async () => {
  ids = await newIds(world);
});

/** Makes the change, and returns the terms that were delivered to the door: once, with the next version. */
async function toldOf(change: () => Promise<void>): Promise<EventTerms> {
  const { eventId } = ids;
  const [before, from] = [await versionOf(eventId), world.told.length];
  await change();
  expect(await versionOf(eventId)).toBe(before + 1);
  const told = world.told.slice(from).filter((each) => each.eventId === eventId);
  expect(told.map(({ terms }) => terms?.version)).toEqual([before + 1]);
  expect(await waitingFor(eventId)).toEqual([]);
  return must(told[0]?.terms ?? null, "it was told");
}

describe("[D2] a change of what a door must know is counted once and delivered to it behind the response:", () => {
  it.each(CHANGES)("%s", async (_, method, path, json, rules) => {
    const terms = await toldOf(() => world.done(method, path(ids), json));
    expect(terms.rules).toMatchObject(rules(ids));
  });

  it("[D8] the days, by the event's and by the venue's clocks", async () => {
    const { rules } = await toldOf(() => world.done("PATCH", ofEvent(ids), { day_starts: "04:30" }));
    expect(rules.days.map((at) => iso(at).slice(11, 16)).filter((time) => time !== "02:30")).toEqual([]);
    const moved = await toldOf(() => world.done("PATCH", ofVenue(ids), { timezone: "Asia/Kolkata" }));
    expect(moved.rules.days.map((at) => iso(at).slice(11, 16)).filter((time) => time !== "23:00")).toEqual([]);
    expect(moved.rules.days.length).toBeGreaterThan(7);
  });

  it("the other venue of a draft, with that one's gates", async () => {
    const { venueId, rules } = await toldOf(() => world.done("PATCH", ofEvent(ids), { venue_id: ids.otherVenueId }));
    expect(venueId).toBe(ids.otherVenueId);
    expect(rules).toMatchObject({ hardCapacity: 2_000, gates: [] });
    expect(iso(must(rules.days[0], "a day"))).toMatch(/T0[45]:00/);
  });

  it("a gate that is new, and one whose code puts it in another place", async () => {
    const made: string[] = [];
    const first = await toldOf(async () => {
      made.push(await world.create(`/v1/venues/${ids.venueId}/gates`, gateBody({ gate_code: "LAST", capacity: 3 })));
    });
    const last = { id: must(made[0], "made"), status: "open", capacity: 3 };
    expect(first.rules.gates).toEqual([last, gate(ids)]);
    const second = await toldOf(() => world.done("PATCH", `/v1/gates/${last.id}`, { gate_code: "Z" }));
    expect(second.rules.gates).toEqual([gate(ids), last]);
  });

  it("a type that is new, with its number", async () => {
    const body = ticketTypeBody({ admission: { admits: 2 } });
    const made: string[] = [];
    const terms = await toldOf(async () => void made.push(await world.create(`${ofEvent(ids)}/ticket-types`, body)));
    expect(terms.rules.types[1]).toEqual({ number: 2, admission: { ...DEFAULT_ADMISSION, admits: 2 } });
    expect(terms.typeIds).toEqual([
      { number: 1, id: ids.typeId },
      { number: 2, id: made[0] },
    ]);
  });

  it("each step of an event's life, by hand, with when that was", async () => {
    const steps = [];
    const from = Date.now();
    for (const step of ["publish", "start", "end", "archive"]) {
      const { rules } = await toldOf(() => world.done("POST", `${ofEvent(ids)}/${step}`));
      steps.push([rules.eventStatus, rules.endedAt, rules.archivedAt]);
    }
    const rows = env.DB.prepare("SELECT created_at AS at FROM audit_log WHERE resource_id = ? AND action = ?");
    const [ended, archived] = await Promise.all(
      ["event.end", "event.archive"].map((action) => rows.bind(ids.eventId, action).first<number>("at")),
    );
    expect(ended).toBeGreaterThanOrEqual(from);
    expect(steps).toEqual([
      ["published", null, null],
      ["live", null, null],
      ["ended", ended, null],
      ["archived", ended, archived],
    ]);
    // A change that is not delivered to any door leaves the contents and the version of the terms as they are.
    const said = () => readEventTerms(db, eventIdOf(ids.eventId), 0);
    const before = await said();
    await env.DB.prepare("UPDATE events SET updated_at = updated_at + 1000 WHERE id = ?").bind(ids.eventId).run();
    expect(await said()).toEqual(before);
  });

  it("each step that the clock makes", async () => {
    await world.done("POST", `${ofEvent(ids)}/publish`);
    const { eventId } = ids;
    const { end_time: end } = must(await rowOf("events", eventId), "it is there") as { end_time: number };
    for (const [now, expected] of [
      [end - 1, { eventStatus: "live", endedAt: null }],
      [end, { eventStatus: "ended", endedAt: end }],
    ] as const) {
      const terms = await toldOf(async () => {
        const cron = cronAt(now, { doors: world.doors });
        await advanceEvents(cron);
        expect(await waitingFor(eventId)).toEqual([await versionOf(eventId)]);
        await redeliverDoors(cron);
      });
      expect(terms.rules).toMatchObject(expected);
    }
  });

  it("[E6] the deletion of a draft, as an event that there is not any more", async () => {
    await world.done("DELETE", ofEvent(ids));
    expect(world.lastOf(ids.eventId)).toBeNull();
    expect(await waitingFor(ids.eventId)).toEqual([]);
  });

  it("[N5] a key, and the number of a type that had none, by the first request for it", async () => {
    const eventId = eventIdOf(ids.eventId);
    const key = { event_id: eventId, n: 1, public_key: "k", status: "active", secret_id: "s", created_at: 1 } as const;
    const deliver = () => redeliverDoors(cronAt(Date.now(), { doors: world.doors }));
    const made = await toldOf(async () => {
      await Promise.all([insertKey(db, key), insertKey(db, key), insertKey(db, { ...key, n: 2 })]);
      await deliver();
    });
    expect(made.keys).toEqual([{ n: expect.any(Number), publicKey: "k", status: "active" }]);
    const rotated = await toldOf(async () => {
      await insertKey(db, { ...key, n: 3, secret_id: "next" });
      await deliver();
    });
    expect(rotated.keys.map(({ status }) => status)).toEqual(["accepted", "active"]);
    await db.update(ticketTypes).set({ number: null });
    const numbered = await toldOf(async () => {
      const typeId = must(parseId("tt", ids.typeId), "a type");
      await Promise.all([readNumber(db, typeId, 1), readNumber(db, typeId, 1), readNumber(db, newId("tt"), 1)]);
      await deliver();
    });
    expect(numbered.typeIds).toEqual([{ number: 1, id: ids.typeId }]);
  });
});

describe("[D2] what a door does not know is not counted:", () => {
  it.each<[string, string, (of: Ids) => string, object]>([
    ["an event's name and sale", "PATCH", ofEvent, { name: "New", sale_start: iso(soon - 2 * DAY), capacity: 900 }],
    ["a venue's name", "PATCH", ofVenue, { name: "New", city: "New" }],
    ["a gate's name", "PATCH", ofGate, { name: "New" }],
    ["a type's price", "PATCH", ({ typeId }) => `/v1/ticket-types/${typeId}`, { price: "1.00", total_quantity: 50 }],
    ["another event at the venue", "POST", () => "/v1/events", {}],
  ])("%s", async (_, method, path, json) => {
    const [before, from] = [await versionOf(ids.eventId), world.told.length];
    await world.done(method, path(ids), method === "POST" ? eventBody(ids.venueId) : json);
    expect(await versionOf(ids.eventId)).toBe(before);
    expect(world.told.length).toBe(from);
  });
});

describe("[D2] [D9] a change at a venue", () => {
  it("reaches its events until they are both archived and a week over, to the millisecond, and no other", async () => {
    const now = Date.now();
    const at = async (end: number, status: "draft" | "live" | "ended" | "archived") => {
      const { eventId } = await seedShow([], {
        start_time: end - HOUR,
        end_time: end,
        sale_start: 1,
        sale_end: 2,
        status,
      });
      return eventId;
    };
    const inside = [
      await at(now - 7 * DAY + 1, "archived"),
      await at(now - 900 * DAY, "ended"),
      await at(now, "draft"),
    ];
    const outside = [await at(now - 7 * DAY, "archived")];
    for (const id of [...inside, ...outside]) await move(id);
    const elsewhere = await at(now, "live");
    const versions = () => Promise.all([...inside, ...outside, elsewhere].map(versionOf));
    const seen = must(await rowOf("gates", ids.gateId), "a gate") as unknown as typeof gates.$inferSelect;
    const of = { organizationId: world.tenant.organizationId, action: "gate.change", resourceKind: "gate" };
    const audit = auditOf(cronAt(now), { ...of, resourceId: ids.gateId, changes: {} });
    expect(await updateGate(db, seen, { status: "closed" }, audit)).toBe(true);
    expect(await versions()).toEqual([2, 2, 2, 1, 1]);
    const waiting = await Promise.all([...inside, ...outside, elsewhere].map(waitingFor));
    expect(waiting).toEqual([[2], [2], [2], [], []]);
  });

  const move = (eventId: string) =>
    env.DB.prepare("UPDATE events SET venue_id = ?, slug = id WHERE id = ?").bind(ids.venueId, eventId).run();
});
