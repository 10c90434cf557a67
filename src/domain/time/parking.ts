// When a delivery that keeps failing is tried again by the cron (rule K6): each minute at first, and then after pauses.

import { type Pauses, pauseMs } from "./backoff.ts";

/** A target is parked from the round on that is the fifth to fail since the last change. */
const ROUNDS_UNTIL_PARKED = 5;
const PARKED: Pauses = { leastMs: 2 * 60_000, firstMs: 4 * 60_000, longestMs: 15 * 60_000 };

export const LONGEST_PARKED_MS = PARKED.longestMs;

/**
 * Until when a target is parked after so many failed rounds in a row, the latest of which began at `now`; epoch ms, or 0
 * when the next round tries it again. `random` is in [0, 1).
 */
export function parkedUntil(attempts: number, now: number, random: number): number {
  const parkings = attempts - ROUNDS_UNTIL_PARKED + 1;
  return parkings < 1 ? 0 : now + pauseMs(PARKED, parkings, random);
}
