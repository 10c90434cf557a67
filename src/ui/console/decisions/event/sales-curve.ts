// Builds the curve of an event's sale from the counts over time of each of its ticket types.

export const SPANS = ["hour", "day", "all"] as const;
export type Span = (typeof SPANS)[number];

const HOUR = 3_600_000;
/** As many points as a screen can tell apart. */
const POINTS = 240;
/** Round lengths in seconds; the API accepts up to a day. */
const BUCKETS = [1, 5, 15, 60, 300, 600, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400];

/** When the span begins, epoch ms: never before the sale opened. */
export function sinceOf(span: Span, saleStart: number, now: number): number {
  const back = span === "hour" ? HOUR : span === "day" ? 24 * HOUR : Number.POSITIVE_INFINITY;
  return Math.min(Math.max(saleStart, now - back), now - 60_000);
}

/** The length of a bucket in seconds: the shortest with which the span has few enough buckets. */
export function bucketOf(since: number, now: number): number {
  const least = (now - since) / 1_000 / POINTS;
  return BUCKETS.find((seconds) => seconds >= least) ?? 86_400;
}

export type Bucket = { readonly at: string; readonly sold: number; readonly held: number };
/** Parallel lists, oldest first; `at` in epoch seconds, as the chart takes it. */
export type Curve = {
  readonly at: readonly number[];
  readonly sold: readonly number[];
  readonly held: readonly number[];
};

/**
 * The sum of all types. A type that began later counts 0 until then. `from`, epoch ms: before the first type nothing
 * was sold, so the curve begins there; null when that is no longer known. Each type keeps its last count to the end:
 * the last bucket of a type ends when it was read, so no two types end at the same instant.
 */
export function curveOf(histories: readonly (readonly Bucket[])[], from: number | null = null): Curve {
  const changes = histories.flatMap((buckets, type) =>
    buckets.map(({ at, sold, held }) => ({ second: Date.parse(at) / 1_000, type, sold, held })),
  );
  changes.sort((a, b) => a.second - b.second);
  const last = histories.map(() => ({ sold: 0, held: 0 }));
  const sums = new Map<number, Sums>();
  if (from !== null) sums.set(from / 1_000, sumsOf(last));
  for (const { second, type, sold, held } of changes) {
    last[type] = { sold, held };
    sums.set(second, sumsOf(last));
  }
  const points = [...sums];
  return {
    at: points.map(([at]) => at),
    sold: points.map(([, { sold }]) => sold),
    held: points.map(([, { held }]) => held),
  };
}

type Sums = { readonly sold: number; readonly held: number };

function sumsOf(types: readonly Sums[]): Sums {
  return types.reduce((sum, { sold, held }) => ({ sold: sum.sold + sold, held: sum.held + held }), {
    sold: 0,
    held: 0,
  });
}

/** Adds one point with the counts of the feed, which is always the last, whatever the clocks say. */
export function upToNow(
  curve: Curve,
  now: { readonly at: number; readonly sold: number; readonly held: number },
): Curve {
  const second = Math.max(now.at / 1_000, (curve.at.at(-1) ?? 0) + 0.001);
  return { at: [...curve.at, second], sold: [...curve.sold, now.sold], held: [...curve.held, now.held] };
}

/** The last rows of the curve for a table, newest first: those at which a count changed. */
export function rowsOf({ at, sold, held }: Curve, most: number): readonly { at: number; sold: number; held: number }[] {
  return at
    .map((second, index) => ({ at: second * 1_000, sold: sold[index] ?? 0, held: held[index] ?? 0 }))
    .filter(
      (row, index, rows) => index === 0 || row.sold !== rows[index - 1]?.sold || row.held !== rows[index - 1]?.held,
    )
    .slice(-most)
    .reverse();
}
