// The page of an event (rule S1): one complete answer, from the cached event and the inventories' counts, without D1. Its
// form holds tickets by the same verb as the API, and leads to the basket.

import type { Basket, BasketItem } from "../../app/orders/place-basket.ts";
import { placeBasket } from "../../app/orders/place-basket.ts";
import { readFormField } from "../../auth/form-fields.ts";
import type { PublishedEvent } from "../../db/events/public-events.ts";
import type { Refusal, RefusedItem } from "../../domain/errors.ts";
import { MAX_HOLDS_PER_CHECKOUT } from "../../domain/limits.ts";
import { isSlug, MAX_SLUG } from "../../domain/slug.ts";
import { amountName, eventView } from "../../ui/shared/views/event.ts";
import { type Notice, placeOf, type Show } from "../../ui/shared/views/show.ts";
import { limitHolds, buyerAddress } from "../middleware/rate-limit.ts";
import { findPublishedByNames, inventoryFor } from "../middleware/miss-limit.ts";
import { originOf } from "../middleware/origin.ts";
import { isOver } from "../responses/public-event-text.ts";
import { newField, shopperOf } from "./buyer.ts";
import { calendarText, eventHead } from "./event-data.ts";
import { answerPage, hrefIn, type PageContext, saidTo, seeOther } from "./page-answer.ts";
import { type Posted, readPosted } from "./posted.ts";
import { refusalText } from "./refusal-text.ts";
import { basketIn, keepBasket } from "./shop-cookies.ts";
import { showOf, typesNow } from "./shown-show.ts";
import { refusalPage } from "./words-page.ts";

type Told = {
  readonly notice: Notice | null;
  readonly chosen: Readonly<Record<string, number>>;
  readonly status: 200 | 409 | 422 | 503;
};
const NOTHING_TOLD: Told = { notice: null, chosen: {}, status: 200 };

export async function showEvent(c: PageContext): Promise<Response> {
  const found = await findEvent(c);
  if (found instanceof Response) return found;
  const { event } = saidTo(c).t;
  const said = { ran_out: event.ranOut, stale: event.stale }[c.req.query("said") ?? ""];
  const notice = said === undefined ? null : ({ kind: "warn", text: said } as const);
  return eventPage(c, found, { ...NOTHING_TOLD, notice });
}

export async function showCalendar(c: PageContext): Promise<Response> {
  const found = await findEvent(c);
  if (found instanceof Response) return found;
  const show = showOf(found.event);
  c.header("Cache-Control", "public, no-cache");
  c.header("Content-Disposition", `attachment; filename="${show.slug}.ics"`);
  return c.body(calendarText(show, addressOfEvent(c, show), Date.now()), 200, {
    "Content-Type": "text/calendar; charset=utf-8",
  });
}

/** The event that the public sees under the names of the path, or the page that says that there is none. */
async function findEvent(c: PageContext): Promise<PublishedEvent | Response> {
  const { org = "", slug = "" } = c.req.param();
  const notFound = () => refusalPage(c, { code: "not_found" }, c.get("requestId"));
  if (org.length > MAX_SLUG || !isSlug(slug)) return notFound();
  const found = await findPublishedByNames(c, { organization: org, event: slug });
  if (!found.ok) return refusalPage(c, found.refusal, c.get("requestId"));
  return found.value && !isOver(found.value, Date.now()) ? found.value : notFound();
}

export function eventPath({ slug, organizer }: Pick<Show, "slug" | "organizer">): string {
  return `/e/${organizer.slug}/${slug}`;
}

function addressOfEvent(c: PageContext, show: Show): string {
  return `${originOf(c) ?? new URL(c.req.url).origin}${eventPath(show)}`;
}

async function eventPage(
  c: PageContext,
  published: PublishedEvent,
  { notice, chosen, status }: Told,
): Promise<Response> {
  const { event } = published;
  const now = Date.now();
  const types = await typesNow(c, published, now);
  const [said, show] = [saidTo(c), showOf(event)];
  const path = eventPath(show);
  const organizerHref = hrefIn(c, `/o/${show.organizer.slug}`);
  const main = eventView({
    ...{ said, show, types, now, notice, chosen, organizerHref },
    action: hrefIn(c, path),
    field: newField(c),
    calendarHref: `${path}/event.ics`,
    basketHref: basketIn(c, event.id).length > 0 ? hrefIn(c, `/b/${event.id}`) : null,
  });
  return answerPage(c, {
    ...{ said, main, status },
    title: `${show.name} · ${show.organizer.name}`,
    head: eventHead(show, types, addressOfEvent(c, show)),
    brand: { name: show.organizer.name, href: organizerHref },
    accent: show.look.accent,
    listed: true,
  });
}

/** The form of the page: what can be held is held, and the basket says what could not be (rule S12). */
export async function holdTickets(c: PageContext): Promise<Response> {
  const posted = await readPosted(c);
  if (!posted.ok) return refusalPage(c, posted.refusal, c.get("requestId"));
  const found = await findEvent(c);
  if (found instanceof Response) return found;
  const said = saidTo(c);
  const chosen = chosenIn(posted.value, found);
  const tell = (text: string, status: Told["status"], more: readonly string[] = []) =>
    eventPage(c, found, { notice: { kind: "warn", text, more }, chosen, status });
  const field = readFormField(c.env, posted.value.get("field") ?? "", Date.now());
  if (!field) return tell(said.t.event.stale, 409);
  const items = itemsOf(found, chosen);
  if (items.length === 0) return tell(said.t.event.chooseSome, 422);
  const shopper = await shopperOf(c, field);
  if (!shopper.ok) return tell(refusalText(said, placeOf(said, showOf(found.event)), shopper.refusal), 503);
  const had = basketIn(c, found.event.id);
  if (had.length + items.length > MAX_HOLDS_PER_CHECKOUT) return tell(said.t.basket.full, 422);
  const excess = await limitHolds(c, shopper.value.id, items.length);
  const context = {
    actor: shopper.value,
    requestId: c.get("requestId"),
    inventories: (id: BasketItem["ticketTypeId"]) => inventoryFor(c, id),
    clock: () => Date.now(),
    addressAt: (id: BasketItem["ticketTypeId"]) => buyerAddress(c, shopper.value, id),
  };
  const input = { eventId: found.event.id, items, allOrNothing: false, idempotencyKey: field.key };
  const placed = excess ? { ok: false as const, refusal: excess } : await placeBasket(context, input);
  if (placed.ok) return toBasket(c, found, had, placed.value);
  return tell(said.t.basket.refused, 409, whyRefused(c, found, placed.refusal));
}

function chosenIn(posted: Posted, { ticketTypes }: PublishedEvent): Record<string, number> {
  const amounts = ticketTypes.map(({ id }) => [id, posted.get(amountName(id)) ?? "0"] as const);
  return Object.fromEntries(amounts.flatMap(([id, text]) => (/^\d{1,4}$/.test(text) ? [[id, Number(text)]] : [])));
}

function itemsOf({ ticketTypes }: PublishedEvent, chosen: Readonly<Record<string, number>>): BasketItem[] {
  return ticketTypes
    .map(({ id }) => ({ ticketTypeId: id, quantity: chosen[id] ?? 0 }))
    .filter(({ quantity }) => quantity > 0);
}

/** A copy of a form whose holds are over by now leads to a fresh form, and of one that became an order to that. */
function toBasket(
  c: PageContext,
  { event }: PublishedEvent,
  had: ReturnType<typeof basketIn>,
  basket: Basket,
): Response {
  const { holds, refused } = basket;
  const active = holds.filter(({ status }) => status === "active").map(({ id }) => id);
  if (active.length === 0) {
    const orderId = holds.find((hold) => hold.orderId !== null)?.orderId;
    const path = eventPath(showOf(event));
    return seeOther(c, orderId ? hrefIn(c, `/r/${orderId}`) : hrefIn(c, path, [["said", "ran_out"]]));
  }
  keepBasket(c, event.id, [...new Set([...had, ...active])]);
  return seeOther(c, hrefIn(c, `/b/${event.id}`, refusedQuery(refused)));
}

/** What was refused, for the page that the form leads to: the type, the code and how many there are. */
function refusedQuery(refused: readonly RefusedItem[]): [string, string][] {
  return refused.map(({ ticketTypeId, refusal }) => {
    const left = refusal?.code === "sold_out" ? `.${refusal.availableQuantity}` : "";
    return ["not", `${ticketTypeId}.${refusal?.code ?? "other"}${left}`];
  });
}

/** Each type by its name, with why it is not held. */
function whyRefused(c: PageContext, { event, ticketTypes }: PublishedEvent, refusal: Refusal): string[] {
  const said = saidTo(c);
  const place = placeOf(said, showOf(event));
  if (refusal.code !== "basket_refused") return [refusalText(said, place, refusal)];
  return refusal.refused.map((item) => {
    const name = ticketTypes.find(({ id }) => id === item.ticketTypeId)?.name ?? "";
    const why = item.refusal ? refusalText(said, place, item.refusal) : said.t.refusal.other;
    return said.t.refusal.of(name, why);
  });
}
