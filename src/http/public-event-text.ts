// A published event as it is sent: rendered once a copy and not once a request, and compared with the clock (rule E7).

import type { PublishedEvent } from "../db/public-events.ts";
import { etagOf } from "./etag.ts";
import { renderPublicEvent } from "./schemas/public-event.ts";

type Sent = { readonly text: string; readonly etag: string; readonly status: string };

const sent = new WeakMap<PublishedEvent, Sent>();

/** Over by the clock, whatever the status that was read says. */
export function isOver({ event }: PublishedEvent, now: number): boolean {
  return event.end_time <= now;
}

/** The body of the answer, as JSON, and its entity tag. */
export function publicEventText(published: PublishedEvent, now: number): Sent {
  const kept = sent.get(published);
  const status = published.event.start_time <= now ? "live" : published.event.status;
  if (kept?.status === status) return kept;
  const text = JSON.stringify(renderPublicEvent(published.event, published.ticketTypes, now));
  const made = { text, etag: etagOf(text), status };
  sent.set(published, made);
  return made;
}
