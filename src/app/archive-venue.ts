// Archives a venue (rule V2): it stays for the events that refer to it, and takes no new ones.

import { readVenue, updateVenue, type Venue } from "../db/venues.ts";
import type { Refusal } from "../domain/errors.ts";
import type { VenueId } from "../domain/ids.ts";
import type { IfMatch } from "../domain/if-match.ts";
import { can, type Organiser } from "../domain/policy.ts";
import { accept, assert, type Result } from "../domain/result.ts";
import { changeOnce } from "./change-once.ts";
import type { Context } from "./context.ts";

/** An archived venue is answered as it is. */
export async function archiveVenue(
  context: Context<Organiser>,
  id: VenueId,
  ifMatch: IfMatch,
): Promise<Result<Venue, Refusal>> {
  const { actor, db } = context;
  assert(can(actor, "venue.write"), "the route has checked the permission");
  const archived = await changeOnce<Venue>(context, ifMatch, {
    kind: "venue",
    action: "venue.archive",
    sent: { status: "archived" },
    read: () => readVenue(db, actor, id),
    write: (seen, fields, audit) => updateVenue(db, seen, fields, audit),
    whyNot: () => Promise.resolve(null),
  });
  return archived.ok ? accept(archived.value.row) : archived;
}
