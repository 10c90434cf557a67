// Serves the page of an order (rule S14): by the buyer's own cookie, or by the order's link, whose secret its script
// sends in a body, since the part behind `#` is in no request.

import { confirmOrder, cancelOrder } from "../../../app/orders/settle-order.ts";
import { authenticate } from "../../../auth/authenticate.ts";
import { signOrderLink, verifyOrderLink } from "../../../auth/links/order-links.ts";
import { contactIn } from "../../../domain/orders/contact.ts";
import type { Refusal } from "../../../domain/errors.ts";
import { homeOf, type OrderId, parseOrderId } from "../../../domain/ids.ts";
import { isOrganiser, type OrderLink, readingOrders, seesContact } from "../../../domain/people/policy.ts";
import { referenceOf } from "../../../domain/orders/reference.ts";
import { byLinkView } from "../../../ui/shared/views/by-link.ts";
import { type OrderPage, orderView } from "../../../ui/shared/views/order.ts";
import type { Notice } from "../../../ui/shared/views/show.ts";
import type { Shopper } from "../../middleware/access.ts";
import type { OrderOrCopy } from "../../responses/order-response.ts";
import { addressOf, rateLimit, limitHolds, limitReads } from "../../middleware/limits/rate-limit.ts";
import { dbOf } from "../../db.ts";
import { withKnownIds } from "../../middleware/limits/miss-limit.ts";
import { readOrder } from "../../reads/read-order.ts";
import { contextOf } from "../../routing.ts";
import { knownShopper } from "../basket/buyer.ts";
import { demoKeyOf } from "./demo-key.ts";
import { pageResponse, hrefIn, type PageContext, wordingFor, seeOther } from "../page-response.ts";
import { readPosted } from "../basket/posted.ts";
import { refusalText } from "../../../ui/shared/refusal-text.ts";
import { type Catalogue, readCatalogue } from "./order-catalogue.ts";
import { TICKETS_A_PAGE, readShownTickets } from "./shown-tickets.ts";
import { factsOf } from "../refusals/refusal-facts.ts";
import { refusalPage } from "../events/words-page.ts";

type Order = Extract<OrderOrCopy, { ok: true }>["value"];
/** The buyer may do more than read. */
type Reader = { readonly order: Order; readonly actor: Shopper | OrderLink };

export async function showOrder(c: PageContext): Promise<Response> {
  const id = parseOrderId(c.req.param("order") ?? "");
  if (!id) return refusalPage(c, { code: "not_found" }, c.get("requestId"));
  const shopper = knownShopper(c);
  if (!shopper) return closedPage(c, id);
  const order = await readAs(c, shopper, id);
  if (order.ok) return orderPage(c, { order: order.value, actor: shopper }, []);
  // The order of another shopper is treated as one that does not exist; its link may still open it.
  return order.refusal.code === "not_found" ? closedPage(c, id) : refusalPage(c, order.refusal, c.get("requestId"));
}

async function readAs(c: PageContext, shopper: Shopper, id: OrderId): Promise<OrderOrCopy> {
  const excess = await limitReads(c, shopper.id);
  return excess ? { ok: false, refusal: excess } : readOrder(c, id, readingOrders(shopper));
}

function closedPage(c: PageContext, id: OrderId): Response {
  const wording = wordingFor(c);
  const main = byLinkView(wording, "order", hrefFrom(c, id, fromIn(c)));
  return pageResponse(c, { wording, main, title: wording.t.order.closedTitle, scripts: ["by-link.js"] });
}

/** Handles the request of the closed page's script, which sends the order's link. */
export async function openOrder(c: PageContext): Promise<Response> {
  const posted = await readPosted(c);
  if (!posted.ok) return refusalPage(c, posted.refusal, c.get("requestId"));
  const id = verifyOrderLink(c.env, posted.value.get("link") ?? "");
  const refusal = id ? await limitReads(c, id) : await rateLimit(c.env, "CREDENTIAL_LIMIT", addressOf(c));
  if (refusal) return refusalPage(c, refusal, c.get("requestId"));
  if (!id || id !== c.req.param("order")) return refusalPage(c, { code: "not_found" }, c.get("requestId"));
  const actor = { kind: "order_link", id } as const;
  const order = await readOrder(c, id, readingOrders(actor));
  if (!order.ok) return refusalPage(c, order.refusal, c.get("requestId"));
  return orderPage(c, { order: order.value, actor }, []);
}

/** Handles the buyer's own button to cancel, which exists while the order is reserved. */
export async function cancelOwnOrder(c: PageContext): Promise<Response> {
  const posted = await readPosted(c);
  if (!posted.ok) return refusalPage(c, posted.refusal, c.get("requestId"));
  const id = parseOrderId(c.req.param("order") ?? "");
  const shopper = knownShopper(c);
  if (!id || !shopper) return refusalPage(c, { code: "not_found" }, c.get("requestId"));
  const excess = await limitHolds(c, shopper.id);
  const context = contextOf({
    env: c.env,
    var: { actor: shopper, requestId: c.get("requestId") },
    executionCtx: c.executionCtx,
  });
  const reply = excess
    ? { ok: false as const, refusal: excess }
    : await withKnownIds(c, new Set([homeOf(id)]), () => cancelOrder(context, id));
  return reply.ok ? seeOther(c, hrefIn(c, `/r/${id}`)) : afterRefusal(c, shopper, id, reply.refusal);
}

async function afterRefusal(c: PageContext, shopper: Shopper, id: OrderId, refusal: Refusal) {
  const order = await readAs(c, shopper, id);
  if (!order.ok) return refusalPage(c, refusal, c.get("requestId"));
  const wording = wordingFor(c);
  const text = refusalText(wording, { locale: wording.locale, zone: "UTC" }, factsOf(refusal));
  return orderPage(c, { order: order.value, actor: shopper }, [{ kind: "warn", text }]);
}

/** Confirms the order as its organiser. Works only in the demonstration that `npm start` serves on this machine. */
export async function confirmInDemo(c: PageContext): Promise<Response> {
  const key = demoKeyOf(c);
  const id = parseOrderId(c.req.param("order") ?? "");
  if (key === null || !id) return refusalPage(c, { code: "not_found" }, c.get("requestId"));
  const posted = await readPosted(c);
  if (!posted.ok) return refusalPage(c, posted.refusal, c.get("requestId"));
  const { env, executionCtx } = c;
  const waitUntil = (work: Promise<unknown>) => executionCtx.waitUntil(work);
  const actor = await authenticate(`Bearer ${key}`, { db: () => dbOf(env), secrets: env, now: Date.now(), waitUntil });
  if (!actor || !isOrganiser(actor)) return refusalPage(c, { code: "not_found" }, c.get("requestId"));
  const context = contextOf({ env, var: { actor, requestId: c.get("requestId") }, executionCtx });
  const reply = await confirmOrder(context, id);
  return reply.ok ? seeOther(c, hrefIn(c, `/r/${id}`)) : refusalPage(c, reply.refusal, c.get("requestId"));
}

async function orderPage(c: PageContext, reader: Reader, notices: readonly Notice[]): Promise<Response> {
  const { order, actor } = reader;
  const catalogue = await readCatalogue(c, order);
  if (!catalogue.ok) return refusalPage(c, catalogue.refusal, c.get("requestId"));
  const tickets = await readShownTickets(c, { actor, order, names: catalogue.value.names }, fromIn(c));
  const main = orderView(partsOf(c, reader, catalogue.value, tickets, notices));
  const { show } = catalogue.value;
  return pageResponse(c, {
    ...{ wording: wordingFor(c), main },
    scripts: ["shop-script.js"],
    status: notices.length > 0 ? 409 : 200,
    title: `${wordingFor(c).t.order.title(referenceOf(order.id))} · ${show.name}`,
    brand: {
      name: show.organizer.name,
      href: show.organizer.slug === "" ? hrefIn(c, "/") : hrefIn(c, `/o/${show.organizer.slug}`),
    },
    accent: show.look.accent,
  });
}

/** The number of the first ticket that is shown. */
function fromIn(c: PageContext): number {
  const text = c.req.query("from") ?? "";
  return /^\d{1,4}$/.test(text) ? Math.max(1, Number(text)) : 1;
}

/**
 * The page of an order with its tickets from this number on. For a reader who came by the link, the script appends the
 * secret.
 */
function hrefFrom(c: PageContext, id: OrderId, from: number): string {
  return hrefIn(c, `/r/${id}`, from > 1 ? [["from", String(from)]] : []);
}

function partsOf(
  c: PageContext,
  { order, actor }: Reader,
  { show, names, howToPay, eventPath }: Catalogue,
  { tickets, count }: Awaited<ReturnType<typeof readShownTickets>>,
  notices: readonly Notice[],
): OrderPage {
  const isBuyer = actor.kind === "shopper";
  const contact = seesContact(actor, order) ? contactIn(order.contact) : null;
  const next = fromIn(c) + TICKETS_A_PAGE;
  const link = isBuyer ? signOrderLink(c.env, order.id) : null;
  const items = order.items.map(({ ticketTypeId, quantity, amount, returned }) => ({
    ...{ quantity, amount, returned },
    name: names[ticketTypeId] ?? show.name,
  }));
  const { status, total, currency, expiresAt } = order;
  const isStanding = status === "reserved" || status === "confirmed";
  return {
    ...{ wording: wordingFor(c), show, now: Date.now(), howToPay, tickets, notices },
    order: { reference: referenceOf(order.id), contact, items, status, total, currency, expiresAt },
    ticketCount: count,
    moreHref: next <= count ? hrefFrom(c, order.id, next) : null,
    eventHref: eventPath && hrefIn(c, eventPath),
    // An order that has ended is no reason to come, so there is no entry for the calendar.
    calendarHref: eventPath && isStanding ? `${eventPath}/event.ics` : null,
    cancelAction: isBuyer ? hrefIn(c, `/r/${order.id}/cancel`) : null,
    confirmAction: isBuyer && demoKeyOf(c) !== null ? hrefIn(c, `/r/${order.id}/confirm`) : null,
    orderLink: link && `${hrefIn(c, `/r/${order.id}`)}#${link}`,
  };
}
