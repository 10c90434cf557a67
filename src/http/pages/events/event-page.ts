// Serves the page of an event (rule S1): one complete response, from the cached event and the inventories' counts,
// without D1. Its form holds tickets by the same verb as the API, and leads to the basket.

import type { Basket, BasketInput, BasketItem } from "../../../app/orders/place-basket.ts";
import { placeBasket } from "../../../app/orders/place-basket.ts";
import { readFormField } from "../../../auth/links/form-fields.ts";
import type { PublishedEvent } from "../../../db/events/public-events.ts";
import type { Refusal } from "../../../domain/errors.ts";
import { type HoldId, ticketTypeOfHold } from "../../../domain/ids.ts";
import { MAX_HOLDS_PER_CHECKOUT } from "../../../domain/limits.ts";
import { refuse, type Result } from "../../../domain/result.ts";
import { isSlug, MAX_SLUG } from "../../../domain/events/slug.ts";
import { amountName, eventView } from "../../../ui/shared/views/event.ts";
import { type Notice, placeOf, type Show } from "../../../ui/shared/views/show.ts";
import type { Shopper } from "../../middleware/access.ts";
import { limitHolds, buyerAddress } from "../../middleware/limits/rate-limit.ts";
import { findPublishedByNames, inventoryFor } from "../../middleware/limits/miss-limit.ts";
import { originOf } from "../../middleware/origin.ts";
import { isOver } from "../../responses/public-event-text.ts";
import { idsOf, unsureIds } from "../basket/basket-acts.ts";
import { type InBasket, readBasket } from "../basket/basket-lines.ts";
import { knownShopper, newField, shopperOf } from "../basket/buyer.ts";
import { calendarText, eventHead } from "./event-data.ts";
import { basketNow, changeBasket, readOwnBasket, withMore } from "../basket/own-basket.ts";
import { pageResponse, hrefIn, type PageContext, wordingFor, seeOther } from "../page-response.ts";
import { type Posted, readPosted } from "../basket/posted.ts";
import { isUnsure, keepsField, refusalStatus } from "../refusals/refusal-status.ts";
import { refusalText } from "../../../ui/shared/refusal-text.ts";
import { factsOf } from "../refusals/refusal-facts.ts";
import { refusedQuery } from "../refusals/refused-notice.ts";
import { showOf, typesNow } from "./prepare-show.ts";
import { refusalPage } from "./words-page.ts";

type PageState = {
  readonly notice: Notice | null;
  readonly chosen: Readonly<Record<string, number>>;
  readonly status: 200 | 409 | 422 | 429 | 503;
  /** The field of the form that was sent, if that request may have been carried out; null: a new field is made. */
  readonly field: string | null;
};
const FRESH: PageState = { notice: null, chosen: {}, status: 200, field: null };

export async function showEvent(c: PageContext): Promise<Response> {
  const found = await findEvent(c);
  if (found instanceof Response) return found;
  const { eventPage: texts } = wordingFor(c).t;
  const notices = new Map([
    ["ran_out", texts.ranOut],
    ["given_back", texts.givenBack],
  ]);
  const said = notices.get(c.req.query("said") ?? "");
  const notice = said === undefined ? null : ({ kind: "warn", text: said } as const);
  return eventPage(c, found, { ...FRESH, notice });
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

/** The public event that the path names, or the page that says that there is none. */
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
  { notice, chosen, status, field }: PageState,
): Promise<Response> {
  const { event } = published;
  const now = Date.now();
  const types = await typesNow(c, published, now);
  const [wording, show] = [wordingFor(c), showOf(event)];
  const path = eventPath(show);
  const organizerHref = hrefIn(c, `/o/${show.organizer.slug}`);
  const main = eventView({
    ...{ wording, show, types, now, notice, chosen, organizerHref },
    action: hrefIn(c, path),
    field: field ?? newField(c),
    calendarHref: `${path}/event.ics`,
    basketHref: basketNow(c, event.id).length > 0 ? hrefIn(c, `/b/${event.id}`) : null,
  });
  return pageResponse(c, {
    ...{ wording, main, status },
    title: `${show.name} · ${show.organizer.name}`,
    head: eventHead(show, types, addressOfEvent(c, show)),
    brand: { name: show.organizer.name, href: organizerHref },
    accent: show.look.accent,
    scripts: ["shop-script.js"],
    listed: true,
  });
}

type Form = {
  readonly c: PageContext;
  readonly found: PublishedEvent;
  readonly shopper: Shopper;
  readonly input: BasketInput;
};
type ShowEvent = (
  text: string,
  status: PageState["status"],
  more?: readonly string[],
  field?: string | null,
) => Promise<Response>;

/** Handles the form of the page: holds what can be held, and the basket shows what could not be (rule S12). */
export async function holdTickets(c: PageContext): Promise<Response> {
  const posted = await readPosted(c);
  if (!posted.ok) return refusalPage(c, posted.refusal, c.get("requestId"));
  const found = await findEvent(c);
  if (found instanceof Response) return found;
  const wording = wordingFor(c);
  const chosen = chosenIn(posted.value, found);
  const answer: ShowEvent = (text, status, more = [], field = null) =>
    eventPage(c, found, { notice: { kind: "warn", text, more }, chosen, status, field });
  const sent = posted.value.get("field") ?? "";
  const field = readFormField(c.env, sent, Date.now());
  if (!field) return answer(wording.t.eventPage.stale, 409);
  const items = itemsOf(found, chosen);
  if (items.length === 0) return answer(wording.t.event.chooseSome, 422);
  const tellRefused = (refusal: Refusal) => {
    const text = wording.t.basket.refused;
    const next = keepsField(refusal) ? sent : null;
    return answer(text, refusalStatus(c, refusal), explainRefused(c, found, refusal), next);
  };
  const buyer = await shopperOf(c, field);
  if (!buyer.ok) return tellRefused(buyer.refusal);
  const { shopper, keep } = buyer.value;
  const form: Form = {
    ...{ c, found, shopper },
    input: { eventId: found.event.id, items, allOrNothing: false, idempotencyKey: field.key },
  };
  const had = await readOwnBasket(c, knownShopper(c), found.event.id);
  if (await isTooMuch(form, had)) return answer(wording.t.basket.full, 422);
  const placed = await place(form);
  if (placed.ok || isUnsure(placed.refusal)) keep();
  const withBasket = (more: readonly HoldId[]) =>
    had.ok ? withMore(had.value, more) : [...basketNow(c, found.event.id), ...more];
  if (placed.ok) return toBasket(form, placed.value, withBasket, tellRefused);
  return placed.refusal.code === "idempotency_in_progress"
    ? toBegun(form, placed.refusal, withBasket, tellRefused)
    : tellRefused(placed.refusal);
}

async function place({ c, shopper, input }: Form): Promise<Result<Basket, Refusal>> {
  const excess = await limitHolds(c, shopper.id, input.items.length);
  if (excess) return refuse(excess);
  const context = {
    actor: shopper,
    requestId: c.get("requestId"),
    inventories: (id: BasketItem["ticketTypeId"]) => inventoryFor(c, id),
    clock: () => Date.now(),
    addressAt: (id: BasketItem["ticketTypeId"]) => buyerAddress(c, shopper, id),
  };
  return placeBasket(context, input);
}

/** Whether the basket has no room for the request. A repeat of a form whose holds exist needs no more room. */
async function isTooMuch({ c, found, shopper, input }: Form, had: Result<InBasket, Refusal>): Promise<boolean> {
  const active = had.ok ? had.value.active.length : basketNow(c, found.event.id).length;
  if (active + input.items.length <= MAX_HOLDS_PER_CHECKOUT) return false;
  const own = await readBasket(c, shopper, idsOf(shopper, input));
  return own.ok && own.value.current.size === 0;
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

type AddToBasket = (more: readonly HoldId[]) => readonly HoldId[];

/**
 * Leads to the basket, where a hold whose amount was changed since is shown as it is now. A copy of a form whose holds
 * are over leads to a fresh form, and one whose holds became an order leads to that order.
 */
async function toBasket(
  { c, found: { event }, shopper, input }: Form,
  { holds, refused }: Basket,
  withBasket: AddToBasket,
  tellRefused: (refusal: Refusal) => Promise<Response>,
): Promise<Response> {
  const changed = holds.filter(({ replacedBy }) => replacedBy !== null);
  const read = await readBasket(
    c,
    shopper,
    changed.map(({ id }) => id),
  );
  if (!read.ok) return tellRefused(read.refusal);
  const now = holds.flatMap((hold) => (hold.replacedBy === null ? hold : (read.value.current.get(hold.id) ?? [])));
  const active = now.filter(({ status }) => status === "active").map(({ id }) => id);
  if (active.length === 0) {
    const orderId = now.find((hold) => hold.orderId !== null)?.orderId;
    if (orderId) return seeOther(c, hrefIn(c, `/r/${orderId}`));
    const said = now.some(({ status }) => status === "expired") ? "ran_out" : "given_back";
    return seeOther(c, hrefIn(c, eventPath(showOf(event)), [["said", said]]));
  }
  changeBasket(c, event.id, withBasket([...active, ...unsureIds(shopper, input, refused)]));
  return seeOther(c, hrefIn(c, `/b/${event.id}`, refusedQuery(refused)));
}

/**
 * Another copy of the form may still be running. All of its holds are put into the basket at once, since the basket
 * leaves out those that do not exist yet.
 */
async function toBegun(
  { c, found: { event }, shopper, input }: Form,
  refusal: Refusal,
  withBasket: AddToBasket,
  tellRefused: (refusal: Refusal) => Promise<Response>,
): Promise<Response> {
  const ids = idsOf(shopper, input);
  const read = await readBasket(c, shopper, ids);
  if (!read.ok || read.value.active.length === 0) return tellRefused(refusal);
  const missing = ids.filter((id) => !read.value.current.has(id));
  changeBasket(c, event.id, withBasket([...read.value.active.map(({ id }) => id), ...missing]));
  const refused = missing.map((id) => ({ ticketTypeId: ticketTypeOfHold(id), refusal }));
  return seeOther(c, hrefIn(c, `/b/${event.id}`, refusedQuery(refused)));
}

/** The reason of each refused type, after the type's name. */
function explainRefused(c: PageContext, { event, ticketTypes }: PublishedEvent, refusal: Refusal): string[] {
  const wording = wordingFor(c);
  const place = placeOf(wording, showOf(event));
  if (refusal.code !== "basket_refused") return [refusalText(wording, place, factsOf(refusal))];
  return refusal.refused.map((item) => {
    const name = ticketTypes.find(({ id }) => id === item.ticketTypeId)?.name ?? "";
    const why = item.refusal ? refusalText(wording, place, factsOf(item.refusal)) : wording.t.refusal.other;
    return wording.t.refusal.of(name, why);
  });
}
