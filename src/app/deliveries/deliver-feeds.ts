// Delivers to feeds what D1 has of their events (rules L3, T5). When and how often is in deliver.ts.

import { type FeedCatalogue, readFeedCatalogues } from "../../db/events/feed.ts";
import { dropSyncs, type Sync, type Acknowledged } from "../../db/outbox/outbox.ts";
import type { EventId } from "../../domain/ids.ts";
import { logError } from "../../shared/log.ts";
import { type Context, newId } from "../context.ts";
import { deliverBehind, type Delivery, redeliver } from "./deliver.ts";
import { type TimeIsUp, untilDone } from "../jobs/work-in-pages.ts";

type Delivering = Pick<Context, "db" | "feeds" | "requestId" | "now">;

/** Delivers to the feeds of these events, or of all that wait, after the response; tries again for a while. Never rejects. */
export function deliverFeeds(context: Delivering & Pick<Context, "waitUntil">, ids: readonly EventId[] | null): void {
  deliverBehind(context, feedsOf(context), ids);
}

/** The cron's part. Returns how many could not be delivered. */
export function redeliverFeeds(context: Delivering, timeIsUp: TimeIsUp = untilDone): Promise<number> {
  return redeliver(context, feedsOf(context), timeIsUp);
}

function feedsOf(context: Delivering): Delivery<"feed", FeedCatalogue, Acknowledged<"feed">> {
  return {
    subject: "feed",
    targetsAPage: 100,
    anyTarget: () => newId("evt"),
    logged: (event_id) => ({ event_id }),
    read: (ids) => readFeedCatalogues(context.db, ids),
    push: (sync, catalogue) => push(context, sync, catalogue),
    conflict: {
      // A position counts the changes of all of D1, so a later one may still be behind a feed whose D1 was restored.
      isNewer: (catalogue, refused) => catalogue.position > refused.position,
      notTaken: { event: "feed_not_taken" },
    },
    settle: (acknowledged) => dropSyncs(context.db, "feed", acknowledged),
  };
}

async function push(
  { feeds, requestId }: Delivering,
  { target, version }: Sync<"feed">,
  catalogue: FeedCatalogue | null,
): Promise<Acknowledged<"feed"> | "refused" | "away"> {
  try {
    // A feed of the release before returns nothing.
    const taken = (await feeds(target).sync(catalogue)) as boolean | undefined;
    return taken === false ? "refused" : { target, version: catalogue?.position ?? version };
  } catch (fault) {
    logError({ event: "feed_unreachable", event_id: target, request_id: requestId }, fault);
    return "away";
  }
}
