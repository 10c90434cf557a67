// When a feed stores and acknowledges what is pushed to it (rules L3, L4).

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FRAME_INTERVAL_MS } from "../../../src/sockets/conflation.ts";
import { openKeeping } from "../../../src/feed/keeping.ts";

const START = 1_800_000_000_000;
const AHEAD_MS = 15;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A feed's keeping whose store works while `works`; each step that stored, and each acknowledgement, by its time. */
function opened() {
  const disk = { works: true, stored: [] as number[] };
  const acknowledged: [at: number, stored: boolean][] = [];
  const keeping = openKeeping(Date.now, () => {
    if (disk.works) disk.stored.push(Date.now() - START);
    return disk.works;
  });
  const push = (wanted = true): void => {
    void keeping.changed(wanted).then((stored) => acknowledged.push([Date.now() - START, stored]));
  };
  return { keeping, disk, acknowledged, push, pass: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
}

describe("what is pushed to a feed", () => {
  it("[L3] is stored before it is acknowledged: at once after a pause, else just ahead of the next frame", async () => {
    const { keeping, disk, acknowledged, push, pass } = opened();
    keeping.framed();
    push();
    await pass(0);
    expect([disk.stored, acknowledged]).toEqual([[0], [[0, true]]]);
    await pass(20);
    push();
    push();
    const step = FRAME_INTERVAL_MS - AHEAD_MS;
    await pass(step - 20 - 1);
    expect(acknowledged, "not a millisecond early").toHaveLength(1);
    await pass(1);
    expect(disk.stored).toEqual([0, step]);
    expect(acknowledged.slice(1)).toEqual([
      [step, true],
      [step, true],
    ]);
  });

  it("[L4] is acknowledged once a frame to a sender that pushes each time, always ahead of the frame", async () => {
    const { keeping, acknowledged, pass } = opened();
    let framedAt = 0;
    keeping.framed();
    const sender = async () => {
      for (;;) acknowledged.push([Date.now() - START - framedAt, await keeping.changed(true)]);
    };
    void sender();
    for (let frame = 1; frame <= 10; frame++) {
      // A timer is a little late, frame after frame.
      await pass(FRAME_INTERVAL_MS + 3);
      keeping.framed();
      framedAt = Date.now() - START;
    }
    expect(acknowledged.length).toBeLessThanOrEqual(12);
    for (const [afterFrame] of acknowledged.slice(3)) {
      expect(afterFrame).toBeLessThanOrEqual(FRAME_INTERVAL_MS - AHEAD_MS);
      expect(afterFrame).toBeGreaterThan(FRAME_INTERVAL_MS / 2);
    }
  });

  it("[L3] is not acknowledged as stored when it could not be, and is stored with the next", async () => {
    const { disk, acknowledged, push, pass } = opened();
    disk.works = false;
    push();
    await pass(0);
    disk.works = true;
    push();
    await pass(FRAME_INTERVAL_MS);
    expect(acknowledged.map(([, stored]) => stored)).toEqual([false, true]);
    expect(disk.stored).toHaveLength(1);
  });

  it("[L5] is not stored while nobody follows, and acknowledged at the same pace", async () => {
    const { disk, acknowledged, push, pass } = opened();
    push(false);
    push(false);
    await pass(0);
    expect(acknowledged).toEqual([[0, true]]);
    await pass(2 * FRAME_INTERVAL_MS);
    expect(acknowledged).toHaveLength(2);
    expect(disk.stored).toEqual([]);
    expect(vi.getTimerCount(), "no timer stands").toBe(0);
  });

  it("[L3] waits no longer than a frame when the clock has jumped back", async () => {
    const { keeping, acknowledged, push, pass } = opened();
    keeping.framed();
    push();
    vi.setSystemTime(START - 60_000);
    push();
    await pass(0);
    push();
    await pass(FRAME_INTERVAL_MS);
    expect(acknowledged).toHaveLength(3);
  });
});
