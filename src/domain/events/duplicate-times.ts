// Computes the times of a duplicate of an event at a new start (rule E13): each keeps its distance to the start, by the
// clocks of the venue.

import { eventFaults, ticketTypeFaults, windowFaults } from "./catalogue.ts";
import { closedWindows, type Window } from "../door/admission.ts";
import { doorsOpenOf } from "./event.ts";
import { isOfOurYears } from "../time/instant.ts";
import { clockIn, movedByClock } from "./venue-clock.ts";

/** Epoch ms, under the names of their columns. */
export type EventTimes = {
  readonly start_time: number;
  readonly end_time: number;
  readonly sale_start: number;
  readonly sale_end: number;
  readonly doors_open: number | null;
};
/** The times of a ticket type; null means the event's. `windows` are those of its admission. */
export type TypeTimes = {
  readonly sale_start: number | null;
  readonly sale_end: number | null;
  readonly windows: readonly Window[] | null;
};
export type Times = { readonly event: EventTimes; readonly types: readonly TypeTimes[] };

/**
 * `times` moved so that the event begins at `start`, at a venue in `timezone`; null when one falls outside the accepted
 * years. If a change of the clocks in between would put them out of order, all move by the same number of hours.
 */
export function timesAt(times: Times, start: number, timezone: string): Times | null {
  const from = times.event.start_time;
  const byClock = moved(times, movedByClock(from, start, clockIn(timezone)));
  const next = isInOrder(byClock) || !isInOrder(times) ? byClock : moved(times, (at) => at + start - from);
  return allOf(next).every(isOfOurYears) ? next : null;
}

function moved({ event, types }: Times, move: (at: number) => number): Times {
  const orNull = (at: number | null) => (at === null ? null : move(at));
  return {
    event: {
      start_time: move(event.start_time),
      end_time: move(event.end_time),
      sale_start: move(event.sale_start),
      sale_end: move(event.sale_end),
      doors_open: orNull(event.doors_open),
    },
    types: types.map(({ sale_start, sale_end, windows }) => ({
      sale_start: orNull(sale_start),
      sale_end: orNull(sale_end),
      windows: windows?.map(({ from, until }) => ({ from: move(from), until: move(until) })) ?? null,
    })),
  };
}

function isInOrder({ event, types }: Times): boolean {
  const doors = { from: doorsOpenOf(event), until: event.end_time };
  const faultsOf = (type: TypeTimes) => [
    ...[...ticketTypeFaults(type), ...windowFaults(type, event), ...closedWindows(type.windows, doors)],
    ...(type.windows ?? []).filter(({ from, until }) => from >= until),
  ];
  return eventFaults(event).length === 0 && types.every((type) => faultsOf(type).length === 0);
}

function allOf({ event, types }: Times): number[] {
  const of = types.flatMap(({ sale_start, sale_end, windows }) => [
    ...[sale_start, sale_end],
    ...(windows ?? []).flatMap(({ from, until }) => [from, until]),
  ]);
  return [...Object.values(event), ...of].filter((at) => at !== null);
}
