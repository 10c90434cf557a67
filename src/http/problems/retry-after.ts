// Computes when a client with a temporary refusal may come back: never earlier than the refusal says, and not in the
// same second as all others that were refused together.

/** However short the wait is, clients are spread over at least so many seconds. */
const LEAST_SPREAD_SECONDS = 3;

/** Whole seconds, between `seconds` and half as many again. `random` returns from 0 to below 1. */
export function retryAfter(seconds: number, random: () => number): number {
  const spread = Math.max(LEAST_SPREAD_SECONDS, Math.floor(seconds / 2));
  return Math.ceil(seconds) + Math.floor(random() * spread);
}
