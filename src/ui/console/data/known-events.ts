// Names events by their ids in lists of what is of several events: what each is called, and by whose clocks it runs.

import { useMemo } from "preact/hooks";
import { useRead } from "./queries.ts";
import { useVenue, useVenues } from "./venues.ts";

export type KnownEvent = { readonly name: string; readonly zone: string | undefined };
export type KnownEvents = ReadonlyMap<string, KnownEvent>;

/** The hundred newest, read at once for a whole list. */
export function useKnownEvents(): KnownEvents {
  const rows = useRead("GET /v1/events", { query: { limit: 100 } }).answer?.body.data;
  const { byId } = useVenues();
  return useMemo(
    () => new Map((rows ?? []).map(({ id, name, venue_id }) => [id, { name, zone: byId.get(venue_id)?.timezone }])),
    [rows, byId],
  );
}

/** One event of a list: as the list knows it, and else, when it is an older one or at a venue beyond the first, by itself. */
export function useKnownEvent(id: string, known: KnownEvents): KnownEvent | undefined {
  const listed = known.get(id);
  const isWhole = listed?.zone !== undefined || known.size === 0;
  const event = useRead("GET /v1/events/{id}", { id }, { isOff: isWhole }).answer?.body;
  const venue = useVenue(event?.venue_id).answer?.body;
  if (isWhole || event === undefined) return listed;
  return { name: event.name, zone: venue?.timezone };
}
