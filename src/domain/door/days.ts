// When each day of an event begins at its venue (rule D8): what the door is given as epoch ms, so that it knows no zones.

const DAY_MS = 24 * 60 * 60_000;
const HALF_DAY_MS = DAY_MS / 2;

/**
 * The cuts between the days of an event from `from` to `until`, epoch ms, ascending: each at `startsAt` (`HH:MM`) in
 * `timezone` (an IANA name), also where a day has 23 or 25 hours. The first is at or before `from`.
 */
export function dayStarts(from: number, until: number, startsAt: string, timezone: string): number[] {
  const clock = clockIn(timezone);
  const starts: number[] = [];
  // Noon of each date of the calendar, from the day before on: no zone is further from UTC than that.
  const first = Math.floor(from / DAY_MS) * DAY_MS - DAY_MS + HALF_DAY_MS;
  for (let noon = first; noon < until + 2 * DAY_MS; noon += DAY_MS) {
    const start = instantOf(`${new Date(noon).toISOString().slice(0, 10)}T${startsAt}`, clock);
    if (start <= from) starts[0] = start;
    else if (start < until) starts.push(start);
  }
  return starts;
}

type Clock = (at: number) => number;

/** What the clocks show at an instant, as if they showed UTC: epoch ms, cut to the minute. */
function clockIn(timeZone: string): Clock {
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

/** The first instant at which the clocks show that time, or have passed it where they skip it. */
function instantOf(local: string, clock: Clock): number {
  const shown = Date.parse(`${local}:00Z`);
  const offsets = [shown - DAY_MS, shown + DAY_MS].map((near) => clock(near) - near);
  const candidates = offsets.map((offset) => shown - offset).sort((a, b) => a - b);
  const exact = candidates.find((at) => clock(at) === shown);
  return exact ?? Math.max(...candidates);
}
