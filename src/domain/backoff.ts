// How long to wait before something is tried again. Whoever calls an object again takes the pause from here.

/** `leastMs`: no pause is shorter. `firstMs`: the most that the first may last. `longestMs`: the most that any may. */
export type Pauses = { readonly leastMs: number; readonly firstMs: number; readonly longestMs: number };

/**
 * The time before which nothing is tried again, by a clock that may have been ahead when it was noted (rule H3): one that
 * lies further ahead than any such pause lasts counts as now. All times epoch ms.
 */
export function notBefore(notedAt: number, now: number, longestMs: number): number {
  return notedAt - now > longestMs ? now : notedAt;
}

/**
 * The pause after `failures` in a row, from 1 on, ms: at random between the least and a bound that doubles with each
 * failure, so that those who failed together do not come back together. `random` is in [0, 1).
 */
export function pauseMs({ leastMs, firstMs, longestMs }: Pauses, failures: number, random: number): number {
  const most = Math.min(longestMs, firstMs * 2 ** (failures - 1));
  return Math.round(leastMs + random * Math.max(0, most - leastMs));
}
