// The order around a ticket that somebody at a door names: D1 says of which order it is, and the order's home which tickets that
// has.

import { readTicketPlace } from "../../db/tickets/tickets.ts";
import { type Ticket, ticketsOf } from "../../domain/door/ticket.ts";
import type { Refusal } from "../../domain/errors.ts";
import { type EventId, homeOf } from "../../domain/ids.ts";
import type { Device, Organiser } from "../../domain/policy.ts";
import { accept, type Result } from "../../domain/result.ts";
import { saysThereIsNone } from "../../door/typed-type.ts";
import { sha256 } from "../../shared/sha256.ts";
import type { Context } from "../context.ts";

/**
 * All tickets of the order that has the ticket `serial`, by their numbers; none where the event has no such ticket, as far
 * as D1 was told. Nobody is told of them before the door has agreed.
 */
export async function ticketsBeside(
  { actor, db, inventories }: Context<Organiser | Device>,
  eventId: EventId,
  serial: number,
): Promise<Result<readonly Ticket[], Refusal>> {
  const place = await readTicketPlace(db, actor.organizationId, serial);
  if (place === null) return accept([]);
  const { orderId } = place;
  // By the order itself, since a device is nobody's buyer: D1's row has said whose the ticket is.
  const order = await inventories(homeOf(orderId)).order({ orderId, by: { id: orderId, organizationId: null } });
  if (!order.ok) return saysThereIsNone(order.refusal) ? accept([]) : order;
  return accept(order.value.eventId === eventId ? ticketsOf(order.value, sha256) : []);
}
