// Changes a venue (rules V1, V3).

import { readVenue, readVenueChangeObstacles, updateVenue, type Venue } from "../../db/venues/venues.ts";
import type { Refusal } from "../../domain/errors.ts";
import type { VenueId } from "../../domain/ids.ts";
import type { IfMatch } from "../../domain/if-match.ts";
import { can, type Organiser } from "../../domain/policy.ts";
import { accept, assert, type Result } from "../../domain/result.ts";
import { changeOnce } from "../change-once.ts";
import { settingsText } from "../changed-fields.ts";
import type { Context } from "../context.ts";
import type { NewVenue } from "./create-venue.ts";
import { deliverDoors } from "../jobs/deliver-doors.ts";
import { refreshPublishedEventsOf } from "../events/refresh-published-event.ts";

/** The fields that a client sends. */
export type VenueChange = { readonly [K in keyof NewVenue]?: NewVenue[K] | undefined };

export async function changeVenue(
  context: Context<Organiser>,
  id: VenueId,
  { settings, ...sent }: VenueChange,
  ifMatch: IfMatch,
): Promise<Result<Venue, Refusal>> {
  const { actor, db } = context;
  assert(can(actor, "venue.write"), "the route has checked the permission");
  const changed = await changeOnce<Venue>(context, ifMatch, {
    kind: "venue",
    sent: { ...sent, settings: settingsText(settings) },
    read: () => readVenue(db, actor, id),
    write: (seen, fields, audit) => updateVenue(db, seen, fields, audit),
    explainRefusal: (seen, fields) => explainRefusal(context, seen, fields),
  });
  if (!changed.ok) return changed;
  if (changed.value.written) {
    deliverDoors(context, null);
    await refreshPublishedEventsOf(context, id);
  }
  return accept(changed.value.row);
}

async function explainRefusal({ db }: Context, venue: Venue, fields: Partial<Venue>): Promise<Refusal | null> {
  const { largestEvent: used, slugTaken } = await readVenueChangeObstacles(db, venue, fields.slug ?? venue.slug);
  const { capacity: requested } = fields;
  if (requested !== undefined && requested < used) {
    return { code: "capacity_exceeded", requested, used, capacity: venue.capacity };
  }
  return slugTaken ? { code: "slug_taken" } : null;
}
