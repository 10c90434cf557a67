// Draws the basket: what is held for a shopper and for how long, and the details that an order needs.

import { timeLeft } from "../time/countdown.ts";
import { showMoney } from "../money.ts";
import { canExtend, type MoreTime } from "../more-time.ts";
import type { BuyingWording } from "../texts/buying-texts.ts";
import type { Wording } from "../texts/texts.ts";
import { showClock } from "../time/time.ts";
import { amountsOf } from "./event.ts";
import { errorsView, type Notice, noticeView, placeOf, type Show, whenWhereView } from "./show.ts";
import { type ElementNode, h, type View } from "./tree.ts";

/** Money in minor units. The amount may be changed to `least` to `most`. */
export type BasketLine = {
  readonly holdId: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly currency: string;
  readonly least: number;
  readonly most: number;
};
export const DETAILS = ["name", "email", "phone"] as const;
export type Details = Readonly<Record<(typeof DETAILS)[number], string>>;

export type BasketPage = {
  readonly wording: Wording;
  readonly show: Show;
  readonly now: number;
  readonly action: string;
  readonly field: string;
  readonly eventHref: string;
  readonly lines: readonly BasketLine[];
  /** The lines of holds that ran out and can be held again, with their amounts. */
  readonly ranOut: readonly BasketLine[];
  /** When the first hold ends, epoch ms; the seconds left until then by the server; whether holds can be extended. */
  readonly until: { readonly at: number; readonly seconds: number; readonly more: MoreTime } | null;
  readonly details: Details;
  readonly wrong: readonly (typeof DETAILS)[number][];
  readonly notices: readonly Notice[];
  /** Whether a script counts down the time that is left. */
  readonly isLive?: boolean;
  /** The order that these tickets became. */
  readonly orderHref: string | null;
};

/** What a button of the form does; the id of a hold may follow after a colon. */
export const ACTS = ["order", "change", "release", "release_all", "extend", "again"] as const;
export type Act = (typeof ACTS)[number];

/** The name of the form's field for the amount of a hold. */
export function lineName(holdId: string): string {
  return `n_${holdId}`;
}

/** The hidden field with the amount that the form showed: an amount changes only if it differs (rule S7). */
export function shownName(holdId: string): string {
  return `was_${holdId}`;
}

export function basketView(page: BasketPage): View {
  const { wording, show, lines, ranOut, notices, orderHref, eventHref } = page;
  const { basket, basketPage } = wording.t;
  const isEmpty = lines.length === 0 && ranOut.length === 0;
  return h(
    "main",
    { class: "page stack", id: "main" },
    h(
      "div",
      { class: "stack stack-tight" },
      h("p", { class: "muted" }, h("a", { href: eventHref }, show.name)),
      h("h1", {}, isEmpty ? basketPage.title : basket.heading),
    ),
    notices.map(noticeView),
    orderHref !== null &&
      h("p", { class: "notice row row-apart" }, basketPage.ordered, h("a", { href: orderHref }, basketPage.toOrder)),
    isEmpty ? emptyView(page) : basketFormView(page),
    !isEmpty && h("p", {}, h("a", { class: "button button-quiet", href: eventHref }, basketPage.more)),
  );
}

function emptyView({ wording, eventHref }: BasketPage): View {
  const { basketPage } = wording.t;
  return h(
    "div",
    { class: "card stack" },
    h(
      "div",
      { class: "stack stack-tight" },
      h("p", { class: "strong" }, basketPage.empty),
      h("p", { class: "muted" }, basketPage.emptyMore),
    ),
    h("p", {}, h("a", { class: "button", href: eventHref }, basketPage.toEvent)),
  );
}

function act(name: Act, text: string, props: Record<string, string> = {}, of?: string): ElementNode {
  const value = of === undefined ? name : `${name}:${of}`;
  return h("button", { class: "button button-quiet", name: "do", value, formnovalidate: true, ...props }, text);
}

export type BasketForm = { readonly wording: BuyingWording } & Omit<
  BasketPage,
  "wording" | "eventHref" | "notices" | "orderHref"
>;

/** The form alone. */
export function basketFormView(page: BasketForm): ElementNode {
  const { wording, action, field, lines, ranOut, wrong } = page;
  const { basket } = wording.t;
  return h(
    "form",
    // With a script, errors are shown by it in the language of the page, not by the browser in its own.
    { class: "stack", method: "post", action, novalidate: page.isLive === true },
    // Enter in a field presses the first button, so this one places the order.
    lines.length > 0 &&
      h("button", { class: "unseen", name: "do", value: "order", tabindex: "-1", "aria-hidden": "true" }, basket.order),
    h("input", { type: "hidden", name: "field", value: field }),
    errorsView(
      basket.errors,
      wrong.map((name) => ({ field: name, text: basket.errorOf[name] })),
    ),
    ranOut.length > 0 && ranOutView(page),
    lines.length > 0 && heldView(page),
    lines.length > 0 ? detailsView(page) : keptDetails(page),
  );
}

function ranOutView({ wording, ranOut }: BasketForm): View {
  const { basket } = wording.t;
  const what = ranOut.map(({ quantity, name }) => `${quantity} × ${name}`).join(", ");
  return h(
    "div",
    { class: "notice notice-warn stack", role: "alert" },
    h("p", {}, basket.expired(what)),
    ranOut.map(({ holdId }) => h("input", { type: "hidden", name: "gone", value: holdId })),
    h("p", {}, act("again", basket.again, { class: "button" })),
  );
}

function heldView(page: BasketForm): View {
  const { wording, lines, show, now } = page;
  const { basket } = wording.t;
  const total = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
  return h(
    "section",
    { class: "card stack", "aria-labelledby": "held" },
    h("h2", { id: "held" }, basket.tickets),
    untilView(page),
    h(
      "ul",
      { class: "offers" },
      lines.map((line) => lineView(page, line)),
    ),
    h(
      "p",
      { class: "row row-apart total" },
      h("span", { class: "strong" }, basket.total),
      h("strong", { class: "money" }, priceOf(wording, total, lines[0]?.currency ?? "")),
    ),
    h(
      "div",
      { class: "row" },
      lines.some(({ least, most }) => least < most) && act("change", basket.update),
      lines.length > 1 && act("release_all", basket.removeAll),
    ),
    h("hr"),
    whenWhereView(wording, show, now),
  );
}

function untilView({ wording, show, until, isLive = false }: BasketForm): View {
  if (until === null) return null;
  const { basket, refusal } = wording.t;
  const more = {
    never: basket.moreNever,
    while_available: basket.moreMaybe,
    always: basket.moreAlways,
    used_up: refusal.extendLimit,
  }[until.more];
  const time = showClock(placeOf(wording, show), until.at);
  return h(
    "div",
    { class: "notice row row-apart", "data-seconds": until.seconds, "data-final": !canExtend(until.more) },
    h(
      "div",
      { class: "stack stack-tight until" },
      h("p", { class: "strong" }, basket.until(time)),
      h(
        "p",
        { class: "small" },
        h("span", { class: "money", "data-left": true }, timeLeft(wording, until.seconds)),
        !isLive && [" ", h("span", { "data-at-first": true }, basket.atFirst)],
      ),
      h("p", { class: "small" }, more),
    ),
    canExtend(until.more) && act("extend", basket.more),
  );
}

function priceOf({ locale, t }: BuyingWording, minor: number, currency: string): string {
  return minor === 0 ? t.free : showMoney(locale, minor, currency);
}

function lineView({ wording }: BasketForm, line: BasketLine): View {
  const { basket, event } = wording.t;
  const { holdId, name, quantity, unitPrice, currency, least, most } = line;
  const amounts = amountsOf(Math.min(least, quantity), Math.max(most, quantity));
  return h(
    "li",
    { class: "offer line" },
    h("input", { type: "hidden", name: "hold", value: holdId }),
    h("input", { type: "hidden", name: shownName(holdId), value: quantity }),
    h(
      "div",
      { class: "stack stack-tight" },
      h("h3", {}, name),
      h(
        "p",
        { class: "muted small money" },
        unitPrice === 0 ? wording.t.free : `${priceOf(wording, unitPrice, currency)} ${event.each}`,
      ),
      h(
        "p",
        {},
        act("release", basket.remove, { class: "button button-link", "aria-label": basket.removeOf(name) }, holdId),
      ),
    ),
    h(
      "div",
      { class: "stack stack-tight line-sum" },
      h(
        "select",
        { class: "amount", name: lineName(holdId), "aria-label": basket.amountOf(name) },
        amounts.map((n) => h("option", { value: n, selected: n === quantity }, String(n))),
      ),
      h("span", { class: "money strong" }, priceOf(wording, unitPrice * quantity, currency)),
    ),
  );
}

const EMAIL = { type: "email", autocomplete: "email", inputmode: "email" };

function detailsView(page: BasketForm): View {
  const { wording, lines } = page;
  const { basket } = wording.t;
  const isFree = lines.every(({ unitPrice }) => unitPrice === 0);
  return h(
    "section",
    { class: "card stack", "aria-labelledby": "details" },
    h(
      "div",
      { class: "stack stack-tight" },
      h("h2", { id: "details" }, basket.details),
      h("p", { class: "muted small" }, basket.detailsMore),
    ),
    fieldView(page, "name", { autocomplete: "name", required: true, maxlength: 200 }),
    fieldView(page, "email", { ...EMAIL, required: true, maxlength: 254 }),
    fieldView(page, "phone", { type: "tel", autocomplete: "tel", maxlength: 40, inputmode: "tel" }),
    h(
      "div",
      { class: "stack stack-tight" },
      h(
        "button",
        { class: "button button-wide", name: "do", value: "order" },
        isFree ? basket.orderFree : basket.order,
      ),
      !isFree && h("p", { class: "muted small" }, basket.orderMore),
    ),
  );
}

function fieldView(page: BasketForm, name: keyof Details, props: Record<string, string | number | boolean>): View {
  const { basket } = page.wording.t;
  const isWrong = page.wrong.includes(name);
  const hint = { name: null, email: basket.emailMore, phone: basket.phoneMore }[name];
  const describedBy = [hint !== null && `${name}-hint`, isWrong && `${name}-error`].filter((id) => id !== false);
  return h(
    "div",
    { class: "field" },
    h("label", { for: name }, basket[name], name === "phone" && h("span", { class: "muted" }, ` (${basket.optional})`)),
    hint !== null && h("small", { id: `${name}-hint` }, hint),
    h("input", {
      ...props,
      id: name,
      name,
      value: page.details[name],
      "aria-invalid": isWrong ? "true" : null,
      "aria-describedby": describedBy.length > 0 ? describedBy.join(" ") : null,
    }),
    isWrong && h("p", { class: "error", id: `${name}-error` }, basket.errorOf[name]),
  );
}

/** While nothing is held, the details are not shown, but what was typed stays in the form. */
function keptDetails({ details }: BasketForm): View {
  return DETAILS.map((name) => h("input", { type: "hidden", name, value: details[name] }));
}
