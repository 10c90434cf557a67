// Reads who came with a ticket that was just let in (rule D13): the door decides who of its order is outside.

import type { OutsideTicket } from "../../domain/door/tickets/party.ts";
import type { Ticket } from "../../domain/door/tickets/ticket.ts";
import type { Refusal } from "../../domain/errors.ts";
import type { EventId } from "../../domain/ids.ts";
import { can } from "../../domain/people/policy.ts";
import { accept, assert, type Result } from "../../domain/result.ts";
import type { Context } from "../context.ts";
import { atDoor, type Scanner } from "./scan-ticket.ts";
import { ticketsBeside } from "../tickets/tickets-beside.ts";

export type PartyTicket = Ticket & Pick<OutsideTicket, "entered">;

/**
 * Returns the valid tickets of the order that are outside, by their numbers; that of `serial` is one of them once it has
 * left. Empty when D1 knows no ticket of the event with this serial.
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
  const valid = found.value.filter(({ status }) => status === "valid");
  // The door checks whether the event exists for the caller.
  const serials = valid.map((ticket) => ticket.serial);
  const outside = await doors(eventId).party({ by: atDoor(actor), serial, serials });
  if (!outside.ok) return outside;
  const entered = new Map(outside.value.map((each) => [each.serial, each.entered]));
  return accept(
    valid.flatMap((ticket) => {
      const enteredAt = entered.get(ticket.serial);
      return enteredAt === undefined ? [] : [{ ...ticket, entered: enteredAt }];
    }),
  );
}
