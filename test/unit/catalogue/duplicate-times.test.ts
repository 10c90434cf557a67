// The times of an event that is like another one at a new start, over changes to summer time and at the ends of the years.

import { describe, expect, it } from "vitest";
import { type Times, timesAt } from "../../../src/domain/events/duplicate-times.ts";

const at = (text: string) => Date.parse(text);
const iso = (ms: number | null) => ms && new Date(ms).toISOString().replace(":00.000Z", "Z");

/** An evening with a sale that opened weeks before, and a type that is cheaper for some days. */
function evening(start: string): Times {
  const from = at(start);
  const hours = (n: number) => from + n * 3_600_000;
  return {
    event: {
      ...{ start_time: from, end_time: hours(5), sale_start: hours(-24 * 28 - 9), sale_end: hours(2) },
      doors_open: hours(-1),
    },
    types: [
      { sale_start: null, sale_end: hours(-24 * 14), windows: [{ from: hours(-1), until: hours(1) }] },
      { sale_start: null, sale_end: null, windows: null },
    ],
  };
}

describe("[E13] an event at a new start", () => {
  it("keeps each time's distance, to the second", () => {
    const source = evening("2026-12-05T16:00:07.250Z");
    const next = timesAt(source, at("2027-06-12T17:30:00.000Z"), "Africa/Johannesburg");
    const by = at("2027-06-12T17:30:00.000Z") - source.event.start_time;
    expect(next?.event.start_time).toBe(at("2027-06-12T17:30:00.000Z"));
    expect(next?.event.sale_start).toBe(source.event.sale_start + by);
    expect(next?.types[0]?.windows).toEqual([
      { from: source.event.start_time - 3_600_000 + by, until: source.event.start_time + 3_600_000 + by },
    ]);
    expect(next?.types[1]).toEqual({ sale_start: null, sale_end: null, windows: null });
  });

  it("keeps the times of day where the clocks were put forward or back in between", () => {
    // 18:00 in winter, its sale from 09:00 four weeks before; then 18:00 two weeks after the clocks went forward.
    const next = timesAt(evening("2027-02-06T17:00:00Z"), at("2027-04-10T16:00:00Z"), "Europe/Berlin");
    expect(iso(next?.event.sale_start ?? null), "09:00 in winter").toBe("2027-03-13T08:00Z");
    expect(iso(next?.event.end_time ?? null), "23:00").toBe("2027-04-10T21:00Z");
    const back = timesAt(evening("2027-07-03T16:00:00Z"), at("2027-11-06T17:00:00Z"), "Europe/Berlin");
    expect(iso(back?.event.sale_start ?? null), "09:00 in summer").toBe("2027-10-09T07:00Z");
  });

  it("begins at the very instant that was said, also in the hour that comes twice", () => {
    for (const start of ["2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z"]) {
      const next = timesAt(evening("2027-07-03T16:00:00Z"), at(start), "Europe/Berlin");
      expect(iso(next?.event.start_time ?? null)).toBe(start.replace(":00Z", "Z"));
    }
  });

  it("is in order also where an hour is skipped within it", () => {
    const start = at("2027-07-03T23:00:00Z");
    const event = { start_time: start, end_time: start + 1_800_000, sale_start: start - 60_000, sale_end: start };
    const short: Times = { event: { ...event, doors_open: null }, types: [] };
    // 01:00 there; half an hour after the new start the clocks go from 02:00 to 03:00.
    for (const minutes of [0, 30, 59, 60, 90]) {
      const next = timesAt(short, at("2027-03-28T00:00:00Z") + minutes * 60_000, "Europe/Berlin");
      expect(next && next.event.start_time < next.event.end_time).toBe(true);
      expect(next && next.event.sale_start < next.event.sale_end).toBe(true);
    }
  });

  it("is none where a time would leave the years that are taken", () => {
    const source = evening("2026-12-05T16:00:00Z");
    expect(timesAt(source, at("9999-12-31T20:00:00Z"), "UTC")).toBeNull();
    expect(timesAt(source, at("1970-01-05T00:00:00Z"), "UTC"), "its sale").toBeNull();
    expect(timesAt(source, at("9999-12-31T18:59:59Z"), "UTC")).not.toBeNull();
  });
});
