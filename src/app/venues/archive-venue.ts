// Archives a venue and restores it (rule V2). An archived one stays for the events that refer to it, and takes no new ones.

import { listShownAt, readVenue, updateVenue, type Venue } from "../../db/venues/venues.ts";
import type { Refusal } from "../../domain/errors.ts";
import type { VenueId } from "../../domain/ids.ts";
import type { IfMatch } from "../../domain/if-match.ts";
import { MAX_IN_USE } from "../../domain/limits.ts";
import { can, type Organiser } from "../../domain/policy.ts";
import { accept, assert, type Result } from "../../domain/result.ts";
import { changeOnce } from "../change-once.ts";
import type { Context } from "../context.ts";

const ACTIONS = { archived: "venue.archive", active: "venue.restore" } as const;

/** A venue that has the status already is answered as it is. */
export async function setVenueStatus(
  context: Context<Organiser>,
  id: VenueId,
  status: Venue["status"],
  ifMatch: IfMatch,
): Promise<Result<Venue, Refusal>> {
  const { actor, db } = context;
  assert(can(actor, "venue.write"), "the route has checked the permission");
  const changed = await changeOnce<Venue>(context, ifMatch, {
    kind: "venue",
    action: ACTIONS[status],
    sent: { status },
    read: () => readVenue(db, actor, id),
    write: (seen, fields, audit) => updateVenue(db, seen, fields, audit),
    explainRefusal: async (seen, fields) => {
      const eventIds = fields.status === "archived" ? await listShownAt(db, seen, MAX_IN_USE) : [];
      return eventIds.length === 0 ? null : { code: "in_use", eventIds };
    },
  });
  return changed.ok ? accept(changed.value.row) : changed;
}
