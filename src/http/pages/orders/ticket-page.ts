// Serves the page of one ticket by its link (rules N7, S14): the secret is behind `#`, and the page's script sends it
// in a body.

import { verifyTicketLink } from "../../../auth/links/ticket-links.ts";
import { ticketOf, ticketsOf } from "../../../domain/door/tickets/ticket.ts";
import { numberOfTicket, orderOfTicket } from "../../../domain/ids.ts";
import { readingOrders } from "../../../domain/people/policy.ts";
import { sha256 } from "../../../shared/sha256.ts";
import { byLinkView } from "../../../ui/shared/views/by-link.ts";
import { oneTicketView } from "../../../ui/shared/views/order.ts";
import { addressOf, rateLimit, limitReads } from "../../middleware/limits/rate-limit.ts";
import { readOrder } from "../../reads/read-order.ts";
import { readCatalogue } from "./order-catalogue.ts";
import { pageResponse, hrefIn, type PageContext, wordingFor } from "../page-response.ts";
import { readPosted } from "../basket/posted.ts";
import { readShownTicket } from "./shown-tickets.ts";
import { refusalPage } from "../events/words-page.ts";

export function showTicketPage(c: PageContext): Response {
  const wording = wordingFor(c);
  const main = byLinkView(wording, "ticket", hrefIn(c, "/t"));
  return pageResponse(c, { wording, main, title: wording.t.ticket.title, scripts: ["by-link.js"] });
}

export async function openTicket(c: PageContext): Promise<Response> {
  const posted = await readPosted(c);
  if (!posted.ok) return refusalPage(c, posted.refusal, c.get("requestId"));
  const actor = verifyTicketLink(c.env, posted.value.get("link") ?? "");
  const excess = actor ? await limitReads(c, actor.id) : await rateLimit(c.env, "CREDENTIAL_LIMIT", addressOf(c));
  const refused = excess ?? (actor ? null : ({ code: "not_found" } as const));
  if (refused || !actor) return refusalPage(c, refused ?? { code: "not_found" }, c.get("requestId"));
  const order = await readOrder(c, orderOfTicket(actor.id), readingOrders(actor));
  if (!order.ok) return refusalPage(c, order.refusal, c.get("requestId"));
  const ticket = ticketOf(order.value, numberOfTicket(actor.id), sha256);
  // The link of a ticket that was reissued since opens nothing.
  if (!ticket || ticket.generation !== actor.generation)
    return refusalPage(c, { code: "not_found" }, c.get("requestId"));
  const catalogue = await readCatalogue(c, order.value);
  if (!catalogue.ok) return refusalPage(c, catalogue.refusal, c.get("requestId"));
  const { show, names } = catalogue.value;
  const wording = wordingFor(c);
  const around = { wording, show, now: Date.now(), ticketCount: ticketsOf(order.value, sha256).length };
  const main = oneTicketView(around, await readShownTicket(c, { actor, order: order.value, names }, ticket));
  return pageResponse(c, { wording, main, title: `${wording.t.ticket.title} · ${show.name}` });
}
