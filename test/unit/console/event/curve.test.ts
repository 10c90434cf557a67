// The curve of a sale, made of what each of its ticket types says of itself.

import { expect, test } from "vitest";
import { type Bucket, curveOf } from "../../../../src/ui/console/decisions/event/sales-curve.ts";

const bucket = (second: number, sold: number, held: number): Bucket => ({
  at: new Date(second * 1_000).toISOString(),
  ...{ sold, held },
});

test("[C6] the curve of a sale does not fall at its end, where the types were read one after the other", () => {
  const general = [bucket(60, 1, 0), bucket(120, 5, 2), bucket(130.1, 6, 1)];
  const vip = [bucket(60, 0, 1), bucket(120, 2, 0), bucket(130.3, 2, 0)];
  const { at, sold, held } = curveOf([general, vip], 0);
  expect(at).toEqual([0, 60, 120, 130.1, 130.3]);
  expect(sold).toEqual([0, 1, 7, 8, 8]);
  expect(held).toEqual([0, 1, 2, 1, 1]);
});

test("[C6] a ticket type that came later counts from when it was there", () => {
  const { at, sold } = curveOf([[bucket(60, 3, 0), bucket(120, 4, 0)], [bucket(120, 9, 0)], []]);
  expect([at, sold]).toEqual([
    [60, 120],
    [3, 13],
  ]);
  expect(curveOf([])).toEqual({ at: [], sold: [], held: [] });
});
