// Draws an event as its pages show it, and the parts that several of them have.

import type { SaleState } from "../sale-state.ts";
import type { BuyingWording } from "../texts/buying-texts.ts";
import type { Wording } from "../texts/texts.ts";
import { type Place, showClock, showSpan, showZone } from "../time/time.ts";
import { h, type SanitisedMarkup, type View } from "./tree.ts";

/** How the event looks. Each part may be absent. */
export type Look = {
  readonly image: {
    readonly src: string;
    readonly alt: string;
    readonly width: number;
    readonly height: number;
  } | null;
  /** The description with headings, lists and links, made safe when it was written. */
  readonly markup: SanitisedMarkup | null;
  /** `#rrggbb`: the colour of the buttons. */
  readonly accent: string | null;
};
export const PLAIN: Look = { image: null, markup: null, accent: null };

/** Times epoch ms. */
export type Show = {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly description: string | null;
  readonly startTime: number;
  readonly endTime: number;
  readonly doorsOpen: number;
  readonly organizer: { readonly name: string; readonly slug: string };
  readonly venue: {
    readonly name: string;
    readonly address: string;
    readonly city: string;
    readonly country: string;
    readonly timezone: string;
  };
  readonly look: Look;
};

/** `price` in minor units. */
export type ShownType = {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly price: number;
  readonly currency: string;
  readonly state: SaleState;
};

export function placeOf({ locale }: BuyingWording, { venue }: Pick<Show, "venue">): Place {
  return { locale, zone: venue.timezone };
}

export function whereOf({ venue }: Pick<Show, "venue">): string {
  return [venue.name, venue.address, venue.city].filter((part) => part !== "").join(", ");
}

/** When and where, as facts. */
export function whenWhereView(wording: BuyingWording, show: Show, now: number, more: View = null): View {
  const { event } = wording.t;
  const place = placeOf(wording, show);
  const { startTime, endTime, doorsOpen } = show;
  const doors = doorsOpen <= now ? event.doorsOpened : event.doors(showClock(place, doorsOpen));
  return h(
    "dl",
    { class: "facts" },
    h("dt", {}, event.when),
    h(
      "dd",
      {},
      h("time", { datetime: new Date(startTime).toISOString() }, showSpan(place, startTime, endTime)),
      h("span", { class: "line muted small" }, `${doors} · ${showZone(place, startTime)}`),
      // Only the viewer's browser knows its zone, so its script adds the time there (shared/say-own-time.ts).
      h("span", { class: "line small", "data-from": startTime, "data-zone": place.zone, hidden: true }),
    ),
    h("dt", {}, event.where),
    h(
      "dd",
      {},
      show.venue.name,
      h("span", { class: "line muted small" }, whereOf(show).slice(show.venue.name.length + 2)),
    ),
    more,
  );
}

const FOLDED = 420;

/**
 * A short description is shown in full and a long one folded, so that the tickets stay near. Blank lines separate
 * paragraphs.
 */
export function descriptionView(wording: Wording, { description, look }: Show): View {
  const body =
    look.markup === null ? paragraphs(description ?? "") : [{ kind: "markup" as const, markup: look.markup }];
  const length = (look.markup ?? description ?? "").length;
  if (length === 0) return null;
  const whole = h("div", { class: "stack prose" }, body);
  if (length <= FOLDED) return whole;
  return h("details", { class: "fold" }, h("summary", {}, wording.t.eventPage.more), whole);
}

/** The lead of a folded description: its first paragraph, cut at a word. */
export function leadOf({ description }: Pick<Show, "description">, most: number): string {
  const [first = ""] = (description ?? "").split(/\n\s*\n/);
  const line = first.replace(/\s+/g, " ").trim();
  if (line.length <= most) return line;
  const cut = line.slice(0, most);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), most - 30))} …`;
}

function paragraphs(text: string): View[] {
  return text
    .split(/\n\s*\n/)
    .map((each) => each.trim())
    .filter((each) => each !== "")
    .map((each) =>
      h(
        "p",
        {},
        each.split("\n").flatMap((line, index) => (index === 0 ? [line] : [h("br"), line])),
      ),
    );
}

/** All errors in one place at the top, each with a link to its field. */
export function errorsView(title: string, errors: readonly { readonly field: string; readonly text: string }[]): View {
  if (errors.length === 0) return null;
  return h(
    "div",
    { class: "errors stack stack-tight", role: "alert", tabindex: "-1" },
    h("strong", {}, title),
    h(
      "ul",
      {},
      errors.map(({ field, text }) => h("li", {}, h("a", { href: `#${field}` }, text))),
    ),
  );
}

export type Notice = {
  readonly kind: "good" | "warn" | "bad";
  readonly text: string;
  readonly more?: readonly string[];
};

/** A sentence that matters, read out when the page opens. */
export function noticeView(notice: Notice | null): View {
  if (notice === null) return null;
  const { kind, text, more = [] } = notice;
  return h(
    "div",
    { class: `notice notice-${kind} stack stack-tight`, role: kind === "good" ? "status" : "alert" },
    h("p", { class: "strong" }, text),
    more.map((each) => h("p", {}, each)),
  );
}
