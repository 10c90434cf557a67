// A scan on its way to the door of its event (rules D2, D3): what was read goes there as it came, without a look at D1. A
// typed code does not say of which ticket type it is (rule N3), so that is found first.

import type { DoorActor, ScanReply } from "../domain/door/command.ts";
import type { EventId } from "../domain/ids.ts";
import { can, type Device, type Organiser } from "../domain/policy.ts";
import { accept, assert, refuse } from "../domain/result.ts";
import type { ScanRequest } from "../door/client.ts";
import { typeOfTyped } from "../door/typed-type.ts";
import type { Context } from "./context.ts";

export type Scanner = Organiser | Device;
export type ScanAsked = Omit<ScanRequest, "by" | "requestId" | "ticketTypeId">;

/** `forbidden`: a device overrides nothing (rule D15). Every other refusal is the door's, or that a part is away. */
export async function scanTicket(context: Context<Scanner>, eventId: EventId, scan: ScanAsked): Promise<ScanReply> {
  const { actor, doors, requestId } = context;
  assert(can(actor, "door.scan"), "the route has checked the permission");
  if (scan.override !== null && !can(actor, "door.override")) return refuse({ code: "forbidden" });
  const found =
    scan.source === "typed" ? await typeOfTyped(context, actor.organizationId, eventId, scan.code) : accept(null);
  if (!found.ok) return found;
  return doors(eventId).scan({ ...scan, by: atDoor(actor), requestId, ticketTypeId: found.value });
}

/** The actor as a door knows it. */
export function atDoor(actor: Scanner): DoorActor {
  const { id, organizationId } = actor;
  if (actor.kind !== "device") return { id, organizationId, device: null };
  const { venueId, gateId, eventId } = actor;
  return { id, organizationId, device: { venueId, gateId, eventId } };
}
