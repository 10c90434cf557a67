// The cache of published events: what it may hold, how fast a change is seen, and who repairs it (rule E7).

import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { refreshPublishedEvent, refreshPublishedEventsOf } from "../../../src/app/events/refresh-published-event.ts";
import { repairPublishedEvents } from "../../../src/app/jobs/repair-published-events.ts";
import { readPublishedEvent, writeThrough } from "../../../src/cache/published-events.ts";
import { type Db, openDb } from "../../../src/db/client.ts";
import { events, organizations, ticketTypes, venues } from "../../../src/db/schema/catalogue.ts";
import type { EventId, OrganizationId } from "../../../src/domain/ids.ts";
import { parseId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { cronAt, move, newTicketType, openTenant, published, type Tenant } from "../support/catalogue.ts";
import { withFate } from "../support/faults.ts";
import { db, HOUR, seedShow, seedType } from "../support/fixture.ts";
import { ask, bodyOf, hold, refusalOf, shopper } from "../support/http.ts";

const kv = env.CATALOGUE_CACHE;
const context = () => cronAt(Date.now());
const publicEvent = (id: string) => ask("GET", `/v1/public/events/${id}`);
const eventIdOf = (text: string): EventId => must(parseId("evt", text), "the event was created");

/** A D1 that counts its queries. */
function counted() {
  const calls: string[] = [];
  const d1 = new Proxy(env.DB, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]): unknown => {
        calls.push(String(name));
        return Reflect.apply(member, target, args);
      };
    },
  });
  return { db: openDb(d1), calls };
}

const cacheOf = (catalogueCache: KVNamespace, on: Db) => {
  return { catalogueCache, db: on, waitUntil: (work: Promise<unknown>) => void work };
};

/** What a reader is shown, whom no limit holds up. */
async function shownBy(catalogueCache: KVNamespace, on: Db, id: EventId) {
  const admitMiss = () => Promise.resolve(null);
  const read = await readPublishedEvent({ ...cacheOf(catalogueCache, on), admitMiss }, id);
  if (!read.ok) throw new Error(read.refusal.code);
  return read.value?.shown ?? null;
}

/** KV has an entry, which a reader stores behind its response. */
function stored(id: string): Promise<void> {
  return expect.poll(() => kv.get(`event/4/${id}`)).not.toBeNull();
}

/** The isolate's copies are over. */
function afterCopies<T>(work: () => Promise<T>): Promise<T> {
  return at(Date.now() + 1_000, work);
}

/** With the clock stopped at `now`, epoch ms. */
async function at<T>(now: number, work: () => Promise<T>): Promise<T> {
  const clock = vi.spyOn(Date, "now").mockReturnValue(now);
  try {
    return await work();
  } finally {
    clock.mockRestore();
  }
}

let tenant: Tenant;

beforeAll(async () => {
  tenant = await openTenant();
});

describe("reading", () => {
  it("[E7] takes the first read from D1, and those after it from the cache, without D1", async () => {
    const { eventId } = await seedType(5);
    expect((await publicEvent(eventId)).status).toBe(200);
    await stored(eventId);
    const { db, calls } = counted();
    const copy = await shownBy(kv, db, eventId);
    const fromKv = await afterCopies(() => shownBy(kv, db, eventId));
    expect([copy?.event.id, fromKv?.event.id]).toEqual([eventId, eventId]);
    expect(calls).toEqual([]);
  });

  it("[E7] keeps an entry for one hour and an isolate's copy for one second", async () => {
    const { eventId } = await seedType(5);
    const before = Math.floor(Date.now() / 1_000);
    const written = Date.now();
    await at(written, () => writeThrough(cacheOf(kv, db), eventId));
    const { keys } = await kv.list({ prefix: `event/4/${eventId}` });
    expect(keys[0]?.expiration).toBeGreaterThanOrEqual(before + 3_600);
    expect(keys[0]?.expiration).toBeLessThanOrEqual(Math.ceil(Date.now() / 1_000) + 3_600);
    await kv.delete(`event/4/${eventId}`);
    const { db: watched, calls } = counted();
    await at(written + 999, () => shownBy(kv, watched, eventId));
    expect(calls).toEqual([]);
    await at(written + 1_000, () => shownBy(kv, watched, eventId));
    expect(calls.length).toBeGreaterThan(0);
  });

  it("[E7] goes to D1 when the cache does not reply, and serves a damaged entry to nobody", async () => {
    const { eventId } = await seedType(5);
    const away = new Proxy(kv, { get: () => () => Promise.reject(new Error("away")) });
    expect((await shownBy(away, db, eventId))?.event.id).toBe(eventId);
    await kv.put(`event/4/${eventId}`, JSON.stringify(["damaged"]));
    expect((await publicEvent(eventId)).status).toBe(200);
  });

  it("[E7] stores nothing for an id that is not in D1", async () => {
    const invented = `evt_${"1".repeat(26)}`;
    expect(await refusalOf(publicEvent(invented))).toBe("404 not_found");
    expect((await kv.list({ prefix: `event/4/${invented}` })).keys).toEqual([]);
  });

  it("[E4] [E7] compares the clock with the cached window: begun is live, over is gone, before any cron", async () => {
    const soon = Date.now() + HOUR;
    const window = { start_time: soon, end_time: soon + HOUR, sale_end: soon };
    const { eventId, organizationId } = await seedShow([{ total: 5 }], window);
    const at = async (now: number) => {
      const clock = vi.spyOn(Date, "now").mockReturnValue(now);
      try {
        const answer = await publicEvent(eventId);
        const list = await bodyOf(await ask("GET", `/v1/public/organizations/${organizationId}/events`));
        const counts = await ask("GET", `/v1/public/events/${eventId}/availability`);
        return [(await bodyOf(answer))["status"], (list["data"] as { status: string }[])[0]?.status, counts.status];
      } finally {
        clock.mockRestore();
      }
    };
    expect(await at(soon - 1)).toEqual(["published", "published", 200]);
    expect(await at(soon)).toEqual(["live", "live", 200]);
    expect(await at(soon + HOUR - 1)).toEqual(["live", "live", 200]);
    expect(await at(soon + HOUR)).toEqual([404, undefined, 404]);
  });
});

describe("writing through", () => {
  it("[E7] shows a new ticket type, a publication and an end to the next reader, without a wait", async () => {
    const { eventId } = await published(tenant);
    const types = async () => ((await bodyOf(await publicEvent(eventId)))["ticket_types"] as object[]).length;
    expect(await types()).toBe(1);
    await newTicketType(tenant, eventId);
    expect(await types()).toBe(2);
    await move(tenant, eventId, "start");
    expect((await bodyOf(await publicEvent(eventId)))["status"]).toBe("live");
    await move(tenant, eventId, "end");
    expect(await refusalOf(publicEvent(eventId))).toBe("404 not_found");
    const entry = await kv.get<{ shown: unknown }>(`event/4/${eventId}`, "json");
    expect(entry?.shown).toBeNull();
  });

  it("[E7] of a price is served within a second in the same location, also by an isolate that has a copy", async () => {
    const { eventId, typeId } = await seedType(5);
    const price = async () => {
      const { ticket_types } = await bodyOf(await publicEvent(eventId));
      return (ticket_types as { price: string }[])[0]?.price;
    };
    expect(await price()).toBe("150.00");
    await db.update(ticketTypes).set({ price: 17_500, version: 2 }).where(eq(ticketTypes.id, typeId));
    // Another isolate writes: this one keeps its copy.
    const elsewhere = new Proxy(kv, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        return typeof member === "function" ? member.bind(target) : member;
      },
    });
    await refreshPublishedEvent({ ...context(), catalogueCache: elsewhere }, eventId);
    await afterCopies(async () => expect(await price()).toBe("175.00"));
  });

  it("[E7] a change that comes while another is written is what stays", async () => {
    const { eventId } = await seedType(5);
    const rename = (name: string, version: number) =>
      db.update(events).set({ name, version }).where(eq(events.id, eventId));
    let puts = 0;
    const slow = new Proxy(kv, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        if (name !== "put") return member.bind(target);
        return async (...args: unknown[]): Promise<unknown> => {
          puts += 1;
          if (puts === 1) await rename("Second", 2);
          return Reflect.apply(member, target, args);
        };
      },
    });
    await writeThrough(cacheOf(slow, db), eventId);
    expect(puts).toBe(2);
    expect((await bodyOf(await publicEvent(eventId)))["name"]).toBe("Second");
  });

  it("[E7] [P3] holds no hidden type, no draft and nothing that is the organiser's alone", async () => {
    const secret = JSON.stringify({ note: "for the crew" });
    const show = await seedShow([{ total: 5 }, { total: 6, hidden: true, name: "Crew", settings: secret }], {
      settings: secret,
    });
    const draft = await seedShow([{ total: 5 }], { status: "draft", name: "A draft" });
    for (const { eventId } of [show, draft]) {
      await publicEvent(eventId);
      await stored(eventId);
    }
    const text = (id: string) => kv.get(`event/4/${id}`);
    expect(await text(show.eventId)).not.toMatch(/Crew|for the crew/);
    expect(await text(draft.eventId)).not.toContain("A draft");
  });

  it("[E7] reaches every public event of a venue or an organisation that changed", async () => {
    const { eventId, organizationId } = await seedType(5);
    await publicEvent(eventId);
    const venue = must((await db.select().from(venues).where(eq(venues.organization_id, organizationId)))[0], "seeded");
    await db.update(venues).set({ city: "Durban", version: 2 }).where(eq(venues.id, venue.id));
    await refreshPublishedEventsOf(context(), venue.id);
    expect((await bodyOf(await publicEvent(eventId)))["venue"]).toMatchObject({ city: "Durban" });
    await renameOrganization(organizationId, "Renamed");
    await refreshPublishedEventsOf(context(), organizationId);
    expect((await bodyOf(await publicEvent(eventId)))["organization"]).toMatchObject({ name: "Renamed" });
  });

  it("[E7] that fails undoes no change: the verb succeeds, and one line of the log has it", async () => {
    const lines = vi.spyOn(console, "error").mockImplementation(() => {});
    const { eventId } = await seedType(5);
    const away = withFate(() => "lost before").db;
    await refreshPublishedEvent({ ...context(), db: away }, eventId);
    expect(lines).toHaveBeenCalledTimes(1);
  });
});

describe("the cron", () => {
  it("[E7] repairs what a writer that died left behind, and then finds nothing to do", async () => {
    const { eventId, organizationId } = await seedType(5);
    const ended = await seedType(5);
    for (const id of [eventId, ended.eventId]) {
      await publicEvent(id);
      await stored(id);
    }
    await repairPublishedEvents(context());
    await renameOrganization(organizationId, "Written by one that died");
    const now = Date.now();
    await db
      .update(events)
      .set({ status: "ended", version: 2, updated_at: now })
      .where(and(eq(events.id, ended.eventId)));
    expect(await repairPublishedEvents(context())).toBe(2);
    expect((await bodyOf(await publicEvent(eventId)))["organization"]).toMatchObject({
      name: "Written by one that died",
    });
    expect(await refusalOf(publicEvent(ended.eventId))).toBe("404 not_found");
    expect(await repairPublishedEvents(context())).toBe(0);
  });

  it("[E7] [K2] brings it in that a type sold out, which raises no version", async () => {
    const { eventId, typeId } = await seedType(5);
    await publicEvent(eventId);
    await stored(eventId);
    await db.update(ticketTypes).set({ sold_count: 5 }).where(eq(ticketTypes.id, typeId));
    expect(await repairPublishedEvents(context())).toBe(1);
    const { ticket_types } = await bodyOf(await publicEvent(eventId));
    expect(ticket_types).toMatchObject([{ status: "sold_out" }]);
  });
});

describe("a sale", () => {
  it("[E7] [K5] is decided without the cache: an event that KV still shows sells nothing once it ended", async () => {
    const { eventId, typeId } = await published(tenant);
    const { token } = await shopper();
    expect((await hold(typeId, token)).status).toBe(201);
    const stale = must(await kv.get(`event/4/${eventId}`), "written through");
    await move(tenant, eventId, "start");
    await move(tenant, eventId, "end");
    await kv.put(`event/4/${eventId}`, stale);
    expect((await afterCopies(() => shownBy(kv, db, eventIdOf(eventId))))?.event.status).toBe("published");
    expect(await refusalOf(hold(typeId, token))).toBe("409 not_on_sale");
  });

  it("[E7] never reads the cache: holds, checkouts and releases run while it does not reply", async () => {
    const { typeId } = await seedType(5);
    const { token } = await shopper();
    const reads = [vi.spyOn(kv, "get"), vi.spyOn(kv, "put")];
    const held = await bodyOf(await hold(typeId, token));
    const other = await bodyOf(await hold(typeId, token));
    const json = { hold_ids: [held["id"]] };
    expect((await ask("POST", "/v1/checkouts", { token, json, key: "k" })).status).toBe(201);
    expect((await ask("DELETE", `/v1/holds/${String(other["id"])}`, { token })).status).toBe(200);
    for (const each of reads) expect(each).not.toHaveBeenCalled();
  });
});

async function renameOrganization(id: OrganizationId, name: string): Promise<void> {
  const [row] = await db.select().from(organizations).where(eq(organizations.id, id));
  const version = must(row, "seeded").version + 1;
  await db.update(organizations).set({ name, version, updated_at: Date.now() }).where(eq(organizations.id, id));
}
