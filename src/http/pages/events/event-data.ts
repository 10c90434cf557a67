// Writes an event for machines: what search engines and messengers read of its page, and its entry in a calendar.

import { CURRENCY, formatMoney } from "../../../domain/money.ts";
import type { SaleState } from "../../../ui/shared/sale-state.ts";
import { leadOf, type Show, type ShownType, whereOf } from "../../../ui/shared/views/show.ts";
import { h, linkedData, type View } from "../../../ui/shared/views/tree.ts";

const MAX_SUMMARY = 200;

/** `url`: the event's own address, the same for every reader. */
export function eventHead(show: Show, types: readonly ShownType[], url: string): View[] {
  const summary = leadOf(show, MAX_SUMMARY) || whereOf(show);
  const property = (name: string, content: string) => h("meta", { property: name, content });
  const { image } = show.look;
  return [
    h("link", { rel: "canonical", href: url }),
    h("meta", { name: "description", content: summary }),
    property("og:type", "website"),
    property("og:site_name", show.organizer.name),
    property("og:title", show.name),
    property("og:description", summary),
    property("og:url", url),
    image && property("og:image", new URL(image.src, url).href),
    linkedData(linkedEvent(show, types, url)),
  ];
}

/** schema.org's Event, with an Offer for each type that is shown (rule S16). */
export function linkedEvent(show: Show, types: readonly ShownType[], url: string): object {
  const { venue, organizer, description, look } = show;
  return {
    "@context": "https://schema.org",
    "@type": "Event",
    name: show.name,
    url,
    startDate: new Date(show.startTime).toISOString(),
    endDate: new Date(show.endTime).toISOString(),
    doorTime: new Date(show.doorsOpen).toISOString(),
    eventStatus: "https://schema.org/EventScheduled",
    eventAttendanceMode: "https://schema.org/OfflineEventAttendanceMode",
    ...(description && { description }),
    ...(look.image && { image: [new URL(look.image.src, url).href] }),
    location: {
      "@type": "Place",
      name: venue.name,
      address: {
        "@type": "PostalAddress",
        streetAddress: venue.address,
        addressLocality: venue.city,
        addressCountry: venue.country,
      },
    },
    organizer: { "@type": "Organization", name: organizer.name, url: new URL(`/o/${organizer.slug}`, url).href },
    offers: types.map((type) => ({
      "@type": "Offer",
      name: type.name,
      price: formatMoney(type.price),
      priceCurrency: type.currency || CURRENCY,
      availability: `https://schema.org/${availabilityOf(type.state)}`,
      ...(type.state.kind === "not_open" && { validFrom: new Date(type.state.opensAt).toISOString() }),
      url,
    })),
  };
}

/** Tickets in baskets may come back, so a type that has only these is not sold out (rule K2). */
function availabilityOf(state: SaleState): string {
  switch (state.kind) {
    case "on_sale":
      return state.left === null ? "InStock" : "LimitedAvailability";
    case "in_baskets":
      return "LimitedAvailability";
    case "not_open":
      return "PreOrder";
    case "sold_out":
      return "SoldOut";
    case "closed":
      return "OutOfStock";
  }
}

/** RFC 5545. `stamp`: when it was made, epoch ms. */
export function calendarText(show: Show, url: string, stamp: number): string {
  const lines = [
    ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//VoelgoedEvents//EN", "METHOD:PUBLISH", "BEGIN:VEVENT"],
    `UID:${show.id}@${new URL(url).host}`,
    `DTSTAMP:${calendarTime(stamp)}`,
    `DTSTART:${calendarTime(show.startTime)}`,
    `DTEND:${calendarTime(show.endTime)}`,
    `SUMMARY:${calendarEscape(show.name)}`,
    `LOCATION:${calendarEscape(whereOf(show))}`,
    `URL:${url}`,
    ...["END:VEVENT", "END:VCALENDAR"],
  ];
  return `${lines.map(folded).join("\r\n")}\r\n`;
}

/** `20261205T180000Z`. */
function calendarTime(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d+/g, "");
}

function calendarEscape(text: string): string {
  return text.replace(/[\\;,]/g, (character) => `\\${character}`).replace(/\r?\n/g, "\\n");
}

/** At most 75 octets a line; further ones begin with a blank. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  let [text, size] = ["", 0];
  for (const character of line) {
    const width = encoder.encode(character).byteLength;
    if (size + width > 75) [text, size] = [`${text}\r\n `, 1];
    [text, size] = [text + character, size + width];
  }
  return text;
}
