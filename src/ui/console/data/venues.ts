// Reads the venues of the organisation: times of an event are shown, and typed, by the clocks of its venue.

import { useMemo } from "preact/hooks";
import type { Operations } from "../../../client/client.ts";
import { type Read, useRead } from "./queries.ts";

export type Venue = Operations["GET /v1/venues/{id}"]["answer"];
export type Venues = { readonly byId: ReadonlyMap<string, Venue>; readonly read: Read<"GET /v1/venues"> };

/** The first hundred, which is all of nearly everybody. */
export function useVenues(): Venues {
  const read = useRead("GET /v1/venues", { query: { limit: 100 } });
  const rows = read.answer?.body.data;
  const byId = useMemo(() => new Map((rows ?? []).map((venue) => [venue.id, venue])), [rows]);
  return { byId, read };
}

/** Where nothing is known of the venue yet: the zone of the country that this is made for. */
export const STANDARD_ZONE = "Africa/Johannesburg";

/** The venue of an event, however many there are; not read before its id is known. */
export function useVenue(id: string | undefined): Read<"GET /v1/venues/{id}"> {
  return useRead("GET /v1/venues/{id}", { id: id ?? "" }, { isOff: id === undefined });
}

/** Of that venue, to show times by. No form takes it: what is typed before the zone is known would be of other times. */
export function zoneOf(venue: Read<"GET /v1/venues/{id}">): string {
  return venue.answer?.body.timezone ?? STANDARD_ZONE;
}
