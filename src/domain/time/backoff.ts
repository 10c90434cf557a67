// Computes the pause before something is tried again. Every caller of an object takes its pauses from here.

/** `leastMs`: the shortest pause. `firstMs`: the upper bound of the first. `longestMs`: the upper bound of any. */
export type Pauses = { readonly leastMs: number; readonly firstMs: number; readonly longestMs: number };

/**
 * The time before which nothing is tried again. The clock may have been ahead when it was noted (rule H3), so a time that
 * lies further ahead than any such pause lasts counts as now. All times are epoch ms.
 */
export function notBefore(notedAt: number, now: number, longestMs: number): number {
  return notedAt - now > longestMs ? now : notedAt;
}

/**
 * The pause after `failures` in a row, from 1 on, ms. It is random between the least and a bound that doubles with each
 * failure, so that those who failed together do not come back together. `random` is in [0, 1).
 */
export function pauseMs({ leastMs, firstMs, longestMs }: Pauses, failures: number, random: number): number {
  const most = Math.min(longestMs, firstMs * 2 ** (failures - 1));
  return Math.round(leastMs + random * Math.max(0, most - leastMs));
}
