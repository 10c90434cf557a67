// The public events of everybody, for whoever asks without a credential: however many ask, an isolate looks into D1 once at
// a time, and six times a minute at most.

import { coalesceCalls } from "../../cache/coalesce-calls.ts";
import { listUpcoming, type UpcomingEvent } from "../../db/events/upcoming-events.ts";
import { dbOf } from "../db.ts";

const KEPT_MS = 10_000;
const MAX_LISTED = 1_000;
const shared = coalesceCalls<"all", readonly UpcomingEvent[]>(KEPT_MS);

type Asking = { readonly env: Env; readonly executionCtx: { waitUntil(work: Promise<unknown>): void } };

/** Those that have begun first, then the soonest; what has ended since it was read is left out. */
export async function readUpcoming({ env, executionCtx }: Asking): Promise<readonly UpcomingEvent[]> {
  const all = await shared.read("all", {
    call: () => listUpcoming(dbOf(env), { now: Date.now(), limit: MAX_LISTED }),
    keep: (work) => executionCtx.waitUntil(work),
  });
  const now = Date.now();
  return all.filter(({ end_time }) => end_time > now);
}
