// Closes the sockets of a revoked credential or session within 5 s (rules T5, P2), even if the Worker that revokes it dies.
// Feeds and doors are notified before the revocation is written, and from then on check by themselves; after the write they
// are called again to check at once.

import { listFollowedEvents } from "../../db/events/feed.ts";
import type { Pauses } from "../../domain/time/backoff.ts";
import type { EventId, OrganizationId, UserId } from "../../domain/ids.ts";
import { repeatUntilDone } from "../../shared/timing.ts";
import type { Context } from "../context.ts";
import { logError } from "../../shared/log.ts";

/**
 * More events than an organisation has running at a time. The sockets of any further event close when its feed next checks.
 */
const MAX_EVENTS = 500;
/** Together at most 3.5 s, so that a feed that was away is notified within the time of rule T5. */
const PAUSES: Pauses = { leastMs: 100, firstMs: 500, longestMs: 2_000 };
const RETRIES = 3;

type Notifying = Pick<Context, "db" | "feeds" | "doors" | "waitUntil" | "requestId" | "now">;
type Call = "watchForRevocation" | "recheck";

/**
 * Runs `take`, which writes that a credential or a role is lost, between the two calls of the organisation's feeds and
 * doors. A feed or door that cannot be reached does not stop the revocation.
 */
export async function revokeSockets<T>(
  context: Notifying,
  organizationId: OrganizationId,
  take: () => Promise<T>,
): Promise<T> {
  const events = await listFollowedEvents(context.db, { organizationId }, context.now, MAX_EVENTS);
  await callAll(context, events, "watchForRevocation");
  const taken = await take();
  context.waitUntil(retryCalls(context, events, "recheck"));
  return taken;
}

/**
 * To be called before a session of this person ends: the feeds of all their organisations watch for it from now on. One
 * call is enough, since a watching feed checks within 2.5 s, and again in case the session has not ended yet. Never rejects
 * because of D1 or a feed: the session must end all the same, and the next update closes its sockets.
 */
export async function watchForSessionEnd(context: Notifying, userId: UserId): Promise<void> {
  const events = await listEventsOf(context, userId);
  const left = await callAll(context, events, "watchForRevocation");
  context.waitUntil(retryCalls(context, left, "watchForRevocation"));
}

async function listEventsOf({ db, requestId, now }: Notifying, userId: UserId): Promise<EventId[]> {
  try {
    return await listFollowedEvents(db, { userId }, now, MAX_EVENTS);
  } catch (fault) {
    logError({ event: "feeds_not_listed", user_id: userId, request_id: requestId }, fault);
    return [];
  }
}

async function retryCalls(context: Notifying, events: readonly EventId[], call: Call): Promise<void> {
  let left = events;
  const attempt = async () => {
    left = await callAll(context, left, call);
    return left.length === 0;
  };
  await repeatUntilDone(attempt, PAUSES, RETRIES);
}

/** Returns the events whose feed or door could not be called. */
async function callAll(context: Notifying, events: readonly EventId[], call: Call): Promise<EventId[]> {
  const called = await Promise.all(
    events.map(async (eventId) => {
      const [feed, door] = await Promise.all([callFeed(context, eventId, call), context.doors(eventId)[call]()]);
      return feed && door.ok;
    }),
  );
  return events.filter((_, at) => !called[at]);
}

async function callFeed({ feeds, requestId }: Notifying, eventId: EventId, call: Call): Promise<boolean> {
  try {
    await feeds(eventId)[call]();
    return true;
  } catch (fault) {
    logError({ event: "feed_unreachable", event_id: eventId, request_id: requestId }, fault);
    return false;
  }
}
