import { describe, expect, it } from "vitest";
import { retryAfter } from "../../../src/http/problems/retry-after.ts";

const LEAST = 0;
const MOST = 1 - Number.EPSILON;

describe("Retry-After", () => {
  it.each([
    { seconds: 1, from: 1, to: 3 },
    { seconds: 5, from: 5, to: 7 },
    { seconds: 6, from: 6, to: 8 },
    { seconds: 8, from: 8, to: 11 },
    { seconds: 60, from: 60, to: 89 },
  ])("[X2] of a refusal for $seconds s is a whole number from $from to $to", ({ seconds, from, to }) => {
    expect(retryAfter(seconds, () => LEAST)).toBe(from);
    expect(retryAfter(seconds, () => MOST)).toBe(to);
    for (let n = 0; n < 100; n++) expect(Number.isInteger(retryAfter(seconds, () => n / 100))).toBe(true);
  });

  it("[X2] spreads those that were refused together evenly", () => {
    const drawn = Array.from({ length: 300 }, (_, n) => retryAfter(1, () => n / 300));
    for (const seconds of [1, 2, 3]) expect(drawn.filter((each) => each === seconds)).toHaveLength(100);
  });
});
