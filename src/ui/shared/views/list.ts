// Draws lists of events: the front page of the shop, and an organiser's.

import { showMoney } from "../money.ts";
import type { Wording } from "../texts/texts.ts";
import { showDateParts, showInstant } from "../time/time.ts";
import { placeOf, type Show } from "./show.ts";
import { h, type View } from "./tree.ts";

/** Prices in minor units: the lowest and the highest; both null when nothing can be bought any more. */
export type ListedShow = Pick<Show, "id" | "name" | "startTime" | "organizer" | "venue"> & {
  readonly href: string;
  readonly priceFrom: number | null;
  readonly priceTo: number | null;
  readonly currency: string;
};

export function frontView(
  wording: Wording,
  shows: readonly ListedShow[],
  links: { readonly account: string; readonly api: string },
): View {
  const { front } = wording.t;
  return h(
    "main",
    { class: "page stack stack-loose", id: "main" },
    h(
      "div",
      { class: "stack stack-tight hero" },
      h("h1", {}, front.heading),
      h("p", { class: "lead muted" }, front.lead),
    ),
    h(
      "section",
      { class: "stack", "aria-labelledby": "coming" },
      h("h2", { id: "coming" }, front.onSale),
      shows.length === 0 ? emptyView(front.none, front.noneMore) : showsView(wording, shows, true),
    ),
    h(
      "section",
      { class: "card card-quiet stack", "aria-labelledby": "organise" },
      h("h2", { id: "organise" }, front.organise),
      h("p", { class: "muted" }, front.organiseMore),
      h(
        "p",
        { class: "row" },
        h("a", { class: "button button-quiet", href: links.account }, front.signIn),
        h("a", { class: "button button-quiet", href: links.api }, front.readApi),
      ),
    ),
  );
}

export function organizerView(
  wording: Wording,
  name: string,
  shows: readonly ListedShow[],
  laterHref: string | null,
): View {
  const { list } = wording.t;
  return h(
    "main",
    { class: "page stack", id: "main" },
    h("h1", {}, name),
    shows.length === 0
      ? [emptyView(list.none, list.noneMore(name)), h("p", {}, h("a", { href: "/" }, list.all))]
      : showsView(wording, shows, false),
    laterHref !== null && h("p", {}, h("a", { class: "button button-quiet", href: laterHref }, list.more)),
  );
}

function emptyView(text: string, more: string): View {
  return h(
    "div",
    { class: "card card-quiet stack stack-tight" },
    h("p", { class: "strong" }, text),
    h("p", { class: "muted" }, more),
  );
}

function showsView(wording: Wording, shows: readonly ListedShow[], withOrganizer: boolean): View {
  return h(
    "ul",
    { class: "shows" },
    shows.map((show) => h("li", {}, showView(wording, show, withOrganizer))),
  );
}

function showView(wording: Wording, show: ListedShow, withOrganizer: boolean): View {
  const { list, free } = wording.t;
  const place = placeOf(wording, show);
  const { day, month, weekday } = showDateParts(place, show.startTime);
  const price = () => {
    const { priceFrom, priceTo, currency } = show;
    if (priceFrom === null || priceTo === null) return list.notForSale;
    const [low, high] = [priceFrom, priceTo].map((price) =>
      price === 0 ? free : showMoney(wording.locale, price, currency),
    );
    return priceFrom === priceTo ? low : `${low} – ${high}`;
  };
  return h(
    "a",
    { class: "card show", href: show.href },
    h(
      "span",
      { class: "show-date", "aria-hidden": "true" },
      h("span", { class: "show-weekday" }, weekday),
      h("span", { class: "show-day" }, day),
      h("span", { class: "show-month" }, month),
    ),
    h(
      "span",
      { class: "stack stack-tight show-what" },
      h("strong", { class: "show-name" }, show.name),
      h(
        "time",
        { class: "small", datetime: new Date(show.startTime).toISOString() },
        showInstant(place, show.startTime),
      ),
      h(
        "span",
        { class: "muted small" },
        [show.venue.name, show.venue.city, ...(withOrganizer ? [show.organizer.name] : [])].join(" · "),
      ),
    ),
    h("span", { class: "show-price money" }, price()),
  );
}
