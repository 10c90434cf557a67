// A call of an object: its deadline, and what is repeated when (rule X2). The clock and the other end are in the test's
// hand.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { describeFault } from "../../../src/domain/fault.ts";
import { CALL_LIMIT_MS, callObject, ObjectAway } from "../../../src/shared/objects/call-object.ts";

const never = () => new Promise<never>(() => undefined);
const fault = (mark: { retryable?: boolean; overloaded?: boolean }) =>
  Object.assign(new Error("Network connection lost."), mark);

/** The other end, which does with the n-th call what `steps` says, and notes when it came. */
function other(...steps: (() => Promise<string>)[]) {
  const at: number[] = [];
  const began = Date.now();
  const ask = () => {
    at.push(Date.now() - began);
    return (steps[at.length - 1] ?? never)();
  };
  return { at, ask };
}
const fails = (mark: Parameters<typeof fault>[0]) => () => Promise.reject(fault(mark));
const answers = () => Promise.resolve("done");

async function settled<T>(work: Promise<T>): Promise<T | Error> {
  const outcome = work.catch((thrown: unknown) => thrown as Error);
  await vi.runAllTimersAsync();
  return outcome;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a call of an object", () => {
  it("[X2] ends 5 s after it began, to the millisecond, and a later reply changes nothing", async () => {
    expect(CALL_LIMIT_MS).toBe(5_000);
    const ended = vi.fn();
    let answer = (_: string) => {};
    const late = new Promise<string>((resolve) => {
      answer = resolve;
    });
    void callObject(() => late).catch(ended);
    await vi.advanceTimersByTimeAsync(CALL_LIMIT_MS - 1);
    expect(ended).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(ended).toHaveBeenCalledWith(expect.any(ObjectAway));
    expect(describeFault(ended.mock.calls[0]?.[0])).toBe("Unavailable: an object: no answer within 5000 ms");
    answer("late");
    await vi.runAllTimersAsync();
    expect(ended).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("[X2] leaves no timer behind when there is a reply", async () => {
    expect(await callObject(answers)).toBe("done");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("[X2] is retried twice when the platform says so, after growing pauses within their bounds", async () => {
    const retry = fails({ retryable: true });
    for (const [random, pauses] of [
      [0, [20, 20]],
      [0.5, [60, 110]],
      [1 - Number.EPSILON, [100, 200]],
    ] as const) {
      const { at, ask } = other(retry, retry, answers);
      expect(await settled(callObject(ask, () => random))).toBe("done");
      expect(at).toEqual([0, pauses[0], pauses[0] + pauses[1]]);
      const lost = other(retry, retry, retry, answers);
      expect(await settled(callObject(lost.ask, () => random))).toBeInstanceOf(ObjectAway);
      expect(lost.at).toHaveLength(3);
    }
  });

  it.each([
    ["overloaded", { retryable: true, overloaded: true }],
    ["nothing of a repeat", { retryable: false, overloaded: false }],
  ])("[X2] is not repeated when the platform says %s", async (_, mark) => {
    const { at, ask } = other(fails(mark), answers);
    expect(await settled(callObject(ask))).toMatchObject({ overloaded: mark.overloaded });
    expect(at).toEqual([0]);
  });

  it("[X2] has one deadline with its repeats, and begins none after it", async () => {
    const slow = () => new Promise<string>((_, reject) => setTimeout(() => reject(fault({ retryable: true })), 4_990));
    const { at, ask } = other(slow, answers);
    const began = Date.now();
    let endedAt = 0;
    const ended = callObject(ask, () => 0.5).catch((thrown: unknown) => {
      endedAt = Date.now() - began;
      return thrown;
    });
    await vi.runAllTimersAsync();
    expect(await ended).toBeInstanceOf(ObjectAway);
    expect(endedAt).toBe(CALL_LIMIT_MS);
    expect(at).toEqual([0]);
  });
});
