import { afterEach, describe, expect, it, vi } from "vitest";
import { must } from "../../src/domain/result.ts";
import { GIVEN_UP_MS, shareCalls } from "../../src/http/shared-calls.ts";

type Flight = { readonly land: (answer: string) => Promise<void>; readonly crash: (fault: Error) => Promise<void> };

/** Calls that end when the test says so. `flights` are those that have started, in their order. */
function airport(clock: () => number = () => 0) {
  const flights: Flight[] = [];
  const kept: Promise<unknown>[] = [];
  const share = shareCalls<string, string>(clock);
  const call = () => {
    let resolve: (answer: string) => void = () => undefined;
    let reject: (fault: Error) => void = () => undefined;
    const promise = new Promise<string>((onAnswer, onFault) => {
      resolve = onAnswer;
      reject = onFault;
    });
    const ended = promise.catch(() => undefined);
    flights.push({
      land: async (answer) => {
        resolve(answer);
        await settled(ended);
      },
      crash: async (fault) => {
        reject(fault);
        await settled(ended);
      },
    });
    return promise;
  };
  const ask = (key = "a") => share(key, { call, keep: (work) => kept.push(work) });
  return { flights, kept, ask, flight: (n: number) => must(flights[n], `flight ${n} has started`) };
}

/** Everything that follows from `work` has happened. */
async function settled(work: Promise<unknown>): Promise<void> {
  await work;
  await new Promise((settle) => setImmediate(settle));
}

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

afterEach(() => {
  vi.useRealTimers();
});

describe("a shared call", () => {
  it("[E7] is one more for 100 requests that come while one is in flight, and starts when that has ended", async () => {
    const { ask, flights, flight } = airport();
    const first = ask();
    const later = times(100, () => ask());
    expect(flights).toHaveLength(1);
    await flight(0).land("old");
    expect(await first).toBe("old");
    expect(flights).toHaveLength(2);
    await flight(1).land("new");
    expect(await Promise.all(later)).toEqual(times(100, () => "new"));
    expect(flights).toHaveLength(2);
  });

  it("[E7] never answers a request with a call that began before it arrived", async () => {
    const { ask, flights, flight } = airport();
    const arrivals = [ask()];
    const startedWhenAsked = [0];
    for (let n = 0; n < 5; n++) {
      startedWhenAsked.push(...times(3, () => flights.length));
      arrivals.push(...times(3, () => ask()));
      await flight(n).land(String(n));
    }
    await flight(5).land("5");
    const answers = (await Promise.all(arrivals)).map(Number);
    for (const [index, answer] of answers.entries()) {
      expect(answer).toBeGreaterThanOrEqual(must(startedWhenAsked[index], "one of each"));
    }
    expect(answers).toEqual([0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5]);
  });

  it("starts at once when none is in flight, and keeps nothing of the last", async () => {
    const { ask, flights, flight } = airport();
    const first = ask();
    await flight(0).land("one");
    const second = ask();
    expect(flights).toHaveLength(2);
    await flight(1).land("two");
    expect([await first, await second]).toEqual(["one", "two"]);
  });

  it("is shared by those of its own key alone", () => {
    const { ask, flights } = airport();
    void ask("a");
    void ask("b");
    expect(flights).toHaveLength(2);
  });

  it("[X1] that fails fails those who shared it and nobody else", async () => {
    const { ask, flight } = airport();
    const first = ask();
    const second = times(3, () => ask());
    const outcomes = Promise.allSettled([first, ...second]);
    await flight(0).crash(new Error("lost"));
    const third = ask();
    await flight(1).crash(new Error("lost again"));
    await flight(2).land("fine");
    expect((await outcomes).map(({ status }) => status)).toEqual(times(4, () => "rejected"));
    await expect(first).rejects.toThrow(/^lost$/);
    for (const each of second) await expect(each).rejects.toThrow("lost again");
    expect(await third).toBe("fine");
  });

  it("is kept going by the request that makes it, so that nobody waits in vain when its client has gone", async () => {
    const { ask, kept, flight } = airport();
    void ask();
    const joined = Promise.allSettled(times(3, () => ask()));
    expect(kept, "one for the call in flight, one for the next").toHaveLength(2);
    await flight(0).land("one");
    await flight(1).crash(new Error("lost"));
    await joined;
    await expect(Promise.all(kept), "what fails is not reported twice").resolves.toBeDefined();
  });

  it("[X4] that does not end is waited for by those who come within 5 s of it, and by nobody later", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: 0 });
    const { ask, flights, flight } = airport(() => Date.now());
    void ask();
    vi.setSystemTime(GIVEN_UP_MS - 1);
    const waiting = ask();
    expect(flights).toHaveLength(1);
    vi.setSystemTime(GIVEN_UP_MS);
    const fresh = ask();
    expect(flights).toHaveLength(2);
    await flight(1).land("fresh");
    expect(await fresh).toBe("fresh");
    await flight(0).land("late");
    await flight(2).land("later");
    expect(await waiting).toBe("later");
  });

  it("[X4] that does not end is given up by those who wait: one of them makes a call of its own, the others share it", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: 0 });
    const { ask, flights, flight } = airport(() => Date.now());
    void ask();
    const waiting = times(3, () => ask());
    await vi.advanceTimersByTimeAsync(GIVEN_UP_MS - 1);
    expect(flights).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(flights).toHaveLength(2);
    await flight(1).land("at last");
    expect(flights, "one for the other two").toHaveLength(3);
    await flight(2).land("at last");
    expect(await Promise.all(waiting)).toEqual(times(3, () => "at last"));
  });
});
