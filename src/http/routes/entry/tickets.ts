// Serves the tickets of confirmed orders, their codes and their links: for the buyer, by the links of order and ticket, and
// for organisers. A ticket follows from its order, which is read from its home.

import { accepts } from "hono/accepts";
import type { Context } from "hono";
import { recordCodeView, showCode, type TicketReader } from "../../../app/tickets/show-code.ts";
import { signTicketLink } from "../../../auth/links/ticket-links.ts";
import { showSerial } from "../../../domain/door/tickets/serial.ts";
import { isBeingChanged, type Ticket as Made, ticketOf, ticketsOf } from "../../../domain/door/tickets/ticket.ts";
import { type Refusal, UNAVAILABLE } from "../../../domain/errors.ts";
import { numberOfTicket, type OrderId, orderOfTicket, type TicketId } from "../../../domain/ids.ts";
import { isOrganiser, readingOrders } from "../../../domain/people/policy.ts";
import { accept, refuse, type Result } from "../../../domain/result.ts";
import { sha256 } from "../../../shared/sha256.ts";
import { anyLinkOrShopperOr, linkOrShopperOr } from "../../middleware/access.ts";
import { type OrderOrCopy, orderIdParam } from "../../responses/order-response.ts";
import { problem } from "../../problems/problem.ts";
import { drawCode } from "../../responses/qr-code.ts";
import { readOrder } from "../../reads/read-order.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { json } from "../../schemas/common.ts";
import { renderTicket, Ticket, TicketCode, ticketIdParam, TicketLink, TicketList } from "../../schemas/entry/ticket.ts";

export const tickets = newRouter();

type OrderRequest = Parameters<typeof readOrder>[0];
type Order = Extract<OrderOrCopy, { ok: true }>["value"];
type Found = { readonly ticket: Made; readonly order: Order };

const SVG = "image/svg+xml";

const list = endpoint(
  {
    method: "get",
    path: "/v1/orders/{id}/tickets",
    tags: ["Tickets", "Storefront"],
    summary: "List the tickets of an order",
    description: "By their numbers, including void ones. Empty while the order is not confirmed.",
    middleware: linkOrShopperOr("order.read"),
    request: { params: orderIdParam },
    responses: { 200: { description: "The tickets", content: json(TicketList) } },
  },
  ["not_found", "overloaded"],
);

tickets.openapi(list, async (c) => {
  const order = await orderFor(c, c.get("actor"), c.req.valid("param").id);
  if (!order.ok) return problem(c, order.refusal);
  const forOrganiser = isOrganiser(c.get("actor"));
  const made = ticketsOf(order.value, sha256);
  return c.json({ data: made.map((ticket) => renderTicket(ticket, order.value, forOrganiser)) }, 200);
});

const read = endpoint(
  {
    method: "get",
    path: "/v1/tickets/{id}",
    tags: ["Tickets", "Storefront"],
    summary: "Read a ticket",
    middleware: anyLinkOrShopperOr("order.read"),
    request: { params: ticketIdParam },
    responses: { 200: { description: "The ticket", content: json(Ticket) } },
  },
  ["not_found", "overloaded"],
);

tickets.openapi(read, async (c) => {
  const found = await ticketFor(c, c.get("actor"), c.req.valid("param").id);
  if (!found.ok) return problem(c, found.refusal);
  return c.json(renderTicket(found.value.ticket, found.value.order, isOrganiser(c.get("actor"))), 200);
});

const showTicketCode = endpoint(
  {
    method: "get",
    path: "/v1/tickets/{id}/code",
    tags: ["Tickets", "Storefront"],
    summary: "Show the code of a ticket",
    description: `Computed for this response and stored nowhere. With \`Accept: ${SVG}\` it is a QR code to be scanned. It is recorded when an organiser reads it.`,
    middleware: anyLinkOrShopperOr("ticket.show"),
    request: { params: ticketIdParam },
    responses: {
      200: { description: "The code", content: { ...json(TicketCode), [SVG]: { schema: { type: "string" } } } },
    },
  },
  ["not_found", "ticket_void", "overloaded"],
);

tickets.openapi(showTicketCode, async (c) => {
  const found = await ticketFor(c, c.get("actor"), c.req.valid("param").id);
  if (!found.ok) return problem(c, found.refusal);
  const { ticket, order } = found.value;
  const shown = await showCode(contextOf(c), c.env, order, ticket);
  if (!shown.ok) return problem(c, shown.refusal);
  c.header("Vary", "Accept");
  const { code: ticket_code, typedCode: typed_code } = shown.value;
  if (wantsDrawing(c)) return c.body(await drawCode(ticket_code, 6), 200, { "Content-Type": SVG });
  const { id: ticket_id, generation } = ticket;
  return c.json({ ticket_id, serial: showSerial(ticket.serial), generation, ticket_code, typed_code }, 200);
});

const makeLink = endpoint(
  {
    method: "post",
    path: "/v1/tickets/{id}/link",
    tags: ["Tickets", "Storefront"],
    summary: "Make the link of a ticket",
    description:
      "For giving the ticket to somebody else. The same ticket has the same link. It is recorded when an organiser makes it.",
    middleware: linkOrShopperOr("ticket.show"),
    request: { params: ticketIdParam },
    responses: { 200: { description: "The link", content: json(TicketLink) } },
  },
  ["not_found", "ticket_void", "overloaded"],
);

tickets.openapi(makeLink, async (c) => {
  const found = await ticketFor(c, c.get("actor"), c.req.valid("param").id);
  if (!found.ok) return problem(c, found.refusal);
  const { ticket, order } = found.value;
  if (ticket.status === "void") return problem(c, { code: "ticket_void" });
  if (isBeingChanged(order, ticket)) return problem(c, UNAVAILABLE);
  const ticket_link = signTicketLink(c.env, ticket.id, ticket.generation);
  if (ticket_link === null) return problem(c, UNAVAILABLE);
  await recordCodeView(contextOf(c), order, ticket, "ticket.make_link");
  return c.json({ ticket_id: ticket.id, ticket_link }, 200);
});

/** The order that is requested. A link is checked before that: an expired one is no credential, whatever it requests. */
async function orderFor(c: OrderRequest, actor: TicketReader, asked: OrderId | null): Promise<Result<Order, Refusal>> {
  const own = orderOfLink(actor);
  const orderId = own ?? asked;
  if (!orderId) return refuse({ code: "not_found" });
  const order = await readOrder(c, orderId, readingOrders(actor));
  return order.ok && orderId !== asked ? refuse({ code: "not_found" }) : order;
}

function orderOfLink(actor: TicketReader): OrderId | null {
  if (actor.kind === "order_link") return actor.id;
  return actor.kind === "ticket_link" ? orderOfTicket(actor.id) : null;
}

/** The link of a ticket that was reissued since is no credential either; for any other ticket a link gets 404 (rule N7). */
async function ticketFor(c: OrderRequest, actor: TicketReader, id: TicketId | null): Promise<Result<Found, Refusal>> {
  const order = await orderFor(c, actor, id && orderOfTicket(id));
  const linked = actor.kind === "ticket_link" ? actor : null;
  if (!order.ok) return order;
  const ticket = id && ticketOf(order.value, numberOfTicket(id), sha256);
  if (!ticket || (linked && linked.id !== id)) return refuse({ code: "not_found" });
  if (linked && linked.generation !== ticket.generation) return refuse({ code: "unauthenticated" });
  return accept({ ticket, order: order.value });
}

function wantsDrawing(c: Context): boolean {
  return accepts(c, { header: "Accept", supports: ["application/json", SVG], default: "application/json" }) === SVG;
}
