// A scan on its way to the door of its event (rules D2, D3): what was read goes there as it came, without a look at D1. A
// typed code does not say of which ticket type it is (rule N3), and a ticket that came with another not of which order
// (rule D13), so that is found first.

import type { DoorActor, ScanReply } from "../../domain/door/command.ts";
import type { CodeSource } from "../../domain/door/door-log.ts";
import { serialOf } from "../../domain/door/ticket.ts";
import type { Refusal } from "../../domain/errors.ts";
import type { EventId, TicketId } from "../../domain/ids.ts";
import { can, type Device, type Organiser } from "../../domain/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import type { ScanRequest } from "../../door/client.ts";
import { typeOfTyped } from "../../door/typed-type.ts";
import { sha256 } from "../../shared/sha256.ts";
import type { Context } from "../context.ts";
import { ticketsBeside } from "../tickets/tickets-beside.ts";

export type Scanner = Organiser | Device;
/** A code as it was read or typed; or a ticket that came with one that this scanner has just let in. */
export type Presented = { readonly code: string; readonly source: CodeSource } | { readonly ticketId: TicketId };
type Found = Pick<ScanRequest, "code" | "source" | "ticketTypeId">;
export type ScanAsked = Omit<ScanRequest, "by" | "requestId" | keyof Found>;

/**
 * `forbidden`: a device overrides nothing (rule D15); `not_found`: the event has no such ticket, as far as D1 was told. Every
 * other refusal is the door's, or that a part is away.
 */
export async function scanTicket(
  context: Context<Scanner>,
  eventId: EventId,
  presented: Presented,
  scan: ScanAsked,
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

/** Whether one of the order was just let in, the door says. */
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

/** The actor as a door knows it. */
export function atDoor(actor: Scanner): DoorActor {
  const { id, organizationId } = actor;
  if (actor.kind !== "device") return { id, organizationId, device: null };
  const { venueId, gateId, eventId } = actor;
  return { id, organizationId, device: { venueId, gateId, eventId } };
}
