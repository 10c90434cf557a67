// Counts how many tickets were sold in the last minute, from the counts that this screen has seen.

export type Sample = { readonly at: number; readonly sold: number };

const MINUTE = 60_000;

/** Adds a sample. Of those older than a minute only the newest stays, as the base of the count. */
export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1);
  const next = last?.sold === sample.sold ? samples : [...samples, sample];
  const firstInside = next.findIndex(({ at }) => at > sample.at - MINUTE);
  return firstInside <= 0 ? next : next.slice(firstInside - 1);
}

/** At least 0: returns are not counted as negative sales. */
export function soldInMinute(samples: readonly Sample[], now: number): number {
  const before = samples.findLast(({ at }) => at <= now - MINUTE) ?? samples[0];
  return Math.max(0, (samples.at(-1)?.sold ?? 0) - (before?.sold ?? 0));
}
