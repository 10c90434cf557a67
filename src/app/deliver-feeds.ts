// Telling feeds what D1 has of their events (rules L3, T5): by the verb that changed it, behind its answer, and by the
// cron for what was left over. No sale and no answer waits for a feed.

import {
  dropFeedSyncs,
  type FeedSync,
  listFeedSyncs,
  pageFeedSyncs,
  readFeedCatalogue,
  readFeedCatalogues,
} from "../db/feed.ts";
import { answered, isD1Fault } from "../db/limit.ts";
import type { Pauses } from "../domain/backoff.ts";
import { describeFault } from "../domain/fault.ts";
import type { EventId } from "../domain/ids.ts";
import { repeatUntilDone } from "../shared/timing.ts";
import { type Context, newId } from "./context.ts";
import { roundFrom, type TimeIsUp, untilDone, workInPages } from "./work-in-pages.ts";

type Delivery = Pick<Context, "db" | "feeds" | "requestId">;

const A_PAGE = 100;
const PAGES_A_RUN = 10;
/** A feed that was away hears of it soon after it is back. Together some 16 s: the platform lets a request work on for 30. */
const PAUSES: Pauses = { leastMs: 200, firstMs: 800, longestMs: 4_000 };
const RETRIES = 9;

/** Tells the feeds of these events, or of all that wait, behind the answer; tries again for a while. Never rejects. */
export function deliverFeeds(context: Delivery & Pick<Context, "waitUntil">, ids: readonly EventId[] | null): void {
  context.waitUntil(repeatUntilDone(() => tryDelivery(context, ids), PAUSES, RETRIES));
}

async function tryDelivery(context: Delivery, ids: readonly EventId[] | null): Promise<boolean> {
  try {
    return (await deliverWaiting(context, ids)) === 0;
  } catch (fault) {
    if (!isD1Fault(fault)) throw fault;
    return false;
  }
}

/** The cron's part; those that fail or never answer keep no others waiting. Answers how many could not be told. */
export async function redeliverFeeds(context: Delivery, timeIsUp: TimeIsUp = untilDone): Promise<number> {
  const { db } = context;
  let failed = 0;
  const syncs = roundFrom<FeedSync, EventId>(
    newId("evt"),
    ({ eventId }) => eventId,
    (after, until) => pageFeedSyncs(db, { after, until, limit: A_PAGE }),
  );
  await workInPages(
    {
      next: async () => {
        const page = await syncs();
        if (page === null) return null;
        const catalogues = await readFeedCatalogues(
          db,
          page.map(({ eventId }) => eventId),
        );
        return page.map((sync) => ({ sync, catalogue: catalogues.get(sync.eventId) ?? null }));
      },
      each: ({ sync, catalogue }) => tell(context, sync, catalogue),
      settle: async (_, outcomes) => {
        const told = outcomes.filter((each) => each !== null);
        failed += outcomes.length - told.length;
        await dropFeedSyncs(db, told);
      },
    },
    timeIsUp,
  );
  return failed;
}

async function deliverWaiting(context: Delivery, ids: readonly EventId[] | null): Promise<number> {
  const failed = new Set<EventId>();
  for (let page = 0; page < PAGES_A_RUN; page++) {
    const waiting = await answered(listFeedSyncs(context.db, ids, A_PAGE + failed.size));
    const next = waiting.filter(({ eventId }) => !failed.has(eventId));
    if (next.length === 0) break;
    const told = await Promise.all(next.map((sync) => tell(context, sync)));
    await answered(
      dropFeedSyncs(
        context.db,
        told.filter((each) => each !== null),
      ),
    );
    for (const [at, { eventId }] of next.entries()) if (told[at] === null) failed.add(eventId);
  }
  return failed.size;
}

/**
 * What the feed has been told, up to which position; null when it could not be. `known`: what D1 has just said of the
 * event, read together with others.
 */
async function tell(
  { db, feeds, requestId }: Delivery,
  { eventId, version }: FeedSync,
  known?: Awaited<ReturnType<typeof readFeedCatalogue>>,
) {
  const line = { level: "error", event_id: eventId, request_id: requestId };
  try {
    // Twice: a delivery beside this one may have been faster with what is later.
    for (let attempt = 0; attempt < 2; attempt++) {
      const isKnown = attempt === 0 && known !== undefined;
      const catalogue = isKnown ? known : await answered(readFeedCatalogue(db, eventId));
      // A feed of the release before answers nothing.
      const taken = (await feeds(eventId).sync(catalogue)) as boolean | undefined;
      if (taken !== false) return { eventId, version: catalogue?.position ?? version };
    }
    console.error(JSON.stringify({ ...line, event: "feed_not_taken" }));
  } catch (fault) {
    console.error(JSON.stringify({ ...line, event: "feed_unreachable", error: describeFault(fault) }));
  }
  return null;
}
