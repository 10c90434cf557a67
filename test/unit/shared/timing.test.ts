import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { repeatUntilDone } from "../../../src/shared/timing.ts";

const PAUSES = { leastMs: 100, firstMs: 100, longestMs: 100 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("what is repeated until it is done", () => {
  it("[X2] is not repeated once it is", async () => {
    const attempt = vi.fn(async () => true);
    await repeatUntilDone(attempt, PAUSES, 3);
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  it("[T5] [X2] is tried again after each pause and not a millisecond before, until it is done", async () => {
    let left = 2;
    const attempt = vi.fn(async () => left-- === 0);
    const repeated = repeatUntilDone(attempt, PAUSES, 3);
    await vi.advanceTimersByTimeAsync(99);
    expect(attempt).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(attempt).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(100);
    await repeated;
    expect(attempt).toHaveBeenCalledTimes(3);
  });

  it("[X2] is given up after so many repeats", async () => {
    const attempt = vi.fn(async () => false);
    const repeated = repeatUntilDone(attempt, PAUSES, 2);
    await vi.runAllTimersAsync();
    await repeated;
    expect(attempt).toHaveBeenCalledTimes(3);
  });
});
