// Reads the names of the event, its gates and its ticket types over the network, and keeps them for when there is none.

import type { GateId } from "../../../../domain/ids.ts";
import type { PhoneStore, Names, PairedPhone } from "../../phone/phone-store.ts";
import { type Call, readList } from "../link/call.ts";

export const NO_NAMES: Names = { event: "", venueId: null, timeZone: null, gates: [], types: [] };

/** Null when it could not all be read: what is kept stays. */
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
    // The public event has its zone; where it is not public, the phone's own zone is the best guess.
    timeZone: shown.kind === "done" && shown.body ? shown.body.venue.timezone : null,
    // The cast: what the API names a gate has a gate's id.
    gates: byName(gates).map(({ id, name, gate_code: code, status }) => ({
      ...{ id: id as GateId, name, code, status },
    })),
    types: types.map(({ id, name }) => ({ id, name })),
  };
  await store.put({ names });
  return names;
}

/** As people count: gate 9 before gate 10. */
export function byName<Named extends { readonly name: string }>(all: readonly Named[]): Named[] {
  return [...all].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
}
