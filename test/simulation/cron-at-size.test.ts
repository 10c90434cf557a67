// Runs the cron at the size that it promises: 10,000 ticket types of 1,000 events. Time is virtual and its calls take
// as long as deployed ones; D1 is the simulation's, and objects, feeds and KV are stand-ins.
// @module-tag slow

import { beforeEach, describe, expect, it, vi } from "vitest";
import { runCron } from "../../src/app/jobs/cron.ts";
import type { EventTerms } from "../../src/domain/door/event-terms.ts";
import { openSimulatedD1 } from "./platform/d1.ts";
import { openVirtualTime } from "./platform/virtual-time.ts";

const EVENTS = 1_000;
const TYPES_OF_EACH = 10;
const TYPES = EVENTS * TYPES_OF_EACH;
const MINUTE = 60_000;
const START = Date.parse("2027-03-01T18:00:00Z");
/** How long a call takes there and back, ms. */
const D1_MS = 30;
const OBJECT_MS = 80;
const KV_MS = 20;
/** How many calls of D1 and KV one run of a Worker may make (developers.cloudflare.com: D1 and KV, limits). */
const D1_STATEMENTS = 1_000;
const KV_CALLS = 1_000;

const never = () => new Promise<never>(() => undefined);

function openStage() {
  const { after, spend } = openVirtualTime(START);
  const d1 = openSimulatedD1();
  const numbers = JSON.stringify(Array.from({ length: TYPES }, (_, n) => n));
  const stamps = "created_at, updated_at";
  d1.look(`INSERT INTO organizations (id, name, slug, ${stamps}) VALUES ('org_a', 'Ours', 'ours', 0, 0)`);
  d1.look(`INSERT INTO venues (id, organization_id, name, slug, address, city, country, timezone, capacity, ${stamps})
    VALUES ('ven_a', 'org_a', 'Arena', 'arena', '1 Street', 'Pretoria', 'ZA', 'Africa/Johannesburg', 1000, 0, 0)`);
  d1.look(
    `INSERT INTO events (id, organization_id, venue_id, name, slug, status, start_time, end_time, sale_start, sale_end, capacity, ${stamps})
     SELECT 'evt_' || printf('%026d', value), 'org_a', 'ven_a', 'Show', 'show-' || value, 'published', ?, ?, 0, ?, 1000, 0, 0
     FROM json_each(?) WHERE value < ?`,
    ...[START, START + 60 * MINUTE, START, numbers, EVENTS],
  );
  d1.look(
    `INSERT INTO ticket_types (id, event_id, organization_id, name, price, total_quantity, look_at, ${stamps})
     SELECT 'tt_' || substr('0123456789abcdefghjkmnpqrstvwxyz', 1 + value * 32 / ?, 1) || printf('%025d', value),
       'evt_' || printf('%026d', value % ?), 'org_a', 'Type', 15000, 100, ?, 0, 0
     FROM json_each(?)`,
    ...[TYPES, EVENTS, START + 24 * 60 * MINUTE, numbers],
  );

  const silent = new Set<string>();
  const told = new Map<string, number>();
  const asked: string[] = [];
  const feeds: string[] = [];
  const doors: string[] = [];
  const cached = new Map<string, unknown>();
  const counts = { statements: 0, kv: 0 };
  const answer = async <T>(name: string, of: () => T): Promise<T> => {
    if (silent.has(name)) return never();
    await after(OBJECT_MS);
    return of();
  };
  const inventory = (name: string) => ({
    terms: (_: string, { version }: { version: number }) =>
      answer(name, () => {
        told.set(name, version);
        return { ok: true, value: { version, total: { version, applied: true, kept: false, total: 100 } } };
      }),
    position: () => answer(name, () => (asked.push(name), { ok: true, value: 0 })),
  });
  const feed = (name: string) => ({
    sync: () => answer(name, () => (feeds.push(name), true)),
    recheck: () => answer(name, () => void feeds.push(name)),
  });
  const door = (name: string) => ({
    terms: (_: string, { version, rules }: EventTerms) =>
      answer(name, () => {
        doors.push(`${name} ${version} ${rules.eventStatus}`);
        return { ok: true, value: { version } };
      }),
  });
  const kv = async <T>(of: () => T): Promise<T> => {
    counts.kv += 1;
    await after(KV_MS);
    return of();
  };
  const env = {
    DB: d1.bindingFor(async (what, run) => {
      counts.statements += what.split(";\n").length;
      await after(D1_MS / 2);
      const answered = run();
      await after(D1_MS / 2);
      return answered;
    }),
    INVENTORY: { getByName: inventory },
    EVENT_FEED: { getByName: feed },
    EVENT_DOOR: { getByName: door },
    DOOR_DESK: { get: () => ({}), getByName: () => ({}), idFromName: () => "id" },
    CATALOGUE_CACHE: {
      get: (keys: string | string[]) =>
        kv(() => (Array.isArray(keys) ? new Map(keys.map((key) => [key, cached.get(key) ?? null])) : null)),
      put: (key: string, value: string) => kv(() => void cached.set(key, JSON.parse(value))),
    },
  };

  /** A run of the cron at that time: its calls, and how long it took. */
  async function minute(at: number) {
    Object.assign(counts, { statements: 0, kv: 0 });
    const spent = await spend(at, () => runCron(env as unknown as Env, { waitUntil: () => undefined }));
    expect(counts.statements).toBeLessThanOrEqual(D1_STATEMENTS);
    expect(counts.kv).toBeLessThanOrEqual(KV_CALLS);
    return spent;
  }

  const types = () => d1.look("SELECT id FROM ticket_types ORDER BY id").map(({ id }) => String(id));
  const count = (query: string) => Number(d1.look(`SELECT COUNT(*) AS n FROM ${query}`)[0]?.["n"]);
  const lines = () =>
    vi.mocked(console.error).mock.calls.flatMap(([line]) => {
      const { event } = JSON.parse(String(line)) as { event: string };
      return event.endsWith("_unreachable") ? [] : [String(line)];
    });
  return { d1, silent, told, asked, feeds, doors, cached, minute, types, count, lines };
}

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
});

describe("1,000 events that start in the same minute", () => {
  it("[E4] [K6] [D2] [E7] are live within 2 minutes in types, doors, feeds and pages that do not hang", async () => {
    const { d1, silent, told, feeds, doors, cached, minute, types, count, lines } = openStage();
    for (const id of types().filter((_, n) => n % 100 === 7)) silent.add(id);
    for (const { id } of d1.look("SELECT id FROM events"))
      cached.set(`event/4/${String(id)}`, { stamp: "old", shown: null, until: START + 60 * MINUTE });
    // The run before began a moment too early.
    const spent = await minute(START + MINUTE - 1);
    expect(spent).toBeLessThan(MINUTE);
    expect(count("events WHERE status = 'live'")).toBe(EVENTS);
    expect(count("audit_log WHERE action = 'event.start'")).toBe(EVENTS);
    expect(told.size).toBe(TYPES - silent.size);
    expect([...told.values()].every((version) => version === 2)).toBe(true);
    expect(count("sync_rows WHERE subject = 'terms'")).toBe(silent.size);
    expect(new Set(feeds).size).toBe(EVENTS);
    expect(count("sync_rows WHERE subject = 'feed'")).toBe(0);
    const live = d1.look("SELECT id || ' 2 live' AS said FROM events ORDER BY id").map(({ said }) => said);
    expect(doors.sort()).toEqual(live);
    expect(count("sync_rows WHERE subject = 'door'")).toBe(0);
    // KV takes 1,000 calls of a run: what is left is the next one's, which begins a minute after this one.
    await minute(START + 2 * MINUTE - 1 - 30_000);
    expect([...cached.values()].filter((entry) => (entry as { stamp: string }).stamp === "old")).toEqual([]);
    expect(lines()).toEqual([]);
  });
});

describe("10,000 ticket types", () => {
  it("[T4] of a suspended organisation get their terms in one run, though one in a hundred never replies", async () => {
    const { d1, silent, told, minute, types, count } = openStage();
    for (const id of types().filter((_, n) => n % 100 === 0)) silent.add(id);
    d1.look("UPDATE ticket_types SET terms_version = 2");
    d1.look("INSERT INTO sync_rows (target, subject, version, created_at) SELECT id, 'terms', 2, 0 FROM ticket_types");
    await minute(START - MINUTE);
    expect(told.size).toBe(TYPES - 100);
    expect(count("sync_rows WHERE subject = 'terms'")).toBe(100);
  });

  it("[T4] [K6] get their terms though more hang than a run has time for: the next run starts elsewhere", async () => {
    const { d1, silent, told, minute, types } = openStage();
    // All whose ids begin with 0, 1 or 2.
    for (const id of types().slice(0, 938)) silent.add(id);
    d1.look("INSERT INTO sync_rows (target, subject, version, created_at) SELECT id, 'terms', 1, 0 FROM ticket_types");
    const random = vi.spyOn(crypto, "getRandomValues");
    /** A run that begins at so many 256ths of all ids. */
    const runFrom = async (place: number, at: number) => {
      random.mockImplementation((bytes) => {
        if (bytes instanceof Uint8Array) bytes.fill(place);
        return bytes;
      });
      await minute(at);
      return told.size;
    };
    expect(await runFrom(0, START - 3 * MINUTE)).toBeLessThan(TYPES / 10);
    expect(await runFrom(64, START - 2 * MINUTE)).toBeGreaterThan(TYPES / 2);
    expect(await runFrom(16, START - MINUTE)).toBe(TYPES - 938);
  });

  it("[X3] [H4] that are due are all called in one run, and those that hang again in ten minutes", async () => {
    const { d1, silent, asked, feeds, minute, types, count } = openStage();
    for (const id of types().filter((_, n) => n % 100 === 50)) silent.add(id);
    d1.look("UPDATE ticket_types SET look_at = 0");
    const at = START - 20 * MINUTE;
    await minute(at);
    expect(new Set(asked).size).toBe(TYPES - 100);
    expect(asked).toHaveLength(TYPES - 100);
    expect(feeds).toHaveLength(EVENTS);
    expect(count(`ticket_types WHERE look_at > ${at + 10 * MINUTE}`)).toBe(TYPES - 100);
    expect(count(`ticket_types WHERE look_at = ${at + 10 * MINUTE}`)).toBe(100);
  });
});
