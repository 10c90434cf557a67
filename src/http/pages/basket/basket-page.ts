// Serves the basket of an event: what is held and for how long, and the details that make it an order. It is one form,
// so that no button of it loses what was typed.

import { checkOut } from "../../../app/orders/check-out.ts";
import { type FormField, readFormField } from "../../../auth/links/form-fields.ts";
import type { PublishedEvent } from "../../../db/events/public-events.ts";
import type { Contact } from "../../../domain/orders/contact.ts";
import type { Refusal } from "../../../domain/errors.ts";
import { type HoldId, parseHoldId, parseId, ticketTypeOfHold } from "../../../domain/ids.ts";
import { refuse } from "../../../domain/result.ts";
import type { Wording } from "../../../ui/shared/texts/texts.ts";
import { showClock } from "../../../ui/shared/time/time.ts";
import { type Act, ACTS, basketView } from "../../../ui/shared/views/basket.ts";
import { type Notice, placeOf } from "../../../ui/shared/views/show.ts";
import type { Shopper } from "../../middleware/access.ts";
import { limitHolds } from "../../middleware/limits/rate-limit.ts";
import { withKnownIds, findPublished } from "../../middleware/limits/miss-limit.ts";
import { contextOf } from "../../routing.ts";
import { changeAmounts, type Done, extendAll, getBack, giveBack } from "./basket-acts.ts";
import { amountIn, amountsIn, holdsIn, typedIn } from "./basket-form.ts";
import { untilOf, type InBasket, lineOf, readBasket } from "./basket-lines.ts";
import { knownShopper, newField } from "./buyer.ts";
import { contactIn, type Typed } from "./details.ts";
import { eventPath } from "../events/event-page.ts";
import { changeBasket, readOwnBasket } from "./own-basket.ts";
import { pageResponse, hrefIn, type PageContext, wordingFor, seeOther } from "../page-response.ts";
import { type Posted, readPosted } from "./posted.ts";
import { keepsField, refusalStatus } from "../refusals/refusal-status.ts";
import { refusalText } from "../../../ui/shared/refusal-text.ts";
import { factsOf } from "../refusals/refusal-facts.ts";
import { refusedNotice } from "../refusals/refused-notice.ts";
import { basketIn, setBasketCookie } from "./shop-cookies.ts";
import { showOf } from "../events/prepare-show.ts";
import { refusalPage } from "../events/words-page.ts";

type PageState = {
  readonly notices: readonly Notice[];
  readonly typed: Typed;
  readonly status: 200 | 409 | 422 | 429 | 503;
  /** The field of the form that was sent, if that request may have been carried out; left out: a new field is made. */
  readonly field?: string | undefined;
  /** What the form on the page before could not hold, as the address has it. */
  readonly not?: readonly string[];
};
const NOTHING_TYPED: Typed = { details: { name: "", email: "", phone: "" }, wrong: [] };

export async function showBasket(c: PageContext): Promise<Response> {
  const found = await findEvent(c);
  if (found instanceof Response) return found;
  return basketPage(c, found, { notices: [], typed: NOTHING_TYPED, status: 200, not: c.req.queries("not") ?? [] });
}

async function findEvent(c: PageContext): Promise<PublishedEvent | Response> {
  const id = parseId("evt", c.req.param("event") ?? "");
  const found = id && (await findPublished(c, id));
  if (found && !found.ok) return refusalPage(c, found.refusal, c.get("requestId"));
  return found?.value?.shown ?? refusalPage(c, { code: "not_found" }, c.get("requestId"));
}

async function basketPage(
  c: PageContext,
  published: PublishedEvent,
  { notices, typed, status, field, not = [] }: PageState,
): Promise<Response> {
  const wording = wordingFor(c);
  const { event } = published;
  const basket = await readOwnBasket(c, knownShopper(c), event.id);
  if (!basket.ok) return refusalPage(c, basket.refusal, c.get("requestId"));
  const { active, expired, orderId } = basket.value;
  const show = showOf(event);
  const refused = refusedNotice(wording, published, not, active.length);
  const main = basketView({
    ...{ wording, show, ...typed },
    notices: [...notices, ...(refused ? [refused] : [])],
    now: Date.now(),
    action: hrefIn(c, `/b/${event.id}`),
    field: field ?? newField(c),
    eventHref: hrefIn(c, eventPath(show)),
    lines: active.map((hold) => lineOf(hold, published)),
    ranOut: expired.map((hold) => lineOf(hold, published)),
    until: untilOf(active, event.hold_extension),
    orderHref: orderId ? hrefIn(c, `/r/${orderId}`) : null,
  });
  const brand = { name: show.organizer.name, href: hrefIn(c, `/o/${show.organizer.slug}`) };
  const { accent } = show.look;
  return pageResponse(c, {
    wording,
    main,
    brand,
    accent,
    status,
    scripts: ["shop-script.js"],
    title: `${wording.t.basketPage.title} · ${show.name}`,
  });
}

/** Handles every button of the basket's form. */
export async function postBasket(c: PageContext): Promise<Response> {
  const posted = await readPosted(c);
  if (!posted.ok) return refusalPage(c, posted.refusal, c.get("requestId"));
  const found = await findEvent(c);
  if (found instanceof Response) return found;
  const wording = wordingFor(c);
  const typed = typedIn(posted.value);
  const answer: ShowBasket = (text, status, field) =>
    basketPage(c, found, { notices: [{ kind: "warn", text }], typed, status, field });
  const sent = posted.value.get("field") ?? "";
  const field = readFormField(c.env, sent, Date.now());
  const shopper = knownShopper(c);
  if (!field || !shopper) return answer(wording.t.basket.otherTab, 409);
  const [name, of] = (posted.value.get("do") ?? "").split(":");
  const act = ACTS.find((each) => each === name) ?? "order";
  const form: PressedForm = { c, found, wording, posted: posted.value, sent, field, shopper, typed };
  if (act === "order") return order(form, answer);
  return pressed(form, act, of, answer);
}

type PressedForm = {
  readonly c: PageContext;
  readonly found: PublishedEvent;
  readonly wording: Wording;
  readonly posted: Posted;
  /** The form's field as text; `field` has the contents. */
  readonly sent: string;
  readonly field: FormField;
  readonly shopper: Shopper;
  readonly typed: Typed;
};
type ShowBasket = (text: string, status: PageState["status"], field?: string) => Promise<Response>;

async function pressed(
  form: PressedForm,
  act: Exclude<Act, "order">,
  of: string | undefined,
  answer: ShowBasket,
): Promise<Response> {
  const { c, found, wording, posted } = form;
  const { event } = found;
  const read = await readShown(form);
  if (!read.ok) return answerRefused(form, read.refusal, answer);
  const { active, expired, current } = read.value;
  const basket = openFor(form, read.value);
  if (act === "again" && active.length + expired.length === 0) return answer(wording.t.basket.otherTab, 409);
  const named = parseHoldId(of ?? "");
  const own = named ? active.filter(({ id }) => id === (current.get(named)?.id ?? named)) : [];
  const done: Done = await {
    change: () => changeAmounts(basket, active, amountsIn(posted, current)),
    release: () =>
      giveBack(
        basket,
        own.map(({ id }) => id),
      ),
    release_all: () =>
      giveBack(
        basket,
        active.map(({ id }) => id),
      ),
    extend: () => extendAll(basket, active),
    again: () => getBack(basket, event.id, expired),
  }[act]();
  changeBasket(c, event.id, done.holdIds);
  return afterwards(form, act, done, read.value);
}

/**
 * Reads the cookie's basket and the holds that the form showed. A hold that another tab has replaced is read as the
 * present one.
 */
function readShown({ c, found, posted, shopper }: PressedForm) {
  const shown = [...new Set([...basketIn(c, found.event.id), ...holdsIn(posted, "hold")])];
  return readBasket(c, shopper, shown);
}

/** What was given back or became an order is no longer in the basket. */
function openFor({ c, shopper, field }: PressedForm, { active, expired }: InBasket) {
  return { c, shopper, field, holdIds: [...active, ...expired].map(({ id }) => id) };
}

/**
 * What was typed must be shown again, so this request is then answered with the page itself; otherwise with a redirect
 * to a page that can be reloaded.
 */
async function afterwards(
  form: PressedForm,
  act: Exclude<Act, "order">,
  done: Done,
  read: InBasket,
): Promise<Response> {
  const { c, found, typed } = form;
  const { event } = found;
  if (done.refused.length > 0) return answerUndone(form, done, read);
  if (Object.values(typed.details).every((text) => text === "")) return seeOther(c, hrefIn(c, `/b/${event.id}`));
  const text = await announcementOf(form, act);
  return basketPage(c, found, { notices: [{ kind: "good", text }], typed, status: 200 });
}

function answerUndone(
  { c, found, wording, sent, typed }: PressedForm,
  { refused }: Done,
  read: InBasket,
): Promise<Response> {
  const more = refused.map(({ holdId, refusal }) => {
    const hold = [...read.active, ...read.expired].find(({ id }) => id === holdId);
    const why = refusalText(wording, placeOf(wording, showOf(found.event)), factsOf(refusal));
    return hold ? wording.t.refusal.of(lineOf(hold, found).name, why) : why;
  });
  const [text = "", ...others] = [...new Set(more)];
  const statuses = refused.map(({ refusal }) => refusalStatus(c, refusal));
  const status = statuses.find((each) => each !== 409) ?? 409;
  const field = refused.some(({ refusal }) => keepsField(refusal)) ? sent : undefined;
  return basketPage(c, found, { notices: [{ kind: "warn", text, more: others }], typed, status, field });
}

async function announcementOf(form: PressedForm, act: Exclude<Act, "order">): Promise<string> {
  const { c, found, wording } = form;
  const { basket } = wording.t;
  if (act === "extend") {
    const current = await readOwnBasket(c, form.shopper, found.event.id);
    const until = current.ok ? untilOf(current.value.active, found.event.hold_extension) : null;
    if (until) return basket.extended(showClock(placeOf(wording, showOf(found.event)), until.at));
  }
  const texts = {
    change: basket.changed,
    release: basket.returned,
    release_all: basket.returned,
    again: basket.gotBack,
  };
  return act === "extend" ? basket.changed : texts[act];
}

/** Orders exactly what the form showed: if the basket has changed since, it is shown once more. */
async function order(form: PressedForm, answer: ShowBasket): Promise<Response> {
  const { c, found, posted, typed } = form;
  const { event } = found;
  const holdIds = holdsIn(posted, "hold");
  if (holdIds.length === 0) return basketPage(c, found, { notices: [], typed, status: 409 });
  const otherwise = await changeFirst(form, answer);
  if (otherwise) return otherwise;
  const contact = contactIn(typed.details, event.venue.country);
  if (!contact.ok) {
    return basketPage(c, found, { notices: [], typed: { ...typed, wrong: contact.refusal }, status: 422 });
  }
  const placed = await placeOrder(form, holdIds, contact.value);
  if (!placed.ok) return refusedOrder(form, placed.refusal, answer);
  const ordered = new Set(holdIds);
  setBasketCookie(
    c,
    event.id,
    basketIn(c, event.id).filter((id) => !ordered.has(id)),
  );
  return seeOther(c, hrefIn(c, `/r/${placed.value.order.id}`));
}

/**
 * Changes the amounts that were chosen but not yet applied, so that the new total is shown before anything is ordered.
 */
async function changeFirst(form: PressedForm, answer: ShowBasket): Promise<Response | null> {
  const { c, found, wording, posted } = form;
  const read = await readShown(form);
  if (!read.ok) return answerRefused(form, read.refusal, answer);
  const { active, current } = read.value;
  const amounts = amountsIn(posted, current);
  if (active.some(({ id, quantity }) => (amounts.get(id) ?? quantity) !== quantity)) {
    const done = await changeAmounts(openFor(form, read.value), active, amounts);
    changeBasket(c, found.event.id, done.holdIds);
    return done.refused.length > 0 ? answerUndone(form, done, read.value) : answer(wording.t.basket.lookAgain, 409);
  }
  const isOther = holdsIn(posted, "hold").some((id) => {
    const hold = current.get(id);
    return hold?.status === "active" && (amountIn(posted, id) ?? hold.quantity) !== hold.quantity;
  });
  return isOther ? answer(wording.t.basket.otherTab, 409) : null;
}

/** The key of the order is the form's, so a form that is sent twice makes one order (rule O6). */
async function placeOrder({ c, wording, field, shopper }: PressedForm, holdIds: readonly HoldId[], contact: Contact) {
  const excess = await limitHolds(c, shopper.id);
  if (excess) return refuse(excess);
  const { env, executionCtx } = c;
  const context = contextOf({ env, var: { actor: shopper, requestId: c.get("requestId") }, executionCtx });
  const input = { holdIds, idempotencyKey: field.key, contact, locale: wording.locale };
  return withKnownIds(c, new Set(holdIds.map(ticketTypeOfHold)), () => checkOut(context, input));
}

async function refusedOrder(form: PressedForm, refusal: Refusal, answer: ShowBasket): Promise<Response> {
  const { wording } = form;
  // The line that ran out has its own message, beside the button that holds it again.
  if (refusal.code === "hold_expired") return answer(wording.t.refusal.expired, 409);
  if (refusal.code === "hold_not_active" || refusal.code === "not_found") return answer(wording.t.basket.otherTab, 409);
  return answerRefused(form, refusal, answer);
}

function answerRefused(
  { c, wording, sent, found }: PressedForm,
  refusal: Refusal,
  answer: ShowBasket,
): Promise<Response> {
  const text = refusalText(wording, placeOf(wording, showOf(found.event)), factsOf(refusal));
  return answer(text, refusalStatus(c, refusal), keepsField(refusal) ? sent : undefined);
}
