// Defines an event on the wire, as its organisation sees it (rule E1).

import { z } from "@hono/zod-openapi";
import type { Event as EventRow } from "../../../db/events/events.ts";
import { eventFaults } from "../../../domain/events/catalogue.ts";
import {
  DAY_STARTS,
  DEFAULT_HOLD_EXTENSION,
  EVENT_STATUSES,
  HOLD_EXTENSIONS,
  ORDER_MINUTES,
  TIME_OF_DAY,
} from "../../../domain/events/event.ts";
import { MAX_PAYMENT_INSTRUCTIONS } from "../../../domain/limits.ts";
import {
  addFaults,
  capacity,
  changed,
  description,
  name,
  renderSettings,
  renderStamps,
  settings,
  settingsText,
  slug,
  stamps,
} from "./catalogue.ts";
import { idText, instant, instantText, lines, toIso } from "../common.ts";
import { accentColor, wholeLook, renderLook } from "./look-input.ts";

const times = {
  start_time: instant.openapi({ example: "2030-12-07T18:00:00+02:00" }),
  end_time: instant.openapi({ example: "2030-12-07T23:30:00+02:00" }),
  sale_start: instant.openapi({ example: "2026-11-01T09:00:00+02:00" }),
  sale_end: instant.openapi({ example: "2030-12-07T20:00:00+02:00" }),
};
const sale = {
  hold_extension: z.enum(HOLD_EXTENSIONS).openapi({
    description: "Whether holds may be extended: while tickets are left for others, always, or never.",
    example: DEFAULT_HOLD_EXTENSION,
  }),
  order_minutes: z.int().min(ORDER_MINUTES.min).max(ORDER_MINUTES.max).openapi({
    description: "How long an order waits for its payment before it expires.",
    example: ORDER_MINUTES.standard,
  }),
  payment_instructions: lines(MAX_PAYMENT_INSTRUCTIONS).nullable().openapi({
    description: "How to pay, in the organiser's words; shown to everybody who has an order.",
    example: "Pay by EFT within three days, and quote the reference of your order.",
  }),
};
const door = {
  doors_open: instant.nullable().openapi({
    description: "When the gates begin to admit; null for two hours before `start_time`.",
    example: "2030-12-07T16:30:00+02:00",
  }),
  day_starts: z.string().regex(TIME_OF_DAY, "Not a time of day, HH:MM").openapi({
    description: "When a day begins, in the venue's time zone, for tickets that admit a number of times a day.",
    example: DAY_STARTS,
  }),
  admission_capacity: capacity.nullable().openapi({
    description: "How many persons may be inside at a time; null for the venue's capacity.",
    example: 4_500,
  }),
};
// The form of the id is not checked, since a malformed id is treated as unknown, with 404.
const venueId = z.string().max(100).openapi({ example: "ven_4c9n0q2r8k3f7t5v1x6y0z9m2d" });

export const EventInput = z
  .strictObject({
    venue_id: venueId,
    name,
    slug,
    description,
    accent_color: accentColor.default(null),
    ...times,
    capacity,
    hold_extension: sale.hold_extension.default(DEFAULT_HOLD_EXTENSION),
    order_minutes: sale.order_minutes.default(ORDER_MINUTES.standard),
    payment_instructions: sale.payment_instructions.default(null),
    doors_open: door.doors_open.default(null),
    day_starts: door.day_starts.default(DAY_STARTS),
    admission_capacity: door.admission_capacity.default(null),
    settings,
  })
  .superRefine((event, context) => addFaults(context, eventFaults(event)))
  .openapi("EventInput");

/**
 * No field has a default. The fields that were sent are checked against each other here; the verb checks them against the
 * row.
 */
export const EventChange = z
  .strictObject({
    venue_id: venueId.optional(),
    ...changed,
    accent_color: accentColor.optional(),
    ...z.object(times).partial().shape,
    capacity: capacity.optional(),
    ...z.object({ ...sale, ...door }).partial().shape,
  })
  .superRefine((sent, context) => addFaults(context, eventFaults(sent)))
  .openapi("EventChange");

export const Event = z
  .object({
    id: idText("evt"),
    organization_id: idText("org"),
    venue_id: idText("ven"),
    name: z.string(),
    slug: z.string(),
    ...wholeLook,
    status: z.enum(EVENT_STATUSES),
    start_time: instantText,
    end_time: instantText,
    sale_start: instantText,
    sale_end: instantText,
    capacity: z.int(),
    hold_extension: z.enum(HOLD_EXTENSIONS),
    order_minutes: z.int(),
    payment_instructions: z.string().nullable(),
    doors_open: instantText.nullable(),
    day_starts: z.string(),
    admission_capacity: z.int().nullable(),
    settings: settingsText,
    ...stamps,
  })
  .openapi("Event");

export function renderEvent(row: EventRow): z.infer<typeof Event> {
  return {
    id: row.id,
    organization_id: row.organization_id,
    venue_id: row.venue_id,
    name: row.name,
    slug: row.slug,
    ...renderLook(row),
    status: row.status,
    start_time: toIso(row.start_time),
    end_time: toIso(row.end_time),
    sale_start: toIso(row.sale_start),
    sale_end: toIso(row.sale_end),
    capacity: row.capacity,
    hold_extension: row.hold_extension,
    order_minutes: row.order_minutes,
    payment_instructions: row.payment_instructions,
    doors_open: row.doors_open === null ? null : toIso(row.doors_open),
    day_starts: row.day_starts,
    admission_capacity: row.admission_capacity,
    settings: renderSettings(row.settings),
    ...renderStamps(row),
  };
}
