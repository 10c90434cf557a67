// The counts of a ledger over time, in buckets: each has those after its last row, which is found by halving, since times
// never run back in a ledger (rule H3). However long the ledger is, few of its rows are read.

import type { Head } from "./chain.ts";

/** What a row says of counts, and when. */
export type CountsRow = Omit<Head, "hash">;

/** From `since` on in steps of `bucketMs`, up to and with `until`; epoch ms. */
export type CountsAsked = { readonly since: number; readonly until: number; readonly bucketMs: number };

/** `bucketEnd`, epoch ms, beside what was counted by then. */
export type CountsBucket = CountsRow & { readonly bucketEnd: number };

/** How many buckets that are. */
export function bucketsOf({ since, until, bucketMs }: CountsAsked): number {
  return Math.max(0, Math.ceil((until - since) / bucketMs));
}

/**
 * The buckets in their order, from that of the ledger's first row on. `rowAt` reads a row after `checkpoint`, up to
 * `lastSeq`; `checkpoint` is what was kept of those up to it that are gone, null when none are (rule H13).
 */
export function countsOverTime(
  asked: CountsAsked,
  checkpoint: CountsRow | null,
  lastSeq: number,
  rowAt: (seq: number) => CountsRow | null,
): CountsBucket[] {
  const read = new Map<number, CountsRow | null>([[checkpoint?.seq ?? 0, checkpoint]]);
  const at = (seq: number): CountsRow | null => {
    const known = read.get(seq);
    if (known !== undefined) return known;
    const row = rowAt(seq);
    read.set(seq, row);
    return row;
  };
  /** The last row at or before `time` of those from `from` to `to`; `from` itself when there is none. */
  const lastBy = (time: number, from: number, to: number): number => {
    let [low, high] = [from, to];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((at(middle)?.at ?? Infinity) <= time) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const count = bucketsOf(asked);
  const ends = Array.from({ length: count }, (_, index) =>
    Math.min(asked.since + (index + 1) * asked.bucketMs, asked.until),
  );
  const seqs: number[] = [];
  /** The middle bucket first: it halves where the others are looked for. */
  const fill = (first: number, last: number, from: number, to: number): void => {
    if (first > last) return;
    const middle = Math.floor((first + last) / 2);
    const end = ends[middle] ?? 0;
    // Times are whole: what is before the end is at most a millisecond less. The last bucket has its end, too.
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
