import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { coalesceCalls, GIVEN_UP_MS, MAX_KEYS } from "../../../src/cache/coalesce-calls.ts";
import { must } from "../../../src/domain/result.ts";

const KEEP_MS = 250;
type Flight = { readonly land: (answer: string) => Promise<void>; readonly crash: (fault: Error) => Promise<void> };

/** Calls that end when the test says so. `flights` are those that have started, in their order. */
function airport(keeps?: (answer: string) => boolean) {
  const flights: Flight[] = [];
  const kept: Promise<unknown>[] = [];
  const shared = coalesceCalls<string, string>(KEEP_MS, keeps);
  const call = () => {
    const ends: Flight[] = [];
    const promise = new Promise<string>((resolve, reject) => {
      ends.push({
        land: (answer) => {
          resolve(answer);
          return settled(ended());
        },
        crash: (fault) => {
          reject(fault);
          return settled(ended());
        },
      });
    });
    const ended = () => promise.catch(() => undefined);
    flights.push(...ends);
    return promise;
  };
  const ask = (key = "a") => shared.read(key, { call, keep: (work) => kept.push(work) });
  return { shared, flights, kept, ask, flight: (n: number) => must(flights[n], `flight ${n} has started`) };
}

/** Everything that follows from `work` has happened. */
async function settled(work: Promise<unknown>): Promise<void> {
  await work;
  await new Promise((settle) => setImmediate(settle));
}

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a coalesced call", () => {
  it("[E7] is shared by all that come while it is in flight, each key by itself", async () => {
    const { ask, flights, flight } = airport();
    const replies = times(100, () => ask());
    void ask("b");
    expect(flights).toHaveLength(2);
    await flight(0).land("one");
    expect(await Promise.all(replies)).toEqual(times(100, () => "one"));
  });

  it("[E7] has a reply that is kept until 250 ms after the call began, to the millisecond", async () => {
    const { ask, flights, flight } = airport();
    const began = Date.now();
    void ask();
    vi.setSystemTime(began + 200);
    await flight(0).land("one");
    vi.setSystemTime(began + KEEP_MS - 1);
    expect(await ask()).toBe("one");
    expect(flights).toHaveLength(1);
    vi.setSystemTime(began + KEEP_MS);
    void ask();
    expect(flights, "the 250 ms do not begin when the answer comes").toHaveLength(2);
  });

  it("[E7] keeps no reply that is not one to keep", async () => {
    const { ask, flights, flight } = airport((answer) => answer !== "no");
    const first = ask();
    await flight(0).land("no");
    expect(await first).toBe("no");
    void ask();
    expect(flights).toHaveLength(2);
  });

  it("keeps nothing longer when the clock goes back", async () => {
    const { ask, flights, flight } = airport();
    void ask();
    await flight(0).land("one");
    vi.setSystemTime(Date.now() - 1);
    void ask();
    expect(flights).toHaveLength(2);
  });

  it("[X1] that fails fails those who shared it and nobody else", async () => {
    const { ask, flight } = airport();
    const outcomes = Promise.allSettled(times(4, () => ask()));
    await flight(0).crash(new Error("lost"));
    const later = ask();
    await flight(1).land("fine");
    expect((await outcomes).map(({ status }) => status)).toEqual(times(4, () => "rejected"));
    expect(await later).toBe("fine");
  });

  it("is kept going by the request that makes it, so that nobody waits in vain when its client has gone", async () => {
    const { ask, kept, flight } = airport();
    const joined = Promise.allSettled(times(3, () => ask()));
    expect(kept).toHaveLength(1);
    await flight(0).crash(new Error("lost"));
    await joined;
    await expect(Promise.all(kept), "what fails is not reported twice").resolves.toBeDefined();
  });

  it("[X4] that does not end is joined by those who come within 5 s of it, and by nobody later", async () => {
    const { ask, flights } = airport();
    void ask();
    vi.setSystemTime(Date.now() + GIVEN_UP_MS - 1);
    void ask();
    expect(flights).toHaveLength(1);
    vi.setSystemTime(Date.now() + 1);
    void ask();
    expect(flights).toHaveLength(2);
  });

  it("[X4] that does not end is given up by its waiters: one makes a new call, the others share it", async () => {
    const { ask, flights, flight } = airport();
    void ask();
    const waiting = times(3, () => ask());
    await vi.advanceTimersByTimeAsync(GIVEN_UP_MS - 1);
    expect(flights).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(flights).toHaveLength(2);
    await flight(1).land("at last");
    expect(await Promise.all(waiting)).toEqual(times(3, () => "at last"));
    await flight(0).land("late");
    expect(await ask(), "an answer that comes after it was given up replaces none").toBe("at last");
  });

  it("[E7] leaves a reply that was put meanwhile as it is", async () => {
    const { ask, shared, flight, flights } = airport();
    const first = ask();
    shared.put("a", "written", Date.now());
    expect(await ask()).toBe("written");
    await flight(0).land("older");
    expect([await first, await ask(), shared.cached("a")]).toEqual(["older", "written", "written"]);
    vi.setSystemTime(Date.now() + KEEP_MS);
    expect([shared.cached("a"), shared.last("a")]).toEqual([undefined, "written"]);
    shared.forget("a");
    expect(shared.last("a")).toBeUndefined();
    void ask();
    expect(flights).toHaveLength(2);
  });

  it("[X4] keeps a bounded number of results and calls, oldest dropped first; calls displace no result", async () => {
    const { ask, shared, flights } = airport();
    for (let n = 0; n < MAX_KEYS; n++) shared.put(String(n), "kept", Date.now());
    for (let n = 0; n <= MAX_KEYS; n++) void ask(`in flight ${n}`);
    expect(shared.cached("0")).toBe("kept");
    expect(flights).toHaveLength(MAX_KEYS + 1);
    void ask("in flight 1");
    expect(flights, "it is still shared").toHaveLength(MAX_KEYS + 1);
    void ask("in flight 0");
    expect(flights, "the oldest is not").toHaveLength(MAX_KEYS + 2);
    shared.put("one more", "kept", Date.now());
    expect([shared.cached("0"), shared.cached("1")]).toEqual([undefined, "kept"]);
  });
});
