// Every kind of object is called within 5 s, whatever the other end does (rule X2).

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type DeskNamespace, openDesks } from "../../../src/desk/client.ts";
import { UNAVAILABLE } from "../../../src/domain/errors.ts";
import { idFrom } from "../../../src/domain/ids.ts";
import { type InventoryNamespace, joinLive, openInventories } from "../../../src/inventory/client.ts";
import { type FeedNamespace, joinFeed, openFeeds } from "../../../src/feed/client.ts";
import { CALL_LIMIT_MS, ObjectAway } from "../../../src/shared/objects/call-object.ts";

const TYPE = idFrom("tt", new Uint8Array(16));
const EVENT = idFrom("evt", new Uint8Array(16));
const never = () => new Promise<never>(() => undefined);

async function settled<T>(work: Promise<T>): Promise<unknown> {
  const outcome = work.catch((thrown: unknown) => thrown);
  await vi.advanceTimersByTimeAsync(CALL_LIMIT_MS);
  return outcome;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("every kind of object", () => {
  /** A namespace none of whose objects ever replies. */
  const silent = { getByName: () => new Proxy({}, { get: () => never }) };
  const request = new Request("https://tickets.example/", { headers: { Upgrade: "websocket" } });
  const catalogue = null;
  const news = { catalogue: { position: 1 } } as never;

  it("[X2] an inventory that never replies is replaced by 503 and a line, method by method", async () => {
    const line = vi.spyOn(console, "error").mockImplementation(() => {});
    // The one cast: of a namespace the client uses no more.
    const inventory = openInventories(silent as unknown as InventoryNamespace)(TYPE);
    const methods = Object.values(inventory) as ((...args: unknown[]) => Promise<unknown>)[];
    expect(methods.length).toBeGreaterThan(15);
    for (const method of methods) {
      expect(await settled(method({}, 0))).toEqual({
        ok: false,
        refusal: UNAVAILABLE,
      });
    }
    expect(line).toHaveBeenCalledTimes(methods.length);
  });

  it("[X2] a feed that never replies is a rejection, method by method", async () => {
    const feed = openFeeds(silent as unknown as FeedNamespace)(EVENT);
    const calls = [
      ...[
        feed.push(TYPE, {} as never),
        feed.door({} as never),
        feed.drop(TYPE),
        feed.sync(catalogue),
        feed.desk({}),
        feed.takeShardUpdate(news),
      ],
      ...[feed.watchForRevocation(), feed.recheck(), feed.follow(1)],
    ];
    expect(calls).toHaveLength(Object.keys(feed).length);
    const outcomes = Promise.allSettled(calls);
    await vi.advanceTimersByTimeAsync(CALL_LIMIT_MS);
    for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: expect.any(ObjectAway) });
  });

  it("[X2] neither does a socket wait longer for the object that keeps it", async () => {
    expect(await settled(joinLive(silent as unknown as InventoryNamespace, TYPE, request, null))).toBeInstanceOf(
      ObjectAway,
    );
    expect(await settled(joinFeed(silent as unknown as FeedNamespace, EVENT, 0, request, null))).toBeInstanceOf(
      ObjectAway,
    );
  });

  it("[X2] nor does a device for the door desk", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const stub = { fetch: never };
    const namespace = { get: () => stub, getByName: () => stub, idFromName: () => "id" };
    const desk = openDesks(namespace as unknown as DeskNamespace)(EVENT);
    expect(await settled(desk.read())).toMatchObject({ refusal: { code: "temporarily_unavailable" } });
  });
});
