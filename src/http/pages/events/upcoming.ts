// Lists the public events of all organisers for readers without a credential: however many there are, an isolate reads D1
// once at a time, and six times a minute at most.

import { coalesceCalls } from "../../../cache/coalesce-calls.ts";
import { listUpcoming, type UpcomingEvent } from "../../../db/events/upcoming-events.ts";
import { dbOf } from "../../db.ts";

const CACHED_MS = 10_000;
const MAX_ON_FRONT = 24;
const MAX_LISTED = 1_000;
const shared = coalesceCalls<"front" | "sitemap", readonly UpcomingEvent[]>(CACHED_MS);

type ReaderContext = { readonly env: Env; readonly executionCtx: { waitUntil(work: Promise<unknown>): void } };

/** Returns the events of the front page, with their prices. */
export async function readFront(c: ReaderContext): Promise<readonly UpcomingEvent[]> {
  return (await read(c, "front", { limit: MAX_ON_FRONT, priced: true })).slice(0, MAX_ON_FRONT);
}

/** Returns the events of the sitemap, without their prices. */
export function readListed(c: ReaderContext): Promise<readonly UpcomingEvent[]> {
  return read(c, "sitemap", { limit: MAX_LISTED, priced: false });
}

/** Sorts those that have begun first, then the soonest, and leaves out those that have ended since they were read. */
async function read(
  { env, executionCtx }: ReaderContext,
  key: "front" | "sitemap",
  listing: { readonly limit: number; readonly priced: boolean },
): Promise<readonly UpcomingEvent[]> {
  const all = await shared.read(key, {
    call: () => listUpcoming(dbOf(env), { ...listing, now: Date.now() }),
    keep: (work) => executionCtx.waitUntil(work),
  });
  const now = Date.now();
  return all.filter(({ end_time }) => end_time > now);
}
