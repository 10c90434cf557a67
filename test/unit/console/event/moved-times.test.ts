// The times of a draft that moves to a venue with other clocks.

import { expect, test } from "vitest";
import { localTime, movedSale, movedTimes } from "../../../../src/ui/console/decisions/event/zoned-time.ts";

const event = {
  ...{ start_time: "2026-12-05T17:00:00.000Z", end_time: "2026-12-05T21:00:00.000Z" },
  ...{ sale_start: "2026-10-01T06:00:00.000Z", sale_end: "2026-12-05T17:00:00.000Z", doors_open: null },
};

test("[C5] the clocks at another venue show what they showed before, also across a change of the hour", () => {
  const moved = movedTimes(
    { ...event, doors_open: "2026-12-05T15:00:00.000Z" },
    "Africa/Johannesburg",
    "Europe/Berlin",
  );
  expect(moved).toEqual({
    ...{ start_time: "2026-12-05T18:00:00.000Z", end_time: "2026-12-05T22:00:00.000Z" },
    ...{ sale_start: "2026-10-01T06:00:00.000Z", sale_end: "2026-12-05T18:00:00.000Z" },
    doors_open: "2026-12-05T16:00:00.000Z",
  });
  expect(localTime("Europe/Berlin", Date.parse(moved.start_time ?? ""))).toBe("2026-12-05T19:00");
});

test("[C5] nothing is changed by a venue with the same clocks, and no time is made where there was none", () => {
  expect(movedTimes(event, "Africa/Johannesburg", "Africa/Johannesburg")).toEqual({});
  expect(movedTimes(event, "Africa/Johannesburg", "UTC")).not.toHaveProperty("doors_open");
});

test("[C5] a type's own sale moves by the clocks as its event does, and gets no bound that it had not", () => {
  // Both at 02:30, which Berlin's clocks show twice in the one night, and leave out in the other.
  const sale = { sale_start: "2026-10-25T00:30:00.000Z", sale_end: "2027-03-28T00:30:00.000Z" };
  expect(movedSale(sale, "Africa/Johannesburg", "Europe/Berlin")).toEqual({
    ...{ sale_start: "2026-10-25T00:30:00.000Z", sale_end: "2027-03-28T01:30:00.000Z" },
  });
  expect(movedSale({ sale_start: null, sale_end: "2026-12-20T10:00:00.000Z" }, "Africa/Johannesburg", "UTC")).toEqual({
    sale_end: "2026-12-20T12:00:00.000Z",
  });
  expect(movedSale(sale, "UTC", "UTC")).toEqual({});
});
