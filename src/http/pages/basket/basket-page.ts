// Answers the basket of an event: what is held and for how long, and the details that make it an order. One form, so that nothing
// that was typed is lost by any of its buttons.

import { checkOut } from "../../../app/orders/check-out.ts";
import { type FormField, readFormField } from "../../../auth/links/form-fields.ts";
import type { PublishedEvent } from "../../../db/events/public-events.ts";
import type { Contact } from "../../../domain/orders/contact.ts";
import type { Refusal } from "../../../domain/errors.ts";
import { type HoldId, parseHoldId, parseId, ticketTypeOfHold } from "../../../domain/ids.ts";
import { refuse } from "../../../domain/result.ts";
import type { Said } from "../../../ui/shared/texts/texts.ts";
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
import { changeBasket, readKept } from "./kept-basket.ts";
import { answerPage, hrefIn, type PageContext, saidTo, seeOther } from "../page-answer.ts";
import { type Posted, readPosted } from "./posted.ts";
import { keepsField, refusalStatus } from "../refusals/refusal-status.ts";
import { refusalText } from "../../../ui/shared/refusal-text.ts";
import { factsOf } from "../refusals/refusal-facts.ts";
import { refusedNotice } from "../refusals/refused-notice.ts";
import { basketIn, keepBasket } from "./shop-cookies.ts";
import { showOf } from "../events/shown-show.ts";
import { refusalPage } from "../events/words-page.ts";

type PageState = {
  readonly notices: readonly Notice[];
  readonly typed: Typed;
  readonly status: 200 | 409 | 422 | 429 | 503;
  /** That of the form that was sent, where it may have been done; left out: a new one. */
  readonly field?: string | undefined;
  /** What the form before could not hold, as it stands in the address. */
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
  const said = saidTo(c);
  const { event } = published;
  const kept = await readKept(c, knownShopper(c), event.id);
  if (!kept.ok) return refusalPage(c, kept.refusal, c.get("requestId"));
  const { active, expired, orderId } = kept.value;
  const show = showOf(event);
  const refused = refusedNotice(said, published, not, active.length);
  const main = basketView({
    ...{ said, show, ...typed },
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
  return answerPage(c, {
    said,
    main,
    brand,
    accent,
    status,
    scripts: ["shop-script.js"],
    title: `${said.t.basketPage.title} · ${show.name}`,
  });
}

/** Whichever button of the form was pressed. */
export async function postBasket(c: PageContext): Promise<Response> {
  const posted = await readPosted(c);
  if (!posted.ok) return refusalPage(c, posted.refusal, c.get("requestId"));
  const found = await findEvent(c);
  if (found instanceof Response) return found;
  const said = saidTo(c);
  const typed = typedIn(posted.value);
  const answer: Answer = (text, status, field) =>
    basketPage(c, found, { notices: [{ kind: "warn", text }], typed, status, field });
  const sent = posted.value.get("field") ?? "";
  const field = readFormField(c.env, sent, Date.now());
  const shopper = knownShopper(c);
  if (!field || !shopper) return answer(said.t.basket.otherTab, 409);
  const [name, of] = (posted.value.get("do") ?? "").split(":");
  const act = ACTS.find((each) => each === name) ?? "order";
  const asked: Asked = { c, found, said, posted: posted.value, sent, field, shopper, typed };
  if (act === "order") return order(asked, answer);
  return pressed(asked, act, of, answer);
}

type Asked = {
  readonly c: PageContext;
  readonly found: PublishedEvent;
  readonly said: Said;
  readonly posted: Posted;
  /** The field of the form as it came, and what it says. */
  readonly sent: string;
  readonly field: FormField;
  readonly shopper: Shopper;
  readonly typed: Typed;
};
type Answer = (text: string, status: PageState["status"], field?: string) => Promise<Response>;

async function pressed(
  asked: Asked,
  act: Exclude<Act, "order">,
  of: string | undefined,
  answer: Answer,
): Promise<Response> {
  const { c, found, said, posted } = asked;
  const { event } = found;
  const read = await readShown(asked);
  if (!read.ok) return answerRefused(asked, read.refusal, answer);
  const { active, expired, current } = read.value;
  const basket = openFor(asked, read.value);
  if (act === "again" && active.length + expired.length === 0) return answer(said.t.basket.otherTab, 409);
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
  return afterwards(asked, act, done, read.value);
}

/** Also what the form showed: of a hold that another tab has changed since, what it is now. */
function readShown({ c, found, posted, shopper }: Asked) {
  const shown = [...new Set([...basketIn(c, found.event.id), ...holdsIn(posted, "hold")])];
  return readBasket(c, shopper, shown);
}

/** What was given back, or became an order, is in the basket no more. */
function openFor({ c, shopper, field }: Asked, { active, expired }: InBasket) {
  return { c, shopper, field, holdIds: [...active, ...expired].map(({ id }) => id) };
}

/** What was typed is shown again, so that it goes on in this page; else the next one is a page that a reload repeats. */
async function afterwards(asked: Asked, act: Exclude<Act, "order">, done: Done, read: InBasket): Promise<Response> {
  const { c, found, typed } = asked;
  const { event } = found;
  if (done.refused.length > 0) return answerUndone(asked, done, read);
  if (Object.values(typed.details).every((text) => text === "")) return seeOther(c, hrefIn(c, `/b/${event.id}`));
  const text = await saidOf(asked, act);
  return basketPage(c, found, { notices: [{ kind: "good", text }], typed, status: 200 });
}

function answerUndone({ c, found, said, sent, typed }: Asked, { refused }: Done, read: InBasket): Promise<Response> {
  const more = refused.map(({ holdId, refusal }) => {
    const hold = [...read.active, ...read.expired].find(({ id }) => id === holdId);
    const why = refusalText(said, placeOf(said, showOf(found.event)), factsOf(refusal));
    return hold ? said.t.refusal.of(lineOf(hold, found).name, why) : why;
  });
  const [text = "", ...others] = [...new Set(more)];
  const statuses = refused.map(({ refusal }) => refusalStatus(c, refusal));
  const status = statuses.find((each) => each !== 409) ?? 409;
  const field = refused.some(({ refusal }) => keepsField(refusal)) ? sent : undefined;
  return basketPage(c, found, { notices: [{ kind: "warn", text, more: others }], typed, status, field });
}

async function saidOf(asked: Asked, act: Exclude<Act, "order">): Promise<string> {
  const { c, found, said } = asked;
  const { basket } = said.t;
  if (act === "extend") {
    const kept = await readKept(c, asked.shopper, found.event.id);
    const until = kept.ok ? untilOf(kept.value.active, found.event.hold_extension) : null;
    if (until) return basket.extended(showClock(placeOf(said, showOf(found.event)), until.at));
  }
  const texts = {
    change: basket.changed,
    release: basket.returned,
    release_all: basket.returned,
    again: basket.gotBack,
  };
  return act === "extend" ? basket.changed : texts[act];
}

/** What the form showed is ordered, and nothing else: a basket that has changed since is shown once more. */
async function order(asked: Asked, answer: Answer): Promise<Response> {
  const { c, found, posted, typed } = asked;
  const { event } = found;
  const holdIds = holdsIn(posted, "hold");
  if (holdIds.length === 0) return basketPage(c, found, { notices: [], typed, status: 409 });
  const otherwise = await changeFirst(asked, answer);
  if (otherwise) return otherwise;
  const contact = contactIn(typed.details, event.venue.country);
  if (!contact.ok) {
    return basketPage(c, found, { notices: [], typed: { ...typed, wrong: contact.refusal }, status: 422 });
  }
  const placed = await placeOrder(asked, holdIds, contact.value);
  if (!placed.ok) return refusedOrder(asked, placed.refusal, answer);
  const ordered = new Set(holdIds);
  keepBasket(
    c,
    event.id,
    basketIn(c, event.id).filter((id) => !ordered.has(id)),
  );
  return seeOther(c, hrefIn(c, `/r/${placed.value.order.id}`));
}

/** Amounts that were chosen and not yet changed are changed, and the sum is shown before anything is ordered. */
async function changeFirst(asked: Asked, answer: Answer): Promise<Response | null> {
  const { c, found, said, posted } = asked;
  const read = await readShown(asked);
  if (!read.ok) return answerRefused(asked, read.refusal, answer);
  const { active, current } = read.value;
  const amounts = amountsIn(posted, current);
  if (active.some(({ id, quantity }) => (amounts.get(id) ?? quantity) !== quantity)) {
    const done = await changeAmounts(openFor(asked, read.value), active, amounts);
    changeBasket(c, found.event.id, done.holdIds);
    return done.refused.length > 0 ? answerUndone(asked, done, read.value) : answer(said.t.basket.lookAgain, 409);
  }
  const isOther = holdsIn(posted, "hold").some((id) => {
    const hold = current.get(id);
    return hold?.status === "active" && (amountIn(posted, id) ?? hold.quantity) !== hold.quantity;
  });
  return isOther ? answer(said.t.basket.otherTab, 409) : null;
}

/** Its key is the form's: a form that is sent twice makes one order (rule O6). */
async function placeOrder({ c, said, field, shopper }: Asked, holdIds: readonly HoldId[], contact: Contact) {
  const excess = await limitHolds(c, shopper.id);
  if (excess) return refuse(excess);
  const { env, executionCtx } = c;
  const context = contextOf({ env, var: { actor: shopper, requestId: c.get("requestId") }, executionCtx });
  const input = { holdIds, idempotencyKey: field.key, contact, locale: said.locale };
  return withKnownIds(c, new Set(holdIds.map(ticketTypeOfHold)), () => checkOut(context, input));
}

async function refusedOrder(asked: Asked, refusal: Refusal, answer: Answer): Promise<Response> {
  const { said } = asked;
  // What ran out says so itself, beside the button that gets it back.
  if (refusal.code === "hold_expired") return answer(said.t.refusal.expired, 409);
  if (refusal.code === "hold_not_active" || refusal.code === "not_found") return answer(said.t.basket.otherTab, 409);
  return answerRefused(asked, refusal, answer);
}

function answerRefused({ c, said, sent, found }: Asked, refusal: Refusal, answer: Answer): Promise<Response> {
  const text = refusalText(said, placeOf(said, showOf(found.event)), factsOf(refusal));
  return answer(text, refusalStatus(c, refusal), keepsField(refusal) ? sent : undefined);
}
