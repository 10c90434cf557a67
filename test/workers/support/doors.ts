// An event with a gate and a device at it, and the ways to its scanner channel.

import { env } from "cloudflare:workers";
import { type EventId, parseId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { created, gateBody, openTenant, published, type Tenant } from "./catalogue.ts";
import { ask, bodyOf } from "./http.ts";
import { follow, type Viewer } from "./socket.ts";

export type Doors = {
  readonly tenant: Tenant;
  readonly eventId: EventId;
  readonly typeId: string;
  readonly venueId: string;
  readonly gateId: string;
  readonly device: { readonly id: string; readonly token: string };
};

/** `changes`: of the event, which starts in a day. */
export async function openDoors(changes: object = {}): Promise<Doors> {
  const tenant = await openTenant();
  const { eventId, typeId } = await published(tenant, changes);
  const { venue_id } = await bodyOf(await ask("GET", `/v1/events/${eventId}`, { token: tenant.token }));
  const venueId = String(venue_id);
  const { gateId, device } = await openGate(tenant, venueId);
  return { tenant, eventId: must(parseId("evt", eventId), "it was created"), typeId, venueId, gateId, device };
}

/** A gate of the venue, with a device at it. */
export async function openGate({ token }: Tenant, venueId: string): Promise<Pick<Doors, "gateId" | "device">> {
  const gateId = await created(`/v1/venues/${venueId}/gates`, token, gateBody());
  const made = await bodyOf(await ask("POST", "/v1/devices", { token, json: { name: "Scanner", gate_id: gateId } }));
  return { gateId, device: { id: String(made["id"]), token: String(made["secret"]) } };
}

export const pathOf = ({ eventId }: Pick<Doors, "eventId">, query = "") => `/v1/events/${eventId}/scanner${query}`;
export const asDevice = (doors: Doors, query = "") => follow(pathOf(doors, query), doors.device.token);
export const refused = async (path: string, token: string) =>
  (await ask("GET", path, { token, headers: { Upgrade: "websocket" } })).status;
export const snapshotOf = (viewer: Viewer) => viewer.until(({ type }) => type === "snapshot");
export const feedOf = ({ eventId }: Doors) => env.EVENT_FEED.getByName(eventId);
