import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MAX_SOCKETS } from "../../../src/domain/limits.ts";
import { FRAME_INTERVAL_MS, frameDelay, frameInterval, openConflation } from "../../../src/sockets/conflation.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("conflation", () => {
  it("[L4] the first frame waits for nothing, the next for its interval, to the millisecond", () => {
    expect(frameDelay(null, 5)).toBe(0);
    const last = { at: 1_000, sockets: 1 };
    expect(frameDelay(last, 1_000 + FRAME_INTERVAL_MS - 1)).toBe(1);
    expect(frameDelay(last, 1_000 + FRAME_INTERVAL_MS)).toBe(0);
    expect(frameDelay(last, 999)).toBe(0);
  });

  it("[L4] [L3] its interval grows with the sockets: a third of a thread, the last frame within a second", () => {
    expect([0, 1, 1_571].map(frameInterval)).toEqual([FRAME_INTERVAL_MS, FRAME_INTERVAL_MS, FRAME_INTERVAL_MS]);
    expect([1_572, 5_000, 9_000].map(frameInterval)).toEqual([111, 350, 630]);
    const sentMs = MAX_SOCKETS * 0.022;
    expect(frameInterval(MAX_SOCKETS) + sentMs).toBeLessThan(1_000);
    expect(sentMs / frameInterval(MAX_SOCKETS)).toBeLessThan(1 / 3);
    expect(frameDelay({ at: 1_000, sockets: 9_000 }, 1_629)).toBe(1);
    expect(frameDelay({ at: 1_000, sockets: 9_000 }, 1_630)).toBe(0);
  });

  it("[L4] what was sent to a crowd says when the next is sent, to the millisecond", async () => {
    const sent: number[] = [];
    const conflation = openConflation(
      () => Date.now(),
      () => sent.push(Date.now()) && 9_000,
    );
    conflation.changed();
    conflation.changed();
    await vi.advanceTimersByTimeAsync(629);
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toHaveLength(2);
  });

  it("[L4] 10 s of changes each millisecond: the first at once, at most ten a second, the last state last", async () => {
    const sent: { at: number; state: number }[] = [];
    let state = 0;
    const conflation = openConflation(
      () => Date.now(),
      () => {
        sent.push({ at: Date.now(), state });
        return 1;
      },
    );
    const start = Date.now();
    for (; state < 10_000; state++) {
      conflation.changed();
      await vi.advanceTimersByTimeAsync(1);
    }
    await vi.runAllTimersAsync();
    expect(sent[0]).toEqual({ at: start, state: 0 });
    for (const { at } of sent)
      expect(sent.filter((other) => other.at >= at && other.at < at + 1_000).length).toBeLessThanOrEqual(10);
    expect(sent.at(-1)?.state).toBeGreaterThanOrEqual(9_999);
  });

  it("[L3] the state after the last change is sent within a second of it", async () => {
    const sent: number[] = [];
    const conflation = openConflation(
      () => Date.now(),
      () => {
        sent.push(Date.now());
        return 1;
      },
    );
    conflation.changed();
    await vi.advanceTimersByTimeAsync(1);
    conflation.changed();
    const changedAt = Date.now();
    await vi.runAllTimersAsync();
    expect((sent[1] ?? Number.POSITIVE_INFINITY) - changedAt).toBeLessThanOrEqual(1_000);
  });

  it("[L5] no timer is set when nothing has changed", async () => {
    const conflation = openConflation(
      () => Date.now(),
      () => 1,
    );
    conflation.changed();
    conflation.changed();
    await vi.runAllTimersAsync();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("[L4] a frame that nobody got delays no other", () => {
    let viewers = 0;
    let sent = 0;
    const conflation = openConflation(
      () => Date.now(),
      () => {
        sent += viewers;
        return viewers;
      },
    );
    conflation.changed();
    viewers = 1;
    conflation.changed();
    expect(sent).toBe(1);
  });
});
