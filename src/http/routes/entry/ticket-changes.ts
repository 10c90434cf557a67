// Changes a ticket after it was sold (rules N8 to N10): voids it, blocks it at the gates, and reissues it.

import type { Context } from "hono";
import { noteTicket, reissueTicket, returnTickets } from "../../../app/tickets/change-tickets.ts";
import { ticketOf } from "../../../domain/door/tickets/ticket.ts";
import { homeOf, numberOfTicket, orderOfTicket, type TicketId } from "../../../domain/ids.ts";
import type { ChangeReply } from "../../../domain/ledger/command.ts";
import { type Buyer, isOrganiser } from "../../../domain/people/policy.ts";
import { must } from "../../../domain/result.ts";
import { sha256 } from "../../../shared/sha256.ts";
import { limitedShopperOr, organiser } from "../../middleware/access.ts";
import { idempotencyKey } from "../../middleware/idempotency-key.ts";
import { withKnownIds } from "../../middleware/limits/miss-limit.ts";
import { problem } from "../../problems/problem.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { json, jsonContent } from "../../schemas/common.ts";
import {
  AttentionInput,
  BlockInput,
  renderTicket,
  Ticket,
  ticketIdParam,
  VoidInput,
} from "../../schemas/entry/ticket.ts";

export const ticketChanges = newRouter();

const CHANGED = { 200: { description: "The ticket", content: json(Ticket) } } as const;

const voiding = endpoint(
  {
    method: "post",
    path: "/v1/tickets/{id}/void",
    tags: ["Tickets"],
    summary: "Take a ticket back",
    description:
      "Voids it for good, as a return of this ticket alone: it is for sale again, or withdrawn. Once its holder was let in, `force` is required. No money is moved.",
    middleware: [organiser("ticket.change"), idempotencyKey] as const,
    request: { params: ticketIdParam, body: jsonContent(VoidInput) },
    responses: CHANGED,
  },
  ["not_found", "order_not_confirmed", "ticket_void", "ticket_admitted", "idempotency_key_reused", "overloaded"],
);

ticketChanges.openapi(voiding, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const { reason, return_to_stock: returnToStock, force } = c.req.valid("json");
  const items = { tickets: [numberOfTicket(id)] };
  const request = { items, returnToStock, reason, force, idempotencyKey: c.get("idempotencyKey"), ifMatch: null };
  return answerTicket(c, c.get("actor"), id, await returnTickets(contextOf(c), orderOfTicket(id), request));
});

const blocking = endpoint(
  {
    method: "post",
    path: "/v1/tickets/{id}/block",
    tags: ["Tickets"],
    summary: "Block a ticket at the gates",
    description: "It is stopped until it is unblocked. Persons who are inside stay inside, and may leave.",
    middleware: organiser("ticket.change"),
    request: { params: ticketIdParam, body: jsonContent(BlockInput) },
    responses: CHANGED,
  },
  ["not_found", "ticket_void", "overloaded"],
);

ticketChanges.openapi(blocking, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const { note } = c.req.valid("json");
  return answerTicket(c, c.get("actor"), id, await noteTicket(contextOf(c), id, { action: "block", note }));
});

const unblocking = endpoint(
  {
    method: "post",
    path: "/v1/tickets/{id}/unblock",
    tags: ["Tickets"],
    summary: "Free a blocked ticket",
    middleware: organiser("ticket.change"),
    request: { params: ticketIdParam },
    responses: CHANGED,
  },
  ["not_found", "ticket_void", "overloaded"],
);

ticketChanges.openapi(unblocking, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  return answerTicket(c, c.get("actor"), id, await noteTicket(contextOf(c), id, { action: "unblock" }));
});

const attending = endpoint(
  {
    method: "post",
    path: "/v1/tickets/{id}/attention",
    tags: ["Tickets"],
    summary: "Set a note for the gate that admits",
    description: "Shown with the verdict that lets the ticket in. `null` removes it.",
    middleware: organiser("ticket.change"),
    request: { params: ticketIdParam, body: jsonContent(AttentionInput) },
    responses: CHANGED,
  },
  ["not_found", "ticket_void", "overloaded"],
);

ticketChanges.openapi(attending, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const { text } = c.req.valid("json");
  return answerTicket(c, c.get("actor"), id, await noteTicket(contextOf(c), id, { action: "attention", text }));
});

const reissuing = endpoint(
  {
    method: "post",
    path: "/v1/tickets/{id}/reissue",
    tags: ["Tickets", "Storefront"],
    summary: "Reissue a ticket",
    description:
      "Its former code and link no longer work; its id and serial stay. Refused while its holder is inside, and once it is used.",
    middleware: [limitedShopperOr("ticket.change"), idempotencyKey] as const,
    request: { params: ticketIdParam },
    responses: CHANGED,
  },
  ["not_found", "ticket_void", "ticket_blocked", "ticket_admitted", "reissue_limit", "overloaded"],
);

ticketChanges.openapi(reissuing, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const home = new Set([homeOf(orderOfTicket(id))]);
  const reply = await withKnownIds(c, home, () => reissueTicket(contextOf(c), id, c.get("idempotencyKey")));
  return answerTicket(c, c.get("actor"), id, reply);
});

function answerTicket(c: Context, actor: Buyer, id: TicketId, reply: ChangeReply) {
  if (!reply.ok) return problem(c, reply.refusal);
  const { order, replayed } = reply.value;
  if (replayed) c.header("Idempotency-Replayed", "true");
  const ticket = must(ticketOf(order, numberOfTicket(id), sha256), "what was changed is there");
  return c.json(renderTicket(ticket, order, isOrganiser(actor)), 200);
}
