import { describe, expect, it } from "vitest";
import {
  backoffMs,
  type Deadlines,
  EXPIRY_GRID_MS,
  nextAlarmAt,
  REMOTE_INTERVAL_MS,
} from "../../../src/domain/time/alarm.ts";

const NOW = 1_000_000;
const NOTHING: Deadlines = {
  expiry: null,
  claims: null,
  outbox: null,
  judging: null,
  mails: null,
  unprojected: false,
  projectAgainAt: 0,
  deletion: null,
  feed: null,
};

describe("the next alarm", () => {
  it.each<[string, Partial<Deadlines>, number | null]>([
    ["[L5] nothing due: none", {}, null],
    ["[H4] an expiry on the grid is announced at it", { expiry: NOW + 500 }, NOW + 500],
    ["[H4] an expiry off the grid within the next half second", { expiry: NOW + 501 }, NOW + 1_000],
    ["[H5] an expiry that is past: now", { expiry: NOW - 60_000 }, NOW],
    ["[O2] a claim at its own deadline, not on the grid", { claims: NOW + 501 }, NOW + 501],
    ["[O3] an order that is to be sent again: when it is", { outbox: NOW + 1_700 }, NOW + 1_700],
    ["[O3] an order that should have been sent again: now", { outbox: 0 }, NOW],
    ["[N9] a door that is to be called again: when it is", { judging: NOW + 1_700 }, NOW + 1_700],
    ["[N9] a door that should have been called again: now", { judging: 0 }, NOW],
    ["[O14] a mail that is to be sent: on the grid", { mails: 0 }, NOW],
    ["[O14] a mail that failed: when it is to be sent again", { mails: NOW + 1_700 }, NOW + 1_700],
    ["[O14] a mail delays no expiry", { mails: NOW + 30_000, expiry: NOW + 500 }, NOW + 500],
    ["[K5] an unprojected row: on the grid, within half a second", { unprojected: true, projectAgainAt: NOW - 9 }, NOW],
    [
      "[K5] an unprojected row just after a projection: a second after it",
      { unprojected: true, projectAgainAt: NOW + 900 },
      NOW + 900,
    ],
    ["[L3] a push that the feed did not acknowledge: when it is to be repeated", { feed: NOW + 1_300 }, NOW + 1_300],
    [
      "[X3] D1 away delays no expiry",
      { expiry: NOW + 500, unprojected: true, projectAgainAt: NOW + 30_000, claims: NOW + 30_000 },
      NOW + 500,
    ],
    ["[H13] a deletion at its own time, however far", { deletion: NOW + 86_400_001 }, NOW + 86_400_001],
    ["[H13] a deletion that is past: now", { deletion: NOW - 1 }, NOW],
    ["[H13] a deletion after an expiry waits for its turn", { expiry: NOW + 500, deletion: NOW + 501 }, NOW + 500],
  ])("%s", (_, deadlines, expected) => {
    expect(nextAlarmAt({ ...NOTHING, ...deadlines }, NOW)).toBe(expected);
  });

  it("[H4] an expiry is announced within half a second of held_until, wherever that falls", () => {
    for (let expiry = NOW + 1; expiry <= NOW + EXPIRY_GRID_MS; expiry++) {
      const at = nextAlarmAt({ ...NOTHING, expiry }, NOW) ?? 0;
      expect(at - expiry).toBeGreaterThanOrEqual(0);
      expect(at - expiry).toBeLessThan(EXPIRY_GRID_MS);
    }
  });
});

describe("the backoff", () => {
  it("[X3] is a second after success, grows with failures, is spread, and never passes 30 s", () => {
    expect(backoffMs(0, 0.9)).toBe(REMOTE_INTERVAL_MS);
    expect(backoffMs(1, 0)).toBe(REMOTE_INTERVAL_MS);
    expect(backoffMs(1, 0.5)).toBe(1_500);
    expect(backoffMs(3, 0.5)).toBe(4_500);
    for (const failures of [5, 6, 100]) expect(backoffMs(failures, 0.999)).toBeLessThanOrEqual(30_000);
  });
});
