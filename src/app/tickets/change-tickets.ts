// Returns sold tickets of a confirmed order (rule O7), and changes single ones (rules N8 to N10). The order's home has the
// event's door judge the change, and its other ticket types follow.

import {
  type ChangeId,
  changeIdFrom,
  changeIdOfRequest,
  homeOf,
  numberOfTicket,
  type OrderId,
  orderOfTicket,
  type TicketId,
} from "../../domain/ids.ts";
import type { IfMatch } from "../../domain/if-match.ts";
import type { ChangeReply } from "../../domain/ledger/command.ts";
import type { ReturnRequest } from "../../domain/orders/order-return.ts";
import { actingOnHolds, type Buyer, can, type Organiser } from "../../domain/people/policy.ts";
import { assert } from "../../domain/result.ts";
import type { TicketRequest } from "../../domain/orders/ticket-change.ts";
import { sha256 } from "../../shared/sha256.ts";
import type { Context } from "../context.ts";

export type ReturnInput = ReturnRequest & { readonly idempotencyKey: string; readonly ifMatch: IfMatch };

/** Each hold or ticket is named once. A repeat with the same key returns nothing more. No money is moved. */
export function returnTickets(
  { actor, inventories, requestId }: Context<Organiser>,
  orderId: OrderId,
  { idempotencyKey, ifMatch, ...request }: ReturnInput,
): Promise<ChangeReply> {
  assert(can(actor, "order.settle"), "the route has checked the permission");
  return inventories(homeOf(orderId)).returnTickets({
    orderId,
    returnId: changeIdFrom("return", orderId, actor.id, idempotencyKey, sha256),
    request: { ...request, items: inOrder(request.items) },
    by: actingOnHolds(actor),
    ifMatch,
    actor: actor.id,
    requestId,
  });
}

/** Two requests that name the same holds or tickets in another order are the same request. */
function inOrder(items: ReturnRequest["items"]): ReturnRequest["items"] {
  if (items === "all") return items;
  if ("tickets" in items) return { tickets: [...items.tickets].sort((a, b) => a - b) };
  return [...items].sort((a, b) => (a.holdId < b.holdId ? -1 : 1));
}

/** A text about a ticket for the gates. */
export type TicketNote =
  | { readonly action: "block"; readonly note: string | null }
  | { readonly action: "unblock" }
  | { readonly action: "attention"; readonly text: string | null };

/** Sets a note for the gates, or removes it. Setting what is set already changes nothing. */
export function noteTicket(context: Context<Organiser>, id: TicketId, note: TicketNote): Promise<ChangeReply> {
  assert(can(context.actor, "ticket.change"), "the route has checked the permission");
  const changeId = changeIdOfRequest(`${id}\n${context.requestId}`, sha256);
  return change(context, id, { ...note, number: numberOfTicket(id) }, changeId);
}

/** Codes of the former generation are worthless from now on. A repeat with the same key issues nothing more. */
export function reissueTicket(context: Context<Buyer>, id: TicketId, idempotencyKey: string): Promise<ChangeReply> {
  const { actor } = context;
  assert(actor.kind === "shopper" || can(actor, "ticket.change"), "the route has checked the permission");
  const changeId = changeIdFrom("reissue", id, actor.id, idempotencyKey, sha256);
  return change(context, id, { action: "reissue", number: numberOfTicket(id) }, changeId);
}

function change(
  { actor, inventories, requestId }: Context<Buyer>,
  id: TicketId,
  request: TicketRequest,
  changeId: ChangeId,
): Promise<ChangeReply> {
  const orderId = orderOfTicket(id);
  const by = actingOnHolds(actor);
  return inventories(homeOf(orderId)).changeTicket({ orderId, changeId, request, by, actor: actor.id, requestId });
}
