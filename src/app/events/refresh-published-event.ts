// After a change of what the public sees: the cache is told, so that it is seen within a second (rule E7). Every verb
// that changes it calls one of these once its write stands. A failure is a line in the log; the cron repairs it.

import { writeThrough } from "../../cache/published-events.ts";
import { listShownEventsOf } from "../../db/events/stale-stamps.ts";
import type { EventId, OrganizationId, VenueId } from "../../domain/ids.ts";
import type { Context } from "../context.ts";
import { logError } from "../../shared/log.ts";

type Refresh = Pick<Context, "db" | "catalogueCache" | "requestId" | "waitUntil">;

/** More at once is the cron's work, which takes what changed last first. */
const AT_ONCE = 50;

/** For a change of the event itself, of one of its ticket types, or of its status. Never throws. */
export async function refreshPublishedEvent(context: Refresh, id: EventId): Promise<void> {
  try {
    await writeThrough(context, id);
  } catch (fault) {
    tell(context, fault);
  }
}

/** For a change of the venue, or of the organisation's name: all their public events. Never throws. */
export async function refreshPublishedEventsOf(context: Refresh, owner: VenueId | OrganizationId): Promise<void> {
  try {
    const ids = await listShownEventsOf(context.db, owner, AT_ONCE);
    await Promise.all(ids.map((id) => refreshPublishedEvent(context, id)));
  } catch (fault) {
    tell(context, fault);
  }
}

function tell({ requestId }: Refresh, fault: unknown): void {
  logError({ event: "published_event_not_refreshed", request_id: requestId }, fault);
}
