// The countdown of held tickets, the viewer's own time, and when a page without a socket polls again.

import { describe, expect, test } from "vitest";
import type { ServerFrame } from "../../../src/sockets/protocol.ts";
import { announcement, endOf, secondsLeft } from "../../../src/ui/shared/time/countdown.ts";
import { ownTimeOf } from "../../../src/ui/shared/time/own-time.ts";
import { countsAfter, pollPauseMs, shouldPoll } from "../../../src/ui/shared/polling.ts";
import { localeOf } from "../../../src/ui/shared/reader-locale.ts";
import { buyingTextsIn } from "../../../src/ui/shared/texts/buying-texts.ts";

const said = await buyingTextsIn("en");

describe("the time that is left", () => {
  test("[S6] is counted from the server's seconds by a steady clock, whatever the device's date says", () => {
    const endsAt = endOf(300, 5_000);
    expect([secondsLeft(endsAt, 5_000), secondsLeft(endsAt, 5_001), secondsLeft(endsAt, 304_001)]).toEqual([
      300, 300, 1,
    ]);
    expect(secondsLeft(endsAt, 400_000)).toBe(0);
  });

  test("[S9] is read out at the start, at two minutes, at one and at the end, and at no other second", () => {
    const announced: [number, string][] = [];
    for (let before: number | null = null, seconds = 300; seconds >= 0; before = seconds, seconds--) {
      const text = announcement(said, before, seconds, true);
      if (text !== null) announced.push([seconds, text]);
    }
    const { basket } = said.t;
    expect(announced).toEqual([
      [300, "5 min 0 s left"],
      [120, basket.twoMinutes],
      [60, basket.oneMinute],
      [0, basket.timeIsUp],
    ]);
  });

  test("[S9] that a device slept through is read out once, and one minute without more time says so", () => {
    expect(announcement(said, 200, 0, true)).toBe(said.t.basket.timeIsUp);
    expect(announcement(said, 130, 50, false)).toBe(said.t.basket.oneMinuteOnly);
    expect(announcement(said, null, 0, true)).toBeNull();
  });
});

describe("the viewer's own time", () => {
  const at = Date.UTC(2026, 9, 24, 16);
  test("[S15] is beside the venue's where their clocks differ, also around a change of clocks", () => {
    expect(ownTimeOf(said, at, "Africa/Johannesburg", "Europe/London")).toBe(
      "Saturday, 24 October 2026 at 17:00 for you (British Summer Time)",
    );
    const later = ownTimeOf(said, at + 86_400_000, "Africa/Johannesburg", "Europe/London");
    expect(later).toBe("Sunday, 25 October 2026 at 16:00 for you (Greenwich Mean Time)");
  });

  test("[S15] is left out where the clocks say the same", () => {
    expect(ownTimeOf(said, at, "Africa/Johannesburg", "Africa/Maputo")).toBeNull();
  });
});

describe("without a socket", () => {
  test("[S11] polls have pauses that grow to a minute, and are spread", () => {
    const pauses = [0, 1, 2, 20].map((polls) => pollPauseMs(polls, 0.5));
    expect(pauses).toEqual([4_000, 6_000, 9_000, 60_000]);
    expect([pollPauseMs(0, 0), pollPauseMs(0, 1)]).toEqual([3_000, 5_000]);
  });

  test("[S11] a socket that failed three times or is refused is given up; an event that is over is the end", () => {
    const waiting = (attempts: number) => ({ state: "waiting", retryInMs: 1, attempts, code: 1006 }) as const;
    expect([shouldPoll(waiting(2)), shouldPoll(waiting(3))]).toEqual([false, true]);
    const ended = (code: number) => shouldPoll({ state: "ended", code, reason: "" });
    expect([ended(1000), ended(4410), ended(1006)]).toEqual([false, false, true]);
    expect(shouldPoll({ state: "open" })).toBe(false);
  });
});

test("[L2] counts are never taken back by an older frame, and a snapshot has all that is shown", () => {
  const counts = (id: string, seq: number, available: number) =>
    ({ id, seq, status: "available", total: 10, sold: 0, held: 10 - available, available }) as const;
  const frame = (type: "snapshot" | "occupancy", ...types: ReturnType<typeof counts>[]) => {
    const [at, event] = ["2026-11-30T12:00:00.000Z", { id: "evt_one", status: "published" }];
    // The one cast: ids of tests are no ids.
    return { type, at, event, ticket_types: types } as unknown as ServerFrame;
  };
  const first = countsAfter(new Map(), frame("snapshot", counts("tt_a", 5, 3), counts("tt_b", 1, 9)));
  const second = countsAfter(first, frame("occupancy", counts("tt_a", 4, 8), counts("tt_b", 2, 1)));
  expect([second.get("tt_a")?.available, second.get("tt_b")?.available]).toEqual([3, 1]);
  expect([...countsAfter(second, frame("snapshot", counts("tt_a", 6, 0))).keys()]).toEqual(["tt_a"]);
});

test("[S15] the language is the first that is wanted and that we have", () => {
  expect([localeOf(["af-ZA"]), localeOf([null, "de", "AF"]), localeOf(["de"]), localeOf([])]).toEqual([
    ...["af", "af", "en", "en"],
  ]);
});
