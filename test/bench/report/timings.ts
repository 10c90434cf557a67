// Computes shares of latencies, and how many came in any second. Times are ms.

/** The value below which this share of them lies; NaN of none. Sorts them. */
export function shareOf(latencies: number[], share: number): number {
  const sorted = latencies.sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The most of `times`, which ascend, in any second. */
export function mostInASecond(times: readonly number[]): number {
  let most = 0;
  let from = 0;
  for (const [at, time] of times.entries()) {
    while ((times[from] ?? time) <= time - 1_000) from += 1;
    most = Math.max(most, at - from + 1);
  }
  return most;
}
