// Creates an event as a draft (rules E1, V2, K3, D11, T4).

import { insertEvent, readEventObstacles } from "../../db/events/event-creation.ts";
import { type Event, readEvent } from "../../db/events/events.ts";
import type { Refusal } from "../../domain/errors.ts";
import { parseId } from "../../domain/ids.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { assert, must, refuse, type Result } from "../../domain/result.ts";
import { chooseSlug } from "../choose-slug.ts";
import { type Context, newId } from "../context.ts";
import { type Created, createOnce } from "../create-once.ts";
import { htmlFieldFor } from "../descriptions/description-html.ts";

/** The values of the fields that only later changes of an event can set. */
const NO_PRESENTATION = {
  description_html: null,
  image_id: null,
  image_width: null,
  image_height: null,
  image_alt: null,
};

/** The fields of a new event, after defaults; times are epoch ms. Without a slug, one is made from the name. */
export type NewEvent = Pick<
  Event,
  | "name"
  | "description"
  | "accent_color"
  | "start_time"
  | "end_time"
  | "sale_start"
  | "sale_end"
  | "capacity"
  | "hold_extension"
  | "order_minutes"
  | "payment_instructions"
  | "doors_open"
  | "day_starts"
  | "admission_capacity"
> & {
  readonly venue_id: string;
  readonly slug?: string | undefined;
  readonly settings: object;
};

export async function createEvent(
  context: Context<Organiser>,
  input: NewEvent,
  idempotencyKey: string | null,
): Promise<Result<Created<Event>, Refusal>> {
  const { actor, db, now } = context;
  assert(can(actor, "event.write"), "the route has checked the permission");
  const venueId = parseId("ven", input.venue_id);
  if (!venueId) return refuse({ code: "unknown_reference", path: "/venue_id" });
  const html = await htmlFieldFor(input.description);
  return createOnce(context, idempotencyKey, {
    kind: "event",
    reference: "/venue_id",
    route: "POST /v1/events",
    input,
    compose: (attempt): Event => ({
      ...input,
      ...NO_PRESENTATION,
      ...html,
      id: newId("evt"),
      organization_id: actor.organizationId,
      venue_id: venueId,
      slug: chooseSlug(input.slug, input.name, "event", attempt),
      settings: JSON.stringify(input.settings),
      status: "draft",
      ended_at: null,
      archived_at: null,
      door_version: 1,
      created_at: now,
      updated_at: now,
      version: 1,
    }),
    insert: (event, provenance) => insertEvent(db, event, provenance),
    obstacles: async (event) => {
      const { venue, suspended, slugTaken } = await readEventObstacles(db, event);
      const slug: Refusal | null = slugTaken && input.slug !== undefined ? { code: "slug_taken" } : null;
      return { found: venue !== null, suspended, conflict: (venue && venueRefuses(venue, event)) ?? slug };
    },
    read: (id) => readEvent(db, actor, must(parseId("evt", id), "we wrote the id"), now),
  });
}

type Venue = { readonly status: string; readonly capacity: number };

/** Why the venue refuses such an event. */
export function venueRefuses(venue: Venue, event: Event): Refusal | null {
  return venue.status === "active" ? aboveVenue(venue, event) : { code: "venue_archived" };
}

/** The refusal if an event exceeds its venue: by its tickets (rule K3), or by the persons whom it lets in (rule D11). */
export function aboveVenue(
  { capacity }: Pick<Venue, "capacity">,
  { capacity: requested, admission_capacity: persons }: Pick<Event, "capacity" | "admission_capacity">,
): Refusal | null {
  // `used` is 0, since events of one venue do not share its capacity: each may fill it.
  if (requested > capacity) return { code: "capacity_exceeded", requested, used: 0, capacity };
  if (persons === null || persons <= capacity) return null;
  return { code: "capacity_exceeded", requested: persons, used: 0, capacity, path: "/admission_capacity" };
}
