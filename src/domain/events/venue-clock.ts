// Converts between instants and the clocks of a venue, also where summer time begins or ends.

const DAY_MS = 24 * 60 * 60_000;
const MINUTE_MS = 60_000;

/** What the clocks show at an instant, as if it were UTC: epoch ms, cut to the minute. */
export type Clock = (at: number) => number;

/** The clock of a zone, given by its IANA name. */
export function clockIn(timeZone: string): Clock {
  const format = new Intl.DateTimeFormat("en-US", {
    ...{ timeZone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric" },
    ...{ hour: "numeric", minute: "numeric" },
  });
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute);
  };
}

/** The first instant at which the clocks show that time, in whole minutes, or have passed it when they skip it. */
export function instantShowing(shown: number, clock: Clock): number {
  const offsets = [shown - DAY_MS, shown + DAY_MS].map((near) => clock(near) - near);
  const candidates = offsets.map((offset) => shown - offset).sort((a, b) => a - b);
  const exact = candidates.find((at) => clock(at) === shown);
  return exact ?? Math.max(...candidates);
}

/**
 * Where an instant moves when `from` moves to `to` and everything keeps its time of day: what was at 09:00 two weeks before
 * `from` is at 09:00 two weeks before `to`.
 */
export function movedByClock(from: number, to: number, clock: Clock): (at: number) => number {
  const shownAt = (at: number): number => clock(at) + (((at % MINUTE_MS) + MINUTE_MS) % MINUTE_MS);
  const by = shownAt(to) - shownAt(from);
  return (at) => {
    // Exactly `to`, even if the clocks show the new time twice.
    if (at === from) return to;
    const shown = shownAt(at) + by;
    const minute = Math.floor(shown / MINUTE_MS) * MINUTE_MS;
    return instantShowing(minute, clock) + (shown - minute);
  };
}
