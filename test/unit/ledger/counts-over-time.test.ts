// The counts of a ledger over time: which row a bucket has, and how few are read to find it.

import { expect, it } from "vitest";
import { bucketsOf, countsOverTime, type CountsRow } from "../../../src/domain/ledger/counts-over-time.ts";

const row = (seq: number, at: number): CountsRow => ({ seq, at, total: 1_000_000, sold: seq, held: 0, withdrawn: 0 });

/** What is said of a ledger with rows at these times, and how many of them were read. `cut`: so many are gone. */
function counted(times: readonly number[], since: number, until: number, bucketMs: number, cut = 0) {
  let reads = 0;
  const at = (seq: number): CountsRow | null => {
    reads += 1;
    if (seq <= cut) throw new Error(`row ${seq} is gone`);
    const time = times[seq - 1];
    return time === undefined ? null : row(seq, time);
  };
  const checkpoint = cut === 0 ? null : row(cut, times[cut - 1] ?? 0);
  const series = countsOverTime({ since, until, bucketMs }, checkpoint, times.length, at);
  return { said: series.map(({ bucketEnd, seq }) => [bucketEnd, seq]), reads };
}

it("[H3] a bucket has its last row, repeats it where nothing happened, and ends before the next begins", () => {
  const times = [5, 10, 10, 19, 20, 45];
  expect(counted(times, 0, 50, 10).said).toEqual([
    [10, 1],
    [20, 4],
    [30, 5],
    [40, 5],
    [50, 6],
  ]);
});

it("before the first row there is no bucket, and the last one has the row at its end, cut short or not", () => {
  expect(counted([25, 30], 0, 30, 10).said).toEqual([[30, 2]]);
  expect(counted([25, 33], 0, 33, 10).said).toEqual([
    [30, 1],
    [33, 2],
  ]);
  expect(counted([25], 0, 24, 10).said).toEqual([]);
  expect(counted([], 0, 30, 10).said).toEqual([]);
});

it("[H13] a ledger whose old rows are gone begins with the bucket of its checkpoint, and reads none", () => {
  const times = [5, 15, 25, 35, 36];
  expect(counted(times, 0, 40, 10, 3).said).toEqual([
    [30, 3],
    [40, 5],
  ]);
  expect(counted([5, 15, 20], 0, 40, 10, 3).said, "all of them").toEqual([
    [30, 3],
    [40, 3],
  ]);
});

it("agrees with a walk over the rows, whatever the buckets", () => {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 200; round++) {
    const times = Array.from({ length: random(40) }, () => random(100)).sort((a, b) => a - b);
    const [since, until, bucketMs] = [random(50), 50 + random(80), 1 + random(30)];
    const walked = Array.from({ length: bucketsOf({ since, until, bucketMs }) }, (_, index) => {
      const end = Math.min(since + (index + 1) * bucketMs, until);
      return [end, times.filter((at) => (end === until ? at <= end : at < end)).length];
    });
    expect(counted(times, since, until, bucketMs).said).toEqual(walked.filter(([, seq]) => seq !== 0));
  }
});

it("[X4] 500 buckets of a million rows read a few thousand of them, and of an empty time hardly any", () => {
  const times = Array.from({ length: 1_000_000 }, (_, index) => index * 10);
  expect(counted(times, 0, 10_000_000, 20_000).reads).toBeLessThan(7_000);
  expect(counted(times, 20_000_000, 30_000_000, 20_000).reads).toBeLessThan(50);
});
