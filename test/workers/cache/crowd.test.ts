// The cache of published events under a crowd and under KV's limits: what a cold entry costs, when an entry is renewed,
// and that of two changes within a second both are seen (rule E7).

import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it, vi } from "vitest";
import { refreshPublishedEvent } from "../../../src/app/events/refresh-published-event.ts";
import { events } from "../../../src/db/schema/catalogue.ts";
import type { EventId } from "../../../src/domain/ids.ts";
import { cronAt } from "../support/catalogue.ts";
import { db, seedType } from "../support/fixture.ts";
import { bodyOf } from "../support/http.ts";
import { openIsolate } from "../support/isolate.ts";

const HOUR_MS = 3_600_000;
const RENEWED_IN_LAST_MS = 600_000;
const pathOf = (id: string) => `/v1/public/events/${id}`;
const inKv = (id: string) => env.CATALOGUE_CACHE.get<{ shown: { event: { name: string } } }>(`event/4/${id}`, "json");
const nameInKv = async (id: string) => (await inKv(id))?.shown.event.name ?? null;
const rename = (id: EventId, name: string, version: number) =>
  db.update(events).set({ name, version }).where(eq(events.id, id));

describe("a cold entry", () => {
  it("[E7] costs 100 readers at once one read of KV, 4 D1 statements and one put together", async () => {
    const { eventId } = await seedType(5);
    const { ask, counts, settled } = openIsolate();
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(pathOf(eventId))));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, () => 200));
    await settled();
    expect(counts).toEqual({ statements: 4, gets: 1, puts: 1, refused: 0 });
    expect(await nameInKv(eventId)).toBe("Event");
  });

  it("[E7] costs no more while KV is away, and is read from D1 once a second", async () => {
    const { eventId } = await seedType(5);
    vi.spyOn(env.CATALOGUE_CACHE, "get").mockRejectedValue(new Error("away"));
    vi.spyOn(env.CATALOGUE_CACHE, "put").mockRejectedValue(new Error("away"));
    const { ask, counts, settled } = openIsolate();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(pathOf(eventId))));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await ask(pathOf(eventId));
    await settled();
    expect(counts).toMatchObject({ statements: 3, puts: 1 });
  });

  it("[E7] that KV does not show yet costs one statement a second for a minute, to check that it is true", async () => {
    const { eventId } = await seedType(5);
    vi.spyOn(env.CATALOGUE_CACHE, "get").mockResolvedValue(null as never);
    const { ask, counts, settled } = openIsolate();
    const began = Date.now();
    const clock = vi.spyOn(Date, "now");
    const nameAfter = async (ms: number) => {
      clock.mockReturnValue(began + ms);
      const { name } = await bodyOf(await ask(pathOf(eventId)));
      await settled();
      return name;
    };
    expect(await nameAfter(0)).toBe("Event");
    expect(counts).toMatchObject({ statements: 4, puts: 1 });
    await nameAfter(999);
    expect(counts).toMatchObject({ statements: 4, puts: 1 });
    await nameAfter(1_000);
    await nameAfter(59_999);
    expect(counts).toMatchObject({ statements: 6, puts: 1 });
    await nameAfter(60_999);
    expect(counts).toMatchObject({ statements: 10, puts: 2 });
    await rename(eventId, "Renamed", 2);
    expect(await nameAfter(62_000)).toBe("Renamed");
    expect(counts).toMatchObject({ statements: 15, puts: 3 });
  });

  it("[E7] whose put KV refuses a reader is left to who has put: no second put, and no line in the log", async () => {
    const { eventId } = await seedType(5);
    const lines = vi.spyOn(console, "error").mockImplementation(() => {});
    const { ask, counts, settled } = openIsolate({ writes: new Map([[`event/4/${eventId}`, Date.now()]]) });
    expect((await ask(pathOf(eventId))).status).toBe(200);
    await settled();
    expect(counts).toMatchObject({ puts: 1, refused: 1 });
    expect(lines).not.toHaveBeenCalled();
  });

  it("[E7] that changed while a reader stored it is stored again by that reader, once KV accepts it", async () => {
    const { eventId } = await seedType(5);
    const lines = vi.spyOn(console, "error").mockImplementation(() => {});
    const put = env.CATALOGUE_CACHE.put.bind(env.CATALOGUE_CACHE);
    vi.spyOn(env.CATALOGUE_CACHE, "put").mockImplementationOnce(async (key: string, value: unknown) => {
      await put(key, String(value));
      await rename(eventId, "Second", 2);
    });
    const { ask, counts, settled } = openIsolate();
    await ask(pathOf(eventId));
    await settled();
    expect(await nameInKv(eventId)).toBe("Second");
    expect(counts).toMatchObject({ puts: 3, refused: 1 });
    expect(lines).toHaveBeenCalledTimes(1);
  });
});

describe("an entry", () => {
  const renewals = async (msBeforeItsEnd: number, dice: number) => {
    const { eventId } = await seedType(5);
    const began = Date.now();
    const clock = vi.spyOn(Date, "now").mockReturnValue(began);
    const first = openIsolate();
    await first.ask(pathOf(eventId));
    await first.settled();
    vi.spyOn(Math, "random").mockReturnValue(dice);
    clock.mockReturnValue(began + HOUR_MS - msBeforeItsEnd);
    const later = openIsolate();
    expect((await later.ask(pathOf(eventId))).status).toBe(200);
    await later.settled();
    return later.counts;
  };

  it("[E7] is not renewed before its last ten minutes, whatever the dice say", async () => {
    expect(await renewals(RENEWED_IN_LAST_MS, 0)).toMatchObject({ statements: 0, puts: 0 });
  });

  it("[E7] is renewed in its last ten minutes by a reader whom the dice choose, behind its response", async () => {
    expect(await renewals(RENEWED_IN_LAST_MS - 1, 0)).toMatchObject({ gets: 1, statements: 4, puts: 1 });
  });

  it("[E7] is renewed by few at the beginning of these minutes, and by nearly all at their end", async () => {
    expect(await renewals(RENEWED_IN_LAST_MS / 2, 0.0626)).toMatchObject({ statements: 0, puts: 0 });
    expect(await renewals(RENEWED_IN_LAST_MS / 2, 0.0624)).toMatchObject({ statements: 4, puts: 1 });
    expect(await renewals(1, 0.99)).toMatchObject({ statements: 4, puts: 1 });
  });

  it("[E7] is served for an hour and no longer, also if KV still has it", async () => {
    expect(await renewals(1, 1), "in its last millisecond").toMatchObject({ statements: 0 });
    expect(await renewals(0, 1), "an hour old").toMatchObject({ statements: 4 });
  });
});

describe("a put that KV refuses", () => {
  const writerIn = ({ catalogueCache, db }: ReturnType<typeof openIsolate>) => {
    const behind: Promise<unknown>[] = [];
    return { ...cronAt(Date.now(), { catalogueCache, db, waitUntil: (work) => void behind.push(work) }), behind };
  };

  it("[E7] of two changes within a second is tried again: both are seen, and one line logs it", async () => {
    const { eventId } = await seedType(5);
    const lines = vi.spyOn(console, "error").mockImplementation(() => {});
    const isolate = openIsolate();
    const writer = writerIn(isolate);
    await rename(eventId, "First", 2);
    await refreshPublishedEvent(writer, eventId);
    expect(await nameInKv(eventId)).toBe("First");
    await rename(eventId, "Second", 3);
    await refreshPublishedEvent(writer, eventId);
    expect((await bodyOf(await isolate.ask(pathOf(eventId))))["name"], "where it was changed, at once").toBe("Second");
    expect(await nameInKv(eventId)).toBe("First");
    await expect.poll(() => nameInKv(eventId)).toBe("Second");
    await Promise.all(writer.behind);
    expect(isolate.counts).toMatchObject({ puts: 3, refused: 1 });
    expect(lines.mock.calls.map(([line]) => JSON.parse(String(line)) as object)).toEqual([
      {
        level: "error",
        event: "published_event_not_stored",
        event_id: eventId,
        retries_left: 3,
        error: "Error: KV PUT failed: 429 Too Many Requests",
      },
    ]);
  });

  it("[E7] every time is tried four times in all, each after a longer wait, and then left to the cron", async () => {
    const { eventId } = await seedType(5);
    const lines = vi.spyOn(console, "error").mockImplementation(() => {});
    vi.spyOn(env.CATALOGUE_CACHE, "put").mockRejectedValue(new Error("refused"));
    const waits: number[] = [];
    const real = globalThis.setTimeout;
    // The waits between the tries are noted and not waited; other timers are limits of calls.
    const isWait = (ms: number) => ms >= 1_100 && ms < 4_000;
    vi.spyOn(globalThis, "setTimeout").mockImplementation(((run: () => void, ms: number) => {
      if (isWait(ms)) waits.push(ms);
      return real(run, isWait(ms) ? 0 : ms);
    }) as typeof setTimeout);
    const isolate = openIsolate();
    const writer = writerIn(isolate);
    await refreshPublishedEvent(writer, eventId);
    while (writer.behind.length > 0) await writer.behind.shift();
    expect(isolate.counts.puts).toBe(4);
    expect(lines).toHaveBeenCalledTimes(4);
    // Each has up to 400 ms on top, by the dice.
    expect(waits.map((ms) => Math.floor(ms / 1_100))).toEqual([1, 2, 3]);
  });
});
