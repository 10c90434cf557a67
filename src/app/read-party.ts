// Who came with a ticket that was just let in (rule D13): D1 says of which order it is, the order's home which tickets that
// has, and the door who of them is outside.

import { answered } from "../db/limit.ts";
import { readTicketPlace } from "../db/tickets.ts";
import type { OutsideTicket } from "../domain/door/party.ts";
import { type Ticket, ticketsOf } from "../domain/door/ticket.ts";
import type { Refusal } from "../domain/errors.ts";
import { type EventId, homeOf } from "../domain/ids.ts";
import { can } from "../domain/policy.ts";
import { accept, assert, type Result } from "../domain/result.ts";
import { sha256 } from "../shared/sha256.ts";
import { saysThereIsNone } from "../door/typed-type.ts";
import type { Context } from "./context.ts";
import { atDoor, type Scanner } from "./scan-ticket.ts";

export type PartyTicket = Ticket & Pick<OutsideTicket, "entered">;

/**
 * The valid tickets of the order that are outside, by their numbers; that of `serial` is one of them once it has left. None
 * where the event has no ticket of this serial, as far as D1 was told.
 */
export async function readParty(
  context: Context<Scanner>,
  eventId: EventId,
  serial: number,
): Promise<Result<readonly PartyTicket[], Refusal>> {
  const { actor, doors } = context;
  assert(can(actor, "door.scan"), "the route has checked the permission");
  const found = await ticketsBeside(context, eventId, serial);
  if (!found.ok) return found;
  // The door says whether the event is there at all for who asks.
  const serials = found.value.map((ticket) => ticket.serial);
  const outside = await doors(eventId).party({ by: atDoor(actor), serial, serials });
  if (!outside.ok) return outside;
  const entered = new Map(outside.value.map((each) => [each.serial, each.entered]));
  return accept(
    found.value.flatMap((ticket) => {
      const known = entered.get(ticket.serial);
      return known === undefined ? [] : [{ ...ticket, entered: known }];
    }),
  );
}

/** The valid tickets of the order of this one, if that is of the event. */
async function ticketsBeside(
  { actor, db, inventories }: Context<Scanner>,
  eventId: EventId,
  serial: number,
): Promise<Result<readonly Ticket[], Refusal>> {
  const place = await answered(readTicketPlace(db, actor.organizationId, serial));
  if (place === null) return accept([]);
  const { orderId } = place;
  // By the order itself: D1's row has said whose the ticket is, and nobody is told before the door has agreed.
  const order = await inventories(homeOf(orderId)).order({ orderId, by: { id: orderId, organizationId: null } });
  if (!order.ok) return saysThereIsNone(order.refusal) ? accept([]) : order;
  if (order.value.eventId !== eventId) return accept([]);
  return accept(ticketsOf(order.value, sha256).filter(({ status }) => status === "valid"));
}
