// Defines what the public sees of an event on the wire (docs/api.md): no settings, versions or counts.

import { z } from "@hono/zod-openapi";
import type {
  ListedEvent,
  PublicEvent as EventRow,
  PublicTicketType as TypeRow,
  WholeEvent,
} from "../../../db/events/public-events.ts";
import { doorsOpenOf, EVENT_STATUSES, HOLD_EXTENSIONS } from "../../../domain/events/event.ts";
import { CURRENCY, formatMoney } from "../../../domain/money.ts";
import { publicStatus, TICKET_TYPE_STATUSES } from "../../../domain/terms.ts";
import { currencyText, idText, instantText, moneyText, toIso } from "../common.ts";
import { renderDescription, shownLook, withImage } from "./look.ts";

export const PublicEventSummary = z
  .object({
    id: idText("evt"),
    name: z.string(),
    slug: z.string(),
    description: z.string().nullable(),
    status: z.enum(EVENT_STATUSES),
    start_time: instantText,
    end_time: instantText,
    doors_open: instantText,
    sale_start: instantText,
    sale_end: instantText,
    hold_extension: z.enum(HOLD_EXTENSIONS),
    order_minutes: z.int(),
    price_from: moneyText
      .nullable()
      .openapi({ description: "The lowest price of what can still be bought; null when nothing can." }),
    price_to: moneyText.nullable(),
    currency: currencyText,
    ...shownLook,
    organization: z.object({ id: idText("org"), name: z.string(), slug: z.string(), ...shownLook }),
    venue: z.object({
      id: idText("ven"),
      name: z.string(),
      address: z.string(),
      city: z.string(),
      country: z.string(),
      timezone: z.string(),
    }),
  })
  .openapi("PublicEventSummary");

export const PublicEvent = PublicEventSummary.extend({
  description_html: z.string().nullable(),
  ticket_types: z.array(
    z.object({
      id: idText("tt"),
      name: z.string(),
      description: z.string().nullable(),
      price: moneyText,
      currency: currencyText,
      sale_start: instantText.nullable(),
      sale_end: instantText.nullable(),
      status: z.enum(TICKET_TYPE_STATUSES),
      min_per_order: z.int(),
      max_per_order: z.int(),
    }),
  ),
}).openapi("PublicEvent");

export const Availability = z
  .object({
    event_id: idText("evt"),
    at: instantText,
    ticket_types: z.array(
      z.object({
        id: idText("tt"),
        seq: z.int(),
        status: z.enum(TICKET_TYPE_STATUSES),
        total: z.int(),
        sold: z.int(),
        held: z.int(),
        available: z.int(),
      }),
    ),
  })
  .openapi("Availability");

/**
 * `now` is epoch ms: an event that has begun is shown as live even before the cron has changed its status (rules E4, E7).
 */
export function shownEventStatus({ start_time, status }: EventRow, now: number): EventRow["status"] {
  return start_time <= now ? "live" : status;
}

export function renderPublicEventSummary(event: ListedEvent, now: number): z.infer<typeof PublicEventSummary> {
  return {
    ...withImage(event),
    status: shownEventStatus(event, now),
    start_time: toIso(event.start_time),
    end_time: toIso(event.end_time),
    doors_open: toIso(doorsOpenOf(event)),
    sale_start: toIso(event.sale_start),
    sale_end: toIso(event.sale_end),
    price_from: event.price_from === null ? null : formatMoney(event.price_from),
    price_to: event.price_to === null ? null : formatMoney(event.price_to),
    currency: CURRENCY,
    organization: withImage(event.organization),
  };
}

export function renderPublicEvent(
  event: ListedEvent & WholeEvent,
  types: readonly TypeRow[],
  now: number,
): z.infer<typeof PublicEvent> {
  return {
    ...renderPublicEventSummary(event, now),
    description_html: renderDescription(event.description, event.description_html),
    ticket_types: types.map(renderType),
  };
}

function renderType(type: TypeRow): z.infer<typeof PublicEvent>["ticket_types"][number] {
  return {
    id: type.id,
    name: type.name,
    description: type.description,
    price: formatMoney(type.price),
    currency: type.currency,
    sale_start: type.sale_start === null ? null : toIso(type.sale_start),
    sale_end: type.sale_end === null ? null : toIso(type.sale_end),
    // Only shown, never decided from: the counts here are the projection (rule K5).
    status: publicStatus(false, {
      total: type.total_quantity,
      sold: type.sold_count,
      withdrawn: type.withdrawn_count,
    }),
    min_per_order: type.min_per_order,
    max_per_order: type.max_per_order,
  };
}
