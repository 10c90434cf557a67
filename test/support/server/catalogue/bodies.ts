// Bodies of the catalogue with everything but the point filled in, for tests inside and outside of the Worker.

const HOUR = 3_600_000;

export const iso = (ms: number): string => new Date(ms).toISOString();

let names = 0;
/** A name that no other test of the file has. */
const aName = (what: string): string => `${what} ${++names}`;

/** Where a venue is that says no more. */
export const PLACE = {
  address: "1 Stadium Road",
  city: "Pretoria",
  country: "ZA",
  timezone: "Africa/Johannesburg",
};

export function venueBody(changes: object = {}) {
  return { name: aName("Venue"), ...PLACE, capacity: 1_000, ...changes };
}

export function gateBody(changes: object = {}) {
  return { gate_code: `G${++names}`, name: "North gate", ...changes };
}

/** Epoch ms of an event that is on sale since an hour before `now`, and starts in a day. */
export const timesOnSale = (now: number) => ({
  start_time: now + 24 * HOUR,
  end_time: now + 30 * HOUR,
  sale_start: now - HOUR,
  sale_end: now + 24 * HOUR,
});

/** An event on sale now, that starts in a day. */
export function eventBody(venueId: string, changes: object = {}) {
  const { start_time, end_time, sale_start, sale_end } = timesOnSale(Date.now());
  const times = {
    start_time: iso(start_time),
    end_time: iso(end_time),
    sale_start: iso(sale_start),
    sale_end: iso(sale_end),
  };
  return { venue_id: venueId, name: aName("Event"), ...times, capacity: 1_000, ...changes };
}

export function ticketTypeBody(changes: object = {}) {
  return { name: aName("Type"), price: "150.00", total_quantity: 100, ...changes };
}
