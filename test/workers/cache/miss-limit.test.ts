// What invented ids cost: D1 statements and objects, up to the limit of an address and beyond it (rule X5).

import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { cursorFor } from "../../../src/http/paging.ts";
import { fatedD1 } from "../support/faults.ts";
import { seedType } from "../support/fixture.ts";
import { ask, hold, openWorld, refusalOf, saysToWait, shopper } from "../support/http.ts";
import { openIsolate } from "../support/isolate.ts";
import { ADDRESS, allow, from, objects } from "../support/misses.ts";

const UPGRADE = { Upgrade: "websocket" };
const eventPath = (id: string) => `/v1/public/events/${id}`;

async function statusOf(answer: Promise<Response>): Promise<number> {
  const { status, webSocket } = await answer;
  webSocket?.accept();
  webSocket?.close();
  return status;
}

describe("invented events", () => {
  it("[X5] cost D1 one statement each up to their address's limit, and none beyond: 429 with Retry-After", async () => {
    const { ask, counts } = openIsolate();
    const keys = allow(20);
    for (let n = 0; n < 20; n++) expect((await ask(eventPath(newId("evt")), from(ADDRESS))).status).toBe(404);
    expect(counts).toMatchObject({ statements: 20, puts: 0 });
    const refused = await ask(eventPath(newId("evt")), from(ADDRESS));
    expect(saysToWait(refused, 60)).toBe(true);
    expect(await refusalOf(refused)).toBe("429 rate_limited");
    expect(await refusalOf(ask(`${eventPath(newId("evt"))}/availability`, from(ADDRESS)))).toBe("429 rate_limited");
    expect(counts.statements).toBe(20);
    expect(new Set(keys)).toEqual(new Set([ADDRESS]));
  });

  it("[X5] are let through by the real limiter 600 times a minute from one address, and no more", async () => {
    const { ask, counts } = openIsolate();
    const statuses: number[] = [];
    for (let n = 0; n < 1_201; n++) statuses.push((await ask(eventPath(newId("evt")), from("192.0.2.9"))).status);
    expect(statuses.slice(0, 600).every((status) => status === 404)).toBe(true);
    // The minute may turn between two of them, but no two minutes let more than 1,200 through.
    expect(statuses).toContain(429);
    expect(counts.statements).toBe(statuses.filter((status) => status === 404).length);
  });

  it("[X5] are remembered for 5 s, to the millisecond: 100 requests for one are one statement, one count", async () => {
    const { ask, counts } = openIsolate();
    const keys = allow(1_000);
    const path = eventPath(newId("evt"));
    const began = Date.now();
    const clock = vi.spyOn(Date, "now").mockReturnValue(began);
    await Promise.all(Array.from({ length: 100 }, () => ask(path, from(ADDRESS))));
    expect([counts, keys.length]).toEqual([{ statements: 1, gets: 1, puts: 0, refused: 0 }, 1]);
    clock.mockReturnValue(began + 4_999);
    expect(await refusalOf(ask(path, from("192.0.2.2")))).toBe("404 not_found");
    expect([counts, keys.length]).toEqual([{ statements: 1, gets: 1, puts: 0, refused: 0 }, 1]);
    clock.mockReturnValue(began + 5_000);
    expect(await refusalOf(ask(path, from(ADDRESS)))).toBe("404 not_found");
    expect([counts.statements, keys.length]).toEqual([2, 2]);
  });

  it("[X5] drive no copy of a real event out of an isolate", async () => {
    const { ask, counts } = openIsolate();
    allow(Number.POSITIVE_INFINITY);
    const { eventId } = await seedType(5);
    vi.spyOn(Date, "now").mockReturnValue(Date.now());
    expect((await ask(eventPath(eventId))).status).toBe(200);
    await Promise.all(Array.from({ length: 1_100 }, () => ask(eventPath(newId("evt")), from(ADDRESS))));
    const before = { ...counts };
    expect((await ask(eventPath(eventId))).status).toBe(200);
    expect(counts).toEqual(before);
  });
});

describe("a real event", () => {
  it("[X5] is refused to nobody behind an address without misses left, once its isolate has read it", async () => {
    const { eventId } = await seedType(5);
    const { ask } = openIsolate();
    const keys = allow(1);
    const crowd = await Promise.all(Array.from({ length: 200 }, () => ask(eventPath(eventId), from(ADDRESS))));
    expect(new Set(crowd.map(({ status }) => status)), "one count for all of them").toEqual(new Set([200]));
    expect(keys).toEqual([ADDRESS]);
    expect(await refusalOf(ask(eventPath(newId("evt")), from(ADDRESS)))).toBe("429 rate_limited");
    expect((await ask(`${eventPath(eventId)}/availability`, from(ADDRESS))).status).toBe(200);
    vi.spyOn(env.CATALOGUE_CACHE, "get").mockResolvedValue(null as never);
    const later = Date.now() + 10_000;
    vi.spyOn(Date, "now").mockReturnValue(later);
    expect((await ask(eventPath(eventId), from(ADDRESS))).status, "KV has lost it").toBe(200);
  });

  it("[X5] that was read while another reader was counted is not read again for that one", async () => {
    const { eventId } = await seedType(5);
    const { ask, counts } = openIsolate();
    const held = Promise.withResolvers<{ success: boolean }>();
    vi.spyOn(env.MISS_LIMIT, "limit").mockImplementation(({ key }) =>
      key === ADDRESS ? held.promise : Promise.resolve({ success: true }),
    );
    const slow = ask(eventPath(eventId), from(ADDRESS));
    expect((await ask(eventPath(eventId), from("192.0.2.2"))).status).toBe(200);
    await expect.poll(() => counts.statements).toBe(4);
    held.resolve({ success: true });
    expect((await slow).status).toBe(200);
    expect(counts.statements).toBe(4);
  });

  it("[X5] that KV has meets no limiter at all, and its ticket types are known by it", async () => {
    const { eventId, typeId } = await seedType(5);
    const first = openIsolate();
    await first.ask(eventPath(eventId));
    await first.settled();
    const keys = allow(0);
    expect((await openIsolate().ask(eventPath(eventId), from(ADDRESS))).status).toBe(200);
    expect((await hold(typeId, (await shopper()).token)).status).toBe(201);
    expect(keys).toEqual([]);
  });
});

describe("sockets", () => {
  it("[X5] of an event that D1 does not have start no object", async () => {
    const { eventId } = await seedType(5);
    const before = await objects();
    for (let n = 0; n < 20; n++) {
      expect(await refusalOf(ask("GET", `/v1/events/${newId("evt")}/live`, { headers: UPGRADE }))).toBe(
        "404 not_found",
      );
    }
    expect(await objects()).toBe(before);
    expect(await statusOf(ask("GET", `/v1/events/${eventId}/live`, { headers: UPGRADE }))).toBe(101);
    expect(await objects(), "an object that is started is seen here").toBeGreaterThan(before);
  });

  it("[X5] of an event's scanner channel that D1 does not have start no object", async () => {
    const { owner } = await openWorld();
    const before = await objects();
    const path = `/v1/events/${newId("evt")}/scanner`;
    expect(await refusalOf(ask("GET", path, { token: owner.token, headers: UPGRADE }))).toBe("404 not_found");
    expect(await objects()).toBe(before);
  });

  it("[X5] of invented ticket types are counted before an object is started", async () => {
    const { typeId } = await seedType(5);
    const path = (id: string) => `/v1/ticket-types/${id}/live`;
    const keys = allow(2);
    expect(await statusOf(ask("GET", path(typeId), from(ADDRESS, UPGRADE)))).toBe(101);
    expect(await refusalOf(ask("GET", path(newId("tt")), from(ADDRESS, UPGRADE)))).toBe("404 not_found");
    const before = await objects();
    expect(await refusalOf(ask("GET", path(newId("tt")), from(ADDRESS, UPGRADE)))).toBe("429 rate_limited");
    expect(await refusalOf(ask("GET", `/v1/events/${newId("evt")}/live`, from(ADDRESS, UPGRADE)))).toBe(
      "429 rate_limited",
    );
    expect(await objects()).toBe(before);
    expect(await statusOf(ask("GET", path(typeId), from(ADDRESS, UPGRADE))), "a known one").toBe(101);
    expect(keys).toHaveLength(4);
  });

  it("[X3] of an event that is not in KV are handed to its feed while D1 is away", async () => {
    const { eventId } = await seedType(5);
    const { ask: askAway } = openIsolate({ vars: { DB: fatedD1(env.DB, () => "lost before") } });
    const lines = vi.spyOn(console, "error").mockImplementation(() => {});
    expect((await askAway(eventPath(eventId))).status).toBe(503);
    expect(lines).toHaveBeenCalledTimes(1);
    expect(await statusOf(askAway(`/v1/events/${eventId}/live`, { headers: UPGRADE }))).toBe(101);
  });
});

it("[X5] an unknown organisation's list counts, a known one's not, and an impossible name reads nothing", async () => {
  const { organizationId: slug } = await seedType(5);
  const { ask, counts } = openIsolate();
  const keys = allow(1);
  const list = (of: string) => ask(`/v1/public/organizations/${of}/events`, from(ADDRESS));
  for (let n = 0; n < 3; n++) expect((await list(slug)).status).toBe(200);
  const { statements } = counts;
  expect(await refusalOf(list("nobody"))).toBe("429 rate_limited");
  expect(await refusalOf(list("n".repeat(101)))).toBe("404 not_found");
  expect([keys.length, counts.statements]).toEqual([2, statements]);
});

it("[X5] [E7] an organisation's list is one read of D1 in 250 ms for a crowd; invented cursors count", async () => {
  const { organizationId: slug } = await seedType(5);
  const { ask, counts } = openIsolate();
  const began = Date.now();
  const clock = vi.spyOn(Date, "now").mockReturnValue(began);
  const path = `/v1/public/organizations/${slug}/events`;
  const list = async () => (await ask(path, from(ADDRESS))).status;
  const looks: number[] = [];
  for (const later of [0, 249, 250]) {
    clock.mockReturnValue(began + later);
    const before = counts.statements;
    expect(new Set(await Promise.all(Array.from({ length: 50 }, list)))).toEqual(new Set([200]));
    looks.push(counts.statements - before);
  }
  expect(looks, "the organisation and its events").toEqual([2, 0, 2]);
  const keys = allow(1);
  const place = (n: number) => cursorFor({ createdAt: n, id: "evt_x" }, { list: "public-events", slug });
  const at = (n: number) => refusalOf(ask(`${path}?cursor=${place(n)}`, from(ADDRESS)));
  const first = await ask(`${path}?cursor=${place(1)}`, from(ADDRESS));
  expect([first.status, await at(2), keys.length]).toEqual([200, "429 rate_limited", 2]);
});

it("[X5] with RATE_LIMITS=off nothing is counted, and 'none' is remembered all the same", async () => {
  const keys = allow(0);
  const off = openIsolate({ vars: { RATE_LIMITS: "off" } });
  const path = eventPath(newId("evt"));
  for (let n = 0; n < 3; n++) expect(await refusalOf(off.ask(path, from(ADDRESS)))).toBe("404 not_found");
  expect([keys.length, off.counts.statements]).toEqual([0, 1]);
});
