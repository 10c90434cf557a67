// Draws what the element shows: the forms of our own pages, in another site's page. Pure.

import { secondsLeft } from "../shared/time/countdown.ts";
import { refusalText } from "../shared/refusal-text.ts";
import type { BuyingWording } from "../shared/texts/buying-texts.ts";
import { basketFormView, type Details, type DETAILS } from "../shared/views/basket.ts";
import { buyView } from "../shared/views/event.ts";
import { type Notice, noticeView, whenWhereView } from "../shared/views/show.ts";
import { type ElementNode, h, type View } from "../shared/views/tree.ts";
import type { PublicEvent } from "../../client/wire.ts";
import { lineOf, showOf, typesOf } from "../shared/catalogue.ts";
import type { CountsById } from "../shared/polling.ts";
import { holdsOf, type Mode, moreTimeIn, untilOf } from "./press.ts";
import type { ShopState } from "./shop.ts";

/**
 * `now`: epoch ms. `clock`: the time of the steady clock by which holds end, ms. `announced`: read out by a screen
 * reader, and not shown.
 */
export type ElementModel = {
  readonly origin: string;
  readonly wording: BuyingWording;
  readonly state: ShopState;
  readonly counts: CountsById;
  readonly mode: Mode;
  readonly remembers: boolean;
  readonly chosen: Readonly<Record<string, number>>;
  readonly details: Details;
  readonly wrong: readonly (typeof DETAILS)[number][];
  readonly notices: readonly Notice[];
  readonly announced: string;
  readonly now: number;
  readonly clock: number;
};

export function elementView(model: ElementModel): ElementNode {
  const { wording, state, announced } = model;
  const { element } = wording.t;
  const { event } = state;
  return h(
    "div",
    { class: "page stack", part: "shop", lang: wording.locale, "aria-busy": state.isBusy ? "true" : null },
    h("p", { class: "unseen", role: "status", id: "said" }, announced),
    state.failed !== null && h("p", { class: "notice notice-warn", role: "alert" }, wording.t.element[state.failed]),
    event === null ? state.failed === null && h("p", { class: "muted" }, element.loading) : shopView(model, event),
  );
}

/** Whether the host's own link is shown beside the element, because the element alone does not lead to tickets now. */
export function needsLink({ failed, event, waiting }: ShopState): boolean {
  return failed !== null || event === null || waiting !== null;
}

/**
 * The part that is shown. A basket with something in it comes before the choice of tickets, unless the shopper went to
 * the choice.
 */
export function shownPart(state: ShopState, mode: Mode): "order" | "basket" | "choose" {
  const isHeld = state.holds.length > 0;
  if (mode === "choose") return "choose";
  if (isHeld) return "basket";
  return state.order ? "order" : "choose";
}

function shopView(model: ElementModel, event: PublicEvent): View {
  const { wording, state, notices } = model;
  const { element, basket } = wording.t;
  const part = shownPart(state, model.mode);
  const heading = { order: element.ordered, basket: basket.heading, choose: event.name }[part];
  return [
    h(
      "div",
      { class: "stack stack-tight" },
      part !== "choose" && h("p", { class: "muted" }, event.name),
      h("h2", { id: "heading", tabindex: "-1" }, heading),
    ),
    notices.map(noticeView),
    waitingView(model, event),
    !model.remembers && state.holds.length > 0 && h("p", { class: "notice" }, element.forgets),
    { order: orderedView, basket: basketPart, choose: choosePart }[part](model, event),
  ];
}

function waitingView({ wording, state }: ElementModel, { venue }: PublicEvent): View {
  if (!state.waiting) return null;
  const { facts } = state.waiting;
  const place = { locale: wording.locale, zone: venue.timezone };
  const text = facts === null ? wording.t.element.unanswered : refusalText(wording, place, facts);
  return h("p", { class: "notice notice-warn", role: "status" }, text);
}

function press(value: string, text: string, style: string): ElementNode {
  return h("button", { class: `button ${style}`, type: "button", name: "do", value }, text);
}

function choosePart(model: ElementModel, event: PublicEvent): View {
  const { wording, state, counts, now, chosen } = model;
  const show = showOf(event);
  return [
    state.holds.length > 0 &&
      h(
        "div",
        { class: "notice notice-good row row-apart" },
        h("span", {}, wording.t.event.basket),
        press("basket", wording.t.event.toBasket, "button-quiet"),
      ),
    whenWhereView(wording, show, now),
    buyView({
      wording,
      show,
      types: typesOf(event, counts, now),
      action: eventAddress(model, event),
      field: "",
      chosen,
    }),
  ];
}

function basketPart(model: ElementModel, event: PublicEvent): View {
  const { wording, state, now, clock, details, wrong } = model;
  const active = state.holds.filter(({ hold }) => hold.status === "active");
  const at = untilOf(state);
  const endsAt = Math.min(...active.map((each) => each.endsAt));
  return [
    basketFormView({
      ...{ wording, now, details, wrong, field: "", isLive: true },
      show: showOf(event),
      action: eventAddress(model, event),
      lines: active.map(({ hold }) => lineOf(hold, event)),
      ranOut: holdsOf(state, "expired").map((hold) => lineOf(hold, event)),
      until: at === null ? null : { at, seconds: secondsLeft(endsAt, clock), more: moreTimeIn(state) },
    }),
    h("p", {}, press("choose", wording.t.element.more, "button-quiet")),
  ];
}

function orderedView({ wording, state, origin }: ElementModel): View {
  const { order } = state;
  if (!order) return null;
  const { element } = wording.t;
  const href = `${origin}/r/${order.id}?lang=${wording.locale}${order.link === null ? "" : `#${order.link}`}`;
  return h(
    "div",
    { class: "card stack" },
    h("p", {}, wording.t.element.reference, " ", h("strong", { class: "code" }, order.reference)),
    h("p", {}, element.orderedMore),
    h("p", {}, h("a", { class: "button", href, target: "_blank", rel: "noopener" }, element.toOrder)),
    h("p", {}, press("anew", element.anew, "button-quiet")),
  );
}

function eventAddress({ origin, wording }: ElementModel, { organization, slug }: PublicEvent): string {
  return `${origin}/e/${organization.slug}/${slug}?lang=${wording.locale}`;
}
