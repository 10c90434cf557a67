// An evening at a venue with two gates, for tests of what its events and their types say of the door.

import {
  created,
  eventBody,
  gateBody,
  newTicketType,
  newVenue,
  openTenant,
  type Tenant,
  ticketTypeBody,
} from "../support/catalogue.ts";
import { ask, bodyOf } from "../support/http.ts";

/** Instants of one day. The doors of an evening open at 16:00; it starts at 18:00 and ends at 23:00. */
export const at = (time: string) => `2031-03-01T${time}Z`;
export const ms = (time: string) => Date.parse(at(time));
export const TIMES = {
  ...{ sale_start: at("00:00:00"), sale_end: at("18:00:00") },
  ...{ start_time: at("18:00:00"), end_time: at("23:00:00") },
};
export const window = (from: string, until: string) => ({ from: at(from), until: at(until) });

export const newGate = (tenant: Tenant, venueId: string) =>
  created(`/v1/venues/${venueId}/gates`, tenant.token, gateBody());

export async function openEvenings() {
  const tenant = await openTenant();
  const { token } = tenant;
  const venueId = await newVenue(tenant);
  const gates = [await newGate(tenant, venueId), await newGate(tenant, venueId)] as const;
  const post = (path: string, json: object) => ask("POST", path, { token, json });
  return {
    tenant,
    venueId,
    gates,
    post,
    read: async (path: string) => bodyOf(await ask("GET", path, { token })),
    newEvening: (changes: object = {}) => created("/v1/events", token, eventBody(venueId, { ...TIMES, ...changes })),
    newType: (eventId: string, admission: object | null) =>
      newTicketType(tenant, eventId, { total_quantity: 1, admission }),
    addType: (eventId: string, admission: unknown) =>
      post(`/v1/events/${eventId}/ticket-types`, ticketTypeBody({ total_quantity: 1, admission })),
  };
}
