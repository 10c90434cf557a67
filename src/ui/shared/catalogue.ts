// Converts the event of the API into the one that the views show.

import { parseMoney } from "../../domain/money.ts";
import type { Hold, PublicEvent } from "../../client/wire.ts";
import type { CountsById } from "./polling.ts";
import { saleState } from "./sale-state.ts";
import type { BasketLine } from "./views/basket.ts";
import { PLAIN, type Show, type ShownType } from "./views/show.ts";

/** The element shows no description and no picture: the host's page is about the event. */
export function showOf(event: PublicEvent): Show {
  const { id, name, slug, venue, organization } = event;
  return {
    ...{ id, name, slug, venue, description: null, look: PLAIN },
    startTime: Date.parse(event.start_time),
    endTime: Date.parse(event.end_time),
    doorsOpen: Date.parse(event.doors_open),
    organizer: { name: organization.name, slug: organization.slug },
  };
}

export function typesOf(event: PublicEvent, counts: CountsById, now: number): ShownType[] {
  const window = { saleStart: Date.parse(event.sale_start), saleEnd: Date.parse(event.sale_end) };
  const known = event.ticket_types.map((type) => ({ type, counts: counts.get(type.id) ?? null }));
  const visible = known.filter(({ type, counts: own }) => (own ?? type).status !== "hidden");
  return visible.map(({ type, counts: own }) => {
    const { id, name, description, currency } = type;
    const selling = {
      saleStart: timeIn(type.sale_start),
      saleEnd: timeIn(type.sale_end),
      minPerOrder: type.min_per_order,
      maxPerOrder: type.max_per_order,
    };
    const state = saleState(selling, window, own, type.status === "sold_out", now);
    return { id, name, description, currency, price: parseMoney(type.price) ?? 0, state };
  });
}

function timeIn(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}

/** The name of a type, or that of the event if the type is no longer shown. */
export function nameOf(event: PublicEvent, typeId: string): string {
  return event.ticket_types.find(({ id }) => id === typeId)?.name ?? event.name;
}

export function lineOf(hold: Hold, event: PublicEvent): BasketLine {
  const type = event.ticket_types.find(({ id }) => id === hold.ticket_type_id);
  return {
    holdId: hold.id,
    name: nameOf(event, hold.ticket_type_id),
    quantity: hold.quantity,
    unitPrice: parseMoney(hold.unit_price) ?? 0,
    currency: hold.currency,
    least: type?.min_per_order ?? hold.quantity,
    most: type?.max_per_order ?? hold.quantity,
  };
}
