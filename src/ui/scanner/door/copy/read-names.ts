// Reads the names of the event, its gates and its ticket types, and stores them for times without a network.

import type { GateId } from "../../../../domain/ids.ts";
import type { PhoneStore, Names, PairedPhone } from "../../phone/phone-store.ts";
import { type Call, readList } from "../link/call.ts";

export const NO_NAMES: Names = { event: "", venueId: null, timeZone: null, gates: [], types: [] };

/** Null when a part could not be read; the names that were stored before stay. */
export async function readNames(call: Call, { eventId }: PairedPhone, store: PhoneStore): Promise<Names | null> {
  const event = await call("GET /v1/events/{id}", { id: eventId });
  if (event.kind !== "done") return null;
  const venueId = event.body.venue_id;
  const [gates, types, shown] = await Promise.all([
    readList(call, "GET /v1/venues/{id}/gates", { id: venueId }),
    readList(call, "GET /v1/events/{id}/ticket-types", { id: eventId }),
    call("GET /v1/public/events/{id}", { id: eventId }),
  ]);
  if (gates === null || types === null) return null;
  const names: Names = {
    event: event.body.name,
    venueId,
    // Only the public event has the time zone. For an event that is not public, the phone's own zone is the best guess.
    timeZone: shown.kind === "done" && shown.body ? shown.body.venue.timezone : null,
    // The cast: the API types the ids of gates as plain text.
    gates: byName(gates).map(({ id, name, gate_code: code, status }) => ({
      ...{ id: id as GateId, name, code, status },
    })),
    types: types.map(({ id, name }) => ({ id, name })),
  };
  await store.put({ names });
  return names;
}

/** Sorts by name, with numbers in their natural order: gate 9 before gate 10. */
export function byName<Named extends { readonly name: string }>(all: readonly Named[]): Named[] {
  return [...all].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
}
