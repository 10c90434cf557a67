// A scan on its way to the door of its event (rules D2, D3): what was read goes there as it came, without a look at D1. A
// typed code does not say of which ticket type it is (rule N3), so that is found first.

import { answered } from "../db/limit.ts";
import { readTicketPlace } from "../db/tickets.ts";
import type { DoorActor, ScanReply } from "../domain/door/command.ts";
import { parseTypedCode } from "../domain/door/serial.ts";
import { ticketOf } from "../domain/door/ticket.ts";
import type { Refusal } from "../domain/errors.ts";
import { type EventId, homeOf, type TicketTypeId } from "../domain/ids.ts";
import { can, type Device, type Organiser } from "../domain/policy.ts";
import { accept, assert, refuse, type Result } from "../domain/result.ts";
import type { ScanRequest } from "../door/client.ts";
import { sha256 } from "../shared/sha256.ts";
import type { Context } from "./context.ts";

export type Scanner = Organiser | Device;
export type ScanAsked = Omit<ScanRequest, "by" | "requestId" | "ticketTypeId">;

/** `forbidden`: a device overrides nothing (rule D15). Every other refusal is the door's, or that a part is away. */
export async function scanTicket(context: Context<Scanner>, eventId: EventId, scan: ScanAsked): Promise<ScanReply> {
  const { actor, doors, requestId } = context;
  assert(can(actor, "door.scan"), "the route has checked the permission");
  if (scan.override !== null && !can(actor, "door.override")) return refuse({ code: "forbidden" });
  const found = scan.source === "typed" ? await typeOfTyped(context, eventId, scan.code) : accept(null);
  if (!found.ok) return found;
  return doors(eventId).scan({ ...scan, by: atDoor(actor), requestId, ticketTypeId: found.value });
}

/** The actor as a door knows it. */
export function atDoor(actor: Scanner): DoorActor {
  const { id, organizationId } = actor;
  if (actor.kind !== "device") return { id, organizationId, device: null };
  const { venueId, gateId } = actor;
  return { id, organizationId, device: { venueId, gateId } };
}

/**
 * The type of the event's ticket that has this serial; null when the event has none, as far as D1 was told. A part that
 * is away is a refusal: without its type a ticket's own rules would be passed over.
 */
async function typeOfTyped(
  { actor: { organizationId }, db, inventories }: Context<Scanner>,
  eventId: EventId,
  code: string,
): Promise<Result<TicketTypeId | null, Refusal>> {
  const typed = parseTypedCode(code);
  const place = typed && (await answered(readTicketPlace(db, organizationId, typed.serial)));
  if (place === null) return accept(null);
  const { orderId, number } = place;
  // By the order itself, since a device is nobody's buyer: D1's row has said whose the ticket is.
  const order = await inventories(homeOf(orderId)).order({ orderId, by: { id: orderId, organizationId: null } });
  if (!order.ok) return SAYS_NONE.has(order.refusal.code) ? accept(null) : order;
  if (order.value.eventId !== eventId) return accept(null);
  return accept(ticketOf(order.value, number, sha256)?.ticketTypeId ?? null);
}

/** There is no such order, or none that is read any more, so long after the event's end. */
const SAYS_NONE: ReadonlySet<Refusal["code"]> = new Set(["not_found", "unauthenticated"]);
