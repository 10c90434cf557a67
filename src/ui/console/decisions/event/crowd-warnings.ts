// Finds what may be too much for the place of an event (rule D11): more people than may be inside, or another event at
// the same time.

type Type = { readonly total_quantity: number; readonly admission: { readonly admits: number } };

/** How many people all tickets together admit; one ticket may be for a whole table. */
export function personsAdmitted(types: readonly Type[]): number {
  return types.reduce((sum, { total_quantity, admission }) => sum + total_quantity * admission.admits, 0);
}

type Place = {
  readonly event: { readonly admission_capacity: number | null };
  readonly venue: { readonly capacity: number };
};

/** How many may be inside at one time. */
export function placesInside({ event, venue }: Place): number {
  return event.admission_capacity ?? venue.capacity;
}

type Timed = {
  readonly id: string;
  readonly venue_id: string;
  readonly status: string;
  readonly start_time: string;
  readonly end_time: string;
};

/**
 * The other events at that time, including drafts, which may still be published. An event that begins when this one
 * ends does not count.
 */
export function meanwhileThere<E extends Timed>(event: Timed, others: readonly E[]): E[] {
  const [start, end] = [Date.parse(event.start_time), Date.parse(event.end_time)];
  return others.filter(
    (other) =>
      other.id !== event.id &&
      other.venue_id === event.venue_id &&
      other.status !== "ended" &&
      other.status !== "archived" &&
      Date.parse(other.start_time) < end &&
      Date.parse(other.end_time) > start,
  );
}
