// Names events by their ids in lists that span several events: the name, and the zone in which its times are shown.

import { useMemo } from "preact/hooks";
import { type Read, useRead } from "./queries.ts";
import { useVenue, useVenues } from "./venues.ts";

export type NamedEvent = { readonly name: string; readonly zone: string | undefined };
/**
 * `isRead`: both lists have been read, so that an event that is not in them is beyond their first pages. `reads`: the
 * two.
 */
export type EventNames = {
  readonly byId: ReadonlyMap<string, NamedEvent>;
  readonly isRead: boolean;
  readonly reads: readonly [Read<"GET /v1/events">, Read<"GET /v1/venues">];
};

/** The names of the hundred newest events, read at once for a whole list. */
export function useEventNames(): EventNames {
  const events = useRead("GET /v1/events", { query: { limit: 100 } });
  const rows = events.answer?.body.data;
  const { byId: venues, read } = useVenues();
  const isRead = rows !== undefined && read.answer !== undefined;
  const byId = useMemo(() => {
    const named = (rows ?? []).map(
      ({ id, name, venue_id }) => [id, { name, zone: venues.get(venue_id)?.timezone }] as const,
    );
    return new Map(named);
  }, [rows, venues]);
  return { byId, isRead, reads: [events, read] };
}

/**
 * The name of one event: from the list, or, when it is older than that or at a venue beyond the first page, by a
 * request of its own.
 */
export function useNamedEvent(id: string, names: EventNames): NamedEvent | undefined {
  const listed = names.byId.get(id);
  const isWhole = listed?.zone !== undefined || !names.isRead;
  const event = useRead("GET /v1/events/{id}", { id }, { isOff: isWhole }).answer?.body;
  const venue = useVenue(event?.venue_id).answer?.body;
  if (isWhole || event === undefined) return listed;
  return { name: event.name, zone: venue?.timezone };
}
