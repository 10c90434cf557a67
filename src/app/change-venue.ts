// Changes a venue (rules V1, V3).

import { readVenue, readVenueChangeObstacles, updateVenue, type Venue } from "../db/venues.ts";
import type { Refusal } from "../domain/errors.ts";
import type { VenueId } from "../domain/ids.ts";
import type { IfMatch } from "../domain/if-match.ts";
import { can, type Organiser } from "../domain/policy.ts";
import { accept, assert, refuse, type Result } from "../domain/result.ts";
import { auditOf } from "./audit-of.ts";
import {
  CHANGE_ATTEMPTS,
  changedFields,
  isEmpty,
  settingsText,
  toldChanges,
  TRY_AGAIN,
  whyStale,
} from "./changed-fields.ts";
import type { Context } from "./context.ts";
import type { NewVenue } from "./create-venue.ts";
import { refreshPublishedEventsOf } from "./refresh-published-event.ts";

/** The fields that a client sends. */
export type VenueChange = { readonly [K in keyof NewVenue]?: NewVenue[K] | undefined };

export async function changeVenue(
  context: Context<Organiser>,
  id: VenueId,
  { settings, ...sent }: VenueChange,
  ifMatch: IfMatch,
): Promise<Result<Venue, Refusal>> {
  const { actor, db } = context;
  const { organizationId } = actor;
  assert(can(actor, "venue.write"), "the route has checked the permission");
  for (let attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
    const venue = await readVenue(db, actor, id);
    if (!venue) return refuse({ code: "not_found" });
    const stale = whyStale(ifMatch, venue.version);
    if (stale) return refuse(stale);
    const fields = changedFields(venue, { ...sent, settings: settingsText(settings) });
    if (isEmpty(fields)) return accept(venue);
    const audit = auditOf(context, {
      organizationId,
      action: "venue.change",
      resourceKind: "venue",
      resourceId: id,
      changes: toldChanges(fields),
    });
    if (await updateVenue(db, venue, fields, audit)) {
      await refreshPublishedEventsOf(context, id);
      const changed = await readVenue(db, actor, id);
      return changed ? accept(changed) : refuse({ code: "not_found" });
    }
    const refusal = await whyNot(context, venue, fields);
    if (refusal) return refuse(refusal);
  }
  return refuse(TRY_AGAIN);
}

async function whyNot({ db }: Context, venue: Venue, fields: Partial<Venue>): Promise<Refusal | null> {
  const { largestEvent: used, slugTaken } = await readVenueChangeObstacles(db, venue, fields.slug ?? venue.slug);
  const { capacity: requested } = fields;
  if (requested !== undefined && requested < used) {
    return { code: "capacity_exceeded", requested, used, capacity: venue.capacity };
  }
  return slugTaken ? { code: "slug_taken" } : null;
}
