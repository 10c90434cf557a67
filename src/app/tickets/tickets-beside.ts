// Finds all tickets of the order to which a ticket at the door belongs: D1 names the order, and the order's home lists
// its tickets.

import { readTicketPlace } from "../../db/tickets/tickets.ts";
import { type Ticket, ticketsOf } from "../../domain/door/tickets/ticket.ts";
import type { Refusal } from "../../domain/errors.ts";
import { type EventId, homeOf } from "../../domain/ids.ts";
import type { Device, Organiser } from "../../domain/people/policy.ts";
import { accept, type Result } from "../../domain/result.ts";
import { isUnknownOrder } from "../../door/codes/typed-type.ts";
import { sha256 } from "../../shared/sha256.ts";
import type { Context } from "../context.ts";

/**
 * All tickets of the order that has the ticket `serial`, by their numbers; empty when D1 knows no such ticket of the event.
 * The caller must show them to nobody before the door has agreed.
 */
export async function ticketsBeside(
  { actor, db, inventories }: Context<Organiser | Device>,
  eventId: EventId,
  serial: number,
): Promise<Result<readonly Ticket[], Refusal>> {
  const place = await readTicketPlace(db, actor.organizationId, serial);
  if (place === null) return accept([]);
  const { orderId } = place;
  // The order is read as itself, since a device is not its buyer. D1's row has shown that the ticket belongs to the
  // organisation.
  const order = await inventories(homeOf(orderId)).order({ orderId, by: { id: orderId, organizationId: null } });
  if (!order.ok) return isUnknownOrder(order.refusal) ? accept([]) : order;
  return accept(order.value.eventId === eventId ? ticketsOf(order.value, sha256) : []);
}
