import { expect, test } from "vitest";
import { openClock } from "../../../src/ui/shared/time/countdown.ts";

/** A device whose two clocks a test moves: `wall` may be set, `steady` stops while it sleeps. */
function openDevice() {
  const at = { steady: 5_000, wall: 1_800_000_000_000 };
  const clock = openClock({ now: () => at.steady }, { now: () => at.wall });
  const pass = (ms: number, apart = 0) => {
    at.steady += ms;
    at.wall += ms + apart;
    return clock();
  };
  return { clock, pass };
}

test("[S9] the time that a device slept is counted, once", () => {
  const { clock, pass } = openDevice();
  expect([clock(), pass(1_000)]).toEqual([5_000, 6_000]);
  // A sleep of three minutes, of which the steady clock knows nothing.
  expect(pass(200, 180_000)).toBe(186_200);
  expect([clock(), pass(1_000)]).toEqual([186_200, 187_200]);
  expect(pass(0, 60_000)).toBe(247_200);
});

test("[S9] a steady clock that goes on in the sleep is right as it is", () => {
  const { pass } = openDevice();
  expect(pass(180_000)).toBe(185_000);
});

test("[S9] clocks that drift apart, and one that is set back, lengthen and shorten nothing", () => {
  const { pass } = openDevice();
  for (let second = 1; second <= 600; second++) expect(pass(1_000, 15)).toBe(5_000 + second * 1_000);
  expect(pass(1_000, -3_600_000)).toBe(606_000);
  expect(pass(1_000)).toBe(607_000);
});
