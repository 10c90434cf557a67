// What D1 says of an event to its door (rule D2): all of it, out of one snapshot, and nothing of other organisations.

import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { newId } from "../../../../src/app/context.ts";
import { openDb } from "../../../../src/db/client.ts";
import { readEventTerms, readEventTermsOf } from "../../../../src/db/door/door-terms.ts";
import { restores } from "../../../../src/db/schema/sync.ts";
import { ticketKeys } from "../../../../src/db/schema/tickets.ts";
import { events, gates, venues } from "../../../../src/db/schema/catalogue.ts";
import { admissionText, DEFAULT_ADMISSION } from "../../../../src/domain/door/admission.ts";
import type { KeyStatus } from "../../../../src/domain/door/tickets/code.ts";
import { type EventTerms, hashEventTerms } from "../../../../src/domain/door/event-terms.ts";
import type { EventId, OrganizationId } from "../../../../src/domain/ids.ts";
import { must } from "../../../../src/domain/result.ts";
import { sha256Hex } from "../../../../src/shared/sha256.ts";
import { fatedD1 } from "../../support/faults.ts";
import { db, HOUR, seedShow } from "../../support/fixture.ts";

const DAY = 24 * HOUR;
const NOW = Date.parse("2026-11-29T12:00:00Z");

async function termsOf(eventId: EventId): Promise<EventTerms> {
  return must(await readEventTerms(db, eventId, NOW), "there is such an event");
}

async function addKeys(eventId: EventId, ...statuses: readonly KeyStatus[]): Promise<void> {
  for (const [index, status] of statuses.entries()) {
    const key = { event_id: eventId, n: index + 1, public_key: `${eventId} ${index + 1}`, status };
    await db.insert(ticketKeys).values({ ...key, secret_id: `${index}`, created_at: NOW });
  }
}

async function venueOf(eventId: EventId) {
  const id = sql("SELECT venue_id FROM events WHERE id = ?", eventId).first<typeof events.$inferSelect.venue_id>(
    "venue_id",
  );
  return must(await id, "it has a venue");
}

const sql = (statement: string, ...values: unknown[]) => env.DB.prepare(statement).bind(...values);

describe("[D2] the terms of a door", () => {
  it("say of the event all that a scan is decided by", async () => {
    const [first, second] = [
      { ...DEFAULT_ADMISSION, entry: "reentry", per_day: 2 } as const,
      { ...DEFAULT_ADMISSION, admits: 4 } as const,
    ];
    const start = Date.parse("2026-12-05T18:00:00Z");
    const show = await seedShow(
      [
        { total: 10, number: 2, admission: admissionText(second) },
        { total: 10, number: 1, admission: admissionText(first) },
        { total: 10, number: 3 },
        { total: 10 },
      ],
      { start_time: start, end_time: start + 4 * HOUR, admission_capacity: 300, door_version: 7 },
    );
    const { eventId, organizationId, typeIds } = show;
    const venueId = await venueOf(eventId);
    const stamps = { venue_id: venueId, organization_id: organizationId, name: "A gate", created_at: 1, updated_at: 1 };
    const [south, north] = [newId("gate"), newId("gate")];
    await db.insert(gates).values({ id: south, gate_code: "SOUTH", status: "closed", ...stamps });
    await db.insert(gates).values({ id: north, gate_code: "NORTH", capacity: 40, ...stamps });
    await addKeys(eventId, "refused", "accepted", "active");
    const days = Array.from({ length: 8 }, (_, day) => Date.parse("2026-12-05T04:00:00Z") + day * DAY);
    const said = {
      ...{ eventId, organizationId, venueId },
      rules: {
        eventStatus: "published",
        doorsOpen: start - 2 * HOUR,
        endTime: start + 4 * HOUR,
        endedAt: null,
        archivedAt: null,
        softCapacity: 300,
        hardCapacity: 50_000,
        days,
        gates: [
          { id: north, status: "open", capacity: 40 },
          { id: south, status: "closed", capacity: null },
        ],
        types: [
          { number: 1, admission: first },
          { number: 2, admission: second },
          { number: 3, admission: DEFAULT_ADMISSION },
        ],
      },
      typeIds: [
        { number: 1, id: typeIds[1] },
        { number: 2, id: typeIds[0] },
        { number: 3, id: typeIds[2] },
      ],
      keys: [
        { n: 1, publicKey: `${eventId} 1`, status: "refused" },
        { n: 2, publicKey: `${eventId} 2`, status: "accepted" },
        { n: 3, publicKey: `${eventId} 3`, status: "active" },
      ],
      nearby: [],
      nearbyAt: NOW,
    };
    const terms = await termsOf(eventId);
    expect(terms).toEqual({ ...said, version: 7, epoch: 0, hash: hashEventTerms(terms, sha256Hex) });
    expect(terms.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it("come out of one snapshot: a single batch is all that D1 gets", async () => {
    const { eventId } = await seedShow([{ total: 1, number: 1 }]);
    const calls: string[] = [];
    const watched = openDb(fatedD1(env.DB, (call) => (calls.push(call), "done")));
    expect(await readEventTerms(watched, eventId, NOW)).toEqual(await termsOf(eventId));
    expect(calls).toEqual(["d1 batch"]);
  });

  it("are none of an event that there is not", async () => {
    expect(await readEventTerms(db, newId("evt"), NOW)).toBeNull();
  });

  it("[D9] [D11] have the event's door times and capacity, else two hours before and the venue's", async () => {
    const named = await seedShow([], { doors_open: 1_800_000_000_000, admission_capacity: 1 });
    const standard = await seedShow([]);
    const { start_time } = must(
      await sql("SELECT * FROM events WHERE id = ?", standard.eventId).first<{ start_time: number }>(),
      "it is there",
    );
    expect((await termsOf(named.eventId)).rules).toMatchObject({
      doorsOpen: 1_800_000_000_000,
      softCapacity: 1,
      hardCapacity: 50_000,
    });
    expect((await termsOf(standard.eventId)).rules).toMatchObject({
      ...{ doorsOpen: start_time - 2 * HOUR, softCapacity: 50_000, hardCapacity: 50_000 },
    });
  });

  it("[D8] cut the days at the venue's clocks, also where one has 25 hours, until 7 days after the end", async () => {
    const until = Date.parse("2026-10-31T05:00:00Z");
    const times = { start_time: Date.parse("2026-10-24T03:00:00Z"), sale_start: 1, sale_end: 2 };
    const daysWith = async (end: number) => {
      const { eventId } = await seedShow([], { ...times, end_time: end });
      await sql("UPDATE venues SET timezone = 'Europe/Berlin' WHERE id = ?", await venueOf(eventId)).run();
      return (await termsOf(eventId)).rules.days.map((at) => new Date(at).toISOString().slice(0, 16));
    };
    const summer = ["2026-10-23T04:00", "2026-10-24T04:00"];
    const winter = ["25", "26", "27", "28", "29", "30"].map((day) => `2026-10-${day}T05:00`);
    expect(await daysWith(until - 7 * DAY)).toEqual([...summer, ...winter]);
    expect(await daysWith(until - 7 * DAY + 1)).toEqual([...summer, ...winter, "2026-10-31T05:00"]);
  });

  it("[D8] [X4] have the days of 1,000 times 24 hours at most, so that an event of centuries is no load", async () => {
    const start = Date.parse("2000-01-01T10:00:00Z");
    const times = { start_time: start, end_time: Date.parse("9999-12-31T00:00:00Z"), sale_start: 1, sale_end: 2 };
    const { eventId } = await seedShow([], times);
    const { days } = (await termsOf(eventId)).rules;
    expect(days.length).toBe(1_001);
    expect(new Date(must(days.at(-1), "a day")).toISOString()).toBe("2002-09-27T04:00:00.000Z");
  });

  it("[X6] carry the epoch of D1's history; the hash covers neither it, the version nor nearby events", async () => {
    const { eventId, organizationId } = await seedShow([{ total: 1, number: 1 }]);
    const before = await termsOf(eventId);
    await db.insert(restores).values({ epoch: NOW });
    await sql("UPDATE events SET door_version = 9 WHERE id = ?", eventId).run();
    await addKeys((await otherEvent(organizationId, NOW)).id, "active");
    const after = await termsOf(eventId);
    expect({ ...after, nearby: [] }).toEqual({ ...before, epoch: NOW, version: 9 });
    await sql("UPDATE gates SET status = 'closed'").run();
    await sql("UPDATE events SET admission_capacity = 3 WHERE id = ?", eventId).run();
    expect((await termsOf(eventId)).hash).not.toBe(before.hash);
    await db.delete(restores);
  });

  it.each([
    ["ended", "ended_at", { endedAt: 5, archivedAt: null }],
    ["archived", "archived_at", { endedAt: 9, archivedAt: 5 }],
  ] as const)("say when it was %s: as it was noted, or else by the last change", async (status, column, noted) => {
    const { eventId } = await seedShow([], { status, updated_at: 9, [column]: 5 });
    expect((await termsOf(eventId)).rules).toMatchObject(noted);
    await sql(`UPDATE events SET ${column} = NULL WHERE id = ?`, eventId).run();
    const archivedAt = status === "archived" ? 9 : null;
    expect((await termsOf(eventId)).rules).toMatchObject({ endedAt: 9, archivedAt });
  });
});

let others = 0;
/** Another event of an organisation, at a venue of its own. */
async function otherEvent(organizationId: OrganizationId, start: number) {
  const stamps = { created_at: 1, updated_at: 1, organization_id: organizationId };
  const venue = { id: newId("ven"), name: "Venue", slug: `other-${++others}`, address: "", city: "", country: "ZA" };
  await db.insert(venues).values({ ...venue, timezone: "UTC", capacity: 10, ...stamps });
  const event = {
    id: newId("evt"),
    venue_id: venue.id,
    name: `Other ${others}`,
    slug: `other-${others}`,
    capacity: 10,
  };
  const times = { start_time: start, end_time: start + HOUR, sale_start: 1, sale_end: 2 };
  await db.insert(events).values({ ...event, ...times, ...stamps });
  return event;
}

describe("[D2] the events nearby", () => {
  const START = Date.parse("2027-03-01T18:00:00Z");
  const atStart = { start_time: START, end_time: START + HOUR, sale_start: 1, sale_end: 2 };

  it("are the organisation's that start within 60 days, nearest first, with name, start and all keys", async () => {
    const { eventId, organizationId } = await seedShow([], atStart);
    await addKeys(eventId, "active");
    const offsets = [-60 * DAY - 1, -60 * DAY, 2 * HOUR, 0, 60 * DAY, 60 * DAY + 1];
    const all = [];
    for (const offset of offsets) {
      const event = await otherEvent(organizationId, START + offset);
      await addKeys(event.id, "refused", "accepted", "active");
      all.push({ offset, ...event });
    }
    const [, before, near, same, after] = all.map(({ offset, id, name }) => ({
      ...{ eventId: id, name, startsAt: START + offset },
      keys: (["refused", "accepted", "active"] as const).map((status, index) => ({
        ...{ n: index + 1, publicKey: `${id} ${index + 1}`, status },
      })),
    }));
    const { nearby, nearbyAt } = await termsOf(eventId);
    const atBounds = [before, after].sort((a, b) => (must(a, "one").eventId < must(b, "one").eventId ? -1 : 1));
    expect(nearby).toEqual([same, near, ...atBounds]);
    expect(nearbyAt).toBe(NOW);
  });

  it("[T1] are never another organisation's, nor one without keys, nor the event itself", async () => {
    const { eventId, organizationId } = await seedShow([], atStart);
    const stranger = await seedShow([], { ...atStart, start_time: START + 1 });
    await addKeys(eventId, "active");
    await addKeys(stranger.eventId, "active");
    const keyless = await otherEvent(organizationId, START + 1);
    expect((await termsOf(eventId)).nearby).toEqual([]);
    await addKeys(keyless.id, "active");
    expect((await termsOf(eventId)).nearby.map(({ eventId: id }) => id)).toEqual([keyless.id]);
  });

  it("of events that are read together are each one's own", async () => {
    const { eventId, organizationId } = await seedShow([], atStart);
    const { id } = await otherEvent(organizationId, START + 40 * DAY);
    const { id: far } = await otherEvent(organizationId, START + 81 * DAY);
    const stranger = await seedShow([], atStart);
    for (const each of [eventId, id, far, stranger.eventId]) await addKeys(each, "active");
    const all = [eventId, id, far, stranger.eventId, newId("evt")];
    const together = await readEventTermsOf(db, all, NOW);
    expect([...together.keys()].sort()).toEqual(all.slice(0, 4).sort());
    for (const each of all.slice(0, 4)) expect(together.get(each)).toEqual(await termsOf(each));
    const near = (each: EventId) => together.get(each)?.nearby.map(({ eventId: other }) => other);
    expect([near(eventId), near(id), near(far), near(stranger.eventId)]).toEqual([[id], [eventId, far], [id], []]);
  });

  it("are at most 200: the nearest", async () => {
    const { eventId, organizationId } = await seedShow([], atStart);
    const { id: first } = await otherEvent(organizationId, START + HOUR);
    await addKeys(first, "active");
    const copies = JSON.stringify(Array.from({ length: 200 }, (_, n) => n + 1));
    const names = (await sql("SELECT name FROM pragma_table_info('events')").all<{ name: string }>()).results;
    const changed: Record<string, string> = {
      id: "'evt_' || printf('%026d', n.value)",
      slug: "'copy-' || n.value",
      start_time: `${START} + ${HOUR} + n.value`,
      end_time: `${START} + ${HOUR} + n.value + 1`,
    };
    const columns = names.map(({ name }) => name);
    await sql(
      `INSERT INTO events (${columns.join(", ")}) SELECT ${columns.map((name) => changed[name] ?? `events.${name}`).join(", ")}
        FROM events, json_each(?) AS n WHERE events.id = ?`,
      ...[copies, first],
    ).run();
    await sql(
      `INSERT INTO ticket_keys SELECT 'evt_' || printf('%026d', n.value), 1, 'k', 'active', 's', 1 FROM json_each(?) AS n`,
      copies,
    ).run();
    const { nearby } = await termsOf(eventId);
    expect(nearby.length).toBe(200);
    expect(nearby.map(({ startsAt }) => startsAt)).toEqual(Array.from({ length: 200 }, (_, n) => START + HOUR + n));
  });
});
