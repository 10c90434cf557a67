// Changes a venue (rules V1, V3).

import { readVenue, readVenueChangeObstacles, updateVenue, type Venue } from "../../db/venues/venues.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import type { VenueId } from "../../domain/ids.ts";
import type { IfMatch } from "../../domain/if-match.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import { auditOf } from "../audit-of.ts";
import {
  auditedChanges,
  CHANGE_ATTEMPTS,
  changedFields,
  isEmpty,
  settingsText,
  readMatching,
} from "../changed-fields.ts";
import type { Context } from "../context.ts";
import type { NewVenue } from "./create-venue.ts";
import { deliverDoors } from "../deliveries/deliver-doors.ts";
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
  for (let attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
    const current = await readMatching(() => readVenue(db, actor, id), ifMatch);
    if (!current.ok) return current;
    const venue = current.value;
    const fields = changedFields(venue, { ...sent, settings: settingsText(settings) });
    if (isEmpty(fields)) return accept(venue);
    const audit = auditOf(context, {
      organizationId: venue.organization_id,
      action: "venue.change",
      resourceKind: "venue",
      resourceId: id,
      changes: auditedChanges(fields),
    });
    if (await updateVenue(db, venue, fields, audit)) {
      const changed = await readVenue(db, actor, id);
      deliverDoors(context, null);
      await refreshPublishedEventsOf(context, id);
      return changed ? accept(changed) : refuse({ code: "not_found" });
    }
    const refusal = await explainRefusal(context, venue, fields);
    if (refusal) return refuse(refusal);
  }
  return refuse(UNAVAILABLE);
}

async function explainRefusal({ db }: Context, venue: Venue, fields: Partial<Venue>): Promise<Refusal | null> {
  const { largestEvent: used, slugTaken } = await readVenueChangeObstacles(db, venue, fields.slug ?? venue.slug);
  const { capacity: requested } = fields;
  if (requested !== undefined && requested < used) {
    return { code: "capacity_exceeded", requested, used, capacity: venue.capacity };
  }
  return slugTaken ? { code: "slug_taken" } : null;
}
