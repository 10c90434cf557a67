// Draws the page of an event: what, when and where, and the form that buys.

import { showMoney } from "../money.ts";
import type { BuyingWording } from "../texts/buying-texts.ts";
import type { Wording } from "../texts/texts.ts";
import { showInstant } from "../time/time.ts";
import {
  descriptionView,
  leadOf,
  type Notice,
  noticeView,
  placeOf,
  type Show,
  type ShownType,
  whenWhereView,
} from "./show.ts";
import { type ElementNode, h, type View } from "./tree.ts";

export type EventPage = {
  readonly wording: Wording;
  readonly show: Show;
  readonly types: readonly ShownType[];
  readonly now: number;
  /** Where the form is sent, and its field that makes a double click one hold (rule S1). */
  readonly action: string;
  readonly field: string;
  readonly organizerHref: string;
  readonly calendarHref: string;
  /** The address of the basket; null without one. */
  readonly basketHref: string | null;
  readonly notice: Notice | null;
  /** The chosen amounts by the ids of types, which are shown again when the form comes back. */
  readonly chosen: Readonly<Record<string, number>>;
};

/** The name of the form's field for the amount of a type. */
export function amountName(typeId: string): string {
  return `n_${typeId}`;
}

export function eventView(page: EventPage): View {
  const { wording, show, now, organizerHref, calendarHref, notice, basketHref } = page;
  const { event, eventPage } = wording.t;
  // With nothing to show beside the form, the page is one column.
  const isPlain = show.look.image === null && (show.description ?? "") === "";
  const isLong = (show.description ?? "").length > 420 && show.look.markup === null;
  return h(
    "main",
    { class: isPlain ? "page stack stack-loose" : "page page-wide event", id: "main" },
    h(
      "div",
      { class: "stack event-about" },
      show.look.image && imageView(show.look.image),
      h(
        "div",
        { class: "stack stack-tight" },
        h("p", { class: "muted" }, eventPage.by, " ", h("a", { href: organizerHref }, show.organizer.name)),
        h("h1", {}, show.name),
      ),
      whenWhereView(wording, show, now),
      h("p", {}, h("a", { href: calendarHref, download: `${show.slug}.ics` }, eventPage.calendar)),
      isLong && h("p", {}, leadOf(show, 280)),
      descriptionView(wording, show),
    ),
    h(
      "div",
      { class: isPlain ? "stack" : "stack event-buy" },
      basketHref !== null &&
        h(
          "div",
          { class: "notice notice-good row row-apart" },
          h("span", {}, event.basket),
          h("a", { href: basketHref }, event.toBasket),
        ),
      noticeView(notice),
      buyView(page),
    ),
  );
}

function imageView({ src, alt, width, height }: NonNullable<Show["look"]["image"]>): View {
  return h("img", { class: "event-image", src, alt, width, height });
}

/** The form alone, which scripts render again when the counts change. */
export type BuyForm = { readonly wording: BuyingWording } & Pick<
  EventPage,
  "show" | "types" | "action" | "field" | "chosen"
>;

export function buyView(page: BuyForm): ElementNode {
  const { wording, types, action, field } = page;
  const { event } = wording.t;
  const isOpen = types.some(({ state }) => state.kind === "on_sale");
  return h(
    "form",
    // The name tells the form from that of the basket; otherwise `writeElements` would reuse the parts of one for the
    // other.
    {
      class: "card stack",
      name: "choice",
      method: "post",
      action,
      "aria-labelledby": "choose",
      "data-event": page.show.id,
    },
    h("input", { type: "hidden", name: "field", value: field }),
    h("h2", { id: "choose" }, event.choose),
    types.length === 0
      ? h("p", { class: "muted" }, event.noTypes)
      : h(
          "ul",
          { class: "offers" },
          types.map((type) => offerView(page, type)),
        ),
    isOpen
      ? h(
          "div",
          { class: "stack stack-tight" },
          h("button", { class: "button button-wide", type: "submit" }, event.hold),
          h("p", { class: "muted small" }, event.heldFor),
        )
      : types.length > 0 && h("p", { class: "muted" }, event.nothing),
  );
}

function offerView(page: BuyForm, type: ShownType): View {
  const { wording } = page;
  const { t, locale } = wording;
  const price = type.price === 0 ? t.free : showMoney(locale, type.price, type.currency);
  const isOpen = type.state.kind === "on_sale";
  return h(
    "li",
    { class: isOpen ? "offer" : "offer offer-shut" },
    h(
      "div",
      { class: "stack stack-tight" },
      h("h3", {}, type.name),
      h("p", { class: "offer-price money" }, price),
      type.description !== null && type.description !== "" && h("p", { class: "muted small" }, type.description),
      stateView(page, type),
    ),
    amountView(page, type),
  );
}

function stateView({ wording, show }: BuyForm, { state }: ShownType): View {
  const { event } = wording.t;
  switch (state.kind) {
    case "on_sale": {
      const least = state.least > 1 ? h("span", { class: "muted small" }, event.atLeast(state.least)) : null;
      const left =
        state.left === null
          ? h("span", { class: "tag tag-good" }, event.available)
          : h("span", { class: "tag tag-warn" }, event.left(state.left));
      return h("p", { class: "row" }, left, least);
    }
    case "sold_out":
      return h("p", {}, h("span", { class: "tag tag-bad" }, event.soldOut));
    case "in_baskets":
      return h("p", { class: "small" }, event.inBaskets(state.back));
    case "not_open":
      return h("p", { class: "small" }, event.opens(showInstant(placeOf(wording, show), state.opensAt)));
    case "closed":
      return h("p", {}, h("span", { class: "tag" }, event.closed));
  }
}

function amountView({ wording, chosen, types }: BuyForm, { id, name, state }: ShownType): View {
  if (state.kind !== "on_sale") return null;
  const { event } = wording.t;
  const amounts = amountsOf(state.least, state.most);
  const first = types.length === 1 ? (amounts[0] ?? 0) : 0;
  const selected = Math.min(chosen[id] ?? first, state.most);
  const option = (n: number, text: string) => h("option", { value: n, selected: n === selected }, text);
  return h(
    "select",
    { class: "amount", name: amountName(id), "aria-label": event.amountOf(name) },
    option(0, "0"),
    amounts.map((n) => option(n, String(n))),
  );
}

export function amountsOf(least: number, most: number): number[] {
  return Array.from({ length: Math.max(0, most - least + 1) }, (_, index) => least + index);
}
