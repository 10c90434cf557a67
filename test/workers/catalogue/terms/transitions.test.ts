// The life of an event by an organiser's word (rules E2, E3), and what guards it.

import { beforeAll, describe, expect, it } from "vitest";
import { moveEvent } from "../../../../src/app/events/move-event.ts";
import { transitionEvent } from "../../../../src/app/events/transition-event.ts";
import { EVENT_STATUSES, TRANSITIONS, type EventStatus, type Transition } from "../../../../src/domain/events/event.ts";
import type { Event } from "../../../../src/db/events/events.ts";
import { events, ticketTypes } from "../../../../src/db/schema/catalogue.ts";
import { eq } from "drizzle-orm";
import { parseId } from "../../../../src/domain/ids.ts";
import { must } from "../../../../src/domain/result.ts";
import {
  archiveVenue,
  auditOf,
  cronAt,
  move,
  newDraft,
  newEvent,
  openTenant,
  published,
  suspend,
  type Tenant,
  termsInside,
  traceOf,
} from "../../support/catalogue.ts";
import { db, HOUR } from "../../support/fixture.ts";
import { ask, bodyOf, refusalOf } from "../../support/http.ts";

let tenant: Tenant;
beforeAll(async () => {
  tenant = await openTenant();
});

const STEPS: Transition[] = ["publish", "start", "end", "archive"];
const idOf = (eventId: string) => must(parseId("evt", eventId), "it was created");
const read = async (eventId: string) => bodyOf(await ask("GET", `/v1/events/${eventId}`, { token: tenant.token }));

async function rowOf(eventId: string): Promise<Event> {
  const [event] = await db
    .select()
    .from(events)
    .where(eq(events.id, idOf(eventId)));
  return must(event, "it was created");
}

describe("an event", () => {
  it("[E2] goes from draft to archived step by step, each with a new version that its types have at once", async () => {
    const { eventId, typeId } = await newDraft(tenant);
    expect(await termsInside(typeId)).toEqual({ version: 1, eventStatus: "draft" });
    for (const [index, step] of STEPS.entries()) {
      const answer = await move(tenant, eventId, step);
      const version = index + 2;
      expect(answer.status).toBe(200);
      expect(answer.headers.get("ETag")).toBe(`"${version}"`);
      const body = await bodyOf(answer);
      expect(body).toMatchObject({ id: eventId, status: TRANSITIONS[step], version });
      expect(await read(eventId)).toEqual(body);
      expect(Date.parse(String(body["updated_at"]))).toBeGreaterThanOrEqual(Date.parse(String(body["created_at"])));
      expect(await termsInside(typeId)).toEqual({ version, eventStatus: TRANSITIONS[step] });
    }
    expect((await auditOf(tenant, eventId)).map((row) => row.action)).toEqual(
      ["create", ...STEPS].map((action) => `event.${action}`),
    );
  });

  it.each(EVENT_STATUSES)(
    "[E2] that is %s takes its next step and no other, and a refused one leaves no trace",
    async (status) => {
      const { eventId } = await newDraft(tenant);
      await db
        .update(events)
        .set({ status })
        .where(eq(events.id, idOf(eventId)));
      const next: Partial<Record<EventStatus, Transition>> = {
        draft: "publish",
        published: "start",
        live: "end",
        ended: "archive",
      };
      const before = await traceOf(tenant);
      for (const step of STEPS.filter((each) => each !== next[status])) {
        const follows = next[status];
        expect(await bodyOf(await move(tenant, eventId, step))).toMatchObject({
          status: 409,
          code: "invalid_transition",
          allowed: follows ? [TRANSITIONS[follows]] : [],
        });
      }
      expect(await traceOf(tenant)).toEqual(before);
      const step = next[status];
      if (step) expect((await move(tenant, eventId, step)).status).toBe(200);
    },
  );

  it("[E2] is published once by 10 requests at once: one row of audit, one version", async () => {
    const { eventId } = await newDraft(tenant);
    const answers = await Promise.all(Array.from({ length: 10 }, () => move(tenant, eventId, "publish")));
    const codes = await Promise.all(answers.map(async (answer) => (await bodyOf(answer))["code"] ?? answer.status));
    expect(codes.filter((code) => code === 200)).toHaveLength(1);
    expect(codes.filter((code) => code === "invalid_transition")).toHaveLength(9);
    expect((await auditOf(tenant, eventId)).filter((row) => row.action === "event.publish")).toHaveLength(1);
    expect(await read(eventId)).toMatchObject({ status: "published", version: 2 });
  });
});

describe("publishing", () => {
  it("[E3] says what is missing: a ticket type, an active venue, an end in the future", async () => {
    const past = new Date(Date.now() - 1_000).toISOString();
    const eventId = await newEvent(tenant, {
      start_time: "2020-01-01T00:00:00Z",
      sale_start: "2020-01-01T00:00:00Z",
      sale_end: past,
      end_time: past,
    });
    await archiveVenue(String((await read(eventId))["venue_id"]));
    const before = await traceOf(tenant);
    expect(await bodyOf(await move(tenant, eventId, "publish"))).toMatchObject({
      status: 409,
      code: "not_publishable",
      missing: ["ticket_types", "active_venue", "future_end"],
    });
    expect(await traceOf(tenant)).toEqual(before);
  });

  it("[E3] needs each of them alone", async () => {
    const missing = async (eventId: string) => (await bodyOf(await move(tenant, eventId, "publish")))["missing"];
    expect(await missing(await newEvent(tenant))).toEqual(["ticket_types"]);
    const { eventId } = await newDraft(tenant);
    await archiveVenue(String((await read(eventId))["venue_id"]));
    expect(await missing(eventId)).toEqual(["active_venue"]);
  });

  it("[E3] [T4] is decided by the statement that writes: what changed since the event was read stops it", async () => {
    const stale: [string, (event: Event, owner: Tenant) => Promise<unknown>][] = [
      ["its venue is archived", (event) => archiveVenue(event.venue_id)],
      ["its organisation is suspended", (_, owner) => suspend(owner)],
      [
        "its end has come",
        (event) =>
          db
            .update(events)
            .set({ end_time: Date.now(), sale_end: Date.now(), start_time: 1 })
            .where(eq(events.id, event.id)),
      ],
      [
        "its only type can no longer be bought",
        (event) => db.update(ticketTypes).set({ sale_end: Date.now() }).where(eq(ticketTypes.event_id, event.id)),
      ],
      ["its types are gone", (event) => db.delete(ticketTypes).where(eq(ticketTypes.event_id, event.id))],
      ["it was changed", (event) => db.update(events).set({ version: 9 }).where(eq(events.id, event.id))],
      [
        "it is published already",
        (event) => db.update(events).set({ status: "published" }).where(eq(events.id, event.id)),
      ],
    ];
    for (const [why, happens] of stale) {
      const owner = await openTenant();
      const event = await rowOf((await newDraft(owner)).eventId);
      await happens(event, owner);
      const before = await traceOf(owner);
      expect(await moveEvent({ ...cronAt(Date.now()), actor: owner.actor }, event, "publish"), why).toBeNull();
      expect(await traceOf(owner), why).toEqual(before);
    }
  });

  it("[E3] wants the end after now, to the millisecond", async () => {
    const end_time = new Date(Date.now() + HOUR).toISOString();
    const now = new Date().toISOString();
    const { eventId } = await newDraft(tenant, { start_time: now, end_time, sale_end: end_time });
    const { end_time: end } = await rowOf(eventId);
    const at = (now: number) =>
      transitionEvent({ ...cronAt(now), actor: tenant.actor }, idOf(eventId), "publish", null);
    expect(await at(end)).toMatchObject({ refusal: { code: "not_publishable", missing: ["future_end"] } });
    expect(await at(end - 1)).toMatchObject({ ok: true, value: { status: "published" } });
  });
});

describe("If-Match on a transition", () => {
  it.each(['"1"', '"3"', 'W/"3"', "*", "2", '""'])(
    "%s is refused when the version is 2, and leaves no trace",
    async (tag) => {
      const { eventId } = await published(tenant);
      const before = await traceOf(tenant);
      expect(await refusalOf(move(tenant, eventId, "start", { headers: { "If-Match": tag } }))).toBe(
        "412 version_conflict",
      );
      expect(await traceOf(tenant)).toEqual(before);
    },
  );

  it("is honoured with the version last read, and checked after 404 and before 409", async () => {
    const { eventId } = await published(tenant);
    const stale = { headers: { "If-Match": '"9"' } };
    expect(await refusalOf(move(tenant, "evt_unknown", "start", stale))).toBe("404 not_found");
    expect(await refusalOf(move(tenant, eventId, "archive", stale))).toBe("412 version_conflict");
    expect((await move(tenant, eventId, "start", { headers: { "If-Match": '"2"' } })).status).toBe(200);
  });
});
