// When a client that is refused for the moment may come back: never earlier than the refusal says, and not all of those
// that were refused together in the same second.

/** However short the wait is, those that come back are spread over so many seconds. */
const LEAST_SPREAD_SECONDS = 3;

/** Whole seconds: `seconds` at the least, and half as many more at the most. `random` draws from 0 to below 1. */
export function retryAfter(seconds: number, random: () => number): number {
  const spread = Math.max(LEAST_SPREAD_SECONDS, Math.floor(seconds / 2));
  return Math.ceil(seconds) + Math.floor(random() * spread);
}
