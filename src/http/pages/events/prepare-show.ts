// Prepares a published event for the pages, with the ticket types that can be bought now.

import type { PublicEvent, PublicTicketType, PublishedEvent, WholeEvent } from "../../../db/events/public-events.ts";
import { doorsOpenOf } from "../../../domain/events/event.ts";
import { imagePath } from "../../../domain/image/image-id.ts";
import { htmlAsText } from "../../../domain/text/plain-html.ts";
import { publicStatus } from "../../../domain/terms.ts";
import { type Counts, saleState } from "../../../ui/shared/sale-state.ts";
import type { Look, Show, ShownType } from "../../../ui/shared/views/show.ts";
import type { SanitisedMarkup } from "../../../ui/shared/views/tree.ts";
import { readCounts } from "../../reads/shared-counts.ts";

/** `description` is plain text; `look.markup` has the organiser's headings, lists and links (rule E10). */
export function showOf(event: WholeEvent): Show {
  const { id, name, slug, organization, venue } = event;
  const html = event.description_html;
  return {
    ...{ id, name, slug, venue },
    description: html === null ? event.description : htmlAsText(html),
    startTime: event.start_time,
    endTime: event.end_time,
    doorsOpen: doorsOpenOf(event),
    organizer: organization,
    look: lookOf(event),
  };
}

/** The look that the organiser gave the event; what the event leaves open is the organisation's (rules E10 to E12). */
function lookOf(event: WholeEvent): Look {
  const shown = [event, event.organization].find(({ image_id }) => image_id !== null);
  const { image_id: id, image_width: width, image_height: height, image_alt: alt } = shown ?? event;
  return {
    image: id && { src: imagePath(id), alt: alt ?? "", width: width ?? 0, height: height ?? 0 },
    // The one cast: it was made safe when it was written, by domain/text/markdown-html.ts.
    markup: event.description_html as SanitisedMarkup | null,
    accent: event.accent_color ?? event.organization.accent_color,
  };
}

type CountsReader = Parameters<typeof readCounts>[0];

/**
 * The event's types as they can be bought at `now`. A type that is no longer public is left out. A type whose object
 * does not reply is shown as the catalogue last had it.
 */
export async function typesNow(c: CountsReader, published: PublishedEvent, now: number): Promise<ShownType[]> {
  const { event, ticketTypes } = published;
  const types = await Promise.all(
    ticketTypes.map(async (type) => {
      const reply = await readCounts(c, type.id);
      const isGone = reply.ok ? !reply.value.visible : reply.refusal.code === "not_found";
      return isGone ? [] : [shownType(type, event, reply.ok ? reply.value : null, now)];
    }),
  );
  return types.flat();
}

function shownType(type: PublicTicketType, event: PublicEvent, counts: Counts, now: number): ShownType {
  const { id, name, description, price, currency } = type;
  const { total_quantity: total, sold_count: sold, withdrawn_count: withdrawn } = type;
  const selling = {
    saleStart: type.sale_start,
    saleEnd: type.sale_end,
    minPerOrder: type.min_per_order,
    maxPerOrder: type.max_per_order,
  };
  const window = { saleStart: event.sale_start, saleEnd: event.sale_end };
  const isSoldOut = publicStatus(false, { total, sold, withdrawn }) === "sold_out";
  return { id, name, description, price, currency, state: saleState(selling, window, counts, isSoldOut, now) };
}
