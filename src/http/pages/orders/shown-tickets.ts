// Prepares the tickets of an order for its page: each with its code, computed for this answer (rule N6).

import { showCode, type TicketReader } from "../../../app/tickets/show-code.ts";
import { signTicketLink } from "../../../auth/links/ticket-links.ts";
import { showSerial } from "../../../domain/door/tickets/serial.ts";
import { isBeingChanged, type Ticket, ticketsOf } from "../../../domain/door/tickets/ticket.ts";
import { sha256 } from "../../../shared/sha256.ts";
import type { ShownTicket } from "../../../ui/shared/views/order.ts";
import type { OrderOrCopy } from "../../responses/order-response.ts";
import { codeRows } from "../../responses/qr-code.ts";
import { contextOf } from "../../routing.ts";
import type { PageContext } from "../page-response.ts";

type Order = Extract<OrderOrCopy, { ok: true }>["value"];
/** `names` of ticket types by their ids. */
type Shown = { readonly actor: TicketReader; readonly order: Order; readonly names: Readonly<Record<string, string>> };

/** Each code is signed and drawn, so a page with more tickets would be slow. */
export const TICKETS_A_PAGE = 20;

/**
 * `tickets` are those from the number `from` on, void ones too; `count` is the number of all. An order that is not
 * confirmed has none.
 */
export async function readShownTickets(
  c: PageContext,
  shown: Shown,
  from: number,
): Promise<{ readonly tickets: readonly ShownTicket[]; readonly count: number }> {
  const { order } = shown;
  if (order.status !== "confirmed") return { tickets: [], count: 0 };
  const all = ticketsOf(order, sha256);
  const some = all.filter(({ number }) => number >= from && number < from + TICKETS_A_PAGE);
  const tickets = await Promise.all(some.map((ticket) => readShownTicket(c, shown, ticket)));
  return { tickets, count: all.length };
}

export async function readShownTicket(
  c: PageContext,
  { actor, order, names }: Shown,
  ticket: Ticket,
): Promise<ShownTicket> {
  const { number, ticketTypeId, serial, status, blocked, id, generation } = ticket;
  const mayGive = actor.kind !== "ticket_link" && status === "valid" && !isBeingChanged(order, ticket);
  const link = mayGive ? signTicketLink(c.env, id, generation) : null;
  return {
    ...{ number, isVoid: status === "void", isBlocked: blocked },
    typeName: names[ticketTypeId] ?? "",
    serial: showSerial(serial),
    code: await codeOf(c, actor, order, ticket),
    link: link && `/t#${link}`,
  };
}

async function codeOf(c: PageContext, actor: TicketReader, order: Order, ticket: Ticket): Promise<ShownTicket["code"]> {
  const { env, executionCtx } = c;
  const context = contextOf({ env, var: { actor, requestId: c.get("requestId") }, executionCtx });
  const shown = await showCode(context, env, order, ticket);
  return shown.ok ? { rows: await codeRows(shown.value.code, 6), typed: shown.value.typedCode } : null;
}
