// Archives a venue, or restores it (rule V2). An archived one stays for the events that refer to it, and takes no new ones.

import { listPublicEventsAt, readVenue, updateVenue, type Venue } from "../../db/venues/venues.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import type { VenueId } from "../../domain/ids.ts";
import type { IfMatch } from "../../domain/if-match.ts";
import { MAX_IN_USE } from "../../domain/limits.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import { auditOf } from "../audit-of.ts";
import { CHANGE_ATTEMPTS, readMatching } from "../changed-fields.ts";
import type { Context } from "../context.ts";

const ACTIONS = { archived: "venue.archive", active: "venue.restore" } as const;

/** A venue that has the status already is returned as it is. */
export async function setVenueStatus(
  context: Context<Organiser>,
  id: VenueId,
  status: Venue["status"],
  ifMatch: IfMatch,
): Promise<Result<Venue, Refusal>> {
  const { actor, db } = context;
  assert(can(actor, "venue.write"), "the route has checked the permission");
  for (let attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
    const current = await readMatching(() => readVenue(db, actor, id), ifMatch);
    if (!current.ok) return current;
    const venue = current.value;
    if (venue.status === status) return accept(venue);
    const audit = auditOf(context, {
      organizationId: venue.organization_id,
      action: ACTIONS[status],
      resourceKind: "venue",
      resourceId: id,
      changes: { status },
    });
    if (await updateVenue(db, venue, { status }, audit)) {
      const changed = await readVenue(db, actor, id);
      return changed ? accept(changed) : refuse({ code: "not_found" });
    }
    const eventIds = status === "archived" ? await listPublicEventsAt(db, venue, MAX_IN_USE) : [];
    if (eventIds.length > 0) return refuse({ code: "in_use", eventIds });
  }
  return refuse(UNAVAILABLE);
}
