// Converts between the times of a form, in the zone of a venue, and those of the API.

import { clockIn, instantShowing } from "../../../../domain/events/venue-clock.ts";

/** The local time in `zone` at `at`, in the form of `<input type="datetime-local">`. */
export function localTime(zone: string, at: number): string {
  return new Date(clockIn(zone)(at)).toISOString().slice(0, "2026-12-05T18:00".length);
}

/**
 * When it is `local` in `zone`, epoch ms; null for an invalid text. Of an hour that occurs twice when clocks change,
 * the first is taken. A time that the change skips is moved forward by as much.
 */
export function instantOf(zone: string, local: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(local)) return null;
  const shown = Date.parse(`${local}:00.000Z`);
  return Number.isNaN(shown) ? null : instantShowing(shown, clockIn(zone));
}

type Instants = {
  readonly start_time: string;
  readonly end_time: string;
  readonly sale_start: string;
  readonly sale_end: string;
  readonly doors_open: string | null;
};

/**
 * The times of an event that moves to a venue in another zone, so that the local times, to the minute, stay the same.
 */
export function movedTimes(event: Instants, from: string, to: string): Partial<Instants> {
  if (from === to) return {};
  const moved = mover(from, to);
  const { start_time, end_time, sale_start, sale_end, doors_open } = event;
  return {
    ...{ start_time: moved(start_time), end_time: moved(end_time) },
    ...{ sale_start: moved(sale_start), sale_end: moved(sale_end) },
    ...(doors_open !== null && { doors_open: moved(doors_open) }),
  };
}

type SaleTimes = { readonly sale_start: string | null; readonly sale_end: string | null };

/** The same for the sale times of a ticket type, which may have one, both or none. */
export function movedSale({ sale_start, sale_end }: SaleTimes, from: string, to: string): Partial<SaleTimes> {
  if (from === to) return {};
  const moved = mover(from, to);
  return {
    ...(sale_start !== null && { sale_start: moved(sale_start) }),
    ...(sale_end !== null && { sale_end: moved(sale_end) }),
  };
}

function mover(from: string, to: string): (iso: string) => string {
  const [there, here] = [clockIn(from), clockIn(to)];
  return (iso) => new Date(instantShowing(there(Date.parse(iso)), here)).toISOString();
}
