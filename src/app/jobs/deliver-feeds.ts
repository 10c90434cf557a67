// Telling feeds what D1 has of their events (rules L3, T5). When and how often is in deliver-event-syncs.ts.

import { readFeedCatalogue, readFeedCatalogues } from "../../db/events/feed.ts";
import type { EventSync } from "../../db/outbox/event-syncs.ts";
import type { EventId } from "../../domain/ids.ts";
import type { Context } from "../context.ts";
import { deliverBehind, redeliver, type TellsOf } from "./deliver-event-syncs.ts";
import { type TimeIsUp, untilDone } from "./work-in-pages.ts";
import { logError } from "../../shared/log.ts";

type Delivery = Pick<Context, "db" | "feeds" | "requestId">;

/** Positions are those of all of D1: they go on growing also where D1 was restored and stays behind a feed. */
const ATTEMPTS = 5;

/** Tells the feeds of these events, or of all that wait, behind the answer; tries again for a while. Never rejects. */
export function deliverFeeds(context: Delivery & Pick<Context, "waitUntil">, ids: readonly EventId[] | null): void {
  deliverBehind(context, "feed", tellsOf(context), ids);
}

/** The cron's part. Answers how many could not be told. */
export function redeliverFeeds(context: Delivery, timeIsUp: TimeIsUp = untilDone): Promise<number> {
  return redeliver(context.db, "feed", tellsOf(context), timeIsUp);
}

function tellsOf(context: Delivery): TellsOf {
  return async (page) => {
    const ids = page.map(({ eventId }) => eventId);
    const catalogues = await readFeedCatalogues(context.db, ids);
    return (sync) => tell(context, sync, catalogues.get(sync.eventId) ?? null);
  };
}

/**
 * What the feed has been told, up to which position; null when it could not be. `known`: what D1 has just said of the
 * event, read together with others.
 */
async function tell(
  { db, feeds, requestId }: Delivery,
  { eventId, version }: EventSync,
  known: Awaited<ReturnType<typeof readFeedCatalogue>>,
): Promise<EventSync | null> {
  const subject = { event_id: eventId, request_id: requestId };
  try {
    let catalogue = known;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      // A feed of the release before answers nothing.
      const taken = (await feeds(eventId).sync(catalogue)) as boolean | undefined;
      if (taken !== false) return { eventId, version: catalogue?.position ?? version };
      const refused = catalogue;
      catalogue = await readFeedCatalogue(db, eventId);
      // While D1 is at a later position, a delivery beside this one may have been faster with it, which is no conflict.
      if (catalogue && refused && catalogue.position <= refused.position) break;
    }
    logError({ event: "feed_not_taken", ...subject });
  } catch (fault) {
    logError({ event: "feed_unreachable", ...subject }, fault);
  }
  return null;
}
