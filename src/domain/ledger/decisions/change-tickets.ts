// Decides returns and changes to single tickets at the order's home (rules O7, N8 to N10). The home stores the change until
// the event's door has judged it, and then completes or drops it. Other ticket types follow the order (claim-holds.ts).

import { listTickets } from "../../door/tickets/ticket.ts";
import { type Refusal, UNAVAILABLE } from "../../errors.ts";
import { isCurrent } from "../../if-match.ts";
import { ticketTypeOfHold } from "../../ids.ts";
import type { Order } from "../../orders/order.ts";
import {
  beginReturn,
  completeReturn,
  isSameReturn,
  type ReturnedItem,
  type ReturnRequest,
} from "../../orders/order-return.ts";
import { accept, assert, refuse } from "../../result.ts";
import {
  type PendingChange,
  isSameRequest,
  marked,
  markOf,
  MAX_GENERATION,
  type TicketRequest,
  withMark,
} from "../../orders/ticket-change.ts";
import type { PendingReply, ChangeReply, ChangeTicketCommand, JudgedCommand, ReturnCommand } from "../command.ts";
import {
  type Change,
  type Decision,
  type Draft,
  draftOrder,
  draftReturn,
  draftTerms,
  type Entry,
} from "../memory/draft.ts";
import { orderView, viewOf } from "./keep-order.ts";
import { replyOnly, entryOf, mayAct, returnEntry } from "./parts.ts";

/** The change before it is judged first; a change of other tickets may be requested a moment later. */

/** A repeat is recognised before `ifMatch` is compared, since the return itself has changed the order's version. */
export function decideReturn(draft: Draft, command: ReturnCommand): Decision<PendingReply> {
  const { returnId, request, actor, requestId } = command;
  const order = draftOrder(draft, command.orderId);
  if (!order || !mayAct(draft, order, command.by)) return replyOnly(refuse({ code: "not_found" }));
  const existing = draftReturn(draft, returnId);
  if (existing && isSameReturn(existing, request)) return replyOnly(replayed(draft, order));
  const { pending } = order;
  if (pending?.id === returnId && pending.request.action === "return" && isSameReturn(pending.request, request)) {
    return replyOnly(accept("pending"));
  }
  if (!isCurrent(command.ifMatch ?? null, order.seq)) return replyOnly(refuse({ code: "version_conflict" }));
  if (existing || pending?.id === returnId) return replyOnly(refuse({ code: "idempotency_key_reused" }));
  if (pending) return replyOnly(refuse(UNAVAILABLE));
  const begun = beginReturn(order, request);
  if (!begun.ok) return replyOnly(begun);
  return ask(order, { id: returnId, request: { action: "return", ...request }, actor, requestId });
}

export function decideChange(draft: Draft, command: ChangeTicketCommand): Decision<PendingReply> {
  const { changeId, request, actor, requestId } = command;
  const order = draftOrder(draft, command.orderId);
  if (!order || !mayAct(draft, order, command.by)) return replyOnly(refuse({ code: "not_found" }));
  const ticket = listTickets(order)[request.number - 1];
  if (!ticket) return replyOnly(refuse({ code: "not_found" }));
  const isIssued = request.action === "reissue" && markOf(order, request.number).reissues.includes(changeId);
  if (isIssued) return replyOnly(replayed(draft, order));
  const { pending } = order;
  // Checked before `isSo`, since the pending change may alter that in a moment.
  if (pending) return replyOnly(isSameChange(pending, command) ? accept("pending") : refuse(UNAVAILABLE));
  const refusal = ticket.status === "void" ? ({ code: "ticket_void" } as const) : explainRefusal(order, request);
  if (refusal) return replyOnly(refuse(refusal));
  if (isSo(order, request)) return replyOnly(replayed(draft, order));
  return ask(order, { id: changeId, request, actor, requestId });
}

/** Whether the ticket is in the requested state already. */
function isSo(order: Order, request: TicketRequest): boolean {
  const mark = markOf(order, request.number);
  switch (request.action) {
    case "block":
      return mark.blocked && mark.blockNote === request.note;
    case "unblock":
      return !mark.blocked;
    case "attention":
      return mark.attention === request.text;
    case "reissue":
      return false;
  }
}

function isSameChange({ id, request: pending }: PendingChange, { changeId, request }: ChangeTicketCommand): boolean {
  if (pending.action === "return" || !isSameRequest(pending, request)) return false;
  return request.action !== "reissue" || id === changeId;
}

function explainRefusal(order: Order, { action, number }: TicketRequest): Refusal | null {
  if (action !== "reissue") return null;
  const mark = markOf(order, number);
  if (mark.blocked) return { code: "ticket_blocked" };
  return mark.generation >= MAX_GENERATION ? { code: "reissue_limit" } : null;
}

function ask(order: Order, pending: PendingChange): Decision<PendingReply> {
  return { changes: [{ sameVersion: { ...order, pending } }], reply: () => accept("pending") };
}

/** A repeated verdict, or one that arrives after the order has gone, changes nothing. */
export function decideJudged(draft: Draft, command: JudgedCommand): Decision<ChangeReply> {
  const { changeId, verdict } = command;
  const stored = draftOrder(draft, command.orderId);
  if (!stored) return replyOnly(refuse({ code: "not_found" }));
  const { pending, ...order } = stored;
  if (pending?.id !== changeId) return replyOnly(replayed(draft, stored));
  // During a deployment, an earlier release, which has no judging by the door, may have made the change already.
  if (draftReturn(draft, changeId)) return { changes: [{ sameVersion: order }], reply: () => replayed(draft, stored) };
  if (!verdict.ok) return { changes: [{ sameVersion: order }], reply: () => refuse(verdict.refusal) };
  const { request } = pending;
  const changes =
    request.action === "return"
      ? returned(draft, order, pending, request, verdict.value.numbers)
      : [{ sameVersion: withMark(order, marked(markOf(order, request.number), request, changeId)) }];
  return { changes, reply: (after) => accept({ order: orderView(after, order.id), replayed: false }) };
}

function returned(
  draft: Draft,
  order: Order,
  pending: PendingChange,
  { action: _, ...request }: Extract<PendingChange["request"], { action: "return" }>,
  tickets: readonly number[],
): Change[] {
  const taken = takenOf(order, tickets);
  assert(taken.length > 0, "a door takes what it was asked for, or refuses");
  const lines = linesOf(draft, order, taken, request, pending).map((entry): Change => ({ entry }));
  const after = completeReturn(order, request, tickets, draft.now);
  return [...lines, { order: after, returned: { ...request, id: pending.id, orderId: order.id, taken, tickets } }];
}

/** How many tickets were taken of each hold, in the order of the items. */
function takenOf(order: Order, numbers: readonly number[]): ReturnedItem[] {
  const tickets = listTickets(order).filter(({ number }) => numbers.includes(number));
  assert(
    tickets.length === numbers.length && tickets.every(({ status }) => status === "valid"),
    "a door takes tickets that it was asked for, each once",
  );
  const taken = order.items.map(({ holdId }) => ({
    holdId,
    quantity: tickets.filter((ticket) => ticket.holdId === holdId).length,
  }));
  return taken.filter(({ quantity }) => quantity > 0);
}

/**
 * One line for each hold of this type. A return of other types' holds alone gets one that moves nothing, since each return
 * has a row.
 */
function linesOf(
  draft: Draft,
  { id: orderId }: Pick<Order, "id">,
  taken: readonly ReturnedItem[],
  { returnToStock }: Pick<ReturnRequest, "returnToStock">,
  pending: PendingChange,
): Entry[] {
  const { ticketTypeId } = draftTerms(draft);
  const own = taken.filter(({ holdId }) => ticketTypeOfHold(holdId) === ticketTypeId);
  if (own.length === 0) return [entryOf(returnToStock ? "return" : "withdraw", pending, { orderId })];
  return own.map((item) => returnEntry(pending, orderId, item, returnToStock));
}

function replayed(draft: Draft, order: Order): ChangeReply {
  return accept({ order: viewOf(draft, order), replayed: true });
}
