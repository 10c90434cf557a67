// The basket of an event: what is held and for how long, and the details that make it an order. One form, so that nothing
// that was typed is lost by any of its buttons.

import { checkOut } from "../../app/orders/check-out.ts";
import { type FormField, readFormField } from "../../auth/form-fields.ts";
import type { PublishedEvent } from "../../db/events/public-events.ts";
import type { Contact } from "../../domain/contact.ts";
import type { Refusal } from "../../domain/errors.ts";
import { type EventId, type HoldId, parseHoldId, parseId, ticketTypeOfHold } from "../../domain/ids.ts";
import { MAX_HOLDS_PER_CHECKOUT } from "../../domain/limits.ts";
import { refuse } from "../../domain/result.ts";
import type { Said } from "../../ui/shared/texts/texts.ts";
import { showClock } from "../../ui/shared/time.ts";
import { type Act, ACTS, basketView, type Details, DETAILS, lineName } from "../../ui/shared/views/basket.ts";
import { type Notice, placeOf } from "../../ui/shared/views/show.ts";
import type { Shopper } from "../middleware/access.ts";
import { limitHolds, limitReads } from "../middleware/rate-limit.ts";
import { askByIds, findPublished } from "../middleware/miss-limit.ts";
import { contextOf } from "../routing.ts";
import { changeAmounts, type Done, extendAll, getBack, giveBack } from "./basket-acts.ts";
import { EMPTY, heldUntil, type InBasket, lineOf, readBasket } from "./basket-lines.ts";
import { knownShopper, newField } from "./buyer.ts";
import { contactIn, type Typed } from "./details.ts";
import { eventPath } from "./event-page.ts";
import { answerPage, hrefIn, type PageContext, saidTo, seeOther } from "./page-answer.ts";
import { type Posted, readPosted } from "./posted.ts";
import { refusalText } from "./refusal-text.ts";
import { refusedNotice } from "./refused-notice.ts";
import { basketIn, keepBasket } from "./shop-cookies.ts";
import { showOf } from "./shown-show.ts";
import { refusalPage } from "./words-page.ts";

type Told = {
  readonly notices: readonly Notice[];
  readonly typed: Typed;
  readonly status: 200 | 409 | 422 | 503;
};
const NOTHING_TYPED: Typed = { details: { name: "", email: "", phone: "" }, wrong: [] };

export async function showBasket(c: PageContext): Promise<Response> {
  const found = await findEvent(c);
  if (found instanceof Response) return found;
  const notice = refusedNotice(saidTo(c), found, c.req.queries("not") ?? []);
  return basketPage(c, found, { notices: notice ? [notice] : [], typed: NOTHING_TYPED, status: 200 });
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
  { notices, typed, status }: Told,
): Promise<Response> {
  const said = saidTo(c);
  const { event } = published;
  const kept = await readKept(c, event.id);
  if (!kept.ok) return refusalPage(c, kept.refusal, c.get("requestId"));
  const { active, expired, orderId } = kept.value;
  const show = showOf(event);
  const main = basketView({
    ...{ said, show, notices, ...typed },
    now: Date.now(),
    action: hrefIn(c, `/b/${event.id}`),
    field: newField(c),
    eventHref: hrefIn(c, eventPath(show)),
    lines: active.map((hold) => lineOf(hold, published)),
    ranOut: expired.map((hold) => lineOf(hold, published)),
    until: heldUntil(active),
    orderHref: orderId ? hrefIn(c, `/r/${orderId}`) : null,
  });
  const brand = { name: show.organizer.name, href: hrefIn(c, `/o/${show.organizer.slug}`) };
  const { accent } = show.look;
  return answerPage(c, { said, main, brand, accent, status, title: `${said.t.basket.title} · ${show.name}` });
}

type Kept = { readonly ok: true; readonly value: InBasket } | { readonly ok: false; readonly refusal: Refusal };

async function readKept(c: PageContext, eventId: EventId): Promise<Kept> {
  const shopper = knownShopper(c);
  const holdIds = basketNow(c, eventId);
  if (!shopper || holdIds.length === 0) return { ok: true, value: EMPTY };
  const excess = await limitReads(c, shopper.id);
  return excess ? { ok: false, refusal: excess } : readBasket(c, shopper, holdIds);
}

/** What a button has just changed is not in the request's cookie yet. */
const changed = new WeakMap<Request, readonly HoldId[]>();

function basketNow(c: PageContext, eventId: EventId): readonly HoldId[] {
  return changed.get(c.req.raw) ?? basketIn(c, eventId);
}

function changeBasket(c: PageContext, eventId: EventId, holdIds: readonly HoldId[]): void {
  changed.set(c.req.raw, holdIds);
  keepBasket(c, eventId, holdIds);
}

/** Whichever button of the form was pressed. */
export async function postBasket(c: PageContext): Promise<Response> {
  const posted = await readPosted(c);
  if (!posted.ok) return refusalPage(c, posted.refusal, c.get("requestId"));
  const found = await findEvent(c);
  if (found instanceof Response) return found;
  const said = saidTo(c);
  const typed = typedIn(posted.value);
  const tell = (text: string, status: Told["status"], kind: Notice["kind"] = "warn") =>
    basketPage(c, found, { notices: [{ kind, text }], typed, status });
  const field = readFormField(c.env, posted.value.get("field") ?? "", Date.now());
  const shopper = knownShopper(c);
  if (!field || !shopper) return tell(said.t.basket.otherTab, 409);
  const [name, of] = (posted.value.get("do") ?? "").split(":");
  const act = ACTS.find((each) => each === name) ?? "order";
  const asked: Asked = { c, found, said, posted: posted.value, field, shopper, typed };
  if (act === "order") return order(asked, tell);
  return pressed(asked, act, of, tell);
}

type Asked = {
  readonly c: PageContext;
  readonly found: PublishedEvent;
  readonly said: Said;
  readonly posted: Posted;
  readonly field: FormField;
  readonly shopper: Shopper;
  readonly typed: Typed;
};
type Tell = (text: string, status: Told["status"], kind?: Notice["kind"]) => Promise<Response>;

function typedIn(posted: Posted): Typed {
  const entries = DETAILS.map((name) => [name, (posted.get(name) ?? "").slice(0, 300)] as const);
  return { details: Object.fromEntries(entries) as Details, wrong: [] };
}

/** The holds that the form showed, as far as they are ids. */
function holdsIn(posted: Posted, name: "hold" | "gone"): HoldId[] {
  const ids = posted.getAll(name).flatMap((text) => parseHoldId(text) ?? []);
  return [...new Set(ids)].slice(0, MAX_HOLDS_PER_CHECKOUT);
}

async function pressed(
  asked: Asked,
  act: Exclude<Act, "order">,
  of: string | undefined,
  tell: Tell,
): Promise<Response> {
  const { c, found, said, posted, field, shopper } = asked;
  const { event } = found;
  // Also what the form showed: of a hold that another tab has changed since, what it is now.
  const shown = [...new Set([...basketIn(c, event.id), ...holdsIn(posted, "hold")])];
  const read = await readBasket(c, shopper, shown);
  if (!read.ok) return tell(refusalText(said, placeOf(said, showOf(event)), read.refusal), 503);
  const { active, expired, current } = read.value;
  const holdIds = [...new Set([...current.values()].filter(({ orderId }) => orderId === null).map(({ id }) => id))];
  const basket = { c, shopper, field, holdIds };
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
  return afterwards(asked, act, done, [...active, ...expired]);
}

/** The amounts that the form asks for, by what its holds are now. */
function amountsIn(posted: Posted, current: InBasket["current"]): ReadonlyMap<HoldId, number> {
  const amounts = new Map<HoldId, number>();
  for (const asked of holdsIn(posted, "hold")) {
    const text = posted.get(lineName(asked)) ?? "";
    if (/^[1-9]\d{0,3}$/.test(text)) amounts.set(current.get(asked)?.id ?? asked, Number(text));
  }
  return amounts;
}

/** What was typed is shown again, so that it goes on in this page; else the next one is a page that a reload repeats. */
async function afterwards(
  asked: Asked,
  act: Exclude<Act, "order">,
  done: Done,
  holds: InBasket["active"],
): Promise<Response> {
  const { c, found, said, typed } = asked;
  const { event } = found;
  if (done.refused.length > 0) {
    const more = done.refused.map(({ holdId, refusal }) => {
      const hold = holds.find(({ id }) => id === holdId);
      const why = refusalText(said, placeOf(said, showOf(event)), refusal);
      return hold ? said.t.refusal.of(lineOf(hold, found).name, why) : why;
    });
    const [first = "", ...others] = [...new Set(more)];
    return basketPage(c, found, { notices: [{ kind: "warn", text: first, more: others }], typed, status: 409 });
  }
  if (Object.values(typed.details).every((text) => text === "")) return seeOther(c, hrefIn(c, `/b/${event.id}`));
  const text = await saidOf(asked, act);
  return basketPage(c, found, { notices: [{ kind: "good", text }], typed, status: 200 });
}

async function saidOf({ c, found, said }: Asked, act: Exclude<Act, "order">): Promise<string> {
  const { basket } = said.t;
  if (act === "extend") {
    const kept = await readKept(c, found.event.id);
    const until = kept.ok ? heldUntil(kept.value.active) : null;
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
async function order(asked: Asked, tell: Tell): Promise<Response> {
  const { c, found, posted, typed } = asked;
  const { event } = found;
  const holdIds = holdsIn(posted, "hold");
  const contact = contactIn(typed.details, event.venue.country);
  if (holdIds.length === 0) return basketPage(c, found, { notices: [], typed, status: 409 });
  if (!contact.ok) {
    return basketPage(c, found, { notices: [], typed: { ...typed, wrong: contact.refusal }, status: 422 });
  }
  const placed = await placeOrder(asked, holdIds, contact.value);
  if (!placed.ok) return refusedOrder(asked, placed.refusal, tell);
  const ordered = new Set(holdIds);
  keepBasket(
    c,
    event.id,
    basketIn(c, event.id).filter((id) => !ordered.has(id)),
  );
  return seeOther(c, hrefIn(c, `/r/${placed.value.order.id}`));
}

/** Its key is the form's: a form that is sent twice makes one order (rule O6). */
async function placeOrder({ c, said, field, shopper }: Asked, holdIds: readonly HoldId[], contact: Contact) {
  const excess = await limitHolds(c, shopper.id);
  if (excess) return refuse(excess);
  const { env, executionCtx } = c;
  const context = contextOf({ env, var: { actor: shopper, requestId: c.get("requestId") }, executionCtx });
  const input = { holdIds, idempotencyKey: field.key, contact, locale: said.locale };
  return askByIds(c, new Set(holdIds.map(ticketTypeOfHold)), () => checkOut(context, input));
}

async function refusedOrder({ said, found }: Asked, refusal: Refusal, tell: Tell): Promise<Response> {
  // What ran out says so itself, beside the button that gets it back.
  if (refusal.code === "hold_expired") return tell(said.t.refusal.expired, 409);
  if (refusal.code === "hold_not_active" || refusal.code === "not_found") return tell(said.t.basket.otherTab, 409);
  const isBusy = refusal.code === "overloaded" || refusal.code === "temporarily_unavailable";
  return tell(refusalText(said, placeOf(said, showOf(found.event)), refusal), isBusy ? 503 : 409);
}
