// Reads the venues of the organisation. Times of an event are shown and typed in the zone of its venue.

import { useMemo } from "preact/hooks";
import type { Operations } from "../../../client/client.ts";
import { type Read, useRead } from "./queries.ts";

export type Venue = Operations["GET /v1/venues/{id}"]["answer"];
export type Venues = { readonly byId: ReadonlyMap<string, Venue>; readonly read: Read<"GET /v1/venues"> };

/** The first hundred venues, which is all that nearly every organisation has. */
export function useVenues(): Venues {
  const read = useRead("GET /v1/venues", { query: { limit: 100 } });
  const rows = read.answer?.body.data;
  const byId = useMemo(() => new Map((rows ?? []).map((venue) => [venue.id, venue])), [rows]);
  return { byId, read };
}

/** The zone until the venue is known: that of the country for which this is made. */
export const STANDARD_ZONE = "Africa/Johannesburg";

/** The venue of an event, however many there are; not read before its id is known. */
export function useVenue(id: string | undefined): Read<"GET /v1/venues/{id}"> {
  return useRead("GET /v1/venues/{id}", { id: id ?? "" }, { isOff: id === undefined });
}

/**
 * The zone of that venue, for showing times. Forms must not use it, since times that are typed before the venue is
 * known would be in the wrong zone.
 */
export function zoneOf(venue: Read<"GET /v1/venues/{id}">): string {
  return venue.answer?.body.timezone ?? STANDARD_ZONE;
}
