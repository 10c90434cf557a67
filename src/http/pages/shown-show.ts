// A published event as the pages show it, and what of its ticket types can be bought now.

import type { PublicEvent, PublicTicketType, PublishedEvent } from "../../db/events/public-events.ts";
import { doorsOpenOf } from "../../domain/event.ts";
import { shownStatus } from "../../domain/terms.ts";
import { type Counts, saleState } from "../../ui/shared/sale-state.ts";
import { PLAIN, type Show, type ShownType } from "../../ui/shared/views/show.ts";
import { readCounts } from "../reads/shared-counts.ts";

/** Images, colours and descriptions with markup come with the event's look; until there is one, it is plain. */
export function showOf(event: PublicEvent): Show {
  const { id, name, slug, description, organization, venue } = event;
  return {
    ...{ id, name, slug, description, venue },
    startTime: event.start_time,
    endTime: event.end_time,
    doorsOpen: doorsOpenOf(event),
    holdExtension: event.hold_extension,
    organizer: organization,
    look: PLAIN,
  };
}

type Asking = Parameters<typeof readCounts>[0];

/**
 * The event's types as they can be bought at `now`. A type that is no longer shown to the public is left out; of one whose
 * object does not answer, what the catalogue knew last is shown.
 */
export async function typesNow(c: Asking, published: PublishedEvent, now: number): Promise<ShownType[]> {
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
  const isSoldOut = shownStatus(false, { total, sold, withdrawn }) === "sold_out";
  return { id, name, description, price, currency, state: saleState(selling, window, counts, isSoldOut, now) };
}
