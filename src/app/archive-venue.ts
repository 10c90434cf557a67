// Archives a venue (rule V2): it stays for the events that refer to it, and takes no new ones.

import { readVenue, updateVenue, type Venue } from "../db/venues.ts";
import type { Refusal } from "../domain/errors.ts";
import type { VenueId } from "../domain/ids.ts";
import type { IfMatch } from "../domain/if-match.ts";
import { can, type Organiser } from "../domain/policy.ts";
import { accept, assert, refuse, type Result } from "../domain/result.ts";
import { auditOf } from "./audit-of.ts";
import { CHANGE_ATTEMPTS, TRY_AGAIN, whyStale } from "./changed-fields.ts";
import type { Context } from "./context.ts";

/** An archived venue is answered as it is. */
export async function archiveVenue(
  context: Context<Organiser>,
  id: VenueId,
  ifMatch: IfMatch,
): Promise<Result<Venue, Refusal>> {
  const { actor, db } = context;
  const { organizationId } = actor;
  assert(can(actor, "venue.write"), "the route has checked the permission");
  let archived = false;
  for (let attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
    const venue = await readVenue(db, actor, id);
    if (!venue) return refuse({ code: "not_found" });
    if (archived) return accept(venue);
    const stale = whyStale(ifMatch, venue.version);
    if (stale) return refuse(stale);
    if (venue.status === "archived") return accept(venue);
    const changes = { status: "archived" } as const;
    const audit = auditOf(context, {
      organizationId,
      action: "venue.archive",
      resourceKind: "venue",
      resourceId: id,
      changes,
    });
    archived = await updateVenue(db, venue, changes, audit);
  }
  return refuse(TRY_AGAIN);
}
