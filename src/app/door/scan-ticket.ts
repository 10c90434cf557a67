// Sends a scan to the door of its event (rules D2, D3). A code that was read is sent unchanged, without a query of D1. A
// typed code does not contain its ticket type (rule N3), and a ticket that came with another not its order (rule D13), so
// these are looked up first.

import type { DoorActor, ScanReply } from "../../domain/door/command.ts";
import type { CodeSource } from "../../domain/door/rows/door-log.ts";
import { serialOf } from "../../domain/door/tickets/ticket.ts";
import type { Refusal } from "../../domain/errors.ts";
import type { EventId, TicketId } from "../../domain/ids.ts";
import { can, type Device, type Organiser } from "../../domain/people/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import type { ScanRequest } from "../../door/client.ts";
import { typeOfTyped } from "../../door/codes/typed-type.ts";
import { sha256 } from "../../shared/sha256.ts";
import type { Context } from "../context.ts";
import { ticketsBeside } from "../tickets/tickets-beside.ts";

export type Scanner = Organiser | Device;
/** A code that was read or typed, or a ticket that came with one that this scanner has just let in. */
export type Presented = { readonly code: string; readonly source: CodeSource } | { readonly ticketId: TicketId };
type Found = Pick<ScanRequest, "code" | "source" | "ticketTypeId">;
export type SentScan = Omit<ScanRequest, "by" | "requestId" | keyof Found>;

/**
 * Refuses an override by a device as `forbidden` (rule D15), and a ticket as `not_found` when D1 knows none of the event.
 * Every other refusal is the door's, or says that a part is away.
 */
export async function scanTicket(
  context: Context<Scanner>,
  eventId: EventId,
  presented: Presented,
  scan: SentScan,
): Promise<ScanReply> {
  const { actor, doors, requestId } = context;
  assert(can(actor, "door.scan"), "the route has checked the permission");
  if (scan.override !== null && !can(actor, "door.override")) return refuse({ code: "forbidden" });
  const found =
    "code" in presented
      ? await findType(context, eventId, presented)
      : await findOrder(context, eventId, presented.ticketId);
  if (!found.ok) return found;
  return doors(eventId).scan({ ...scan, ...found.value, by: atDoor(actor), requestId });
}

async function findType(
  context: Context<Scanner>,
  eventId: EventId,
  { code, source }: Extract<Presented, { code: string }>,
): Promise<Result<Found, Refusal>> {
  if (source !== "typed") return accept({ code, source, ticketTypeId: null });
  const type = await typeOfTyped(context, context.actor.organizationId, eventId, code);
  return type.ok ? accept({ code, source, ticketTypeId: type.value }) : type;
}

/** The door checks whether one ticket of the order was just let in. */
async function findOrder(
  context: Context<Scanner>,
  eventId: EventId,
  ticketId: TicketId,
): Promise<Result<Found, Refusal>> {
  const tickets = await ticketsBeside(context, eventId, serialOf(ticketId, sha256));
  if (!tickets.ok) return tickets;
  const ticket = tickets.value.find(({ id }) => id === ticketId);
  if (ticket === undefined) return refuse({ code: "not_found" });
  const beside = tickets.value.flatMap(({ serial }) => (serial === ticket.serial ? [] : [serial]));
  return accept({ code: { serial: ticket.serial, beside }, source: "party", ticketTypeId: ticket.ticketTypeId });
}

/** The actor in the form that a door's commands have. */
export function atDoor(actor: Scanner): DoorActor {
  const { id, organizationId } = actor;
  if (actor.kind !== "device") return { id, organizationId, device: null };
  const { venueId, gateId, eventId } = actor;
  return { id, organizationId, device: { venueId, gateId, eventId } };
}
