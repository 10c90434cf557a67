// Reads the counts of a ledger over time, in buckets. Each bucket has the counts after its last row, which is found by
// binary search, since times never run back in a ledger (rule H3). So few rows are read, however long the ledger is.

import type { Head } from "./chain.ts";

/** The time and the counts of a row. */
export type CountsRow = Omit<Head, "hash">;

/** Buckets from `since` in steps of `bucketMs`, up to and including `until`; epoch ms. */
export type CountsQuery = { readonly since: number; readonly until: number; readonly bucketMs: number };

/** The counts at the end of a bucket, `bucketEnd`, epoch ms. */
export type CountsBucket = CountsRow & { readonly bucketEnd: number };

/** How many buckets that are. */
export function bucketsOf({ since, until, bucketMs }: CountsQuery): number {
  return Math.max(0, Math.ceil((until - since) / bucketMs));
}

/**
 * The buckets in their order, from that of the ledger's first row on. `rowAt` reads a row after `checkpoint`, up to
 * `lastSeq`. `checkpoint` is what was kept of the rows that were cut, null when none were (rule H13).
 */
export function countsOverTime(
  query: CountsQuery,
  checkpoint: CountsRow | null,
  lastSeq: number,
  rowAt: (seq: number) => CountsRow | null,
): CountsBucket[] {
  const read = new Map<number, CountsRow | null>([[checkpoint?.seq ?? 0, checkpoint]]);
  const at = (seq: number): CountsRow | null => {
    const cached = read.get(seq);
    if (cached !== undefined) return cached;
    const row = rowAt(seq);
    read.set(seq, row);
    return row;
  };
  /** The last row at or before `time` among those from `from` to `to`; `from` when there is none. */
  const lastBy = (time: number, from: number, to: number): number => {
    let [low, high] = [from, to];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((at(middle)?.at ?? Infinity) <= time) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const count = bucketsOf(query);
  const ends = Array.from({ length: count }, (_, index) =>
    Math.min(query.since + (index + 1) * query.bucketMs, query.until),
  );
  const seqs: number[] = [];
  /** The middle bucket first, since it halves the range in which the others are searched. */
  const fill = (first: number, last: number, from: number, to: number): void => {
    if (first > last) return;
    const middle = Math.floor((first + last) / 2);
    const end = ends[middle] ?? 0;
    // Times are whole, so a row before the end of a bucket is at least a millisecond earlier. The last bucket includes its
    // end.
    const seq = lastBy(middle === count - 1 ? end : end - 1, from, to);
    seqs[middle] = seq;
    fill(first, middle - 1, from, seq);
    fill(middle + 1, last, seq, to);
  };
  fill(0, count - 1, checkpoint?.seq ?? 0, lastSeq);
  return ends.flatMap((bucketEnd, index) => {
    const row = at(seqs[index] ?? 0);
    const isBefore = checkpoint !== null && bucketEnd <= checkpoint.at && index < count - 1;
    return row === null || isBefore || row.at > bucketEnd ? [] : [{ ...row, bucketEnd }];
  });
}
