// Refreshes the cache after a change of what the public sees, so that it is visible within a second (rule E7). Every verb
// that makes such a change calls one of these after its write. A failure is logged, and the cron repairs it.

import { writeThrough } from "../../cache/published-events.ts";
import { listPublicEventsOf } from "../../db/events/stale-stamps.ts";
import type { EventId, OrganizationId, VenueId } from "../../domain/ids.ts";
import type { Context } from "../context.ts";
import { logError } from "../../shared/log.ts";

type Refresh = Pick<Context, "db" | "catalogueCache" | "requestId" | "waitUntil">;

/** How many events are refreshed at once. The cron refreshes the others, beginning with those that changed last. */
const AT_ONCE = 50;

/** For a change of the event itself, of one of its ticket types, or of its status. Never throws. */
export async function refreshPublishedEvent(context: Refresh, id: EventId): Promise<void> {
  try {
    await writeThrough(context, id);
  } catch (fault) {
    logFailure(context, fault);
  }
}

/** For a change of the venue, or of the organisation's name: refreshes all their public events. Never throws. */
export async function refreshPublishedEventsOf(context: Refresh, owner: VenueId | OrganizationId): Promise<void> {
  try {
    const ids = await listPublicEventsOf(context.db, owner, AT_ONCE);
    await Promise.all(ids.map((id) => refreshPublishedEvent(context, id)));
  } catch (fault) {
    logFailure(context, fault);
  }
}

function logFailure({ requestId }: Refresh, fault: unknown): void {
  logError({ event: "published_event_not_refreshed", request_id: requestId }, fault);
}
