// The cron's part in rule E7: what a writer that died left behind in the cache is brought up to date.

import { readStoredStamps } from "../cache/published-events.ts";
import { listShownStamps } from "../db/shown-stamps.ts";
import { type Context, newId } from "./context.ts";
import { refreshPublishedEvent } from "./refresh-published-event.ts";

/** As many as one read of KV takes. */
const A_RUN = 100;

/**
 * Compares what the cache holds with D1: the events that changed last, then others from a random place on, so that in
 * time all are looked at. An entry lives one hour, which bounds what is left. Answers how many were repaired.
 */
export async function repairPublishedEvents(context: Context): Promise<number> {
  const { catalogueCache, db, now } = context;
  const stamps = await listShownStamps(db, { now, from: newId("evt"), limit: A_RUN });
  if (stamps.length === 0) return 0;
  const stored = await readStoredStamps(
    catalogueCache,
    stamps.map(({ id }) => id),
  );
  const behind = stamps.filter(({ id, stamp }) => (stored.get(id) ?? stamp) !== stamp);
  for (const { id } of behind) await refreshPublishedEvent(context, id);
  return behind.length;
}
