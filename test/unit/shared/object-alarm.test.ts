// The one alarm of an object, of an inventory and of a feed alike: a lost one is set again (rules H5, T5).

import { describe, expect, it } from "vitest";
import { openObjectAlarm } from "../../../src/shared/objects/object-alarm.ts";

const NOW = 1_000_000;
const LOST_MS = 10_000;

function alarmAt(standing: number | null) {
  const set: number[] = [];
  let now = NOW;
  const storage = {
    getAlarm: () => Promise.resolve(standing),
    setAlarm: (at: number | Date) => {
      set.push(Number(at));
      return Promise.resolve();
    },
  };
  return { alarm: openObjectAlarm(storage, () => now), set, pass: (ms: number) => (now += ms) };
}

describe("the alarm of an object", () => {
  it("[H5] [T5] counts as lost when it is 10 s late, to the millisecond, and is then set again", () => {
    const { alarm, set, pass } = alarmAt(null);
    alarm.arm(NOW);
    pass(LOST_MS - 1);
    alarm.arm(NOW + 20_000);
    expect([alarm.isLost(), set]).toEqual([false, [NOW]]);
    pass(1);
    expect(alarm.isLost()).toBe(true);
    alarm.arm(NOW + 20_000);
    expect([alarm.isLost(), set]).toEqual([false, [NOW, NOW + 20_000]]);
  });

  it("[H5] is set for what comes before it alone, and while it runs not at all", () => {
    const { alarm, set } = alarmAt(null);
    alarm.arm(NOW + 100);
    alarm.arm(NOW + 200);
    alarm.arm(NOW + 50);
    alarm.begins();
    alarm.arm(NOW + 10);
    expect(set).toEqual([NOW + 100, NOW + 50]);
    alarm.ends();
    alarm.arm(NOW + 10);
    alarm.arm(null);
    expect(set).toEqual([NOW + 100, NOW + 50, NOW + 10]);
  });

  it("[H5] that stood before this life is left, also when it is overdue: it is on its way", async () => {
    const { alarm, set, pass } = alarmAt(NOW - 60_000);
    await alarm.wake();
    alarm.arm(NOW + 5);
    expect([alarm.isLost(), set]).toEqual([false, []]);
    pass(LOST_MS);
    alarm.arm(NOW + LOST_MS);
    expect(set).toEqual([NOW + LOST_MS]);
  });
});
