// The public event by the slugs of its organisation and its own (rule E9): served, cached and limited as by its id.

import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it, vi } from "vitest";
import { writeThrough } from "../../../../src/cache/published-events.ts";
import { events, organizations } from "../../../../src/db/schema/catalogue.ts";
import type { EventId } from "../../../../src/domain/ids.ts";
import { db, seedShow } from "../../support/fixture.ts";
import { bodyOf, refusalOf, saysToWait } from "../../support/http.ts";
import { openIsolate } from "../../support/isolate.ts";
import { ADDRESS, allow, from } from "../../support/misses.ts";

let made = 0;
const cache = { catalogueCache: env.CATALOGUE_CACHE, db, waitUntil: () => undefined };
const pathOf = (organization: string, event: string) => `/v1/public/organizations/${organization}/events/${event}`;

/** A published event whose organisation has a slug as organisations have. */
async function seedNamed(event: Partial<typeof events.$inferInsert> = {}) {
  const show = await seedShow([{ total: 5 }, { total: 5, hidden: true }], event);
  const slug = `organisation-${++made}`;
  await db.update(organizations).set({ slug }).where(eq(organizations.id, show.organizationId));
  return { ...show, slug, path: pathOf(slug, "event") };
}

/** As a writer does it: D1, and then the cache. */
async function change(id: EventId, fields: Partial<typeof events.$inferInsert>, version: number): Promise<void> {
  await db
    .update(events)
    .set({ ...fields, version })
    .where(eq(events.id, id));
  await writeThrough(cache, id);
}

/** Another event of the organisation of `id`, a copy of it with `fields`. */
async function another(id: EventId, fields: { readonly id: EventId; readonly slug: string; readonly name: string }) {
  const [row] = await db.select().from(events).where(eq(events.id, id));
  if (!row) throw new Error("the event was seeded");
  await db.insert(events).values({ ...row, ...fields, status: "published" });
  await writeThrough(cache, fields.id);
}

describe("an event by its slugs", () => {
  it("[E9] is the very response that it is by its id, with the same ETag, for any origin", async () => {
    const { eventId, path } = await seedNamed();
    const { ask } = openIsolate();
    const [byId, bySlug] = [await ask(`/v1/public/events/${eventId}`), await ask(path)];
    expect(bySlug.status).toBe(200);
    for (const name of ["ETag", "Cache-Control", "Content-Type", "Access-Control-Allow-Origin"]) {
      expect(bySlug.headers.get(name), name).toBe(byId.headers.get(name));
    }
    expect(await bySlug.text()).toBe(await byId.text());
    const headers = { "If-None-Match": String(bySlug.headers.get("ETag")) };
    expect((await ask(path, { headers })).status).toBe(304);
  });

  it("[E9] [E7] cold costs 100 readers at once 4 D1 statements together, and the next isolate none", async () => {
    const { path } = await seedNamed();
    const first = openIsolate();
    const answers = await Promise.all(Array.from({ length: 100 }, () => first.ask(path)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await first.settled();
    expect(first.counts).toEqual({ statements: 4, gets: 2, puts: 2, refused: 0 });
    const second = openIsolate();
    expect((await second.ask(path)).status).toBe(200);
    expect(second.counts).toEqual({ statements: 0, gets: 2, puts: 0, refused: 0 });
  });

  it("[E9] that KV has by its id costs one statement, and no more while KV is away than by its id", async () => {
    const { eventId, path } = await seedNamed();
    await writeThrough(cache, eventId);
    const known = openIsolate();
    expect((await known.ask(path)).status).toBe(200);
    await known.settled();
    expect(known.counts).toMatchObject({ statements: 1, puts: 1 });
    vi.spyOn(env.CATALOGUE_CACHE, "get").mockRejectedValue(new Error("away"));
    vi.spyOn(env.CATALOGUE_CACHE, "put").mockRejectedValue(new Error("away"));
    const { ask, counts, settled } = openIsolate();
    expect((await ask(path)).status).toBe(200);
    await settled();
    expect(counts).toMatchObject({ statements: 3 });
  });

  it("[E9] is served by a value of KV that is no id to nobody: D1 is queried", async () => {
    const { slug, path } = await seedNamed();
    await env.CATALOGUE_CACHE.put(`names/1/${slug}/event`, "evt_nonsense");
    expect((await openIsolate().ask(path)).status).toBe(200);
  });

  it("[E9] [P3] is 404 as a draft, ended or over, and is shown a second after its publication", async () => {
    const { eventId, path } = await seedNamed({ status: "draft" });
    const { ask } = openIsolate();
    const began = Date.now();
    const clock = vi.spyOn(Date, "now").mockReturnValue(began);
    expect(await refusalOf(ask(path))).toBe("404 not_found");
    await change(eventId, { status: "published" }, 2);
    clock.mockReturnValue(began + 1_000);
    const shown = await bodyOf(await ask(path));
    expect(shown["id"]).toBe(eventId);
    await change(eventId, { status: "ended" }, 3);
    clock.mockReturnValue(began + 2_000);
    expect(await refusalOf(ask(path))).toBe("404 not_found");
    const { path: over } = await seedNamed();
    clock.mockReturnValue(began + 31 * 3_600_000);
    expect(await refusalOf(ask(over))).toBe("404 not_found");
  });
});

describe("a slug that changed", () => {
  it("[E9] no longer leads to its event within a second, and the new one does", async () => {
    const { eventId, slug, path } = await seedNamed();
    const { ask } = openIsolate();
    const began = Date.now();
    const clock = vi.spyOn(Date, "now").mockReturnValue(began);
    expect((await ask(path)).status).toBe(200);
    await change(eventId, { slug: "renamed" }, 2);
    clock.mockReturnValue(began + 1_000);
    expect((await bodyOf(await ask(pathOf(slug, "renamed"))))["id"]).toBe(eventId);
    expect(await refusalOf(ask(path))).toBe("404 not_found");
  });

  it.each(["published", "ended"] as const)(
    "[E9] and is now another event's leads to that one, also where it led to one that is %s",
    async (status) => {
      const { eventId, path } = await seedNamed();
      const { ask, settled } = openIsolate();
      const began = Date.now();
      const clock = vi.spyOn(Date, "now").mockReturnValue(began);
      expect((await ask(path)).status).toBe(200);
      await settled();
      await change(eventId, { slug: "renamed", status }, 2);
      const id = `evt_${String(made).padStart(26, "0")}` as EventId;
      await another(eventId, { id, slug: "event", name: "Another" });
      clock.mockReturnValue(began + 5_000);
      expect(await bodyOf(await ask(path))).toMatchObject({ id, name: "Another" });
      await settled();
      const next = openIsolate();
      expect((await bodyOf(await next.ask(path)))["id"], "by the hint that was put right").toBe(id);
      expect(next.counts.statements).toBe(0);
    },
  );
});

describe("invented slugs", () => {
  it("[E9] [X5] cost one statement for 100 requests at once, and none for 5 s, to the millisecond", async () => {
    const { slug } = await seedNamed();
    const { ask, counts } = openIsolate();
    const keys = allow(1_000);
    const path = pathOf(slug, "nothing");
    const began = Date.now();
    const clock = vi.spyOn(Date, "now").mockReturnValue(began);
    await Promise.all(Array.from({ length: 100 }, () => ask(path, from(ADDRESS))));
    expect([counts.statements, counts.puts, keys.length]).toEqual([1, 0, 1]);
    clock.mockReturnValue(began + 4_999);
    expect(await refusalOf(ask(path, from("192.0.2.2")))).toBe("404 not_found");
    expect([counts.statements, keys.length]).toEqual([1, 1]);
    clock.mockReturnValue(began + 5_000);
    expect(await refusalOf(ask(path, from(ADDRESS)))).toBe("404 not_found");
    expect([counts.statements, keys.length]).toEqual([2, 2]);
  });

  it("[E9] [X5] are refused beyond the limit of their address, before D1; a real event's are not", async () => {
    const { slug, path } = await seedNamed();
    const { ask, counts } = openIsolate();
    const keys = allow(1);
    expect((await ask(path, from(ADDRESS))).status).toBe(200);
    const { statements } = counts;
    const refused = await ask(pathOf(slug, "nothing"), from(ADDRESS));
    expect(saysToWait(refused, 60)).toBe(true);
    expect(await refusalOf(refused)).toBe("429 rate_limited");
    expect((await ask(path, from(ADDRESS))).status).toBe(200);
    expect([counts.statements, new Set(keys)]).toEqual([statements, new Set([ADDRESS])]);
  });

  it("[E9] [X5] that can be nobody's are 404 without a query", async () => {
    const { slug } = await seedNamed();
    const { ask, counts } = openIsolate();
    const keys = allow(0);
    for (const path of [pathOf(slug, "Event"), pathOf(slug, "n".repeat(101)), pathOf("n".repeat(101), "event")]) {
      expect(await refusalOf(ask(path, from(ADDRESS)))).toBe("404 not_found");
    }
    expect([counts.statements, counts.gets, keys]).toEqual([0, 0, []]);
  });
});
