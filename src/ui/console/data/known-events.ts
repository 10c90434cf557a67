// The events of the organisation by their ids, for lists of what is of several: what each is called, and by whose clocks it runs.

import { useMemo } from "preact/hooks";
import { useRead } from "./asking.ts";
import { useVenues } from "./venues.ts";

export type KnownEvent = { readonly name: string; readonly zone: string | undefined };
export type KnownEvents = ReadonlyMap<string, KnownEvent>;

/** The hundred newest; what is of an older one is shown without. */
export function useKnownEvents(): KnownEvents {
  const rows = useRead("GET /v1/events", { query: { limit: 100 } }).answer?.body.data;
  const { byId } = useVenues();
  return useMemo(
    () => new Map((rows ?? []).map(({ id, name, venue_id }) => [id, { name, zone: byId.get(venue_id)?.timezone }])),
    [rows, byId],
  );
}
