// Renders a published event as it is sent: once for each cached copy rather than for each request, and again when the clock
// changes what is shown (rule E7).

import type { PublishedEvent } from "../../db/events/public-events.ts";
import { priceRange } from "../../domain/events/price-range.ts";
import { etagOf } from "./etag.ts";
import { renderPublicEvent, shownEventStatus } from "../schemas/catalogue/public-event.ts";

/** `as`: the part of it that depends on the clock. */
type Sent = { readonly text: string; readonly etag: string; readonly as: string };

const sent = new WeakMap<PublishedEvent, Sent>();

/** Whether the clock says that it is over, whatever its stored status. */
export function isOver({ event }: PublishedEvent, now: number): boolean {
  return event.end_time <= now;
}

/** The body of the response, as JSON, and its entity tag. */
export function publicEventText(published: PublishedEvent, now: number): Sent {
  const { event, ticketTypes } = published;
  const cached = sent.get(published);
  const prices = priceRange(ticketTypes, event, now);
  const as = `${shownEventStatus(event, now)} ${prices.price_from} ${prices.price_to}`;
  if (cached?.as === as) return cached;
  const text = JSON.stringify(renderPublicEvent({ ...event, ...prices }, ticketTypes, now));
  const made = { text, etag: etagOf(text), as };
  sent.set(published, made);
  return made;
}
