import { describe, expect, it } from "vitest";
import { backedOffUntil, backoffMs } from "../../../src/domain/time/alarm.ts";
import { notBefore, pauseMs } from "../../../src/domain/time/backoff.ts";

const PAUSES = { leastMs: 20, firstMs: 100, longestMs: 400 };
/** The greatest value that chance can be. */
const ALMOST_ONE = 1 - Number.EPSILON;

describe("pauses before a repeat", () => {
  it("[X2] are bounded by twice as much after each failure, up to the longest", () => {
    expect([1, 2, 3, 4, 50].map((failures) => pauseMs(PAUSES, failures, ALMOST_ONE))).toEqual([
      100, 200, 400, 400, 400,
    ]);
  });

  it("[X2] are never shorter than the least, however the dice fall, and lie evenly between", () => {
    expect([1, 2, 3, 50].map((failures) => pauseMs(PAUSES, failures, 0))).toEqual([20, 20, 20, 20]);
    expect(pauseMs(PAUSES, 1, 0.5)).toBe(60);
    expect(pauseMs({ leastMs: 500, firstMs: 100, longestMs: 400 }, 1, 0.5)).toBe(500);
  });

  it("[H3] that were noted by a clock that was ahead count as over, to the millisecond", () => {
    expect(notBefore(1_400, 1_000, 400)).toBe(1_400);
    expect(notBefore(1_401, 1_000, 400)).toBe(1_000);
    expect(notBefore(900, 1_000, 400)).toBe(900);
    expect([30_000, 30_001].map((ahead) => backedOffUntil(ahead, 0))).toEqual([30_000, 0]);
  });

  it("[X3] of an object's remote work lie between a second and half a minute", () => {
    expect([0, 1, 2, 3, 4, 5, 99].map((failures) => backoffMs(failures, ALMOST_ONE))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ]);
    expect(backoffMs(7, 0)).toBe(1_000);
  });
});
