// Limits how often a scanner may try typed codes (rule N3). The counts are in memory alone: by the time the object has been
// evicted, the scanner has waited long enough.

import { dropOldest } from "../../shared/drop-oldest.ts";

export const TRIES_A_MINUTE = 30;
const MINUTE_MS = 60_000;
/** More scanners than any venue has. */
const MAX_SCANNERS = 10_000;

export type TypingLimit = {
  /** Counts a try of this scanner; returns in how many seconds it may try again, null when it may now. */
  excess(scanner: string): number | null;
  /** The same without counting. */
  wait(scanner: string): number | null;
};

export function openTypingLimit(clock: () => number): TypingLimit {
  const tries = new Map<string, number[]>();

  const lately = (scanner: string, now: number) => (tries.get(scanner) ?? []).filter((at) => now < at + MINUTE_MS);

  function wait(scanner: string): number | null {
    const now = clock();
    const late = lately(scanner, now);
    const [first] = late;
    return first !== undefined && late.length >= TRIES_A_MINUTE ? Math.ceil((first + MINUTE_MS - now) / 1_000) : null;
  }

  return {
    wait,
    excess(scanner) {
      const excess = wait(scanner);
      if (excess !== null) return excess;
      const now = clock();
      tries.set(scanner, [...lately(scanner, now), now]);
      dropOldest(tries, MAX_SCANNERS);
      return null;
    },
  };
}
