// Brings the cache of published events up to date (rule E7) where the clock changed something or a writer died.

import { readStoredStamps, writeThroughAll } from "../../cache/published-events.ts";
import type { PublicStamp } from "../../db/events/public-stamps.ts";
import { listPublicStamps } from "../../db/events/stale-stamps.ts";
import { type Context, newId } from "../context.ts";
import { type TimeIsUp, untilDone } from "./work-in-pages.ts";

const MAX_EVENTS = 1_000;
/** One read of KV takes at most this many keys. */
const EVENTS_A_PAGE = 100;
/** One run of a Worker may call KV 1,000 times, and each put is a call. */
const MAX_PUTS = 800;

/**
 * Compares the cache with D1: first the events that changed last, then others from a random place on, so that in time all
 * are compared. An entry lives for one hour at most. Returns how many were repaired.
 */
export async function repairPublishedEvents(context: Context, timeIsUp: TimeIsUp = untilDone): Promise<number> {
  const { db, now } = context;
  const stamps = await listPublicStamps(db, { now, from: newId("evt"), limit: MAX_EVENTS });
  let repaired = 0;
  for (let at = 0; at < stamps.length && repaired < MAX_PUTS && !timeIsUp(); at += EVENTS_A_PAGE)
    repaired += await repair(context, stamps.slice(at, at + EVENTS_A_PAGE));
  return repaired;
}

async function repair(context: Context, stamps: readonly PublicStamp[]): Promise<number> {
  const stored = await readStoredStamps(
    context.catalogueCache,
    stamps.map(({ id }) => id),
  );
  const behind = stamps.filter(({ id, stamp }) => (stored.get(id) ?? stamp) !== stamp).map(({ id }) => id);
  if (behind.length > 0) await writeThroughAll(context, behind);
  return behind.length;
}
