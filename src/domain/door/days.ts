// Computes when each day of an event begins at its venue (rule D8), in epoch ms, so that the door needs no time zones.

import { clockIn, instantShowing } from "../events/venue-clock.ts";

const DAY_MS = 24 * 60 * 60_000;
const HALF_DAY_MS = DAY_MS / 2;

/**
 * The starts of the days of an event from `from` to `until`, epoch ms, ascending: each at `startsAt` (`HH:MM`) in
 * `timezone` (an IANA name), also when a day has 23 or 25 hours. The first is at or before `from`.
 */
export function dayStarts(from: number, until: number, startsAt: string, timezone: string): number[] {
  const clock = clockIn(timezone);
  const starts: number[] = [];
  // Noon of each date in UTC, from the day before on, since no zone is more than that away from UTC.
  const first = Math.floor(from / DAY_MS) * DAY_MS - DAY_MS + HALF_DAY_MS;
  for (let noon = first; noon < until + 2 * DAY_MS; noon += DAY_MS) {
    const start = instantShowing(Date.parse(`${new Date(noon).toISOString().slice(0, 10)}T${startsAt}:00Z`), clock);
    if (start <= from) starts[0] = start;
    else if (start < until) starts.push(start);
  }
  return starts;
}
