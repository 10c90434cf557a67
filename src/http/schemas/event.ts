// An event on the wire, as its organisation sees it (rule E1).

import { z } from "@hono/zod-openapi";
import type { Event as EventRow } from "../../db/events.ts";
import { eventFaults } from "../../domain/catalogue.ts";
import { EVENT_STATUSES } from "../../domain/event.ts";
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
import { idText, instant, instantText, toIso } from "./common.ts";

const times = {
  start_time: instant.openapi({ example: "2026-12-05T18:00:00+02:00" }),
  end_time: instant.openapi({ example: "2026-12-05T23:30:00+02:00" }),
  sale_start: instant.openapi({ example: "2026-11-01T09:00:00+02:00" }),
  sale_end: instant.openapi({ example: "2026-12-05T20:00:00+02:00" }),
};
// Why no check of its form: an id that cannot be is an unknown one, and that is 404.
const venueId = z.string().max(100).openapi({ example: "ven_4c9n0q2r8k3f7t5v1x6y0z9m2d" });

export const EventInput = z
  .strictObject({ venue_id: venueId, name, slug, description, ...times, capacity, settings })
  .superRefine((event, context) => addFaults(context, eventFaults(event)))
  .openapi("EventInput");

/** Nothing has a default; what the fields sent say against those that stay, the verb sees. */
export const EventChange = z
  .strictObject({
    venue_id: venueId.optional(),
    ...changed,
    ...z.object(times).partial().shape,
    capacity: capacity.optional(),
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
    description: z.string().nullable(),
    status: z.enum(EVENT_STATUSES),
    start_time: instantText,
    end_time: instantText,
    sale_start: instantText,
    sale_end: instantText,
    capacity: z.int(),
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
    description: row.description,
    status: row.status,
    start_time: toIso(row.start_time),
    end_time: toIso(row.end_time),
    sale_start: toIso(row.sale_start),
    sale_end: toIso(row.sale_end),
    capacity: row.capacity,
    settings: renderSettings(row.settings),
    ...renderStamps(row),
  };
}
